"""AWS KMS: keys whose own policies decide, and aliases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import moto.kms.models

from craton.core.arn import Arn
from craton.emulator.authorization import global_keys
from craton.emulator.delivery.addresses import key_of
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.in_force import Named, authorizer, in_force
from craton.emulator.service import Service
from craton.simulator.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from moto.kms.models import Key

    from craton.emulator.call import Call
    from craton.emulator.service import Result

# nobody signs or verifies here, and the key pair that moto makes for it takes a fifth of a second
setattr(moto.kms.models, "generate_private_key", lambda _: None)  # noqa: B010 - moto does not export it

SERVICE = Service(
    "kms",
    moto=(
        *("CreateKey", "ListKeys", "UpdateKeyDescription", "EnableKey", "DisableKey"),
        *("ScheduleKeyDeletion", "CancelKeyDeletion"),
        *("EnableKeyRotation", "DisableKeyRotation", "GetKeyRotationStatus"),
        *("GetKeyPolicy", "PutKeyPolicy", "ListKeyPolicies"),
        *("CreateAlias", "UpdateAlias", "DeleteAlias", "ListAliases"),
        *("Encrypt", "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"),
        *("TagResource", "UntagResource", "ListResourceTags"),
    ),
)

_USES: Final = ("Encrypt", "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext")
_ALIASES: Final = ("CreateAlias", "UpdateAlias", "DeleteAlias")
_NOT_KEPT: Final = ("CustomKeyStoreId", "XksKeyId", "GrantTokens", "DryRun", "RotationPeriodInDays")


@SERVICE.works_in
def account_of(call: Call) -> str:
    """The account of the key: it can be another's, where it is named by ARN."""
    arn = Arn.parse(str(call.parameters.get("KeyId") or ""))
    return arn.account if arn else call.account


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """A key is authorised by its own ARN, also where an alias names it.

    Source: "Controlling access to aliases", docs.aws.amazon.com/kms/latest/developerguide/alias-access.html,
    retrieved 2026-11-26: alias operations need a permission on the alias and one on the key.
    """
    given, name = call.parameters, call.operation.name
    action = f"kms:{name}"
    if name in _ALIASES:
        alias = str(given["AliasName"])
        arns = [f"arn:aws:kms:{call.region}:{call.account}:{alias}"]
        told = [str(given["TargetKeyId"])] if given.get("TargetKeyId") else []
        keys = [key_of(call.account, call.region, one) for one in (alias, *told)]
        arns += [key.arn for key in keys if key is not None]
        return [(action, arn) for arn in dict.fromkeys(arns)]
    if name == "Decrypt" and not given.get("KeyId"):
        key = _key_of_blob(call)
    elif given.get("KeyId") and name != "ListAliases":
        key = key_of(call.account, call.region, str(given["KeyId"]))
    else:
        return None
    return [(action, key.arn if key else f"arn:aws:kms:{call.region}:{call.account}:key/unknown")]


def _key_of_blob(call: Call) -> Key | None:
    """The key that a ciphertext was made with: its id stands at the head of what moto makes."""
    blob = call.parameters.get("CiphertextBlob") or b""
    head = (blob if isinstance(blob, bytes) else str(blob).encode())[:36].decode("ascii", errors="replace")
    return key_of(call.account, call.region, head)


@SERVICE.policy_of("kms")
def key_policy(call: Call, arn: str) -> str | None:
    """The policy of a key; an alias has none."""
    key = key_of(call.account, call.region, arn) if ":key/" in arn else None
    return str(key.policy) if key else None


@SERVICE.operation("DescribeKey")
def describe_key(call: Call) -> Result:
    """Tells what a key is."""
    told = _existing(call).to_dict()["KeyMetadata"]
    usage = told["KeyUsage"] or "ENCRYPT_DECRYPT"
    return {"KeyMetadata": {**told, "KeyUsage": usage, "MultiRegion": bool(told["MultiRegion"])}}


def _existing(call: Call) -> Key:
    name = str(call.parameters["KeyId"])
    key = key_of(call.account, call.region, name)
    if key is None:
        told = name if name.startswith("arn:") else f"arn:aws:kms:{call.region}:{call.account}:key/{name}"
        raise ServiceError("NotFoundException", f"Key '{told}' does not exist")
    return key


@SERVICE.before("CreateKey", "EnableKeyRotation", *_USES)
def refuse_what_is_not_kept(call: Call) -> None:
    """Raises: NotEmulatedError for parameters that would change what keys do."""
    for name in _NOT_KEPT:
        if call.parameters.get(name):
            raise NotEmulatedError(f"the parameter {name}")


@SERVICE.before(*_USES)
def be_enabled(call: Call) -> None:
    """Raises: ServiceError for keys that are disabled or await their deletion."""
    key = _existing(call) if call.parameters.get("KeyId") else _key_of_blob(call)
    if key is None:
        return
    if key.key_state == "PendingDeletion":
        raise ServiceError("KMSInvalidStateException", f"{key.arn} is pending deletion.")
    if key.key_state == "Disabled":
        raise ServiceError("DisabledException", f"{key.arn} is disabled.")


@SERVICE.before("CreateKey", "PutKeyPolicy")
def keep_in_reach(call: Call) -> None:
    """Raises: ServiceError for a policy that would leave its author without power over it.

    Source: "PutKeyPolicy", docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html, retrieved
    2026-11-26.
    """
    text = call.parameters.get("Policy")
    if not text or call.parameters.get("BypassPolicyLockoutSafetyCheck"):
        return
    resource = f"arn:aws:kms:{call.region}:{call.account}:key/new"
    try:
        policies = in_force(
            call.world.organization, call.caller, resource_account=call.account, resource=Named("new", text)
        )
        asked = Request(
            principal=call.caller.arn, action="kms:PutKeyPolicy", resource=resource, context=global_keys(call)
        )
        outcome = authorizer(policies).decide(asked).outcome
    except ValueError as error:
        raise ServiceError("MalformedPolicyDocumentException", str(error)) from error
    if outcome != "allowed":
        raise ServiceError(
            "MalformedPolicyDocumentException",
            "The new key policy will not allow you to update the key policy in the future.",
        )
