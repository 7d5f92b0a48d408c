"""The service, and what is kept of a budget.

Source: "AWS Budgets", docs.aws.amazon.com/aws-cost-management/latest/APIReference/
API_Operations_AWS_Budgets.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from craton.emulator.errors import ServiceError
from craton.emulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.emulator.call import Call

SERVICE = Service("budgets")


@dataclass(slots=True, kw_only=True)
class Budget:
    """A budget with its notifications and their subscribers, and its actions by id."""

    name: str
    arn: str
    told: dict[str, Any]
    notifications: list[tuple[dict[str, Any], list[dict[str, Any]]]] = field(default_factory=list)
    actions: dict[str, dict[str, Any]] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)


def budgets(call: Call) -> dict[str, Budget]:
    """The budgets of the account by name. Raises: ServiceError where the call names another account."""
    if str(call.parameters.get("AccountId", call.account)) != call.account:
        raise ServiceError("AccessDeniedException", "You may name no other account.")
    return call.world.shelf(call.account, "", "budgets")


def existing(call: Call) -> Budget:
    """The budget of a call. Raises: ServiceError."""
    name = str(call.parameters["BudgetName"])
    found = budgets(call).get(name)
    if found is None:
        raise ServiceError("NotFoundException", f"Unable to get budget: {name} - the budget doesn't exist.")
    return found


def page(call: Call, key: str, rows: list[Any]) -> dict[str, Any]:
    """A page of rows with the token of the next."""
    start, size = int(call.parameters.get("NextToken") or 0), int(call.parameters.get("MaxResults") or 100)
    more = {"NextToken": str(start + size)} if start + size < len(rows) else {}
    return {key: rows[start : start + size], **more}


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """Budgets are authorised as something to view or to modify; actions as what their calls are called.

    Source: "Actions, resources, and condition keys for AWS Budget Service", docs.aws.amazon.com/
    service-authorization/latest/reference/list_awsbudgetservice.html, retrieved 2026-11-26.
    """
    given, name = call.parameters, call.operation.name
    told = given.get("BudgetName") or (given.get("Budget") or {}).get("BudgetName") or "*"
    arn = f"arn:aws:budgets::{call.account}:budget/{told}"
    if "BudgetAction" in name:
        return [(f"budgets:{name}", f"{arn}/action/{given.get('ActionId') or '*'}")]
    if name in ("TagResource", "UntagResource", "ListTagsForResource"):
        return [(f"budgets:{name}", str(given["ResourceARN"]))]
    return [("budgets:ViewBudget" if name.startswith("Describe") else "budgets:ModifyBudget", arn)]
