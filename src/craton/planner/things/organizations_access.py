"""Leave for stack sets to reach the accounts of OUs by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.cloud_call import Call
from craton.planner.thing import Body, Thing

if TYPE_CHECKING:
    from collections.abc import Iterator


class OrganizationsAccess(Thing):
    """Given or not. It is never taken back: other stack sets may rest on it."""

    operation = "ActivateOrganizationsAccess"
    told_by = ("DescribeOrganizationsAccess",)

    @property
    def address(self) -> str:
        return "organizations_access/cloudformation"

    @property
    def outlives(self) -> bool:
        return True

    def wanted(self) -> Body:
        return {"status": "ENABLED"}

    def found(self) -> Body | None:
        told = self.read("cloudformation", "DescribeOrganizationsAccess")
        return {"status": "ENABLED"} if told["Status"] == "ENABLED" else None

    def bring_about(self) -> Iterator[Call]:
        yield Call(
            account=self.step.account,
            region=self.step.region,
            service="cloudformation",
            operation="ActivateOrganizationsAccess",
        )
