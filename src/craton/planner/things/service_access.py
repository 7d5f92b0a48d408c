"""Leave for a service to look into the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.cloud_call import Call
from craton.planner.thing import Body, Thing

if TYPE_CHECKING:
    from collections.abc import Iterator


class ServiceAccess(Thing):
    """Given or not. It is never taken back: others may rest on it."""

    operation = "EnableAWSServiceAccess"
    told_by = ("ListAWSServiceAccessForOrganization",)

    @property
    def address(self) -> str:
        return f"service_access/{self._service}"

    @property
    def _service(self) -> str:
        return str(self.step.parameters["ServicePrincipal"])

    @property
    def outlives(self) -> bool:
        return True

    def wanted(self) -> Body:
        return {"enabled": True}

    def found(self) -> Body | None:
        told = self.read("organizations", "ListAWSServiceAccessForOrganization")
        names = {one["ServicePrincipal"] for one in told["EnabledServicePrincipals"]}
        return {"enabled": True} if self._service in names else None

    def bring_about(self) -> Iterator[Call]:
        yield Call(
            account=self.step.account,
            region=self.step.region,
            service="organizations",
            operation="EnableAWSServiceAccess",
            parameters={"ServicePrincipal": self._service},
        )
