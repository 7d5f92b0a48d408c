"""A numbered version of each guardrail, made anew whenever what the guardrail says changes.

A version never changes. Its description holds a digest of the wording and of what is done in the environment,
so that CloudFormation makes a new one exactly then, and removes the old one once nothing refers to it.

Source: schema of AWS::Bedrock::GuardrailVersion in cfn-lint 1.58.0, retrieved 2026-11-23.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.kind import Kind
from craton.core.resource import Resource, attribute
from craton.kinds.guardrail import held_tiers, logical_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent
    from craton.registry.guardrails import GuardrailTier


def version_id(tier: GuardrailTier) -> str:
    """The logical id of the version of a tier's guardrail."""
    return f"{logical_id(tier)}Version"


def _resources(intent: Intent) -> Iterator[Resource]:
    for tier, environments in held_tiers(intent):
        digests = intent.by_environment(lambda one, tier=tier: tier.content_hash(one.enforces))  # type: ignore[misc]
        yield Resource(
            template="member",
            id=version_id(tier),
            type="AWS::Bedrock::GuardrailVersion",
            environments=environments,
            properties={
                "GuardrailIdentifier": attribute(logical_id(tier), "GuardrailId"),
                "Description": digests,
            },
        )


KIND: Final = Kind(name="guardrail_version", title="Versions of guardrails", resources=_resources)
