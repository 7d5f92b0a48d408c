"""What the management account does beside its stack: trust, delegated administrators, tags of costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Literal

from msgspec import Struct


class OrganizationStep(Struct, frozen=True, kw_only=True):
    """One call of AWS's API in the management account.

    `service` is boto3's name of it, `operation` and `parameters` are AWS's. `when` says whether it comes
    before the first stack or after the last. Kinds may want the same step; it is taken once.
    """

    service: str
    operation: str
    parameters: Mapping[str, Any]
    because: str
    when: Literal["first", "last"] = "first"


def delegation(principal: str, account: str, because: str) -> Iterator[OrganizationStep]:
    """A service may look into the organization, and an account administers it there."""
    yield trust(principal, because)
    yield OrganizationStep(
        service="organizations",
        operation="RegisterDelegatedAdministrator",
        parameters={"AccountId": account, "ServicePrincipal": principal},
        because=because,
    )


def trust(principal: str, because: str) -> OrganizationStep:
    """A service may look into the organization."""
    return OrganizationStep(
        service="organizations",
        operation="EnableAWSServiceAccess",
        parameters={"ServicePrincipal": principal},
        because=because,
    )
