"""The AWS Organization as the manifest tells it: its tree of OUs and its accounts."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Final, Literal

from msgspec import Meta

from craton.core.manifest_section import Section
from craton.core.manifest_text import (
    AccountId,
    Email,
    Name,
    OrganizationalUnitId,
    OrganizationalUnitPath,
    OrganizationId,
)

ROOT: Final = "root"
"""The path that names the organization's root itself."""

AccountState = Literal["PENDING_ACTIVATION", "ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "CLOSED"]
"""Source: the enum AccountState in botocore's service model of AWS Organizations, retrieved 2026-11-24."""


class OrganizationalUnit(Section, frozen=True, kw_only=True):
    """One OU."""

    path: Annotated[OrganizationalUnitPath, Meta(description="the names from the root down, joined by `/`")]
    id: Annotated[
        OrganizationalUnitId | None, Meta(description="the id that AWS gave it, where policies are attached")
    ] = None


class EarlierUnit(Section, frozen=True, kw_only=True):
    """Where an account stood before it was moved."""

    ou: Annotated[OrganizationalUnitPath, Meta(description="path of the OU that the account was in")]
    until: Annotated[
        date, Meta(description="first day on which it was there no more", examples=["2026-09-01"])
    ]


class Account(Section, frozen=True, kw_only=True):
    """One account of the organization."""

    id: Annotated[AccountId, Meta(description="its 12 digits, in quotes so that leading zeros stay")]
    name: Annotated[Name, Meta(description="its name in AWS Organizations", examples=["search-prod"])]
    ou: Annotated[OrganizationalUnitPath, Meta(description="path of the OU that holds it; `root` for none")]
    email: Annotated[Email | None, Meta(description="mail address of its root user")] = None
    status: Annotated[AccountState, Meta(description="its state in AWS Organizations")] = "ACTIVE"
    earlier: Annotated[
        tuple[EarlierUnit, ...],
        Meta(
            description="OUs that it was in before, so that calls are attributed as things stood on their day"
        ),
    ] = ()

    def ou_on(self, day: date) -> str:
        """The path of the OU that held the account on that day."""
        return next((unit.ou for unit in sorted_by_end(self.earlier) if day < unit.until), self.ou)


def sorted_by_end(units: tuple[EarlierUnit, ...]) -> list[EarlierUnit]:
    """The OUs in the order in which the account left them."""
    return sorted(units, key=lambda unit: unit.until)


class Organization(Section, frozen=True, kw_only=True):
    """Who belongs to the organization, and where."""

    id: Annotated[OrganizationId, Meta(description="the organization's id")]
    name: Annotated[Name | None, Meta(description="what people call it", examples=["Acme"])] = None
    management_account: Annotated[
        AccountId, Meta(description="the account that owns the organization; no SCP ever applies to it")
    ]
    hub_account: Annotated[
        AccountId,
        Meta(description="the account where Craton runs and logs rest", examples=["222222222222"]),
    ]
    organizational_units: Annotated[
        tuple[OrganizationalUnit, ...], Meta(description="the OUs; a path's upper parts are OUs too")
    ] = ()
    accounts: Annotated[
        tuple[Account, ...], Meta(description="every account, the management account included", min_length=1)
    ]

    def unit_paths(self) -> frozenset[str]:
        """The path of every OU, upper parts of paths and the root included."""
        paths = {path for unit in self.organizational_units for path in up_from(unit.path)}
        return frozenset(paths | {ROOT})


def up_from(path: str) -> Iterator[str]:
    """The OU itself and each OU around it, the nearest first; without the root."""
    parts = path.split("/")
    for length in range(len(parts), 0, -1):
        yield "/".join(parts[:length])


def holds(unit: str, path: str) -> bool:
    """Whether the OU `unit` is or contains the OU `path`; the root contains all."""
    return unit in (ROOT, path) or path.startswith(f"{unit}/")
