"""Budgets and exports of costs: how each is read, and changed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.e2e.deployment.hands_on.common import MANAGEMENT

if TYPE_CHECKING:
    from collections.abc import Callable


def budget(account: str) -> Callable[[Any, str], Any]:
    def told(budgets: Any, name: str) -> Any:
        limit = budgets.describe_budget(AccountId=account, BudgetName=name)["Budget"]["BudgetLimit"]
        return float(limit["Amount"])

    return told


def budget_changed(account: str) -> Callable[[Any, str], Any]:
    def changed(budgets: Any, name: str) -> None:
        told = budgets.describe_budget(AccountId=account, BudgetName=name)["Budget"]
        kept = {
            key: told[key]
            for key in ("BudgetName", "BudgetType", "TimeUnit", "FilterExpression", "Metrics")
            if key in told
        }
        limit = {"Amount": "999999", "Unit": "USD"}
        budgets.update_budget(AccountId=account, NewBudget={**kept, "BudgetLimit": limit})

    return changed


def budget_action(budgets: Any, _: str) -> Any:
    (told,) = budgets.describe_budget_actions_for_account(AccountId=MANAGEMENT)["Actions"]
    return told["ActionThreshold"]["ActionThresholdValue"]


def budget_action_changed(budgets: Any, _: str) -> None:
    (told,) = budgets.describe_budget_actions_for_account(AccountId=MANAGEMENT)["Actions"]
    budgets.update_budget_action(
        AccountId=MANAGEMENT,
        BudgetName=told["BudgetName"],
        ActionId=told["ActionId"],
        ActionThreshold={"ActionThresholdValue": 9000, "ActionThresholdType": "PERCENTAGE"},
    )


def export(exports: Any, arn: str) -> Any:
    return exports.get_export(ExportArn=arn)["Export"]["DataQuery"]["QueryStatement"]


def export_changed(exports: Any, arn: str) -> None:
    told = exports.get_export(ExportArn=arn)["Export"]
    query = {**told["DataQuery"], "QueryStatement": "SELECT bill_bill_type FROM COST_AND_USAGE_REPORT"}
    told.pop("ExportArn", None)
    exports.update_export(ExportArn=arn, Export={**told, "DataQuery": query})
