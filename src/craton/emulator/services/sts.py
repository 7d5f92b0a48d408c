"""AWS STS: sessions of roles that exist, for callers whom the trust policy of the role lets in."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any, Final

from moto.iam.models import iam_backends
from msgspec.structs import replace

from craton.core.arn import Arn
from craton.emulator.authorization import is_closed
from craton.emulator.credentials import role_session
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.in_force import NOTHING_ALLOWED, document_of
from craton.emulator.managed_policies import managed_policy
from craton.emulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable

    from moto.iam.models import Role

    from craton.emulator.call import Call
    from craton.emulator.credentials import Credentials
    from craton.emulator.service import Result

SERVICE = Service("sts")

_SHORTEST: Final = 900
_LONGEST: Final = 43_200
_LONGEST_CHAINED: Final = 3600
_SESSION_NAME: Final = re.compile(r"[\w+=,.@-]{2,64}")


@SERVICE.operation("GetCallerIdentity")
def get_caller_identity(call: Call) -> Result:
    """Tells the caller who it is."""
    return {"UserId": call.caller.user_id, "Account": call.account, "Arn": call.caller.arn}


@SERVICE.operation("AssumeRole")
def assume_role(call: Call) -> Result:
    """Hands out a session of a role whose trust policy lets the caller in."""
    given = call.parameters
    if given.get("ProvidedContexts"):
        raise NotEmulatedError("the parameter ProvidedContexts")
    role = _role(call, str(given["RoleArn"]))
    if call.caller.is_root:
        raise ServiceError("AccessDenied", "Roles may not be assumed by root accounts.")
    if role is None or is_closed(call.world, role.arn.split(":")[4]):
        raise ServiceError(
            "AccessDenied",
            f"User: {call.caller.arn} is not authorized to perform: sts:AssumeRole "
            f"on resource: {given['RoleArn']}",
        )
    name = given["RoleSessionName"]
    if not _SESSION_NAME.fullmatch(name):
        raise ServiceError(
            "ValidationError",
            f"1 validation error detected: Value '{name}' at 'roleSessionName' failed to satisfy constraint",
        )
    seconds = _duration(call, role)
    caller = replace(
        role_session(role.arn, name, role.id),
        session_policies=tuple(_session_policies(call)),
        session_tags={
            **{one["Key"]: one["Value"] for one in role.tags or ()},
            **{one["Key"]: one["Value"] for one in given.get("Tags") or ()},
        },
        source_identity=given.get("SourceIdentity"),
        mfa=bool(given.get("SerialNumber")),
    )
    made = call.world.keyring.session(caller, call.world.now() + dt.timedelta(seconds=seconds))
    return {
        "Credentials": _credentials(made),
        "AssumedRoleUser": {"AssumedRoleId": caller.user_id, "Arn": caller.arn},
        **({"SourceIdentity": caller.source_identity} if caller.source_identity else {}),
    }


def _role(call: Call, arn: str) -> Role | None:
    """The role of that ARN, in an account that exists."""
    parsed = Arn.parse(arn)
    account = parsed.account if parsed else ""
    organization = call.world.organization
    if account != call.account and (organization is None or account not in organization.members):
        return None
    return next((one for one in tuple(iam_backends[account]["aws"].roles.values()) if one.arn == arn), None)


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """Tags and a source identity of a session are each authorised, too.

    Source: "Pass session tags in AWS STS", docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html, and
    "Monitor and control actions taken with assumed roles", …/id_credentials_temp_control-access_monitor.html,
    retrieved 2026-11-26.
    """
    given = call.parameters
    if call.operation.name != "AssumeRole":
        return None
    actions = ["sts:AssumeRole"]
    if given.get("Tags"):
        actions.append("sts:TagSession")
    if given.get("SourceIdentity"):
        actions.append("sts:SetSourceIdentity")
    return [(action, str(given["RoleArn"])) for action in actions]


@SERVICE.policy_of("iam")
def trust_policy(call: Call, arn: str) -> str | None:
    """The trust policy of a role; of one that does not exist, a policy that lets nobody in."""
    if call.operation.service != "sts":
        return None
    role = _role(call, arn)
    return str(role.assume_role_policy_document) if role else NOTHING_ALLOWED


@SERVICE.condition_keys
def condition_keys(call: Call) -> dict[str, tuple[str, ...]]:
    """What a call of AssumeRole tells beside who calls.

    Source: "Condition keys for AWS Security Token Service", docs.aws.amazon.com/service-authorization/latest/
    reference/list_awssecuritytokenservice.html, retrieved 2026-11-26.
    """
    given = call.parameters
    keys: dict[str, tuple[str, ...]] = {}
    for name in ("RoleSessionName", "ExternalId", "SourceIdentity"):
        if given.get(name):
            keys[f"sts:{name}"] = (str(given[name]),)
    if given.get("SerialNumber"):
        keys["aws:MultiFactorAuthPresent"] = ("true",)
    tags = given.get("Tags") or ()
    for one in tags:
        keys[f"aws:RequestTag/{one['Key']}"] = (str(one["Value"]),)
    if tags:
        keys["aws:TagKeys"] = tuple(str(one["Key"]) for one in tags)
    return keys


def _duration(call: Call, role: Role) -> int:
    seconds = int(call.parameters.get("DurationSeconds") or _LONGEST_CHAINED)
    longest = int(role.max_session_duration or _LONGEST_CHAINED)
    if not _SHORTEST <= seconds <= _LONGEST:
        raise ServiceError("ValidationError", f"DurationSeconds must be from {_SHORTEST} to {_LONGEST}")
    if seconds > longest:
        raise ServiceError(
            "ValidationError",
            "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
        )
    if call.caller.type == "AssumedRole" and seconds > _LONGEST_CHAINED:
        raise ServiceError(
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit "
            "for roles assumed by role chaining",
        )
    return seconds


def _session_policies(call: Call) -> list[str]:
    given = call.parameters
    found = [str(given["Policy"])] if given.get("Policy") else []
    for one in given.get("PolicyArns") or ():
        policy = managed_policy(str(given["RoleArn"]).split(":")[4], str(one["arn"]))
        if policy is None:
            raise ServiceError("ValidationError", f"The policy {one['arn']} does not exist")
        found.append(document_of(policy))
    return found


def _credentials(made: Credentials) -> dict[str, Any]:
    return {
        "AccessKeyId": made.access_key_id,
        "SecretAccessKey": made.secret_access_key,
        "SessionToken": made.session_token,
        "Expiration": made.expires,
    }
