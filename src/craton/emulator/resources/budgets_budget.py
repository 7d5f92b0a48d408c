"""AWS::Budgets::Budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import to_parameters, to_properties

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site


class Budget:
    """A budget with its notifications; Ref is its name."""

    type = "AWS::Budgets::Budget"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the budget."""
        client, name = site.client("budgets"), str(properties["Budget"].get("BudgetName") or site.name(100))
        told = {
            "AccountId": site.account,
            **properties,
            "Budget": {**properties["Budget"], "BudgetName": name},
        }
        client.create_budget(**to_parameters(client, "create_budget", told))
        return Made(name)

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Says the budget anew, and sets its tags."""
        client = site.client("budgets")
        told = {
            "AccountId": site.account,
            "NewBudget": {**properties["Budget"], "BudgetName": made.physical_id},
        }
        client.update_budget(**to_parameters(client, "update_budget", told))
        arn = f"arn:aws:budgets::{site.account}:budget/{made.physical_id}"
        tags, former = _tags(properties), _tags(previous)
        gone = sorted(former.keys() - tags.keys())
        if gone:
            client.untag_resource(ResourceARN=arn, ResourceTagKeys=gone)
        if tags:
            rows = [{"Key": key, "Value": value} for key, value in tags.items()]
            client.tag_resource(ResourceARN=arn, ResourceTags=rows)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the budget."""
        client = site.client("budgets")
        try:
            client.delete_budget(AccountId=site.account, BudgetName=made.physical_id)
        except client.exceptions.NotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What Budgets tells of the parts that the template sets."""
        client = site.client("budgets")
        try:
            told: dict[str, Any] = client.describe_budget(AccountId=site.account, BudgetName=made.physical_id)
        except client.exceptions.NotFoundException:
            return None
        found = to_properties(self.type, {"Budget": told["Budget"]})
        limit, given = found["Budget"].get("BudgetLimit"), properties["Budget"].get("BudgetLimit")
        if limit and given:
            amount = float(limit["Amount"])
            limit["Amount"] = int(amount) if isinstance(given["Amount"], int) else amount
        return found


def _tags(properties: Properties) -> dict[str, str]:
    return {one["Key"]: str(one["Value"]) for one in properties.get("ResourceTags", ())}


KIND = Budget()
