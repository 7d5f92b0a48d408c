"""Accounts have a budget of Bedrock, which can stop calls of models where rules are enforced."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from tests.unit.kinds.judging import allowed_call, policy
from tests.unit.kinds.rehearsed import GOVERNED, SEARCH, SUPPORT, Rehearsed, document, intent

from craton.core.statement import document as document_of
from craton.kinds.budget import usd_per_month
from craton.kinds.parts.bedrock_cost import spending_stop
from craton.simulator.policy_set import PolicySet

if TYPE_CHECKING:
    from pathlib import Path

STOPPING = {"BudgetRole", "SpendingStop", "SpendingStopAction"}


def test_what_an_environment_is_for_decides_its_budget(tmp_path: Path) -> None:
    wanted = intent(tmp_path, "budgets: {usd_per_month: {dev: 250.5}}\n")
    amounts = {one.name: usd_per_month(wanted, one) for one in wanted.environments}
    assert amounts == {"dev": Decimal("250.5"), "prod": Decimal(10_000)}


def test_nothing_stops_unless_the_manifest_says_when(tmp_path: Path) -> None:
    assert STOPPING & set(document(intent(tmp_path))["Resources"]) == set()
    told = document(intent(tmp_path, GOVERNED))["Resources"]
    assert {told[name]["Condition"] for name in STOPPING} == {"InProdAtHome"}
    assert told["SpendingStopAction"]["Properties"]["ApprovalModel"] == "MANUAL"


@pytest.mark.parametrize("model", ["us.anthropic.claude-sonnet-4-6", "amazon.nova-lite-v1:0"])
@pytest.mark.parametrize("api", ["Converse", "InvokeModelWithResponseStream"])
def test_the_policy_of_a_spent_budget_stops_calls_of_every_model(model: str, api: str) -> None:
    every = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    stopped = policy(document_of(every, spending_stop()), SUPPORT)
    held = PolicySet(account=SUPPORT, identity=(stopped,))
    assert allowed_call(held, model, api=api) == "explicit_deny"


@pytest.mark.slow
def test_accounts_have_the_budget_of_their_environment(members: Rehearsed) -> None:
    for account, amount in ((SEARCH, "250.5"), (SUPPORT, "10000")):
        budgets = members.client("budgets", account)
        (told,) = budgets.describe_budgets(AccountId=account)["Budgets"]
        assert Decimal(told["BudgetLimit"]["Amount"]) == Decimal(amount)
        notified = budgets.describe_notifications_for_budget(AccountId=account, BudgetName=told["BudgetName"])
        assert sorted(one["Threshold"] for one in notified["Notifications"]) == [50, 80, 100, 100]
    actions = members.client("budgets", SUPPORT).describe_budget_actions_for_account(AccountId=SUPPORT)
    (action,) = actions["Actions"]
    assert (action["ActionType"], action["ApprovalModel"]) == ("APPLY_IAM_POLICY", "MANUAL")
    assert action["Definition"]["IamActionDefinition"]["Roles"] == ["BedrockDeveloper", "BedrockWorkload"]
