"""The roles that set accounts up, which organization policies let through."""

from __future__ import annotations

from typing import Final

OWN_PATH: Final = "/craton/"
"""The path of the roles with which Craton works. Roles that people and workloads use stand elsewhere: what is
under this path may change what is protected."""

OWN_ROLES: Final = "arn:aws:iam::*:role/craton/*"

STACK_SET_ROLES: Final = "arn:aws:iam::*:role/stacksets-exec-*"
"""The roles with which StackSets of the organization act in its accounts.

AWS's pages do not state the name; published policies and trails show it. Unverified, 2026-11-23.
"""

DEPLOYERS: Final = (OWN_ROLES, STACK_SET_ROLES)


DEPLOYER_ROLES: Final = "arn:aws:iam::*:role/craton/CratonDeployer"
"""Who makes the roles of the hub's stack, and mends those of members by CloudFormation; their own policies
keep them from the roles that Craton works in."""


def hub_stewards(hub_account: str) -> tuple[str, ...]:
    """Who may make Craton's own roles in the hub: the administrators that AWS sets up in an account."""
    role = f"arn:aws:iam::{hub_account}:role"
    return (
        f"{role}/OrganizationAccountAccessRole",
        f"{role}/aws-reserved/sso.amazonaws.com/*AWSReservedSSO_AdministratorAccess_*",
    )
