"""AWS::Budgets::BudgetsAction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.emulator.errors import NotEmulatedError
from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import to_parameters, to_properties

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site


class BudgetsAction:
    """An action of a budget; Ref is its id and the name of the budget."""

    type = "AWS::Budgets::BudgetsAction"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the action."""
        client = site.client("budgets")
        parameters = _parameters(client, "create_budget_action", site, properties)
        made = client.create_budget_action(**parameters)["ActionId"]
        return Made(f"{made}|{properties['BudgetName']}", {"ActionId": made})

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """Says it anew."""
        client = site.client("budgets")
        told = {name: value for name, value in properties.items() if name != "ActionType"}
        parameters = _parameters(client, "update_budget_action", site, told)
        client.update_budget_action(**parameters, ActionId=made.attributes["ActionId"])
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:
        """Removes the action."""
        client = site.client("budgets")
        try:
            client.delete_budget_action(**_named(site, made, properties))
        except client.exceptions.NotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What Budgets tells of the action."""
        client = site.client("budgets")
        try:
            told: dict[str, Any] = client.describe_budget_action(**_named(site, made, properties))["Action"]
        except client.exceptions.NotFoundException:
            return None
        threshold = told["ActionThreshold"]
        value, given = float(threshold["ActionThresholdValue"]), properties["ActionThreshold"]["Value"]
        shaped = {
            **told,
            "ActionThreshold": {
                "Value": int(value) if isinstance(given, int) else value,
                "Type": threshold["ActionThresholdType"],
            },
            "Subscribers": [
                {"Type": one["SubscriptionType"], "Address": one["Address"]} for one in told["Subscribers"]
            ],
        }
        return to_properties(self.type, shaped)


def _named(site: Site, made: Made, properties: Properties) -> dict[str, str]:
    return {
        "AccountId": site.account,
        "BudgetName": str(properties["BudgetName"]),
        "ActionId": str(made.attributes["ActionId"]),
    }


def _parameters(client: Any, operation: str, site: Site, properties: Properties) -> dict[str, Any]:
    if properties.get("ResourceTags"):
        raise NotEmulatedError("the property ResourceTags")
    threshold = properties["ActionThreshold"]
    told = {
        **properties,
        "AccountId": site.account,
        "ActionThreshold": {
            "ActionThresholdValue": threshold["Value"],
            "ActionThresholdType": threshold["Type"],
        },
        "Subscribers": [
            {"SubscriptionType": one["Type"], "Address": one["Address"]}
            for one in properties.get("Subscribers", ())
        ],
    }
    return to_parameters(client, operation, told)


KIND = BudgetsAction()
