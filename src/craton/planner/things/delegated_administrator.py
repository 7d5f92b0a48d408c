"""An account that administers a service for the organization."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.cloud_call import Call
from craton.planner.thing import Body, Thing

if TYPE_CHECKING:
    from collections.abc import Iterator


class DelegatedAdministrator(Thing):
    """Registered or not."""

    operation = "RegisterDelegatedAdministrator"
    told_by = ("ListDelegatedAdministrators",)

    @property
    def address(self) -> str:
        return f"delegated_administrator/{self._service}/{self._account}"

    @property
    def needs(self) -> tuple[str, ...]:
        return (f"service_access/{self._service}",)

    @property
    def _service(self) -> str:
        return str(self.step.parameters["ServicePrincipal"])

    @property
    def _account(self) -> str:
        return str(self.step.parameters["AccountId"])

    def wanted(self) -> Body:
        return {"registered": True}

    def found(self) -> Body | None:
        told = self.read("organizations", "ListDelegatedAdministrators", ServicePrincipal=self._service)
        accounts = {one["Id"] for one in told["DelegatedAdministrators"]}
        return {"registered": True} if self._account in accounts else None

    def bring_about(self) -> Iterator[Call]:
        yield self._call("RegisterDelegatedAdministrator", "AccountAlreadyRegisteredException")

    def remove(self) -> Iterator[Call]:
        yield self._call("DeregisterDelegatedAdministrator", "AccountNotRegisteredException")

    def _call(self, operation: str, done: str) -> Call:
        return Call(
            account=self.step.account,
            region=self.step.region,
            service="organizations",
            operation=operation,
            parameters={"AccountId": self._account, "ServicePrincipal": self._service},
            done=(done,),
        )
