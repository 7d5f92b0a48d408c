"""Operations on trusted access of services and on delegated administrators."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.emulator.errors import ServiceError
from craton.emulator.services.organizations.service import (
    SERVICE,
    for_management,
    for_readers,
    organization_of,
    page,
)

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result


@SERVICE.operation("EnableAWSServiceAccess")
def enable_service_access(call: Call) -> Result:
    """Lets a service act in the organization's accounts."""
    for_management(call).service_access.setdefault(call.parameters["ServicePrincipal"], call.time)
    return None


@SERVICE.operation("DisableAWSServiceAccess")
def disable_service_access(call: Call) -> Result:
    """Takes that away."""
    for_management(call).service_access.pop(call.parameters["ServicePrincipal"], None)
    return None


@SERVICE.operation("ListAWSServiceAccessForOrganization")
def list_service_access(call: Call) -> Result:
    """Lists the services that may."""
    rows = [
        {"ServicePrincipal": name, "DateEnabled": time}
        for name, time in sorted(for_readers(call).service_access.items())
    ]
    return page(call, "EnabledServicePrincipals", rows)


@SERVICE.operation("RegisterDelegatedAdministrator")
def register_administrator(call: Call) -> Result:
    """Makes an account administer a service for the organization."""
    organization = for_management(call)
    account, service = call.parameters["AccountId"], call.parameters["ServicePrincipal"]
    member = organization.member(account)
    if account == organization.management_account:
        raise ServiceError(
            "ConstraintViolationException", "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR"
        )
    if member.state != "ACTIVE":
        raise ServiceError(
            "ConstraintViolationException", "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR"
        )
    if service not in organization.service_access:
        raise ServiceError("ConstraintViolationException", "SERVICE_ACCESS_NOT_ENABLED")
    held = organization.administrators.setdefault(account, {})
    if service in held:
        raise ServiceError("AccountAlreadyRegisteredException", "The account is already registered.")
    held[service] = call.time
    return None


@SERVICE.operation("DeregisterDelegatedAdministrator")
def deregister_administrator(call: Call) -> Result:
    """Takes that away."""
    organization = for_management(call)
    account, service = call.parameters["AccountId"], call.parameters["ServicePrincipal"]
    organization.member(account)
    held = organization.administrators.get(account, {})
    if service not in held:
        raise ServiceError("AccountNotRegisteredException", "The account isn't a delegated administrator.")
    del held[service]
    if not held:
        del organization.administrators[account]
    return None


@SERVICE.operation("ListDelegatedAdministrators")
def list_administrators(call: Call) -> Result:
    """Lists the accounts that administer a service, or any."""
    organization = for_readers(call)
    service = call.parameters.get("ServicePrincipal")
    rows = []
    for account, services in organization.administrators.items():
        if service and service not in services:
            continue
        member = organization.member(account)
        rows.append(
            {
                "Id": account,
                "Arn": member.arn,
                "Email": member.email,
                "Name": member.name,
                "Status": member.state,
                "JoinedMethod": member.method,
                "JoinedTimestamp": member.joined,
                "DelegationEnabledDate": min(services.values()),
            }
        )
    return page(call, "DelegatedAdministrators", rows)


@SERVICE.operation("ListDelegatedServicesForAccount")
def list_delegated_services(call: Call) -> Result:
    """Lists the services that an account administers."""
    organization = for_readers(call)
    account = call.parameters["AccountId"]
    organization.member(account)
    services = organization.administrators.get(account)
    if services is None:
        raise ServiceError("AccountNotRegisteredException", "The account isn't a delegated administrator.")
    rows = [{"ServicePrincipal": name, "DelegationEnabledDate": time} for name, time in services.items()]
    return page(call, "DelegatedServices", rows)


@SERVICE.operation("PutResourcePolicy")
def put_resource_policy(call: Call) -> Result:
    """Sets the policy by which the organization delegates management of policies."""
    organization = for_management(call)
    organization.resource_policy = call.parameters["Content"]
    return {"ResourcePolicy": _resource_policy(call)}


@SERVICE.operation("DescribeResourcePolicy")
def describe_resource_policy(call: Call) -> Result:
    """Tells that policy."""
    if organization_of(call).resource_policy is None:
        raise ServiceError("ResourcePolicyNotFoundException", "There is no resource policy.")
    return {"ResourcePolicy": _resource_policy(call)}


@SERVICE.operation("DeleteResourcePolicy")
def delete_resource_policy(call: Call) -> Result:
    """Removes that policy."""
    organization = for_management(call)
    if organization.resource_policy is None:
        raise ServiceError("ResourcePolicyNotFoundException", "There is no resource policy.")
    organization.resource_policy = None
    return None


def _resource_policy(call: Call) -> dict[str, object]:
    organization = organization_of(call)
    policy_id = f"rp-{organization.id[2:]}"
    owner = f"{organization.management_account}:resourcepolicy/{organization.id}"
    arn = f"arn:aws:organizations::{owner}/{policy_id}"
    return {
        "ResourcePolicySummary": {"Id": policy_id, "Arn": arn},
        "Content": organization.resource_policy,
    }
