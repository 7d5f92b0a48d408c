"""Which guardrails are enforced on the calls of an account: by itself, and by its organization.

Source: "Apply cross-account safeguards with Amazon Bedrock Guardrails enforcements",
docs.aws.amazon.com/bedrock/latest/userguide/guardrails-enforcements.html, and "Amazon Bedrock policy syntax
and examples", docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_bedrock_syntax.html,
retrieved 2026-11-26.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from craton.core.model_reference import parse
from craton.emulator.errors import NotEmulatedError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from craton.emulator.world import World

SHELF: Final = "bedrock enforced guardrails"
_ALL: Final = "ALL"
_POLICY: Final = "BEDROCK_POLICY"
_ASSIGN: Final = "@@assign"


@dataclass(frozen=True, slots=True, kw_only=True)
class Enforced:
    """A version of a guardrail that calls of the included models cannot do without.

    `guarding` says for `system` and `messages` whether only what is marked is assessed.
    """

    guardrail_arn: str
    version: str
    guarding: Mapping[str, str] = field(default_factory=dict)
    included: tuple[str, ...] = (_ALL,)
    excluded: tuple[str, ...] = ()
    created: dt.datetime | None = None
    created_by: str | None = None
    updated: dt.datetime | None = None
    updated_by: str | None = None
    told: Mapping[str, Any] = field(default_factory=dict)

    def covers(self, model: str) -> bool:
        """Whether calls of a foundation model need it."""
        included = _ALL in self.included or model in self.included
        return included and model not in self.excluded


def enforced_by_account(world: World, account: str, region: str) -> dict[str, Enforced]:
    """What the account enforces itself, by the id of the configuration."""
    return world.shelf(account, region, SHELF)


def enforced_on(world: World, account: str, region: str, model: str) -> tuple[Enforced, ...]:
    """Every guardrail that is enforced on a call of the account, the organization's first.

    Raises: NotEmulatedError for operators of inheritance that are not emulated.
    """
    base = parse(model).base or model
    found = (*enforced_by_organization(world, account, region), *_own(world, account, region))
    return tuple(one for one in found if one.covers(base))


def _own(world: World, account: str, region: str) -> tuple[Enforced, ...]:
    return tuple(enforced_by_account(world, account, region).values())


def enforced_by_organization(world: World, account: str, region: str) -> tuple[Enforced, ...]:
    """What the Bedrock policies of the organization enforce on an account in a Region."""
    told = effective_policy(world, account)
    regions = told.get("bedrock", {}).get("guardrail_inference", {})
    return tuple(_enforced(one) for one in regions.get(region, {}).values())


def effective_policy(world: World, account: str) -> dict[str, Any]:
    """The Bedrock policies from the root down to the account, the nearer ones over the farther.

    Raises: NotEmulatedError for operators other than `@@assign`.
    """
    organization = world.organization
    merged: dict[str, Any] = {}
    if organization is None or _POLICY not in organization.policy_types:
        return merged
    for target in organization.way(account):
        for policy in organization.attached(target, _POLICY):
            _merge(merged, json.loads(policy.content))
    return merged


def _merge(into: dict[str, Any], told: Mapping[str, Any]) -> None:
    for name, value in told.items():
        if name.startswith("@@"):
            raise NotEmulatedError(f"the operator {name} of Bedrock policies")
        if isinstance(value, dict) and _ASSIGN not in value:
            held = into.setdefault(name, {})
            _merge(held, value)
        else:
            into[name] = value[_ASSIGN] if isinstance(value, dict) else value


def _enforced(told: Mapping[str, Any]) -> Enforced:
    arn, _, version = str(told.get("identifier", "")).rpartition(":")
    models = told.get("model_enforcement", {})
    guarding = told.get("selective_content_guarding", {})
    return Enforced(
        guardrail_arn=arn,
        version=version,
        guarding={name: str(value).upper() for name, value in guarding.items()},
        included=_listed(models.get("included_models")) or (_ALL,),
        excluded=_listed(models.get("excluded_models")),
    )


def _listed(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else tuple(map(str, value))
