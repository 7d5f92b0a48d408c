"""Credentials of users for one service: Bedrock's long-term keys among them.

Source: docs.aws.amazon.com/IAM/latest/APIReference/API_CreateServiceSpecificCredential.html, retrieved
2026-11-27.
"""

from __future__ import annotations

import datetime as dt
import secrets
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import ServiceError
from craton.emulator.services.iam.service import SERVICE, over, user_of

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result

_SHELF: Final = "service-specific credentials"
_SERVICES: Final = ("codecommit.amazonaws.com", "cassandra.amazonaws.com", "bedrock.amazonaws.com")
_BY_KEY: Final = "bedrock.amazonaws.com"
_MOST: Final = 2
_SECRET: Final = ("ServicePassword", "ServiceCredentialSecret")


@SERVICE.operation("CreateServiceSpecificCredential")
def create_service_specific_credential(call: Call) -> Result:
    """Makes a credential; its secret is told this once."""
    user, service = user_of(call), str(call.parameters["ServiceName"])
    if service not in _SERVICES:
        raise ServiceError("NotSupportedService", f"{service} is not a supported service.", 404)
    held = [
        one for one in _held(call).values() if (one["UserName"], one["ServiceName"]) == (user.name, service)
    ]
    if len(held) >= _MOST:
        raise over("ServiceSpecificCredentialsPerUser", _MOST)
    days, name = call.parameters.get("CredentialAgeDays"), f"{user.name}-at-{call.account}"
    made: dict[str, Any] = {
        "CreateDate": call.time,
        "ServiceName": service,
        "ServiceSpecificCredentialId": f"ACCA{secrets.token_hex(8).upper()}",
        "UserName": user.name,
        "Status": "Active",
        **({"ExpirationDate": call.time + dt.timedelta(days=int(days))} if days else {}),
        **(
            {"ServiceCredentialAlias": name, "ServiceCredentialSecret": f"ABSK{secrets.token_urlsafe(96)}"}
            if service == _BY_KEY
            else {"ServiceUserName": name, "ServicePassword": secrets.token_urlsafe(32)}
        ),
    }
    _held(call)[made["ServiceSpecificCredentialId"]] = made
    return {"ServiceSpecificCredential": dict(made)}


@SERVICE.operation("ListServiceSpecificCredentials")
def list_service_specific_credentials(call: Call) -> Result:
    """Lists the credentials of a user, or of all of them, without their secrets."""
    given = call.parameters
    name = (
        None
        if given.get("AllUsers")
        else (user_of(call).name if given.get("UserName") else call.caller.arn.rpartition("/")[2])
    )
    rows = [
        _told(call, one)
        for one in _held(call).values()
        if name in (None, one["UserName"]) and given.get("ServiceName") in (None, one["ServiceName"])
    ]
    return {"ServiceSpecificCredentials": rows, "IsTruncated": False}


@SERVICE.operation("UpdateServiceSpecificCredential")
def update_service_specific_credential(call: Call) -> Result:
    """Lets a credential work, or not."""
    _existing(call)["Status"] = str(call.parameters["Status"])
    return None


@SERVICE.operation("DeleteServiceSpecificCredential")
def delete_service_specific_credential(call: Call) -> Result:
    """Forgets a credential."""
    del _held(call)[_existing(call)["ServiceSpecificCredentialId"]]
    return None


@SERVICE.before("DeleteUser")
def keep_user_with_credentials(call: Call) -> None:
    """Refuses to delete a user who has such credentials."""
    if any(one["UserName"] == call.parameters.get("UserName") for one in _held(call).values()):
        message = "Cannot delete entity, must delete service specific credentials first."
        raise ServiceError("DeleteConflict", message, status=409)


def _existing(call: Call) -> dict[str, Any]:
    found = _held(call).get(str(call.parameters["ServiceSpecificCredentialId"]))
    if found is None or call.parameters.get("UserName") not in (None, found["UserName"]):
        wanted = call.parameters["ServiceSpecificCredentialId"]
        raise ServiceError("NoSuchEntity", f"No such credential {wanted} exists", 404)
    return found


def _told(call: Call, one: dict[str, Any]) -> dict[str, Any]:
    told = {name: value for name, value in one.items() if name not in _SECRET}
    expires = one.get("ExpirationDate")
    return {**told, "Status": "Expired"} if expires is not None and expires <= call.time else told


def _held(call: Call) -> dict[str, dict[str, Any]]:
    held: dict[str, dict[str, Any]] = call.world.shelf(call.account, "", _SHELF)
    return held
