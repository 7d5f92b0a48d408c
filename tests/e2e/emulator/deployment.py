"""The deployment of the strategy in three phases, by hand-written templates and the AWS CLI alone.

Each step looks at what came of it by reading back, never at a status alone, and is red where that is not as
it should be. A flaw is one change to what is deployed, and is to turn a step red that the negative controls
name.
"""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from tests.e2e.emulator.aws_cli import AwsCli, AwsCliError

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATES = Path(__file__).with_name("templates")
MANIFEST = Path(__file__).with_name("organization.yaml")
MANAGEMENT, HUB, SEARCH, SUPPORT, NEWCOMER = (str(number) * 12 for number in range(1, 6))
HOME, OTHER = "us-east-1", "us-west-2"
REGIONS = (HOME, OTHER)
WORKLOADS, WAITING = "ou-a1b2-workloads", "ou-a1b2-waiting01"
BUCKET = f"bedrock-logs-{HUB}"
GROUP = "/bedrock/invocations"
MODEL = "us.anthropic.claude-sonnet-4-6"
TRUSTED = "member.org.stacksets.cloudformation.amazonaws.com"
QUESTION = "what is rehearsed here"
_CALLS = 3
"""So many invocations the step `invocation` makes."""
_CHECKS = 4
"""In so many accounts and Regions logging is switched on."""
_DELIVERIES_S = 120.0


class NotAsItShouldBeError(Exception):
    """What was read back is not what should have come."""


def same(found: object, wanted: object) -> None:
    """Raises: NotAsItShouldBeError where they differ."""
    if found != wanted:
        raise NotAsItShouldBeError(f"found {found}, wanted {wanted}")


class RedError(Exception):
    """A step that did not come out as it should."""

    def __init__(self, step: str, why: str) -> None:
        super().__init__(f"{step}: {why}")
        self.step, self.why = step, why


class Flaw(NamedTuple):
    """A change to what is deployed: other text of a file, other words of a command, a step left out."""

    file: str = ""
    replace: Callable[[str], str] = str
    without: tuple[str, ...] = ()


Step: TypeAlias = Callable[["Deployment"], None]


