"""A type of policy, switched on at the root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.cloud_call import Call
from craton.planner.organization_ids import root, root_id
from craton.planner.thing import Body, Risk, Thing

if TYPE_CHECKING:
    from collections.abc import Iterator


class PolicyType(Thing):
    """Switched on or not."""

    operation = "EnablePolicyType"

    @property
    def address(self) -> str:
        return f"policy_type/{self._type}"

    @property
    def _type(self) -> str:
        return str(self.step.parameters["PolicyType"])

    def wanted(self) -> Body:
        return {"status": "ENABLED"}

    def found(self) -> Body | None:
        statuses = {one["Type"]: one["Status"] for one in root(self)["PolicyTypes"]}
        return {"status": statuses[self._type]} if self._type in statuses else None

    def bring_about(self) -> Iterator[Call]:
        yield self._switch("EnablePolicyType", "PolicyTypeAlreadyEnabledException")

    def remove(self) -> Iterator[Call]:
        yield self._switch("DisablePolicyType", "PolicyTypeNotEnabledException")

    def risk(self, action: str) -> Risk:
        return "high" if action == "delete" else "low"

    def _switch(self, operation: str, done: str) -> Call:
        return Call(
            account=self.step.account,
            region=self.step.region,
            service="organizations",
            operation=operation,
            parameters={"RootId": root_id(self), "PolicyType": self._type},
            done=(done,),
        )
