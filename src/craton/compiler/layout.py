"""Where the files of a compiled manifest lie: the layout that the strategy of the example organization names.

Scripts, guides and `organization.json` find every file by what stands here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.core.manifest import PolicyType
    from craton.core.resource import TemplateName

TEMPLATES: Final[Mapping[TemplateName, str]] = {
    "management": "cloudformation/management-account-template.yaml",
    "hub": "cloudformation/security-hub-account-template.yaml",
    "member": "cloudformation/multi-account-stackset-template.yaml",
    "management_access": "cloudformation/management-access-template.yaml",
    "hub_access": "cloudformation/hub-access-template.yaml",
    "member_access": "cloudformation/member-access-template.yaml",
}
SINGLE_ACCOUNT: Final = "cloudformation/bedrock-monitoring-infrastructure.yaml"
COMPLIANCE_RULES: Final = "governance/compliance-rules.yaml"
BUDGETS: Final = "governance/budget-templates.yaml"
TAG_POLICY: Final = "governance/tag-policy.json"
BEDROCK_POLICY: Final = "governance/bedrock-policy.json"
PROOFS: Final = "governance/proofs.json"
STEPS: Final = "organization.json"

COMMON_POLICIES: Final[Mapping[PolicyType, str]] = {
    "SERVICE_CONTROL_POLICY": "governance/scp-bedrock-enterprise-controls",
    "RESOURCE_CONTROL_POLICY": "governance/rcp/common",
}
"""The files of what holds in every environment alike, before their number and `.json`."""

OWN_POLICIES: Final[Mapping[PolicyType, str]] = {
    "SERVICE_CONTROL_POLICY": "governance/scp",
    "RESOURCE_CONTROL_POLICY": "governance/rcp",
}
"""The folders of what holds in one environment."""
