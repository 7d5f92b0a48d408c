"""The guardrail of the organization: it stands in the management account, and a Bedrock policy names it.

It is in each Region, for a policy names a guardrail of the Region in which a call is made. AWS's own key
encrypts it: AWS does not say whether callers of other accounts would need leave to use another, and without
leave each of their calls would fail.

Source: docs.aws.amazon.com/bedrock/latest/userguide/guardrails-enforcements.html, and
docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_bedrock_syntax.html, 2026-11-23.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.kind import Kind
from craton.core.resource import Output, Resource, attribute, sub
from craton.kinds.guardrail import for_the_organization, section
from craton.kinds.parts.guardrail_properties import guardrail_properties
from craton.registry.guardrails import Guardrails as Tiers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent
    from craton.registry.guardrails import GuardrailTier

GUARDRAIL: Final = "OrganizationGuardrail"
OUTPUT: Final = "OrganizationGuardrailVersionArn"


def organization_tier(intent: Intent) -> GuardrailTier | None:
    """The tier that the organization holds environments to which enforce; None where it holds none.

    Raises: LookupError where there is no such file.
    """
    name = section(intent).organization
    if name is None or not any(one.enforces for one in intent.environments):
        return None
    known = Tiers.load(intent.content).tiers
    if name not in known:
        raise LookupError(f"there is no guardrail `{name}`")
    return known[name]


def _resources(intent: Intent) -> Iterator[Resource | Output]:
    tier = organization_tier(intent)
    if tier is None:
        return
    yield Resource(
        template="management",
        id=GUARDRAIL,
        type="AWS::Bedrock::Guardrail",
        properties=guardrail_properties(
            tier, intent, name=f"{intent.manifest.names.guardrail}-organization", observing=None
        ),
    )
    yield Resource(
        template="management",
        id=f"{GUARDRAIL}Version",
        type="AWS::Bedrock::GuardrailVersion",
        properties={
            "GuardrailIdentifier": attribute(GUARDRAIL, "GuardrailId"),
            "Description": tier.content_hash(),
        },
    )
    yield Resource(
        template="management",
        id=f"{GUARDRAIL}Callers",
        type="AWS::Bedrock::ResourcePolicy",
        because="without it, every call of the accounts that the Bedrock policy reaches would fail",
        properties={
            "ResourceArn": attribute(GUARDRAIL, "GuardrailArn"),
            "PolicyDocument": for_the_organization(intent, GUARDRAIL),
        },
    )
    yield Output(
        template="management",
        id=OUTPUT,
        value=sub(f"${{{GUARDRAIL}.GuardrailArn}}:${{{GUARDRAIL}Version.Version}}"),
        description="the version of the guardrail that the Bedrock policy names in this Region",
    )


KIND: Final = Kind(name="organization_guardrail", title="Guardrail of the organization", resources=_resources)
