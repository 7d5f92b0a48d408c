"""Actions of budgets: kept and told. They stand by, because no budget is ever reached."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.constraints import check_parameters
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.runtime.naming import letters
from craton.emulator.services.budgets.service import SERVICE, budgets, existing, page

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result

_TOLD: Final = (
    *("NotificationType", "ActionType", "ActionThreshold", "Definition"),
    *("ExecutionRoleArn", "ApprovalModel", "Subscribers"),
)
_DEFINITIONS: Final = {
    "APPLY_IAM_POLICY": "IamActionDefinition",
    "APPLY_SCP_POLICY": "ScpActionDefinition",
    "RUN_SSM_DOCUMENTS": "SsmActionDefinition",
}
_PATTERNED: Final = ("BudgetName", "Address")


@SERVICE.operation("CreateBudgetAction")
def create_budget_action(call: Call) -> Result:
    """Adds an action that stands by."""
    check_parameters(call, but=_PATTERNED)
    budget, given = existing(call), call.parameters
    if given.get("ResourceTags"):
        raise NotEmulatedError("the parameter ResourceTags")
    _check(call, {name: given[name] for name in _TOLD})
    made = str(uuid.UUID(bytes=letters(f"{budget.arn}/{len(budget.actions)}/{call.time}", 16).encode()))
    budget.actions[made] = {
        "ActionId": made,
        "BudgetName": budget.name,
        **{name: given[name] for name in _TOLD},
        "Status": "STANDBY",
    }
    return {"AccountId": call.account, "BudgetName": budget.name, "ActionId": made}


def _check(call: Call, told: dict[str, Any]) -> None:
    """Raises: ServiceError where the definition is not that of the action's type, or an SCP is not its own.

    Source: "Configuring a budget action", docs.aws.amazon.com/cost-management/latest/userguide/
    budgets-action-configure.html, retrieved 2026-11-26: only a management account can apply SCPs.
    """
    if list(told["Definition"]) != [_DEFINITIONS[told["ActionType"]]]:
        raise ServiceError(
            "InvalidParameterException", f"The definition is not one of the action type {told['ActionType']}."
        )
    if told["ActionType"] != "APPLY_SCP_POLICY":
        return
    organization = call.world.organization
    if organization is None or organization.management_account != call.account:
        raise ServiceError("AccessDeniedException", "Only a management account can apply SCPs.")
    policy = told["Definition"]["ScpActionDefinition"]["PolicyId"]
    if policy not in organization.policies:
        raise ServiceError("InvalidParameterException", f"The policy {policy} does not exist.")


def _found(call: Call) -> dict[str, Any]:
    found = existing(call).actions.get(str(call.parameters["ActionId"]))
    if found is None:
        raise ServiceError("NotFoundException", f"The action {call.parameters['ActionId']} does not exist.")
    return found


@SERVICE.operation("DescribeBudgetAction")
def describe_budget_action(call: Call) -> Result:
    """Tells an action."""
    found = _found(call)
    return {"AccountId": call.account, "BudgetName": found["BudgetName"], "Action": found}


@SERVICE.operation("DescribeBudgetActionsForBudget")
def describe_budget_actions_for_budget(call: Call) -> Result:
    """Tells the actions of a budget."""
    return page(call, "Actions", list(existing(call).actions.values()))


@SERVICE.operation("DescribeBudgetActionsForAccount")
def describe_budget_actions_for_account(call: Call) -> Result:
    """Tells the actions of every budget."""
    return page(
        call, "Actions", [one for budget in budgets(call).values() for one in budget.actions.values()]
    )


@SERVICE.operation("UpdateBudgetAction")
def update_budget_action(call: Call) -> Result:
    """Says an action anew, as far as the call tells."""
    check_parameters(call, but=_PATTERNED)
    found, given = _found(call), call.parameters
    before = dict(found)
    told = {name: given.get(name) or found[name] for name in _TOLD}
    _check(call, told)
    found.update(told)
    return {
        "AccountId": call.account,
        "BudgetName": found["BudgetName"],
        "OldAction": before,
        "NewAction": found,
    }


@SERVICE.operation("DeleteBudgetAction")
def delete_budget_action(call: Call) -> Result:
    """Removes an action."""
    found = _found(call)
    del existing(call).actions[found["ActionId"]]
    return {"AccountId": call.account, "BudgetName": found["BudgetName"], "Action": found}
