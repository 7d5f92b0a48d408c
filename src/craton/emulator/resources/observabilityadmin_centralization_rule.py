"""AWS::ObservabilityAdmin::OrganizationCentralizationRule."""

from craton.emulator.resources.api_kind import ApiKind
from craton.emulator.resources.shaping import TagCalls

KIND = ApiKind(
    type="AWS::ObservabilityAdmin::OrganizationCentralizationRule",
    service="observabilityadmin",
    creates="create_centralization_rule_for_organization",
    reads="get_centralization_rule_for_organization",
    updates="update_centralization_rule_for_organization",
    deletes="delete_centralization_rule_for_organization",
    identifies={"RuleIdentifier": "{id}"},
    physical="RuleArn",
    attributes={"RuleArn": "RuleArn"},
    unwraps="{RuleName: RuleName, Rule: CentralizationRule}",
    tags=TagCalls("tag_resource", "untag_resource", by="ResourceARN"),
)
