"""Tries of a policy: what it decides about single legs of calls to Bedrock, where all else allows everything.

Source: "Geographic cross-Region inference" and "Global cross-Region inference", docs.aws.amazon.com/bedrock/
latest/userguide/geographic-cross-region-inference.html and global-cross-region-inference.html, retrieved
2026-11-23: a call through a profile is authorised on the profile, on the model in every Region that it may
run in, and for a global profile once more without a Region.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from craton.core.diagnostic import Place
from craton.core.policy import Patterns, Policy, Statement, Text
from craton.linter.operators import operator_of
from craton.registry.inference import UNSPECIFIED
from craton.simulator.authorizer import Authorizer
from craton.simulator.policy_set import PolicySet
from craton.simulator.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.linter.subject import Subject
    from craton.registry.inference import InferenceProfile
    from craton.simulator.decision import Decision

ACCOUNT: Final = "111111111111"
_NOWHERE: Final = Place("")
_ANY: Final = Patterns((Text("*", _NOWHERE),), negated=False, place=_NOWHERE)
_ALLOW_ALL: Final = Policy(
    name="AllowAll",
    file="",
    version="2012-10-17",
    statements=(
        Statement(
            number=1,
            sid=None,
            effect="Allow",
            actions=_ANY,
            resources=_ANY,
            principals=None,
            conditions=(),
            place=_NOWHERE,
        ),
    ),
    place=_NOWHERE,
)
_CONTEXT: Final = {
    "aws:PrincipalArn": (f"arn:aws:iam::{ACCOUNT}:role/workload",),
    "aws:PrincipalAccount": (ACCOUNT,),
    "aws:PrincipalType": ("AssumedRole",),
    "aws:PrincipalIsAWSService": ("false",),
    "aws:ViaAWSService": ("false",),
    "aws:SecureTransport": ("true",),
}
"""What every call of a workload's role carries."""


class Leg(Struct, frozen=True):
    """One authorisation of a call. `region` is `aws:RequestedRegion`, `profile` what it goes through."""

    resource: str
    region: str
    profile: str | None = None


class Trial:
    """A policy that is put in force alone."""

    def __init__(self, subject: Subject) -> None:
        policy = _without_principals(subject.policy)
        grants = any(one.effect == "Allow" for one in policy.statements)
        if grants:
            policies = PolicySet(account=ACCOUNT, identity=(policy,))
        else:
            policies = PolicySet(account=ACCOUNT, identity=(_ALLOW_ALL,), scps=((_ALLOW_ALL, policy),))
        self._authorizer = Authorizer(policies)
        self._decided: dict[tuple[str, Leg], Decision] = {}

    @classmethod
    def of(cls, subject: Subject) -> Trial | None:
        """A try of the policy; None where an operator in it is unknown, so that nothing can be decided."""
        conditions = [one for statement in subject.policy.statements for one in statement.conditions]
        return cls(subject) if all(operator_of(one.operator.text) for one in conditions) else None

    def decide(self, action: str, leg: Leg) -> Decision:
        """What the policy says to one leg of a call."""
        known = self._decided.get((action, leg))
        if known is None:
            context = {**_CONTEXT, "aws:RequestedRegion": (leg.region,)}
            if leg.profile is not None:
                context["bedrock:InferenceProfileArn"] = (leg.profile,)
            principal = _CONTEXT["aws:PrincipalArn"][0]
            request = Request(principal=principal, action=action, resource=leg.resource, context=context)
            known = self._decided[action, leg] = self._authorizer.decide(request)
        return known

    def allows(self, action: str, leg: Leg) -> bool:
        """Whether nothing in the policy stands against the leg."""
        return self.decide(action, leg).outcome == "allowed"


def tried(subject: Subject, profiles: Mapping[str, InferenceProfile]) -> Iterator[InferenceProfile]:
    """The profiles to try a policy with: where it names no model and no profile, one of each routing."""
    seen: set[tuple[str, tuple[tuple[str, tuple[str, ...]], ...]]] = set()
    names_some = _names_models(subject)
    for profile in profiles.values():
        alike = profile.id.partition(".")[0], tuple(profile.routes.items())
        if names_some or alike not in seen:
            seen.add(alike)
            yield profile


def _names_models(subject: Subject) -> bool:
    for statement in subject.policy.statements:
        patterns = statement.resources.patterns if statement.resources else ()
        values = [value for condition in statement.conditions for value in condition.values]
        if any("-model/" in one.text or "-profile/" in one.text for one in (*patterns, *values)):
            return True
    return False


def model_leg(model: str, region: str, profile: str | None = None) -> Leg:
    """The leg on a foundation model in a Region; `unspecified` is the one without a Region."""
    where = "" if region == UNSPECIFIED else region
    return Leg(f"arn:{_partition(region)}:bedrock:{where}::foundation-model/{model}", region, profile)


def profile_leg(profile_id: str, region: str) -> Leg:
    """The leg on a system-defined inference profile in the Region of the call."""
    return Leg(profile_arn(profile_id, region), region)


def profile_arn(profile_id: str, region: str) -> str:
    """The ARN of a system-defined inference profile in an account."""
    return f"arn:{_partition(region)}:bedrock:{region}:{ACCOUNT}:inference-profile/{profile_id}"


def _partition(region: str) -> str:
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def _without_principals(policy: Policy) -> Policy:
    """The same policy as one that need not say whom it is about."""
    statements = tuple(msgspec.structs.replace(one, principals=None) for one in policy.statements)
    return msgspec.structs.replace(policy, statements=statements)
