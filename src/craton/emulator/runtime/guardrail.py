"""Guardrails as an account and Region keeps them: a draft, and versions that never change."""

from __future__ import annotations

import copy
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from craton.core.arn import Arn

if TYPE_CHECKING:
    import datetime as dt

    from craton.emulator.world import World

DRAFT: Final = "DRAFT"
_SHELF: Final = "bedrock guardrails"


@dataclass(slots=True, kw_only=True)
class Wording:
    """What one version of a guardrail says. `policies` are as GetGuardrail tells them, by its names."""

    name: str
    description: str | None
    policies: dict[str, Any]
    blocked_input: str
    blocked_outputs: str
    kms_key_arn: str | None
    profile: str | None
    created: dt.datetime
    updated: dt.datetime

    def numbered(self, description: str | None, now: dt.datetime) -> Wording:
        """The same, frozen at a moment under a description of its own."""
        return Wording(
            name=self.name,
            description=description,
            policies=copy.deepcopy(self.policies),
            blocked_input=self.blocked_input,
            blocked_outputs=self.blocked_outputs,
            kms_key_arn=self.kms_key_arn,
            profile=self.profile,
            created=now,
            updated=now,
        )


@dataclass(slots=True, kw_only=True)
class Guardrail:
    """A guardrail with its versions by number; numbers are never given twice."""

    id: str
    arn: str
    draft: Wording
    versions: dict[str, Wording] = field(default_factory=dict)
    last_version: int = 0

    def wording(self, version: str) -> Wording | None:
        """What a version says; None where there is none of that number."""
        return self.draft if version == DRAFT else self.versions.get(version)


def guardrails(world: World, account: str, region: str) -> dict[str, Guardrail]:
    """The guardrails of an account and Region by id."""
    return world.shelf(account, region, _SHELF)


def guardrail_arn(account: str, region: str, identifier: str) -> str:
    """The ARN of a guardrail that is named by id or ARN."""
    return (
        identifier
        if identifier.startswith("arn:")
        else f"arn:aws:bedrock:{region}:{account}:guardrail/{identifier}"
    )


def guardrail_of(world: World, account: str, region: str, identifier: str) -> Guardrail | None:
    """The guardrail that an id or ARN names; None where there is none in that Region."""
    arn = Arn.parse(guardrail_arn(account, region, identifier))
    if arn is None or arn.region != region:
        return None
    return guardrails(world, arn.account, region).get(arn.resource.removeprefix("guardrail/"))