class Deployment:
    """The three phases on one emulated organization, with what they learn on the way."""

    def __init__(self, aws: AwsCli, folder: Path, flaw: Flaw | None = None) -> None:
        self.aws = aws
        self.folder = folder
        self.flaw = flaw or Flaw()
        self.hub = aws.assuming(access_role(HUB))
        self.organization_id = ""
        self.done: list[str] = []
        for source in TEMPLATES.iterdir():
            text = source.read_text("utf-8")
            changed = self.flaw.replace(text) if source.name == self.flaw.file else text
            assert source.name != self.flaw.file or changed != text, "the flaw changes nothing"
            (folder / source.name).write_text(changed, "utf-8")

    def run(self) -> None:
        """All steps, in their order. Raises: RedError at the first that is not as it should be."""
        for name, step in STEPS.items():
            try:
                step(self)
            except (AwsCliError, NotAsItShouldBeError) as error:
                raise RedError(name, str(error)) from error
            self.done.append(name)

    def left_out(self, words: str) -> bool:
        """Whether the flaw leaves out what is named so."""
        return words in self.flaw.without

    def member(self, account: str) -> AwsCli:
        """The CLI as administrator of a member."""
        return self.aws.assuming(access_role(account))

    def application(self, account: str) -> AwsCli:
        """The CLI as an application of a member."""
        return self.member(account).assuming(f"arn:aws:iam::{account}:role/application")

    def deploy(self, *words: str, region: str) -> None:
        """The stack of the hub is as its template says. Raises: AwsCliError that tells what failed in it."""
        try:
            self.hub("cloudformation", "deploy", *words, region=region)
        except AwsCliError as error:
            if "describe-stack-events" not in str(error):
                raise
            told = self.hub("cloudformation", "describe-stack-events", "--stack-name", "hub", region=region)
            reasons = [one.get("ResourceStatusReason") for one in told["StackEvents"]]
            raise AwsCliError(f"{error} {[one for one in reasons if one]}") from error

    def operation(self, told: Any) -> dict[str, str]:
        """The status of each account and Region at the end of an operation on the stack set."""
        named = ("--stack-set-name", "bedrock", "--operation-id", told["OperationId"], *AS_ADMINISTRATOR)
        for _ in until_delivered():
            state = self.hub("cloudformation", "describe-stack-set-operation", *named)["StackSetOperation"]
            if state["Status"] not in ("RUNNING", "QUEUED"):
                break
        rows = self.hub("cloudformation", "list-stack-set-operation-results", *named)["Summaries"]
        reasons = [f"{one['Account']}/{one['Region']}: {one.get('StatusReason')}" for one in rows]
        same((state["Status"], reasons if state["Status"] != "SUCCEEDED" else []), ("SUCCEEDED", []))
        return {f"{one['Account']}/{one['Region']}": one["Status"] for one in rows}

    def ask(self, account: str, region: str, *, guarded: bool = True, text: str = QUESTION) -> dict[str, Any]:
        """The answer of a model to an application."""
        body = {
            "anthropic_version": "bedrock-2023-05-31",
            "max_tokens": 100,
            "messages": [{"role": "user", "content": text}],
        }
        (self.folder / "body.json").write_text(json.dumps(body))
        guard = ["--guardrail-identifier", self.guardrail(account, region), "--guardrail-version", "1"]
        self.application(account)(
            *("bedrock-runtime", "invoke-model", "--model-id", MODEL, "--body", "fileb://body.json"),
            *(guard if guarded else ()),
            "answer.json",
            region=region,
        )
        answer: dict[str, Any] = json.loads((self.folder / "answer.json").read_text())
        return answer

    def guardrail(self, account: str, region: str) -> str:
        """The guardrail that the stack of an account and Region made."""
        held = self.member(account)("bedrock", "list-guardrails", region=region)["guardrails"]
        return str(next(one["id"] for one in held if one["name"] == "baseline"))

    def evidence(self) -> list[dict[str, Any]]:
        """The records of invocations in the bucket of the hub, as CloudWatch Logs sent them."""
        listed = self.hub("s3api", "list-objects-v2", "--bucket", BUCKET, "--prefix", "invocations/")
        found = []
        for one in (listed or {}).get("Contents", ()):
            self.hub("s3api", "get-object", "--bucket", BUCKET, "--key", one["Key"], "object")
            found.extend(messages_in((self.folder / "object").read_bytes()))
        return found


def access_role(account: str) -> str:
    """The role through which the management account administers an account."""
    return f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"


AS_ADMINISTRATOR = ("--call-as", "DELEGATED_ADMIN")


def until_delivered() -> Iterator[None]:
    """Moments to look again, until what takes its time would long be there."""
    deadline = time.monotonic() + _DELIVERIES_S
    while time.monotonic() < deadline:
        yield
        time.sleep(0.2)


def messages_in(body: bytes) -> list[dict[str, Any]]:
    """The log events in an object of Firehose: envelopes one after the other, each compressed by itself."""
    decoder, text, place = json.JSONDecoder(), gzip.decompress(body).decode(), 0
    found: list[dict[str, Any]] = []
    while place < len(text):
        envelope, place = decoder.raw_decode(text, place)
        if envelope["messageType"] == "DATA_MESSAGE":
            messages = (one["message"] for one in envelope["logEvents"])
            found.extend(json.loads(one) for one in messages if one.startswith("{"))
    return found


def _trusts_the_hub(on: Deployment) -> None:
    """Phase 1: CloudFormation may act in the organization, and the hub in its name."""
    on.organization_id = on.aws("organizations", "describe-organization")["Organization"]["Id"]
    on.aws("organizations", "enable-aws-service-access", "--service-principal", TRUSTED)
    on.aws("cloudformation", "activate-organizations-access")
    on.aws(
        *("organizations", "register-delegated-administrator"),
        *("--account-id", HUB, "--service-principal", TRUSTED),
    )
    listed = on.aws("organizations", "list-delegated-administrators", "--service-principal", TRUSTED)
    same([one["Id"] for one in listed["DelegatedAdministrators"]], [HUB])


