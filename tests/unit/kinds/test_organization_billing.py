from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.kinds.rehearsed import HOME, HUB, MANAGEMENT, MANIFEST, Rehearsed, document, intent
from tests.unit.kinds.whole_hub import deploy

from craton.compiler.template_text import template_text
from craton.kinds.data_export import KIND as EXPORTS
from craton.registry.data_exports import export_tables

if TYPE_CHECKING:
    from pathlib import Path

BUDGET = """
organization_budget: {usd_per_month: 2500.50, stop_at_percent: 110}
alerts: {emails: [owner@rehearsal.example]}
"""


def actions(wanted: dict[str, Any]) -> dict[str, Any]:
    """The actions of the budget, by logical id."""
    return {
        name: one["Properties"]
        for name, one in wanted["Resources"].items()
        if one["Type"] == "AWS::Budgets::BudgetsAction"
    }


@pytest.mark.slow
def test_a_budget_of_the_organization_tells_and_stops_who_enforces(tmp_path: Path) -> None:
    with Rehearsed(intent(tmp_path, BUDGET)) as on:
        deploy(on)
        budgets = on.client("budgets", MANAGEMENT)
        (told,) = budgets.describe_budgets(AccountId=MANAGEMENT)["Budgets"]
        assert told["BudgetLimit"] == {"Amount": "2500.5", "Unit": "USD"}
        assert [one["Dimensions"]["Values"] for one in told["FilterExpression"]["Or"]] == [
            ["Amazon Bedrock"],
            ["AmazonBedrock"],
        ]
        name = told["BudgetName"]
        rows = budgets.describe_notifications_for_budget(AccountId=MANAGEMENT, BudgetName=name)
        found = {(one["NotificationType"], one["Threshold"]) for one in rows["Notifications"]}
        assert found == {("ACTUAL", 50.0), ("ACTUAL", 80.0), ("ACTUAL", 100.0), ("FORECASTED", 100.0)}
        (action,) = budgets.describe_budget_actions_for_account(AccountId=MANAGEMENT)["Actions"]
        assert action["ApprovalModel"] == "MANUAL"
        definition = action["Definition"]["ScpActionDefinition"]
        assert definition["TargetIds"] == ["ou-a1b2-workprod1"]
        policy = on.client("organizations", MANAGEMENT).describe_policy(PolicyId=definition["PolicyId"])
        (statement,) = json.loads(policy["Policy"]["Content"])["Statement"]
        assert {"bedrock:InvokeModel", "bedrock-mantle:CreateInference"} <= set(statement["Action"])
        earlier = BUDGET.replace("stop_at_percent", "tell_at_percent: [40], stop_at_percent")
        body = template_text(document(intent(tmp_path, earlier), "management")).decode()
        on.stack("management", MANAGEMENT, body, [])
        (changed,) = budgets.describe_budgets(AccountId=MANAGEMENT)["Budgets"]
        assert changed["BudgetName"] != name, "who is told, and when, is changed by another budget alone"
        (action,) = budgets.describe_budget_actions_for_account(AccountId=MANAGEMENT)["Actions"]
        assert action["BudgetName"] == changed["BudgetName"]
        assert on.world.work.failures == []
        assert list(on.world.refused) == []


def test_without_an_amount_there_is_no_budget(tmp_path: Path) -> None:
    assert "OrganizationBudget" not in document(intent(tmp_path), "management")["Resources"]


def test_nothing_stops_by_itself_where_the_tier_is_prod_and_nothing_at_all_where_one_observes(
    tmp_path: Path,
) -> None:
    made = actions(document(intent(tmp_path, BUDGET), "management"))
    assert made.keys() == {"SpendingStopProd"}
    enforcing = MANIFEST.replace("dev: {mode: observe", "dev: {mode: enforce")
    both = actions(document(intent(tmp_path, BUDGET, enforcing), "management"))
    assert {name: one["ApprovalModel"] for name, one in both.items()} == {
        "SpendingStopDev": "AUTOMATIC",
        "SpendingStopProd": "MANUAL",
    }


def test_without_anybody_to_tell_the_management_account_gets_the_mail(tmp_path: Path) -> None:
    made = document(intent(tmp_path, "organization_budget: {usd_per_month: 10}\n"), "management")
    told = made["Resources"]["OrganizationBudget"]["Properties"]["NotificationsWithSubscribers"]
    assert {one["Address"] for row in told for one in row["Subscribers"]} == {"management@rehearsal.example"}


@pytest.mark.slow
def test_the_bill_is_exported_into_the_bucket_of_the_hub(hub: Rehearsed) -> None:
    exports = hub.client("bcm-data-exports", MANAGEMENT)
    told = [
        exports.get_export(ExportArn=one["ExportArn"])["Export"] for one in exports.list_exports()["Exports"]
    ]
    assert {one["Name"] for one in told} == {"craton-cost-and-usage-report", "craton-focus-1-2-aws"}
    for one in told:
        place = one["DestinationConfigurations"]["S3Destination"]
        assert place["S3Bucket"] == f"craton-bedrock-costs-{HUB}-{HOME}"
        assert place["S3BucketOwner"] == HUB
    report = next(one for one in told if "USAGE" in one["Name"].upper())["DataQuery"]["QueryStatement"]
    assert {"line_item_iam_principal", "line_item_resource_id"} <= set(report.split(", "))
    assert "SELECT *" not in report


def test_every_column_that_was_chosen_is_asked_for(tmp_path: Path) -> None:
    made = document(intent(tmp_path), "management")["Resources"]["Focus12AwsExport"]["Properties"]["Export"]
    asked = made["DataQuery"]["QueryStatement"].removeprefix("SELECT ").partition(" FROM ")[0].split(", ")
    assert asked == list(export_tables()["FOCUS_1_2_AWS"].columns)


def test_where_another_region_is_home_there_are_no_exports(tmp_path: Path) -> None:
    elsewhere = MANIFEST.replace("regions: [us-east-1, us-west-2]", "regions: [us-west-2, us-east-1]")
    wanted = intent(tmp_path, manifest=elsewhere)
    assert not list(EXPORTS.resources(wanted))


def test_the_tags_that_tell_who_pays_are_activated_at_last(tmp_path: Path) -> None:
    (step,) = EXPORTS.steps(intent(tmp_path))
    assert (step.service, step.operation, step.when) == ("ce", "UpdateCostAllocationTagsStatus", "last")
    keys = {one["TagKey"] for one in step.parameters["CostAllocationTagsStatus"]}
    assert {"team", "iamPrincipal/team"} <= keys
