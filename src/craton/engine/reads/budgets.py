"""What is read of AWS Budgets: budgets, whom they tell, and what they do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import Following, Plan, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


_BUDGET: Final = {"BudgetName": "BudgetName"}
_ACCOUNT: Final = ("AccountId",)
_BUDGETS: Final = (
    Following(
        each="Budgets",
        operation="DescribeNotificationsForBudget",
        taken=_BUDGET,
        kept=_ACCOUNT,
        then=(
            Following(
                each="Notifications",
                operation="DescribeSubscribersForNotification",
                taken={"Notification": "@"},
                kept=("AccountId", "BudgetName"),
            ),
        ),
    ),
    Following(each="Budgets", operation="DescribeBudgetActionsForBudget", taken=_BUDGET, kept=_ACCOUNT),
)


def _questions(at: Place) -> Iterator[Question]:
    if at.is_home:
        yield Question(operation="DescribeBudgets", parameters={"AccountId": at.account}, then=_BUDGETS)


PLAN: Final = Plan(service="budgets", questions=_questions)
