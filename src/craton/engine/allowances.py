"""What may be used in an account: every known way to a model, simulated, with the reason for each no.

What AWS offers in which Region, and which models the account has access to, is another matter, and is not
looked at here.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, Literal

import msgspec
from msgspec import Struct

from craton.core.manifest import Mode
from craton.core.quoting import listed, ticked
from craton.engine.approved_models import is_approved, is_pattern, known_models
from craton.engine.policies import PoliciesInForce
from craton.registry.iam import iam_reference
from craton.registry.inference import inference_profiles, inference_surfaces
from craton.simulator.bedrock_call import PUBLIC, BedrockCall
from craton.simulator.call_decision import CallJudge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from craton.core.manifest import Manifest
    from craton.engine.policies import AccountPolicies
    from craton.simulator.call_decision import CallDecision, JudgedLeg

Answer = Literal["yes", "with_guardrail", "no", "unknown", "none"]
"""`with_guardrail` is a yes for calls that name it; `none` means that there is no such way to call."""

Route = Literal["model", "geographic", "global", "application"]

ROLE: Final = "any-role"
_WHOLE: Final = "InvokeModel"
_STREAM: Final = "InvokeModelWithResponseStream"
_BATCH: Final = "CreateModelInvocationJob"
_MANTLE: Final = "CreateInference"
_GUARDED: Final = (_WHOLE, _STREAM)
_PROFILE_KEY: Final = "bedrock:InferenceProfileArn"
_GUARDRAIL_KEY: Final = "bedrock:guardrailidentifier"


class Cell(Struct, frozen=True):
    """The answer for one way to call, and why it is not a plain yes."""

    answer: Answer
    reason: str | None = None


class Way(Struct, frozen=True, kw_only=True):
    """One model, called from one Region through one thing, and whether that may be done how.

    `through` is what the call names as its model.
    """

    model: str
    approved: bool
    region: str
    route: Route
    through: str
    whole: Cell
    stream: Cell
    batch: Cell
    mantle: Cell


class Allowances(Struct, frozen=True, kw_only=True):
    """Everything that may be used in an account by a role whose own policies allow it.

    `guardrail` is the one with which calls were tried, and None where no policy asks for one. It
    `is_any_guardrail` where policies ask for whichever, so that its id is made up.
    """

    account: str
    name: str
    ou: str
    environment: str | None
    mode: Mode | None
    is_management: bool
    principal: str
    guardrail: str | None
    is_any_guardrail: bool
    ways: tuple[Way, ...]


def allowances(
    manifest: Manifest,
    path: Path,
    account_id: str,
    *,
    now: dt.datetime,
    role: str = ROLE,
    guardrail: str | None = None,
    endpoint: str = PUBLIC,
    every_model: bool = False,
) -> Allowances:
    """What a role in the account may call: approved models, or all that are known.

    `path` is the manifest's file, `now` is naive UTC, `endpoint` a VPC endpoint's id. `guardrail` is an id or
    an ARN with its version; left out, it is one that the policies ask for.
    Raises: UserError where there is no such account, or a policy cannot be read.
    """
    return allowances_under(
        PoliciesInForce(manifest, path).of(account_id),
        manifest,
        now=now,
        role=role,
        guardrail=guardrail,
        endpoint=endpoint,
        every_model=every_model,
    )


def allowances_under(
    policies: AccountPolicies,
    manifest: Manifest,
    *,
    now: dt.datetime,
    role: str = ROLE,
    guardrail: str | None = None,
    endpoint: str = PUBLIC,
    every_model: bool = False,
) -> Allowances:
    """The same where the policies that are in force for the account are known already."""
    account_id = policies.account
    account = manifest.accounts_by_id()[account_id]
    environment = manifest.environment_of(account_id, account.ou)
    asked = _asked_guardrail(policies)
    asking = _Asking(
        policies,
        principal=f"arn:aws:iam::{account_id}:role/{role}",
        organization=manifest.organization.id,
        guardrail=guardrail or (asked.replace("*", "1") if asked else None),
        endpoint=endpoint,
        now=now,
    )
    approved = manifest.models.approved.get(environment or "", ())
    return Allowances(
        account=account_id,
        name=account.name,
        ou=account.ou,
        environment=environment,
        mode=manifest.environments[environment].mode if environment else None,
        is_management=policies.is_management,
        principal=asking.principal,
        guardrail=asking.guardrail,
        is_any_guardrail=not guardrail and "*" in (asked or "").partition(":")[0],
        ways=tuple(
            asking.way(model, region, route, through, copied_from, approved=is_approved(model, approved))
            for model in _models(approved, every_model=every_model or not approved)
            for region in manifest.regions
            for route, through, copied_from in _routes(manifest, account_id, model, region)
        ),
    )


class _Asking:
    """Sends calls of one principal, and puts the decisions into words."""

    def __init__(
        self,
        policies: AccountPolicies,
        *,
        principal: str,
        organization: str,
        guardrail: str | None,
        endpoint: str,
        now: dt.datetime,
    ) -> None:
        self.principal = principal
        self.guardrail = guardrail
        self._policies = policies
        self._organization = organization
        self._endpoint = endpoint
        self._now = now
        self._files = {one.policy.name: one.file for level in policies.levels for one in level.policies}
        self._judge = CallJudge(
            policies.policy_set(),
            surfaces=inference_surfaces(),
            profiles=inference_profiles(),
            reference=iam_reference(),
        )

    def way(
        self, model: str, region: str, route: Route, through: str, copied_from: str | None, *, approved: bool
    ) -> Way:
        """All answers about one way to a model. Mantle knows no profiles."""

        def asked(api: str) -> Cell:
            return self._cell(api, through, region, copied_from)

        return Way(
            model=model,
            approved=approved,
            region=region,
            route=route,
            through=through,
            whole=asked(_WHOLE),
            stream=asked(_STREAM),
            batch=asked(_BATCH),
            mantle=asked(_MANTLE) if route == "model" else Cell("none"),
        )

    def _cell(self, api: str, model: str, region: str, copied_from: str | None) -> Cell:
        decision = self._decided(api, model, region, copied_from, guardrail=None)
        if decision.outcome == "allowed":
            return Cell("yes")
        reason = self._reason(decision.failing[0])
        if api in _GUARDED and self.guardrail is not None:
            guarded = self._decided(api, model, region, copied_from, guardrail=self.guardrail)
            if guarded.outcome == "allowed":
                return Cell("with_guardrail", reason)
            reason = self._reason(guarded.failing[0])
        return Cell("unknown" if decision.outcome == "unknown" else "no", reason)

    def _decided(
        self, api: str, model: str, region: str, copied_from: str | None, *, guardrail: str | None
    ) -> CallDecision:
        call = BedrockCall(
            principal=self.principal,
            account=self._policies.account,
            organization=self._organization,
            api=api,
            model=model,
            region=region,
            copied_from=copied_from,
            guardrail=guardrail,
            endpoint=self._endpoint,
            at=self._now.replace(tzinfo=dt.UTC),
        )
        decision = self._judge.decide(call)
        if decision.outcome != "unknown" or copied_from is None:
            return decision
        # AWS does not say whether the key holds the application's profile or what that was copied from: where
        # both give the same answer, it is the answer.
        own, source = (
            self._judge.decide(msgspec.structs.replace(call, context={_PROFILE_KEY: (arn,)}))
            for arn in (model, self._source_arn(copied_from, region))
        )
        return own if own.outcome == source.outcome else decision

    def _source_arn(self, profile: str, region: str) -> str:
        if profile.startswith("arn:"):
            return profile
        return f"arn:aws:bedrock:{region}:{self._policies.account}:inference-profile/{profile}"

    def _reason(self, judged: JudgedLeg) -> str:
        decision = judged.decision
        if judged.leg.missing is not None:
            return judged.leg.missing
        if decision is None or decision.outcome == "unknown":
            return f"it depends on {listed(decision.unknown_keys if decision else ())}"
        if decision.outcome == "implicit_deny":
            return f"no {' and no '.join(decision.blocked_by)} allows {judged.leg.about}"
        deciding = decision.statements[0]
        file = ticked(self._files.get(deciding.policy) or deciding.policy)
        at = ticked(self._policies.levels[deciding.level - 1].at) if deciding.level else "the resource"
        return f"{ticked(deciding.statement.label)} of {file} at {at} denies {judged.leg.about}"


def _models(approved: tuple[str, ...], *, every_model: bool) -> list[str]:
    if every_model:
        return sorted(known_models())
    named = {one for one in approved if not is_pattern(one)}
    return sorted(named | {model for model in known_models() if is_approved(model, approved)})


def _routes(
    manifest: Manifest, account_id: str, model: str, region: str
) -> Iterator[tuple[Route, str, str | None]]:
    """What a call of the model can name, and what an application inference profile was copied from."""
    yield "model", model, None
    for profile in inference_profiles().values():
        if profile.model == model and region in profile.routes:
            yield "global" if profile.is_global else "geographic", profile.id, None
    for arn, application in manifest.profiles_by_arn().items():
        _, _, _, where, owner, _ = arn.split(":", 5)
        if (where, owner) == (region, account_id) and application.model.endswith(model):
            yield "application", arn, application.model


def _asked_guardrail(policies: AccountPolicies) -> str | None:
    """The guardrail that the policies ask for, if one does: its id and version, each maybe a pattern."""
    for attached in policies.policy_set().attached():
        for condition in attached.statement.conditions:
            if condition.key.text.lower() == _GUARDRAIL_KEY:
                resource = condition.values[0].text.split(":", 5)[-1]
                return resource.removeprefix("guardrail/")
    return None
