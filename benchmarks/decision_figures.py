"""How many requests one core decides, with the statements that decide: `Authorizer.decide`."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from benchmarks.figures import Figure, markdown
from benchmarks.traffic import dice

from craton.codec.policy_source import read_policy
from craton.simulator.authorizer import Authorizer
from craton.simulator.policy_set import PolicySet
from craton.simulator.request import Request

if TYPE_CHECKING:
    from collections.abc import Callable

    from craton.core.policy import Policy

REQUESTS = 50_000
WANTED = 20_000
PEER = 700
"""Units: decisions a second.

What the npm package @cloud-copilot/iam-simulate 0.1.172 did on requests of this kind when it was looked at;
it is not run here.
"""

TIMED = (
    "The time is that of the one core which decides, so that what else runs on the machine does not count."
)
ACCOUNT = "111111111111"
REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-northeast-1", "unspecified")
MODELS = tuple(
    f"{maker}.{name}-v{number}:0"
    for maker, name in (("anthropic", "claude"), ("amazon", "nova"), ("meta", "llama"), ("cohere", "command"))
    for number in range(1, 11)
)
ACTIONS = (
    *("bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream", "bedrock:ApplyGuardrail"),
    *("bedrock:CreateModelInvocationJob", "bedrock:PutModelInvocationLoggingConfiguration"),
    *(
        "bedrock:DeleteGuardrail",
        "s3:GetObject",
        "s3:PutObject",
        "kms:Decrypt",
        "organizations:LeaveOrganization",
    ),
)
TEAMS = tuple(f"team-{number}" for number in range(40))


def statement(effect: str, actions: Any, resources: Any = "*", **condition: dict[str, Any]) -> dict[str, Any]:
    """A statement as IAM writes it."""
    held: dict[str, Any] = {"Effect": effect, "Action": actions, "Resource": resources}
    return {**held, "Condition": condition} if condition else held


def policies() -> PolicySet:
    """Forty statements: on three levels of SCPs, in identity policies, in a boundary."""
    everything = statement("Allow", "*")
    invoke = ["bedrock:InvokeModel*", "bedrock:CreateModelInvocationJob"]
    not_deployer = {"aws:PrincipalArn": "arn:aws:iam::*:role/deploy-*"}
    root = [
        everything,
        statement("Deny", "organizations:LeaveOrganization"),
        {
            **statement("Deny", []),
            "NotAction": ["iam:*", "sts:*", *invoke],
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": list(REGIONS[:3])}},
        },
        statement("Deny", "bedrock:*ModelInvocationLogging*", ArnNotLike=not_deployer),
        statement("Deny", ["bedrock:DeleteGuardrail", "bedrock:UpdateGuardrail"], ArnNotLike=not_deployer),
        statement(
            "Deny", "bedrock:CallWithBearerToken", StringEquals={"bedrock:BearerTokenType": "LONG_TERM"}
        ),
        statement("Deny", "s3:*", Bool={"aws:SecureTransport": "false"}),
        statement("Deny", "kms:ScheduleKeyDeletion"),
    ]
    del root[2]["Action"]
    unit = [
        everything,
        *(
            statement(
                "Deny",
                invoke,
                f"arn:aws:bedrock:*::foundation-model/{model}",
                StringNotEquals={"aws:PrincipalTag/team": list(TEAMS[number : number + 20])},
            )
            for number, model in enumerate(MODELS[:8])
        ),
        statement(
            "Deny",
            invoke,
            "arn:aws:bedrock:*::foundation-model/*",
            ArnNotLike={
                "bedrock:GuardrailIdentifier": "arn:aws:bedrock:*:${aws:PrincipalAccount}:guardrail/house:*"
            },
        ),
    ]
    unapproved = statement("Deny", invoke)
    del unapproved["Resource"]
    unapproved["NotResource"] = [f"arn:aws:bedrock:*::foundation-model/{model}" for model in MODELS[::2]]
    account = [
        everything,
        unapproved,
        statement("Deny", "s3:PutObject", NotIpAddress={"aws:SourceIp": "10.0.0.0/8"}),
    ]
    identity = [
        statement("Allow", "bedrock:*"),
        statement("Allow", ["s3:GetObject", "s3:PutObject"], "arn:aws:s3:::data/${aws:PrincipalTag/team}/*"),
        statement("Allow", "kms:Decrypt", NumericLessThan={"aws:MultiFactorAuthAge": "3600"}),
        *(statement("Allow", "s3:GetObject", f"arn:aws:s3:::shared-{number}/*") for number in range(8)),
    ]
    boundary = [
        statement("Allow", "bedrock:*"),
        statement("Allow", "s3:*", "arn:aws:s3:::*/team-*"),
        *(statement("Allow", "kms:*", f"arn:aws:kms:*:*:key/{number}*") for number in range(6)),
    ]
    return PolicySet(
        account=ACCOUNT,
        scps=(policy("root", root), policy("unit", unit), policy("account", account)),
        identity=policy("role", identity),
        boundaries=policy("boundary", boundary),
    )


def policy(name: str, statements: list[dict[str, Any]]) -> tuple[Policy, ...]:
    """The policy of these statements. Raises: SystemExit, where it is none."""
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    read, problems = read_policy(text.encode(), name)
    if read is None or problems:
        raise SystemExit("\n".join(map(str, problems)))
    return (read,)


def requests(count: int) -> list[Request]:
    """Requests that all differ: in session, object and address, besides action, model, team and Region."""
    throw = dice(20_261_126)
    made = []
    for number in range(count):
        action, team = throw.choice(ACTIONS), throw.choice(TEAMS)
        region, role = throw.choice(REGIONS), f"role-{throw.randrange(30)}"
        context = {
            "aws:RequestedRegion": (region,),
            "aws:PrincipalArn": (f"arn:aws:iam::{ACCOUNT}:role/{role}",),
            "aws:PrincipalAccount": (ACCOUNT,),
            "aws:PrincipalTag/team": (team,),
            "aws:SourceIp": (f"10.{number % 250}.{number // 250 % 250}.7",),
            "aws:SecureTransport": ("true",),
        }
        if throw.random() < 0.7:  # noqa: PLR2004 - most calls carry a guardrail
            guardrail = f"arn:aws:bedrock:{region}:{ACCOUNT}:guardrail/house:{throw.randrange(20)}"
            context["bedrock:GuardrailIdentifier"] = (guardrail,)
        made.append(
            Request(
                principal=f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/session-{number}",
                action=action,
                resource=resource(action, region, team, number, throw.choice(MODELS)),
                context=context,
            )
        )
    return made


def resource(action: str, region: str, team: str, number: int, model: str) -> str:
    """What the action of a request is asked for on."""
    if action.startswith("bedrock"):
        return f"arn:aws:bedrock:{region}::foundation-model/{model}"
    if action.startswith("s3"):
        return f"arn:aws:s3:::data/{team}/object-{number}"
    return f"arn:aws:kms:us-east-1:{ACCOUNT}:key/{number}" if action.startswith("kms") else "*"


def deciding(count: int, rounds: int, told: Callable[[str], None]) -> tuple[list[Figure], list[str]]:
    """Decisions a second of one core's time, each round with an authorizer that remembers nothing yet."""
    held, asked = policies(), requests(count)
    if len({(one.principal, one.action, one.resource, *one.context.items()) for one in asked}) != count:
        raise SystemExit("requests repeat themselves")
    seconds = []
    outcomes: dict[str, int] = {}
    for _ in range(rounds):
        authorizer = Authorizer(held)
        start = time.process_time()
        decisions = [authorizer.decide(one) for one in asked]
        seconds.append(time.process_time() - start)
        told(f"{count:,} decisions: {seconds[-1]:.2f} s")
        outcomes = {}
        for one in decisions:
            outcomes[one.outcome] = outcomes.get(one.outcome, 0) + 1
    rates = [count / one for one in seconds]
    slowest = min(rates)
    number = len(Authorizer(held).statements)
    figure = Figure(
        f"decisions over {count:,} distinct requests, {number} statements, one core",
        f"at least {WANTED:,}/s",
        f"{slowest:,.0f} to {max(rates):,.0f} decisions/s",
        f"{slowest / PEER:,.0f} times the {PEER}/s of @cloud-copilot/iam-simulate, as documented",
        slowest >= WANTED,
    )
    rows = [(outcome, f"{many:,}") for outcome, many in sorted(outcomes.items())]
    return [figure], ["## Decisions by outcome", "", TIMED, "", *markdown(("outcome", "requests"), rows)]
