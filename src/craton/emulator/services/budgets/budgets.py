"""Budgets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.constraints import check_parameters
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.services.budgets.notifications import add_notification
from craton.emulator.services.budgets.service import SERVICE, Budget, budgets, existing, page

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result

_READ_ONLY: Final = ("CalculatedSpend", "LastUpdatedTime", "HealthStatus")
_PATTERNED: Final = ("BudgetName", "Address", "Amount", "Unit")


@SERVICE.operation("CreateBudget")
def create_budget(call: Call) -> Result:
    """Makes a budget with its notifications."""
    check_parameters(call, but=_PATTERNED)
    given = call.parameters
    told = _checked(dict(given["Budget"]))
    held, name = budgets(call), str(told["BudgetName"])
    if name in held:
        raise ServiceError(
            "DuplicateRecordException", f"Error creating budget: {name} - the budget already exists."
        )
    budget = Budget(name=name, arn=f"arn:aws:budgets::{call.account}:budget/{name}", told=told)
    budget.told["LastUpdatedTime"] = call.time
    for one in given.get("NotificationsWithSubscribers") or ():
        add_notification(budget, dict(one["Notification"]), [dict(who) for who in one["Subscribers"]])
    budget.tags.update({str(one["Key"]): str(one["Value"]) for one in given.get("ResourceTags") or ()})
    held[name] = budget
    return {}


def _checked(told: dict[str, Any]) -> dict[str, Any]:
    """Raises: NotEmulatedError, ServiceError for budgets that AWS would not take."""
    for name in ("AutoAdjustData", "PlannedBudgetLimits", "BillingViewArn"):
        if told.get(name):
            raise NotEmulatedError(f"the parameter Budget.{name}")
    if told["BudgetType"] in ("COST", "USAGE") and not told.get("BudgetLimit"):
        raise ServiceError("InvalidParameterException", "BudgetLimit is required.")
    if told.get("FilterExpression") and told.get("CostFilters"):
        raise ServiceError(
            "InvalidParameterException", "CostFilters and FilterExpression cannot be given together."
        )
    return {name: value for name, value in told.items() if name not in _READ_ONLY}


@SERVICE.operation("UpdateBudget")
def update_budget(call: Call) -> Result:
    """Says a budget anew; its notifications stay."""
    check_parameters(call, but=_PATTERNED)
    told = _checked(dict(call.parameters["NewBudget"]))
    found = budgets(call).get(str(told["BudgetName"]))
    if found is None:
        raise ServiceError("NotFoundException", f"Unable to get budget: {told['BudgetName']}.")
    found.told = {**told, "LastUpdatedTime": call.time}
    return {}


@SERVICE.operation("DescribeBudget")
def describe_budget(call: Call) -> Result:
    """Tells a budget; what was spent is not known here, and not told."""
    return {"Budget": existing(call).told}


@SERVICE.operation("DescribeBudgets")
def describe_budgets(call: Call) -> Result:
    """Tells the budgets of the account."""
    return page(call, "Budgets", [one.told for one in budgets(call).values()])


@SERVICE.operation("DeleteBudget")
def delete_budget(call: Call) -> Result:
    """Removes a budget with its notifications and actions."""
    del budgets(call)[existing(call).name]
    return {}


@SERVICE.operation("TagResource", "UntagResource", "ListTagsForResource")
def tag_resource(call: Call) -> Result:
    """Sets, removes or tells the tags of a budget."""
    arn = str(call.parameters["ResourceARN"])
    held = next((one.tags for one in budgets(call).values() if one.arn == arn), None)
    if held is None:
        raise ServiceError("NotFoundException", f"The resource {arn} does not exist.")
    if call.operation.name == "ListTagsForResource":
        return {"ResourceTags": [{"Key": key, "Value": value} for key, value in held.items()]}
    held.update({str(one["Key"]): str(one["Value"]) for one in call.parameters.get("ResourceTags") or ()})
    for key in call.parameters.get("ResourceTagKeys") or ():
        held.pop(str(key), None)
    return {}
