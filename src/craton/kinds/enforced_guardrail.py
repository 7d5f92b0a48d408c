"""Every call of an account is held to its guardrail, whether it names one or not.

Whoever has no leave to apply it would be stopped, even where it only looks. So everybody of the organization
has leave: the guardrail's own policy gives it, whatever those of a role say.

Source: docs.aws.amazon.com/bedrock/latest/userguide/guardrails-enforcements.html, and
docs.aws.amazon.com/bedrock/latest/userguide/guardrails-resource-based-policies.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from craton.core.kind import Kind, Row
from craton.core.resource import Resource, attribute
from craton.kinds.guardrail import for_the_organization, held_tiers, logical_id, section
from craton.kinds.guardrail_version import version_id
from craton.registry.prices import price_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import EnvironmentIntent, Intent

_WITHOUT_TEXT: Final = ("titan-embed", "nova-2-multimodal-embeddings", ".embed-", ".rerank-")
"""What ids of models hold that answer with numbers: they are asked with InvokeModel, and say nothing."""


def is_enforced(intent: Intent, environment: EnvironmentIntent) -> bool:
    """Whether every call of an environment is held to its guardrail."""
    by_default = environment.enforces or environment.tier == "test"
    return section(intent).enforced.get(environment.name, by_default)


def excluded_models(intent: Intent) -> tuple[str, ...]:
    """The ids of models that no enforced guardrail looks at."""
    approved = {glob for one in intent.environments for glob in one.approved_models}
    known = (
        one
        for one in price_table().models
        if any(part in one for part in _WITHOUT_TEXT) and any(fnmatchcase(one, glob) for glob in approved)
    )
    return section(intent).excluded_models or tuple(sorted(known))


def _resources(intent: Intent) -> Iterator[Resource]:
    enforced = intent.where(lambda one: is_enforced(intent, one))
    for tier, environments in held_tiers(intent):
        if not environments & enforced:
            continue
        held = environments & enforced
        yield Resource(
            template="member",
            id=f"{logical_id(tier)}Callers",
            type="AWS::Bedrock::ResourcePolicy",
            environments=held,
            properties={
                "ResourceArn": attribute(logical_id(tier), "GuardrailArn"),
                "PolicyDocument": for_the_organization(intent, logical_id(tier)),
            },
        )
        yield Resource(
            template="member",
            id=f"{logical_id(tier)}Enforced",
            type="AWS::Bedrock::EnforcedGuardrailConfiguration",
            environments=held,
            depends_on=(f"{logical_id(tier)}Callers",),
            properties={
                "GuardrailIdentifier": attribute(logical_id(tier), "GuardrailId"),
                "GuardrailVersion": attribute(version_id(tier), "Version"),
                "ModelEnforcement": {
                    "IncludedModels": ["ALL"],
                    "ExcludedModels": list(excluded_models(intent)),
                },
                "SelectiveContentGuarding": {"System": "COMPREHENSIVE", "Messages": "COMPREHENSIVE"},
            },
        )


KIND: Final = Kind(
    name="enforced_guardrail",
    title="Guardrails that hold for every call",
    resources=_resources,
    rows=(
        Row(
            title="Every call is held to the guardrail",
            value=lambda intent, one: "yes" if is_enforced(intent, one) else "no",
            properties=("Guardrail*Enforced", "Guardrail*Callers"),
            for_callers=True,
        ),
    ),
)
