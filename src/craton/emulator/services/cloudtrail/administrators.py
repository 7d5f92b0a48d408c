"""Which accounts administer CloudTrail for the organization.

Source: "RegisterOrganizationDelegatedAdmin" and "DeregisterOrganizationDelegatedAdmin",
docs.aws.amazon.com/awscloudtrail/latest/APIReference/, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.emulator.errors import ServiceError
from craton.emulator.observation.trails import SERVICE as PRINCIPAL
from craton.emulator.services.cloudtrail.service import SERVICE

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.organization import Organization
    from craton.emulator.service import Result


@SERVICE.operation("RegisterOrganizationDelegatedAdmin")
def register(call: Call) -> Result:
    """A member administers the trails of the organization."""
    organization, account = _managed(call), str(call.parameters["MemberAccountId"])
    if account == organization.management_account:
        raise ServiceError(
            "CannotDelegateManagementAccountException", "The management account is an administrator already."
        )
    if account not in organization.members:
        raise ServiceError("AccountNotFoundException", f"{account} is not in the organization.")
    held = organization.administrators.setdefault(account, {})
    if PRINCIPAL in held:
        raise ServiceError("AccountRegisteredException", "The account is already registered.")
    held[PRINCIPAL] = call.time
    return {}


@SERVICE.operation("DeregisterOrganizationDelegatedAdmin")
def deregister(call: Call) -> Result:
    """The member administers them no more."""
    organization, account = _managed(call), str(call.parameters["DelegatedAdminAccountId"])
    held = organization.administrators.get(account, {})
    if PRINCIPAL not in held:
        raise ServiceError("AccountNotRegisteredException", "The account is not registered.")
    del held[PRINCIPAL]
    if not held:
        del organization.administrators[account]
    return {}


def _managed(call: Call) -> Organization:
    """The organization that the caller's account manages. Raises: ServiceError."""
    organization = call.world.organization
    if organization is None:
        raise ServiceError("OrganizationsNotInUseException", "The account is in no organization.")
    if call.account != organization.management_account:
        raise ServiceError(
            "NotOrganizationManagementAccountException", "Only the management account may do this."
        )
    if PRINCIPAL not in organization.service_access:
        raise ServiceError(
            "CloudTrailAccessNotEnabledException", "CloudTrail has no access to the organization."
        )
    return organization
