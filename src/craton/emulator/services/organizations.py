"""AWS Organizations."""

from __future__ import annotations

from craton.emulator.service import Service

SERVICE = Service(
    "organizations",
    moto=(
        *("CreateOrganization", "DescribeOrganization", "CreateAccount", "ListAccounts", "MoveAccount"),
        *("CreateOrganizationalUnit", "ListRoots"),
    ),
)
