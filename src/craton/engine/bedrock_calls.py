"""Questions about one call of Bedrock, answered by policies of files and of the manifest, leg by leg."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct, field
from msgspec.structs import replace

from craton.codec.full_access import allowing_all
from craton.codec.policy_source import read_policy
from craton.core.arn import Arn
from craton.core.errors import UserError
from craton.core.organization import ROOT
from craton.core.policy import Policy
from craton.core.quoting import ticked
from craton.engine.manifests import load
from craton.engine.policies import PoliciesInForce
from craton.registry.iam import iam_reference
from craton.registry.inference import inference_profiles, inference_surfaces
from craton.simulator.bedrock_call import BearerToken, BedrockCall, CallError
from craton.simulator.call_decision import CallJudge
from craton.simulator.call_report import CallReport, told
from craton.simulator.policy_set import PolicySet

if TYPE_CHECKING:
    from collections.abc import Iterable


BATCH: Final = "CreateModelInvocationJob"
FULL_ACCESS: Final = "FullAWSAccess"


class PolicyFile(Struct, frozen=True):
    """An SCP in a file, and where it is attached: `root`, the path of an OU, or an account."""

    file: Path
    at: str


class PolicyValue(Struct, frozen=True):
    """An SCP that stands in no file, and where it is tried."""

    policy: Policy
    at: str


class CallQuestion(Struct, frozen=True, kw_only=True):
    """A call as somebody asks about it, and the policies that it meets.

    `profile` is a geography such as `us` or `global`, the id of an inference profile, or the ARN of an
    application inference profile that was made of `model`. Without `identity` it is supposed that the
    principal's own policies allow everything. `full_access` keeps AWS's own SCP attached at every level. A
    manifest tells the organization and its policies; `scps` and `candidates` then come beside them.
    """

    principal: str
    model: str
    region: str
    api: str = "Converse"
    profile: str | None = None
    stream: bool = False
    batch: bool = False
    guardrail: str | None = None
    endpoint: str | None = None
    bearer: BearerToken | None = None
    tier: str | None = None
    project: str = "default"
    organization: str | None = None
    at: datetime | None = None
    context: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    scps: tuple[PolicyFile, ...] = ()
    candidates: tuple[PolicyValue, ...] = ()
    identity: tuple[Path, ...] = ()
    boundaries: tuple[Path, ...] = ()
    sessions: tuple[Path, ...] = ()
    endpoint_policies: tuple[Path, ...] = ()
    manifest: Path | None = None
    full_access: bool = True
    management_account: bool = False


def simulate_call(question: CallQuestion) -> CallReport:
    """What becomes of the call.

    Raises: UserError where a file holds no policy, or such a call cannot be made.
    """
    path = question.manifest
    if path is None:
        return answer(question, None)
    manifest = load(path)
    if question.organization is None:
        question = replace(question, organization=manifest.organization.id)
    return answer(question, PoliciesInForce(manifest, path))


def answer(question: CallQuestion, in_force: PoliciesInForce | None) -> CallReport:
    """What becomes of the call, where it is known already what is in force.

    Raises: UserError where a file holds no policy, or such a call cannot be made.
    """
    call = called(question)
    policies, places = _policies(question, call.account, in_force)
    judge = CallJudge(
        policies, surfaces=inference_surfaces(), profiles=inference_profiles(), reference=iam_reference()
    )
    decision = judge.decide(call)
    return CallReport(
        decision=decision.outcome,
        principal=call.principal,
        api=call.api,
        model=call.model,
        region=call.region,
        supposed=tuple(_supposed(question, in_force)),
        legs=tuple(told(leg, judge.authorizer, places) for leg in decision.legs),
    )


def called(question: CallQuestion) -> BedrockCall:
    """The call that a question is about."""
    arn = Arn.parse(question.principal)
    if arn is None or not arn.account:
        hint = "write it as `arn:aws:iam::111111111111:role/NAME`"
        message = f"the principal {ticked(question.principal)} is no ARN of an account"
        raise CallError(message, about="principal", hint=hint)
    model, copied_from = _routed(question)
    return BedrockCall(
        principal=question.principal,
        account=arn.account,
        api=_api(question),
        model=model,
        region=question.region,
        copied_from=copied_from,
        guardrail=question.guardrail,
        endpoint=question.endpoint,
        bearer=question.bearer,
        tier=question.tier,
        project=question.project,
        organization=question.organization,
        at=question.at,
        context=question.context,
        absent=question.absent,
    )


def _routed(question: CallQuestion) -> tuple[str, str | None]:
    """What the call names as its model, and what an application inference profile was copied from."""
    profile = question.profile
    if profile is None:
        return question.model, None
    if ":application-inference-profile/" in profile:
        return profile, question.model
    return (profile if "." in profile else f"{profile}.{question.model}"), None


def _api(question: CallQuestion) -> str:
    if question.batch:
        return BATCH
    if not question.stream:
        return question.api
    for surface in inference_surfaces():
        if surface.api.lower() == question.api.lower():
            if surface.streams:
                return surface.api
            if surface.twin is not None:
                return surface.twin
    raise CallError(f"{ticked(question.api)} has no stream", about="stream")


def _policies(
    question: CallQuestion, account: str, in_force: PoliciesInForce | None
) -> tuple[PolicySet, tuple[str, ...]]:
    """The policies on the way of the call, and the places of the levels of SCPs.

    Resource control policies do not reach Bedrock. Source: content/reference/iam/services/bedrock.tsv.
    """
    identity = _read(question.identity) or (allowing_all("supposed"),)
    attached = [
        *((one.at, _policy(one.file)) for one in question.scps),
        *((one.at, one.policy) for one in question.candidates),
    ]
    if in_force is not None:
        found = in_force.of(account)
        places = tuple(level.at for level in found.levels)
        base = found.policy_set(identity)
    else:
        places = _places([at for at, _ in attached], account)
        held: tuple[Policy, ...] = (allowing_all(FULL_ACCESS),) if question.full_access else ()
        base = PolicySet(
            account=account,
            management_account=question.management_account,
            scps=tuple(held for _ in places),
            identity=identity,
        )
    return (
        replace(
            base,
            scps=_with_attached(base.scps, places, attached),
            rcps=(),
            boundaries=_read(question.boundaries),
            sessions=_read(question.sessions),
            endpoints=_read(question.endpoint_policies),
        ),
        places,
    )


def _places(targets: list[str], account: str) -> tuple[str, ...]:
    """Where SCPs stand, from the root down: OUs in the order in which they are named, the account last."""
    units = dict.fromkeys(at for at in targets if at not in (ROOT, account))
    ends = [place for place in (ROOT, account) if place in targets]
    return (*(p for p in ends if p == ROOT), *units, *(p for p in ends if p == account))


def _with_attached(
    levels: tuple[tuple[Policy, ...], ...], places: tuple[str, ...], attached: list[tuple[str, Policy]]
) -> tuple[tuple[Policy, ...], ...]:
    for at, _ in attached:
        if at not in places:
            hint = f"the account stands below {', '.join(places)}"
            raise CallError(f"{ticked(at)} is not above the account", about="target", hint=hint)
    return tuple(
        (*level, *(policy for at, policy in attached if at == place))
        for level, place in zip(levels, places, strict=True)
    )


def _read(files: Iterable[Path]) -> tuple[Policy, ...]:
    return tuple(_policy(file) for file in files)


def _policy(file: Path) -> Policy:
    try:
        data = file.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UserError(f"the policy {ticked(str(file))} cannot be read: {reason}") from None
    policy, problems = read_policy(data, str(file), file.stem)
    wrong = [problem for problem in problems if problem.severity == "error"]
    if policy is None or wrong:
        raise UserError("\n".join(str(one) for one in wrong), hint=f"`craton lint {file}` shows the places")
    return policy


def _supposed(question: CallQuestion, in_force: PoliciesInForce | None) -> Iterable[str]:
    given = bool(question.scps or question.candidates)
    if not question.identity:
        yield "the principal's own policies allow everything"
    if question.full_access and given and in_force is None:
        yield f"`{FULL_ACCESS}` is attached beside the SCPs, as AWS attaches it"
    if in_force is None and not given:
        yield "no SCP stands on the way"