def _is_under_the_policy(on: Deployment) -> None:
    """Phase 1: the OU of the workloads has the service control policy."""
    made = on.aws(
        *("organizations", "create-policy", "--name", "bedrock", "--type", "SERVICE_CONTROL_POLICY"),
        *("--description", "", "--content", "file://service_control_policy.json"),
    )["Policy"]["PolicySummary"]
    on.aws("organizations", "attach-policy", "--policy-id", made["Id"], "--target-id", WORKLOADS)
    held = on.aws(
        *("organizations", "list-policies-for-target", "--target-id", WORKLOADS),
        *("--filter", "SERVICE_CONTROL_POLICY"),
    )["Policies"]
    same(made["Id"] in {one["Id"] for one in held}, True)


def _has_a_hub(on: Deployment) -> None:
    """Phase 2: the hub takes logs in both Regions, and its bucket keeps them under lock."""
    capabilities = () if on.left_out("--capabilities") else ("--capabilities", "CAPABILITY_NAMED_IAM")
    for region in REGIONS:
        on.deploy(
            *("--stack-name", "hub", "--template-file", "hub.yaml", *capabilities),
            *("--parameter-overrides", f"OrganizationId={on.organization_id}"),
            region=region,
        )
        told = on.hub("logs", "describe-destinations", region=region)["destinations"]
        same([one["destinationName"] for one in told], ["bedrock-logs"])
    lock = on.hub("s3api", "get-object-lock-configuration", "--bucket", BUCKET)["ObjectLockConfiguration"]
    same(lock["Rule"]["DefaultRetention"], {"Mode": "COMPLIANCE", "Years": 7})
    keys = on.hub("s3api", "get-bucket-encryption", "--bucket", BUCKET)["ServerSideEncryptionConfiguration"]
    same(keys["Rules"][0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"], "aws:kms")


def _has_a_stack_set(on: Deployment) -> None:
    """Phase 3: the stack set is there, and follows accounts that come."""
    on.hub(
        *("cloudformation", "create-stack-set", "--stack-set-name", "bedrock", *AS_ADMINISTRATOR),
        *("--template-body", "file://member.yaml", "--permission-model", "SERVICE_MANAGED"),
        *("--auto-deployment", "Enabled=true,RetainStacksOnAccountRemoval=false"),
        *("--parameters", f"ParameterKey=HubAccount,ParameterValue={HUB}"),
        *("--capabilities", "CAPABILITY_NAMED_IAM"),
    )


def _has_instances(on: Deployment) -> None:
    """Phase 3: each account of the OU has the stack in both Regions."""
    told = on.hub(
        *("cloudformation", "create-stack-instances", "--stack-set-name", "bedrock", *AS_ADMINISTRATOR),
        *("--deployment-targets", f"OrganizationalUnitIds={WORKLOADS}", "--regions", *REGIONS),
        *("--operation-preferences", "RegionConcurrencyType=PARALLEL,MaxConcurrentPercentage=100"),
    )
    wanted = {f"{account}/{region}": "SUCCEEDED" for account in (SEARCH, SUPPORT) for region in REGIONS}
    same(on.operation(told), wanted)


def _logs_invocations(on: Deployment) -> None:
    """Each account and Region logs invocations to a group that sends them to the hub."""
    for account in (SEARCH, SUPPORT):
        member = on.member(account)
        for region in REGIONS:
            told = member("bedrock", "get-model-invocation-logging-configuration", region=region)
            same(told["loggingConfig"]["cloudWatchConfig"]["logGroupName"], GROUP)
            filters = member(
                "logs", "describe-subscription-filters", "--log-group-name", GROUP, region=region
            )
            leads_to = [one["destinationArn"] for one in filters["subscriptionFilters"]]
            same(leads_to, [f"arn:aws:logs:{region}:{HUB}:destination:bedrock-logs"])


def _answers(on: Deployment) -> None:
    """An application gets an answer under the guardrail, in both Regions; a forbidden word is caught."""
    for account, region in ((SEARCH, HOME), (SUPPORT, OTHER)):
        same(QUESTION in json.dumps(on.ask(account, region)), True)
    same("not this question" in json.dumps(on.ask(SEARCH, HOME, text="the gadget")), True)


def _keeps_the_records(on: Deployment) -> None:
    """The records of the invocations are in the bucket of the hub."""
    wanted = {(SEARCH, HOME), (SUPPORT, OTHER)}
    found: list[dict[str, Any]] = []
    for _ in until_delivered():
        found = on.evidence()
        if len(found) >= _CALLS:
            break
    same({(one["accountId"], one["region"]) for one in found}, wanted)
    same(len(found), _CALLS)
    same(all(":assumed-role/application/" in one["identity"]["arn"] for one in found), True)


def _is_read(on: Deployment) -> None:
    """Craton reads the records out of the hub's bucket, and knows whose they are.

    The lines by which Bedrock tried whether it may write are none, one an account and Region.
    """
    craton = [sys.executable, "-m", "craton"]
    environment = {**on.hub.environment, "CRATON_LAKE": str(on.folder / "lake")}
    ingest = [
        *craton,
        "ingest",
        f"s3://{BUCKET}/",
        "--manifest",
        str(MANIFEST),
        "--quiet",
        "--format",
        "json",
    ]
    done = subprocess.run(ingest, env=environment, capture_output=True, check=True)
    told = json.loads(done.stdout)
    same((told["quarantined"], told["ignored_reasons"]["permission_check"]), (0, _CHECKS))

    def rows(question: str) -> Any:
        asked = [*craton, "sql", question, "--format", "json"]
        return json.loads(subprocess.run(asked, env=environment, capture_output=True, check=True).stdout)

    counts = rows("SELECT account_id, region, count(*) AS calls FROM invocation GROUP BY 1, 2 ORDER BY 1")
    wanted = [
        {"account_id": SEARCH, "region": HOME, "calls": 2},
        {"account_id": SUPPORT, "region": OTHER, "calls": 1},
    ]
    same(counts, wanted)


def _denies(on: Deployment) -> None:
    """A call without a guardrail is denied by the policy, and so is switching the logging off."""
    for refused in (
        lambda: on.ask(SEARCH, HOME, guarded=False),
        lambda: on.member(SEARCH)("bedrock", "delete-model-invocation-logging-configuration"),
    ):
        try:
            refused()
        except AwsCliError as error:
            same("AccessDenied" in str(error), True)
            same("with an explicit deny in a service control policy" in str(error), True)
        else:
            raise NotAsItShouldBeError("a call that the policy denies was let through")


def _takes_in_who_comes(on: Deployment) -> None:
    """An account that moves into the OU gets the stack in both Regions, and its calls are logged, too."""
    on.aws(
        *("organizations", "move-account", "--account-id", NEWCOMER),
        *("--source-parent-id", WAITING, "--destination-parent-id", WORKLOADS),
    )
    held: list[str] = []
    for _ in until_delivered():
        listed = on.hub(
            *("cloudformation", "list-stack-instances", "--stack-set-name", "bedrock", *AS_ADMINISTRATOR),
            *("--stack-instance-account", NEWCOMER),
        )["Summaries"]
        held = sorted(one["Region"] for one in listed if one["Status"] == "CURRENT")
        if len(held) == len(REGIONS):
            break
    same(held, list(REGIONS))
    on.ask(NEWCOMER, OTHER)
    seen: set[str] = set()
    for _ in until_delivered():
        seen = {one["accountId"] for one in on.evidence()}
        if NEWCOMER in seen:
            break
    same(seen, {SEARCH, SUPPORT, NEWCOMER})


STEPS: dict[str, Step] = {
    "trust": _trusts_the_hub,
    "policy": _is_under_the_policy,
    "hub": _has_a_hub,
    "stack set": _has_a_stack_set,
    "instances": _has_instances,
    "logging": _logs_invocations,
    "invocation": _answers,
    "arrival": _keeps_the_records,
    "ingest": _is_read,
    "denial": _denies,
    "joining": _takes_in_who_comes,
}
