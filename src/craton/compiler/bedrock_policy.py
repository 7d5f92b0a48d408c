"""The Bedrock policy of an organization: each Region's version of its guardrail, for whoever enforces.

A wrong identifier would stop every call of the accounts that the policy reaches. AWS makes the ids up, so
the file holds a mark for each, `${us-east-1}`, and is no policy before what the stacks tell stands there.

Source: docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_bedrock_syntax.html,
retrieved 2026-11-23.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.compiler.organization_policies import targets_of
from craton.kinds.enforced_guardrail import excluded_models
from craton.kinds.organization_guardrail import OUTPUT, organization_tier

if TYPE_CHECKING:
    from craton.core.intent import Intent


def bedrock_policy(intent: Intent) -> dict[str, Any] | None:
    """The document with its marks; None where the organization has no guardrail."""
    if organization_tier(intent) is None:
        return None
    excluded = excluded_models(intent)
    regions = {region: {"organization": _held_to(region, excluded)} for region in intent.regions}
    return {"bedrock": {"guardrail_inference": regions}}


def _held_to(region: str, excluded: tuple[str, ...]) -> dict[str, Any]:
    models: dict[str, Any] = {"included_models": {"@@assign": ["ALL"]}}
    if excluded:
        models["excluded_models"] = {"@@assign": list(excluded)}
    return {
        "identifier": {"@@assign": mark(region)},
        "selective_content_guarding": {
            "system": {"@@assign": "comprehensive"},
            "messages": {"@@assign": "comprehensive"},
        },
        "model_enforcement": models,
    }


def mark(region: str) -> str:
    """What stands in the file for the ARN and version of a Region's guardrail."""
    return f"${{{region}}}"


def marks(intent: Intent) -> dict[str, dict[str, str]]:
    """Which output of which stack belongs in the place of each mark."""
    stack = intent.manifest.names.management_stack
    return {mark(region): {"stack": stack, "region": region, "output": OUTPUT} for region in intent.regions}


def held_to_it(intent: Intent) -> tuple[str, ...]:
    """The OUs and accounts of the environments that enforce."""
    return tuple(target for one in intent.environments if one.enforces for target in targets_of(one, intent))
