"""The tags that the bill tells."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.core.cloud_call import Call
from craton.planner.thing import Body, Thing

if TYPE_CHECKING:
    from collections.abc import Iterator


class CostTags(Thing):
    """Active or not. Billing knows a tag a day after it was first used; until then it cannot be activated."""

    operation = "UpdateCostAllocationTagsStatus"
    told_by = ("ListCostAllocationTags",)

    @property
    def address(self) -> str:
        return "cost_allocation_tags"

    @property
    def outlives(self) -> bool:
        return True

    def wanted(self) -> Body:
        return {key: "Active" for key in self._keys() if key in self._statuses()}

    def found(self) -> Body | None:
        return {key: status for key, status in self._statuses().items() if key in self._keys()}

    def bring_about(self) -> Iterator[Call]:
        inactive = [key for key in self.wanted() if self._statuses()[key] != "Active"]
        if inactive:
            yield self._call(inactive, "Active")

    def _keys(self) -> list[str]:
        return [one["TagKey"] for one in self.step.parameters["CostAllocationTagsStatus"]]

    def _statuses(self) -> dict[str, str]:
        told = self.read("ce", "ListCostAllocationTags")
        return {one["TagKey"]: one["Status"] for one in told["CostAllocationTags"]}

    def _call(self, keys: list[str], status: str) -> Call:
        statuses: list[dict[str, Any]] = [{"TagKey": key, "Status": status} for key in keys]
        return Call(
            account=self.step.account,
            region=self.step.region,
            service="ce",
            operation="UpdateCostAllocationTagsStatus",
            parameters={"CostAllocationTagsStatus": statuses},
        )
