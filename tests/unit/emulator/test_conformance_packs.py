from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.emulator.rehearsal import MANAGEMENT, REGION

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal

    from craton.emulator.credentials import Caller

SETUP = "config-multiaccountsetup.amazonaws.com"
NAME = {"OrganizationConformancePackName": "baseline"}
RULE: dict[str, Any] = {
    "Type": "AWS::Config::ConfigRule",
    "Properties": {
        "ConfigRuleName": "rotated",
        "InputParameters": {"maxAccessKeyAge": {"Ref": "Age"}},
        "Source": {"Owner": "AWS", "SourceIdentifier": "ACCESS_KEYS_ROTATED"},
    },
}


def template(**resources: Any) -> str:
    parameters = {"Age": {"Type": "String", "Default": "90"}}
    return json.dumps({"Parameters": parameters, "Resources": resources or {"Rotated": RULE}})


def record(rehearsal: Rehearsal, caller: Caller | None = None) -> None:
    config = rehearsal.client("config", caller)
    role = f"arn:aws:iam::{(caller or rehearsal.administrator).account}:role/config"
    config.put_configuration_recorder(ConfigurationRecorder={"name": "default", "roleARN": role})


def rules_in(rehearsal: Rehearsal, caller: Caller | None = None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = rehearsal.client("config", caller).describe_config_rules()["ConfigRules"]
    return found


def detailed(config: Any) -> dict[str, str]:
    rows = config.get_organization_conformance_pack_detailed_status(**NAME)
    told = rows["OrganizationConformancePackDetailedStatuses"]
    return {one["AccountId"]: one["Status"] for one in told}


def test_the_rules_of_a_pack_bear_its_id_and_belong_to_config(rehearsal: Rehearsal) -> None:
    config = rehearsal.client("config")
    record(rehearsal)
    config.put_conformance_pack(ConformancePackName="baseline", TemplateBody=template())
    rehearsal.rest()
    (pack,) = config.describe_conformance_packs()["ConformancePackDetails"]
    (status,) = config.describe_conformance_pack_status()["ConformancePackStatusDetails"]
    assert (status["ConformancePackState"], pack["Type"]) == ("CREATE_COMPLETE", "CUSTOM")
    stacks = rehearsal.client("cloudformation").describe_stacks(StackName=status["StackArn"])["Stacks"]
    assert stacks[0]["StackStatus"] == "CREATE_COMPLETE"
    (rule,) = rules_in(rehearsal)
    assert rule["ConfigRuleName"] == f"rotated-{pack['ConformancePackId']}"
    assert json.loads(rule["InputParameters"]) == {"maxAccessKeyAge": "90"}
    with pytest.raises(ClientError, match="An AWS service owns ServiceLinkedConfigRule"):
        config.delete_config_rule(ConfigRuleName=rule["ConfigRuleName"])
    config.delete_conformance_pack(ConformancePackName="baseline")
    rehearsal.rest()
    assert config.describe_conformance_packs()["ConformancePackDetails"] == []
    assert rules_in(rehearsal) == []


def test_what_a_pack_found_is_what_its_rules_found(rehearsal: Rehearsal) -> None:
    config = rehearsal.client("config")
    record(rehearsal)
    config.put_conformance_pack(ConformancePackName="baseline", TemplateBody=template())
    rehearsal.rest()
    named = {"ConformancePackName": "baseline"}
    (row,) = config.describe_conformance_pack_compliance(**named)["ConformancePackRuleComplianceList"]
    assert row["ComplianceType"] == "INSUFFICIENT_DATA"
    summary = config.get_conformance_pack_compliance_summary(ConformancePackNames=["baseline"])
    (told,) = summary["ConformancePackComplianceSummaryList"]
    assert told["ConformancePackComplianceStatus"] == "INSUFFICIENT_DATA"
    found = config.get_conformance_pack_compliance_details(**named)
    assert found["ConformancePackRuleEvaluationResults"] == []
    with pytest.raises(ClientError, match="NoSuchConfigRuleInConformancePackException"):
        config.describe_conformance_pack_compliance(**named, Filters={"ConfigRuleNames": ["other"]})


def test_a_pack_without_a_recorder_fails_and_is_made_once_there_is_one(rehearsal: Rehearsal) -> None:
    config = rehearsal.client("config")
    config.put_conformance_pack(ConformancePackName="baseline", TemplateBody=template())
    rehearsal.rest()
    (status,) = config.describe_conformance_pack_status()["ConformancePackStatusDetails"]
    assert status["ConformancePackState"] == "CREATE_FAILED"
    assert "You must create a configuration recorder" in status["ConformancePackStatusReason"]
    record(rehearsal)
    config.put_conformance_pack(ConformancePackName="baseline", TemplateBody=template())
    rehearsal.rest()
    assert len(rules_in(rehearsal)) == 1


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (template(Topic={"Type": "AWS::SNS::Topic"}), "AWS::SNS::Topic"),
        ("Resources: {", "Template validation error"),
        (template(Rotated={**RULE, "DependsOn": "Other"}), "Other"),
    ],
)
def test_a_pack_holds_rules_and_remediations_only(rehearsal: Rehearsal, body: str, why: str) -> None:
    config = rehearsal.client("config")
    with pytest.raises(ClientError, match="ConformancePackTemplateValidationException") as caught:
        config.put_conformance_pack(ConformancePackName="baseline", TemplateBody=body)
    assert why in str(caught.value)


