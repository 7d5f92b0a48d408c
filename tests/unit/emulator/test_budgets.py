from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Callable

ACCOUNT = "111111111111"
BUDGET: dict[str, Any] = {
    "BudgetName": "models",
    "BudgetType": "COST",
    "TimeUnit": "MONTHLY",
    "BudgetLimit": {"Amount": "100", "Unit": "USD"},
    "FilterExpression": {"Dimensions": {"Key": "SERVICE", "Values": ["Amazon Bedrock"]}},
    "Metrics": ["UnblendedCost"],
}
NOTIFICATION = {"NotificationType": "ACTUAL", "ComparisonOperator": "GREATER_THAN", "Threshold": 80.0}
SUBSCRIBER = {"SubscriptionType": "EMAIL", "Address": "owner@example.com"}


def made(client: Callable[..., Any]) -> Any:
    budgets = client("budgets")
    notified = [{"Notification": NOTIFICATION, "Subscribers": [SUBSCRIBER]}]
    budgets.create_budget(AccountId=ACCOUNT, Budget=BUDGET, NotificationsWithSubscribers=notified)
    return budgets


def action(kind: str, definition: dict[str, Any]) -> dict[str, Any]:
    return {
        "AccountId": ACCOUNT,
        "BudgetName": "models",
        "NotificationType": "ACTUAL",
        "ActionType": kind,
        "ActionThreshold": {"ActionThresholdValue": 90.0, "ActionThresholdType": "PERCENTAGE"},
        "Definition": definition,
        "ExecutionRoleArn": f"arn:aws:iam::{ACCOUNT}:role/budgets",
        "ApprovalModel": "AUTOMATIC",
        "Subscribers": [SUBSCRIBER],
    }


def test_a_budget_is_told_without_what_was_spent(client: Callable[..., Any]) -> None:
    told = made(client).describe_budget(AccountId=ACCOUNT, BudgetName="models")["Budget"]
    assert told["FilterExpression"] == BUDGET["FilterExpression"]
    assert "CalculatedSpend" not in told


def test_notifications_have_subscribers_and_are_not_reached(client: Callable[..., Any]) -> None:
    budgets, named = made(client), {"AccountId": ACCOUNT, "BudgetName": "models"}
    (told,) = budgets.describe_notifications_for_budget(**named)["Notifications"]
    assert (told["NotificationState"], told["ThresholdType"]) == ("OK", "PERCENTAGE")
    other = {"SubscriptionType": "EMAIL", "Address": "other@example.com"}
    budgets.create_subscriber(**named, Notification=NOTIFICATION, Subscriber=other)
    budgets.delete_subscriber(**named, Notification=NOTIFICATION, Subscriber=SUBSCRIBER)
    found = budgets.describe_subscribers_for_notification(**named, Notification=NOTIFICATION)["Subscribers"]
    assert found == [other]
    budgets.delete_notification(**named, Notification=NOTIFICATION)
    assert budgets.describe_notifications_for_budget(**named)["Notifications"] == []


def test_names_of_budgets_are_unique(client: Callable[..., Any]) -> None:
    made(client)
    with pytest.raises(ClientError, match="DuplicateRecordException"):
        made(client)


def test_budgets_of_other_accounts_are_refused(client: Callable[..., Any]) -> None:
    with pytest.raises(ClientError, match="AccessDenied"):
        client("budgets").describe_budgets(AccountId="222222222222")


def test_only_a_management_account_has_actions_that_apply_scps(client: Callable[..., Any]) -> None:
    budgets, organizations = made(client), client("organizations")
    definition = {"ScpActionDefinition": {"PolicyId": "p-FullAWSAccess", "TargetIds": ["222222222222"]}}
    with pytest.raises(ClientError, match="Only a management account can apply SCPs"):
        budgets.create_budget_action(**action("APPLY_SCP_POLICY", definition))
    organizations.create_organization(FeatureSet="ALL")
    content = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}
    policy = organizations.create_policy(
        Name="stop", Description="", Type="SERVICE_CONTROL_POLICY", Content=json.dumps(content)
    )["Policy"]["PolicySummary"]["Id"]
    definition["ScpActionDefinition"]["PolicyId"] = policy
    made_id = budgets.create_budget_action(**action("APPLY_SCP_POLICY", definition))["ActionId"]
    told = budgets.describe_budget_action(AccountId=ACCOUNT, BudgetName="models", ActionId=made_id)["Action"]
    assert (told["Status"], told["ActionType"]) == ("STANDBY", "APPLY_SCP_POLICY")
    with pytest.raises(ClientError, match="ExecuteBudgetAction is not emulated"):
        budgets.execute_budget_action(
            AccountId=ACCOUNT, BudgetName="models", ActionId=made_id, ExecutionType="APPROVE_BUDGET_ACTION"
        )


def test_a_definition_is_that_of_the_type_of_its_action(client: Callable[..., Any]) -> None:
    definition = {
        "IamActionDefinition": {"PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/deny", "Roles": ["app"]}
    }
    with pytest.raises(ClientError, match="InvalidParameterException"):
        made(client).create_budget_action(**action("APPLY_SCP_POLICY", definition))
