"""A type of policy, switched on at the root."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.cloud_call import Call
from craton.planner.organization_ids import root, root_id
from craton.planner.thing import Body, Thing

if TYPE_CHECKING:
    from collections.abc import Iterator


class PolicyType(Thing):
    """Switched on or not. It is never switched off: that would detach every policy of its type."""

    operation = "EnablePolicyType"
    told_by = ("ListRoots",)

    @property
    def address(self) -> str:
        return f"policy_type/{self._type}"

    @property
    def _type(self) -> str:
        return str(self.step.parameters["PolicyType"])

    @property
    def outlives(self) -> bool:
        return True

    def wanted(self) -> Body:
        return {"status": "ENABLED"}

    def found(self) -> Body | None:
        statuses = {one["Type"]: one["Status"] for one in root(self)["PolicyTypes"]}
        return {"status": statuses[self._type]} if self._type in statuses else None

    def bring_about(self) -> Iterator[Call]:
        yield Call(
            account=self.step.account,
            region=self.step.region,
            service="organizations",
            operation="EnablePolicyType",
            parameters={"RootId": root_id(self), "PolicyType": self._type},
            done=("PolicyTypeAlreadyEnabledException",),
        )
