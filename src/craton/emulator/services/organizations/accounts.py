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
    from craton.emulator.organization import Member, Organization
    from craton.emulator.service import Result


@SERVICE.operation("ListAccounts")
def list_accounts(call: Call) -> Result:
    """Lists every account."""
    return page(call, "Accounts", _members(for_readers(call)))


@SERVICE.operation("ListAccountsForParent")
def list_accounts_for_parent(call: Call) -> Result:
    """Lists the accounts right below a root or OU."""
    organization = for_readers(call)
    parent = organization.parent(call.parameters["ParentId"])
    rows = _members(organization, parent.id)
    return page(call, "Accounts", rows)


@SERVICE.operation("DescribeAccount")
def describe_account(call: Call) -> Result:
    """Tells of an account."""
    organization = for_readers(call)
    return {"Account": _member(organization, organization.member(call.parameters["AccountId"]))}


@SERVICE.operation("CreateAccount")
def create_account(call: Call) -> Result:
    """Begins to make an account at the root, with the role to administer it; its status tells the rest."""
    for_management(call)
    status = {
        "Id": f"car-{secrets.token_hex(16)}",
        "AccountName": call.parameters["AccountName"],
        "State": "IN_PROGRESS",
        "RequestedTimestamp": call.time,
    }
    _creations(call)[str(status["Id"])] = status
    told = dict(status)
    call.world.work.start(f"account {status['AccountName']}", lambda: status.update(_created(call)))
    return {"CreateAccountStatus": told}


def _created(call: Call) -> dict[str, Any]:
    """What the creation of an account came to."""
    organization, given = for_management(call), call.parameters
    ended = {"CompletedTimestamp": call.world.now()}
    if any(one.email == given["Email"] for one in organization.members.values()):
        return {**ended, "State": "FAILED", "FailureReason": "EMAIL_ALREADY_EXISTS"}
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
    return {**ended, "State": "SUCCEEDED", "AccountId": made.id}


def _creations(call: Call) -> dict[str, dict[str, Any]]:
    """The statuses of creations by their ids."""
    held: dict[str, dict[str, Any]] = call.world.shelf(call.account, "", "account creation")
    return held


@SERVICE.operation("DescribeCreateAccountStatus")
def describe_create_account_status(call: Call) -> Result:
    """Tells how a creation went."""
    for_management(call)
    held = _creations(call)
    wanted = call.parameters["CreateAccountRequestId"]
    if wanted not in held:
        raise ServiceError("CreateAccountStatusNotFoundException", "We can't find a create account request.")
    return {"CreateAccountStatus": dict(held[wanted])}


@SERVICE.operation("ListCreateAccountStatus")
def list_create_account_status(call: Call) -> Result:
    """Lists how creations went."""
    for_management(call)
    wanted = call.parameters.get("States")
    rows = [dict(one) for one in tuple(_creations(call).values()) if not wanted or one["State"] in wanted]
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
    """Begins to close an account: it is suspended then, as for 90 days before it is gone in AWS."""
    organization = for_management(call)
    member = organization.member(call.parameters["AccountId"])
    if member.id == organization.management_account:
        raise ServiceError("ConstraintViolationException", "CANNOT_CLOSE_MANAGEMENT_ACCOUNT")
    if member.state != "ACTIVE":
        raise ServiceError("AccountAlreadyClosedException", "The account is closed already.")
    member.state = "PENDING_CLOSURE"

    def close() -> None:
        member.state = "SUSPENDED"

    call.world.work.start(f"closure of {member.id}", close)
    return None


def _members(organization: Organization, parent: str | None = None) -> list[dict[str, Any]]:
    """Every account, or those right below a parent."""
    return [
        _member(organization, one)
        for one in tuple(organization.members.values())
        if parent in (None, one.parent)
    ]


def _member(organization: Organization, member: Member) -> dict[str, Any]:
    return {
        "Id": member.id,
        "Paths": [f"{organization.path(member.id)}{member.id}/"],
        "Arn": member.arn,
        "Email": member.email,
        "Name": member.name,
        "Status": "SUSPENDED" if member.state == "CLOSED" else member.state,
        "State": member.state,
        "JoinedMethod": member.method,
        "JoinedTimestamp": member.joined,
    }
