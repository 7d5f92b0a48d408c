"""What a drift opens: which requests go through that were stopped, and what is guarded or kept no longer.

Of policies, the requests that prove Craton's statements are decided twice, as things are now and as they were
applied. Of resources of stacks, the properties say it, where they are known to weaken something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec

from craton.core.plural import plural
from craton.core.quoting import ticked
from craton.engine.guardrail_drift import stops_less
from craton.engine.lakes import overlays_of
from craton.engine.policies import PoliciesInForce
from craton.engine.policy_effects import PlannedPolicies
from craton.registry.policies import Policies
from craton.simulator.authorizer import Authorizer
from craton.simulator.policy_set import PolicySet
from craton.simulator.proofs import requests
from craton.views.effect_text import effect_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from craton.core.manifest import Manifest
    from craton.core.policy import Policy
    from craton.engine.policies import AccountPolicies, Level
    from craton.engine.policy_effects import Side
    from craton.planner.plan import Change, Plan
    from craton.simulator.request import Request

_MOST: Final = 5
_DENIED: Final = "explicit_deny"
_GUARDRAIL: Final = "AWS::Bedrock::Guardrail"
_SWITCHES: Final = (
    "EnableKeyRotation",
    "EnableLogFileValidation",
    "IsLogging",
    "IsMultiRegionTrail",
    "IsOrganizationTrail",
    "BlockPublicAcls",
    "BlockPublicPolicy",
    "IgnorePublicAcls",
    "RestrictPublicBuckets",
    "ActionsEnabled",
)
"""Properties that protect while they are true.