def test_parameters_that_a_template_lacks_are_refused(rehearsal: Rehearsal) -> None:
    given = [{"ParameterName": "Years", "ParameterValue": "1"}]
    with pytest.raises(ClientError, match="Years"):
        rehearsal.client("config").put_conformance_pack(
            ConformancePackName="baseline", TemplateBody=template(), ConformancePackInputParameters=given
        )


def test_a_pack_of_the_organization_is_in_every_account_but_those_excluded(rehearsal: Rehearsal) -> None:
    organizations = rehearsal.organization()
    inner, spared = rehearsal.member("inner"), rehearsal.member("spared")
    for account in (inner, spared):
        record(rehearsal, rehearsal.admin(account))
    record(rehearsal)
    config = rehearsal.client("config")
    config.put_organization_conformance_pack(**NAME, TemplateBody=template(), ExcludedAccounts=[spared])
    rehearsal.rest()
    access = organizations.list_aws_service_access_for_organization()["EnabledServicePrincipals"]
    assert [one["ServicePrincipal"] for one in access] == [SETUP]
    assert detailed(config) == {MANAGEMENT: "CREATE_SUCCESSFUL", inner: "CREATE_SUCCESSFUL"}
    (pack,) = rehearsal.client("config", rehearsal.into(inner)).describe_conformance_packs()[
        "ConformancePackDetails"
    ]
    assert pack["ConformancePackName"].startswith("OrgConformsPack-baseline-")
    assert pack["CreatedBy"] == SETUP
    assert [one["ConfigRuleName"] for one in rules_in(rehearsal, rehearsal.into(inner))] == [
        f"rotated-{pack['ConformancePackId']}"
    ]
    assert rules_in(rehearsal, rehearsal.into(spared)) == []
    with pytest.raises(ClientError, match="AccessDeniedException"):
        rehearsal.client("config", rehearsal.into(inner)).delete_conformance_pack(
            ConformancePackName=pack["ConformancePackName"]
        )
    config.put_organization_conformance_pack(**NAME, TemplateBody=template(), ExcludedAccounts=[inner])
    rehearsal.rest()
    assert detailed(config) == {MANAGEMENT: "UPDATE_SUCCESSFUL", spared: "CREATE_SUCCESSFUL"}
    assert rules_in(rehearsal, rehearsal.into(inner)) == []
    config.delete_organization_conformance_pack(**NAME)
    rehearsal.rest()
    assert config.describe_organization_conformance_packs()["OrganizationConformancePacks"] == []
    assert rules_in(rehearsal, rehearsal.into(spared)) == []


def test_an_account_without_a_recorder_is_told_as_failed(rehearsal: Rehearsal) -> None:
    rehearsal.organization()
    bare = rehearsal.member("bare")
    record(rehearsal)
    config = rehearsal.client("config")
    config.put_organization_conformance_pack(**NAME, TemplateBody=template())
    rehearsal.rest()
    assert detailed(config) == {MANAGEMENT: "CREATE_SUCCESSFUL", bare: "CREATE_FAILED"}
    (told,) = config.describe_organization_conformance_pack_statuses()["OrganizationConformancePackStatuses"]
    assert told["Status"] == "CREATE_FAILED"
    assert "You must create a configuration recorder" in told["ErrorMessage"]


