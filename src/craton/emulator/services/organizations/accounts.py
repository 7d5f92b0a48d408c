"""Operations on accounts."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

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
    from craton.emulator.organization import Member
    from craton.emulator.service import Result


@SERVICE.operation("ListAccounts")
def list_accounts(call: Call) -> Result:
    """Lists every account."""
    return page(call, "Accounts", [_member(one) for one in for_readers(call).members.values()])


@SERVICE.operation("ListAccountsForParent")
def list_accounts_for_parent(call: Call) -> Result:
    """Lists the accounts right below a root or OU."""
    organization = for_readers(call)
    parent = organization.parent(call.parameters["ParentId"])
    rows = [_member(one) for one in organization.members.values() if one.parent == parent.id]
    return page(call, "Accounts", rows)


@SERVICE.operation("DescribeAccount")
def describe_account(call: Call) -> Result:
    """Tells of an account."""
    return {"Account": _member(for_readers(call).member(call.parameters["AccountId"]))}


@SERVICE.operation("CreateAccount")
def create_account(call: Call) -> Result:
    """Makes an account at the root; it is there at once, with OrganizationAccountAccessRole."""
    organization = for_management(call)
    given = call.parameters
    if any(one.email == given["Email"] for one in organization.members.values()):
        return {
            "CreateAccountStatus": _kept(call, {"State": "FAILED", "FailureReason": "EMAIL_ALREADY_EXISTS"})
        }
    taken = organization.members
    account_id = next(
        one for one in iter(lambda: f"{secrets.randbelow(10**12):012d}", "") if one not in taken
    )
    made = organization.add_member(
        account_id,
        given["AccountName"],
        given["Email"],
        parent=organization.root.id,
        joined=call.time,
        method="CREATED",
    )
    organization.tags[made.id] = {one["Key"]: one["Value"] for one in given.get("Tags") or ()}
    call.world.open_account(made.id, given.get("RoleName") or "OrganizationAccountAccessRole")
    return {"CreateAccountStatus": _kept(call, {"State": "SUCCEEDED", "AccountId": made.id})}


def _kept(call: Call, told: dict[str, Any]) -> dict[str, Any]:
    """The status of a creation, which can be asked for again."""
    made = {
        "Id": f"car-{secrets.token_hex(16)}",
        "AccountName": call.parameters["AccountName"],
        "RequestedTimestamp": call.time,
        "CompletedTimestamp": call.time,
        **told,
    }
    call.world.shelf(call.account, "", "account creation")[made["Id"]] = made
    return made


@SERVICE.operation("DescribeCreateAccountStatus")
def describe_create_account_status(call: Call) -> Result:
    """Tells how a creation went."""
    for_management(call)
    held = call.world.shelf(call.account, "", "account creation")
    wanted = call.parameters["CreateAccountRequestId"]
    if wanted not in held:
        raise ServiceError("CreateAccountStatusNotFoundException", "We can't find a create account request.")
    return {"CreateAccountStatus": held[wanted]}


@SERVICE.operation("ListCreateAccountStatus")
def list_create_account_status(call: Call) -> Result:
    """Lists how creations went."""
    for_management(call)
    wanted = call.parameters.get("States")
    rows = [
        one
        for one in call.world.shelf(call.account, "", "account creation").values()
        if not wanted or one["State"] in wanted
    ]
    return page(call, "CreateAccountStatuses", rows)


@SERVICE.operation("MoveAccount")
def move_account(call: Call) -> Result:
    """Puts an account into another OU."""
    given = call.parameters
    for_management(call).move(given["AccountId"], given["SourceParentId"], given["DestinationParentId"])
    return None


@SERVICE.operation("RemoveAccountFromOrganization")
def remove_account(call: Call) -> Result:
    """Makes an account leave."""
    for_management(call).remove(call.parameters["AccountId"])
    return None


@SERVICE.operation("LeaveOrganization")
def leave_organization(call: Call) -> Result:
    """Makes the caller's own account leave."""
    organization_of(call).remove(call.account)
    return None


@SERVICE.operation("CloseAccount")
def close_account(call: Call) -> Result:
    """Suspends an account, as AWS does for 90 days before it is gone."""
    organization = for_management(call)
    member = organization.member(call.parameters["AccountId"])
    if member.id == organization.management_account:
        raise ServiceError("ConstraintViolationException", "CANNOT_CLOSE_MANAGEMENT_ACCOUNT")
    if member.state != "ACTIVE":
        raise ServiceError("AccountAlreadyClosedException", "The account is closed already.")
    member.state = "SUSPENDED"
    return None


def _member(member: Member) -> dict[str, Any]:
    return {
        "Id": member.id,
        "Arn": member.arn,
        "Email": member.email,
        "Name": member.name,
        "Status": "SUSPENDED" if member.state == "CLOSED" else member.state,
        "State": member.state,
        "JoinedMethod": member.method,
        "JoinedTimestamp": member.joined,
    }