Source: the resource types of CloudTrail, KMS, S3 and CloudWatch in the CloudFormation template reference,
retrieved 2026-11-27.
"""

_GRANTS: Final = ("PolicyDocument", "AssumeRolePolicyDocument", "KeyPolicy", "ManagedPolicyArns", "Policies")
_OF_TYPES: Final = {
    "BEDROCK_POLICY": "the organization's guardrail is not enforced",
    "TAG_POLICY": "tags may be spelled in any way",
}
"""What policies do that decide no request, by their type."""

_GONE: Final = {
    "AWS::Logs::SubscriptionFilter": "records of calls do not reach the hub",
    "AWS::Logs::LogGroup": "records of calls are kept nowhere in the account",
    _GUARDRAIL: "no guardrail looks at calls",
    "AWS::CloudTrail::Trail": "nobody records who calls AWS",
    "AWS::CloudWatch::Alarm": "nobody is told what the alarm watches",
    "AWS::Events::Rule": "nobody is told what the rule watches",
}


def openings(plan: Plan, manifest: Manifest, path: Path) -> Mapping[str, tuple[str, ...]]:
    """By address, what each open change of a plan that mends says to be open now; `path` is the manifest's.

    Raises: UserError where a policy that the manifest names cannot be read.
    """
    tried = _Tried(plan, manifest, path)
    types = {
        one.address.partition("/")[2]: str(one.after["type"])
        for one in plan.changes
        if one.address.startswith("policy/") and one.after
    }
    return {one.address: tuple(_of(one, tried, types)) for one in plan.open_changes}


def _of(change: Change, tried: _Tried, types: Mapping[str, str]) -> Iterator[str]:
    kind, _, rest = change.address.partition("/")
    if kind == "drift":
        for name, one in (change.before or {}).items():
            yield from _of_resource(name, one)
        return
    if kind == "policy_attachment" and change.action == "create":
        name, _, at = rest.partition("/")
        if types.get(name) in _OF_TYPES:
            yield f"{_OF_TYPES[types[name]]} at {ticked(at)}"
    if kind == "stack" and change.action == "create":
        yield "all that the stack held is gone, but for what is kept"
    if kind == "stack_instances" and change.action in ("create", "update"):
        missing = [one for one in change.after or {} if one not in (change.before or {})]
        yield from (f"nothing is logged or guarded by a stack in {one}" for one in missing[:_MOST])
    yield from tried.let_through(change)
    if change.effect is not None and change.effect.state == "replayed" and change.effect.newly_denied:
        yield f"of recorded calls, what mends it {effect_text(change.effect)}"


class _Tried:
    """Sends the requests that prove policies, as things are and as they were applied."""

    def __init__(self, plan: Plan, manifest: Manifest, path: Path) -> None:
        self._planned = PlannedPolicies(plan, manifest)
        self._now = self._planned.side(())
        self._manifest = manifest
        self._path = path

    def let_through(self, change: Change) -> Iterator[str]:
        """The requests that go through now, and were denied by what the change brings back."""
        if change.address not in self._planned.changes or self._planned.without_effect(change) is not None:
            return
        applied = self._planned.side([change])
        found: list[str] = []
        for account in self._meeting(change):
            now, before = _authorizer(account, self._now), _authorizer(account, applied)
            for one in self._requests():
                was = before.decide(one)
                if was.outcome == _DENIED and now.decide(one).outcome == "allowed":
                    found.append(f"{ticked(one.action)} on {ticked(one.resource)}")
            break
        told = list(dict.fromkeys(found))
        yield from (f"{one} is let through, and was denied" for one in told[:_MOST])
        if len(told) > _MOST:
            more = len(told) - _MOST
            verb = "proves the policy is" if more == 1 else "prove the policy are"
            yield f"{plural(more, 'more request')} that {verb} let through"

    def _meeting(self, change: Change) -> Iterator[AccountPolicies]:
        """The accounts that meet the policy of a change."""
        places = self._planned.places(change)
        for account in PoliciesInForce(self._manifest, self._path).every():
            if not account.is_management and any(level.at in places for level in account.levels):
                yield account

    def _requests(self) -> Iterator[Request]:
        known = Policies.load(overlays_of(self._manifest, self._path))
        for template in known.templates.values():
            for proof in template.header.proofs:
                if proof.expect == _DENIED:
                    yield from requests(proof)


def _authorizer(account: AccountPolicies, side: Side) -> Authorizer:
    def at(level: Level, kind: Any) -> tuple[Policy, ...]:
        own = side.at.get(level.at, ())
        return (*level.of_type(kind), *(policy for each, policy in own if each == kind))

    own = account.policy_set()
    return Authorizer(
        PolicySet(
            account=account.account,
            management_account=account.is_management,
            scps=tuple(at(level, "SERVICE_CONTROL_POLICY") for level in account.levels),
            rcps=tuple(at(level, "RESOURCE_CONTROL_POLICY") for level in account.levels),
            identity=own.identity,
        )
    )


def _of_resource(name: str, resource: Mapping[str, Any]) -> Iterator[str]:
    kind = str(resource["type"])
    if resource["status"] == "DELETED":
        yield _GONE.get(kind, f"{ticked(name)} is gone, and what it did is not done")
        return
    for place, sides in resource["properties"].items():
        was, now = _value(sides["was"]), _value(sides["is"])
        if kind == _GUARDRAIL:
            yield from stops_less(str(place), was, now)
        told = _weakened(str(place), was, now)
        if told is not None:
            yield told


def _value(told: Any) -> Any:
    """What CloudFormation tells as a text: JSON, or the text itself."""
    try:
        return msgspec.json.decode(told) if isinstance(told, str) else told
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return told


def _weakened(place: str, was: Any, now: Any) -> str | None:
    """What the change of a property opens, where that can be told."""
    last = place.rpartition("/")[2]
    if last == "RetentionInDays":
        unit = "day" if str(was) == "1" else "days"
        return f"records are kept for {now} and not for {was} {unit}" if _is_less(now, was) else None
    if last in _SWITCHES and str(was).lower() == "true" and str(now).lower() != "true":
        return f"{ticked(last)} is switched off"
    if any(part in _GRANTS for part in place.split("/")):
        return f"others than before are let in or let do more: {ticked(place)} was changed"
    return None


def _is_less(one: Any, other: Any) -> bool:
    try:
        return float(one) < float(other)
    except (TypeError, ValueError):
        return False