def test_accounts_that_join_get_the_packs_and_those_that_leave_lose_them(rehearsal: Rehearsal) -> None:
    organizations = rehearsal.organization()
    record(rehearsal)
    config = rehearsal.client("config")
    config.put_organization_conformance_pack(**NAME, TemplateBody=template())
    rehearsal.rest()
    joined = rehearsal.member("joined")
    rehearsal.rest()
    assert detailed(config) == {MANAGEMENT: "CREATE_SUCCESSFUL", joined: "CREATE_FAILED"}
    inside = rehearsal.admin(joined)
    record(rehearsal, inside)
    config.put_organization_conformance_pack(**NAME, TemplateBody=template())
    rehearsal.rest()
    assert len(rules_in(rehearsal, inside)) == 1
    organizations.remove_account_from_organization(AccountId=joined)
    rehearsal.rest()
    assert rules_in(rehearsal, inside) == []
    assert detailed(config) == {MANAGEMENT: "UPDATE_SUCCESSFUL"}


def test_only_the_management_account_and_a_delegated_administrator_reach_the_organization(
    rehearsal: Rehearsal,
) -> None:
    organizations = rehearsal.organization()
    hub = rehearsal.member("hub")
    member = rehearsal.client("config", rehearsal.into(hub))
    with pytest.raises(ClientError, match="OrganizationAccessDeniedException"):
        member.put_organization_conformance_pack(**NAME, TemplateBody=template())
    organizations.enable_aws_service_access(ServicePrincipal=SETUP)
    organizations.register_delegated_administrator(AccountId=hub, ServicePrincipal=SETUP)
    record(rehearsal)
    record(rehearsal, rehearsal.into(hub))
    arn = member.put_organization_conformance_pack(**NAME, TemplateBody=template())[
        "OrganizationConformancePackArn"
    ]
    assert arn.startswith(f"arn:aws:config:{REGION}:{hub}:organization-conformance-pack/baseline-")
    rehearsal.rest()
    assert detailed(member) == {MANAGEMENT: "CREATE_SUCCESSFUL", hub: "CREATE_SUCCESSFUL"}
    assert (
        rehearsal.client("config").describe_organization_conformance_packs()["OrganizationConformancePacks"]
        == []
    )


def test_a_rule_of_the_organization_is_in_every_account(rehearsal: Rehearsal) -> None:
    rehearsal.organization()
    inner = rehearsal.member("inner")
    record(rehearsal)
    record(rehearsal, rehearsal.into(inner))
    config = rehearsal.client("config")
    named = {"OrganizationConfigRuleName": "rotated"}
    managed = {"RuleIdentifier": "ACCESS_KEYS_ROTATED", "InputParameters": '{"maxAccessKeyAge":"90"}'}
    with pytest.raises(ClientError, match="Exactly one of"):
        config.put_organization_config_rule(**named)
    with pytest.raises(ClientError, match="ROTATED_KEYS is invalid"):
        config.put_organization_config_rule(
            **named, OrganizationManagedRuleMetadata={"RuleIdentifier": "ROTATED_KEYS"}
        )
    config.put_organization_config_rule(**named, OrganizationManagedRuleMetadata=managed)
    rehearsal.rest()
    (rule,) = rules_in(rehearsal, rehearsal.into(inner))
    assert rule["ConfigRuleName"].startswith("OrgConfigRule-rotated-")
    assert (rule["CreatedBy"], rule["InputParameters"]) == (SETUP, managed["InputParameters"])
    rows = config.get_organization_config_rule_detailed_status(**named)[
        "OrganizationConfigRuleDetailedStatus"
    ]
    assert {one["AccountId"]: one["MemberAccountRuleStatus"] for one in rows} == {
        MANAGEMENT: "CREATE_SUCCESSFUL",
        inner: "CREATE_SUCCESSFUL",
    }
    config.delete_organization_config_rule(**named)
    rehearsal.rest()
    assert rules_in(rehearsal, rehearsal.into(inner)) == []
    with pytest.raises(ClientError, match="NoSuchOrganizationConfigRuleException"):
        config.delete_organization_config_rule(**named)
