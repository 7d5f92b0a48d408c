"""What calls of CloudFormation say in common: the template, its parameters, tags, and who acts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from botocore.exceptions import ClientError
from msgspec.structs import replace

from craton.emulator.delivery.access import LostError, in_role
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.stacks.library import stacks_of
from craton.emulator.stacks.template import MOST_BYTES_FROM_S3, read

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.emulator.call import Call
    from craton.emulator.credentials import Caller
    from craton.emulator.stacks.library import Stacks
    from craton.emulator.stacks.stack import Stack
    from craton.emulator.stacks.template import Template

_VIRTUAL_HOST: Final = re.compile(r"^([a-z0-9.-]+)\.s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com$")
PRINCIPAL: Final = "cloudformation.amazonaws.com"
_PATH_HOST: Final = re.compile(r"^s3(?:[.-][a-z0-9-]+)?\.amazonaws\.com$")


def here(call: Call) -> Stacks:
    """The stacks of the caller's account in the call's Region."""
    return stacks_of(call.world, call.account, call.region)


def refuse(call: Call, *names: str) -> None:
    """Refuses parameters that the emulator cannot honour. Raises: NotEmulatedError."""
    for name in names:
        if call.parameters.get(name):
            raise NotEmulatedError(f"the parameter {name}")


def template_of(call: Call, previous: Stack | None = None) -> Template:
    """The template that a call brings, by value, by address, or the one that the stack has.

    Raises: ServiceError.
    """
    given = call.parameters
    if given.get("UsePreviousTemplate"):
        if previous is None:
            raise ServiceError("ValidationError", "UsePreviousTemplate needs a stack")
        return previous.template
    if given.get("TemplateBody"):
        return read(given["TemplateBody"])
    if given.get("TemplateURL"):
        return read(_fetched(call, given["TemplateURL"]), MOST_BYTES_FROM_S3)
    raise ServiceError("ValidationError", "Either Template URL or Template Body must be specified.")


def _fetched(call: Call, url: str) -> str:
    parts = urlsplit(url)
    path = unquote(parts.path.lstrip("/"))
    virtual = _VIRTUAL_HOST.match(parts.hostname or "")
    if virtual:
        bucket, key = virtual[1], path
    elif _PATH_HOST.match(parts.hostname or "") or parts.hostname in ("127.0.0.1", "localhost"):
        bucket, _, key = path.partition("/")
    else:
        raise ServiceError(
            "ValidationError", "S3 error: Domain name specified in TemplateURL is not a valid S3 domain"
        )
    try:
        found = call.world.inside.client("s3", call.region, call.caller).get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        raise ServiceError(
            "ValidationError", f"S3 error: {error.response['Error'].get('Message')}"
        ) from error
    return str(found["Body"].read().decode("utf-8", errors="replace"))


def parameters_of(call: Call) -> dict[str, str | None]:
    """The parameters that a call gives; None for those that keep their value."""
    return {
        one["ParameterKey"]: None if one.get("UsePreviousValue") else str(one.get("ParameterValue", ""))
        for one in call.parameters.get("Parameters") or ()
    }


def tags_of(held: Iterable[dict[str, Any]] | None) -> dict[str, str]:
    """Tags as a mapping."""
    return {one["Key"]: one["Value"] for one in held or ()}


def actor(call: Call, stack: Stack | None = None) -> tuple[Caller, str | None]:
    """Who acts for a stack: the role that the call names or the stack has, or the caller.

    Raises: ServiceError where CloudFormation cannot be in the role.
    """
    role = call.parameters.get("RoleARN") or (stack.role_arn if stack else None)
    if not role:
        return replace(call.caller, via=(*call.caller.via, PRINCIPAL)), None
    refused = ServiceError("ValidationError", f"Role {role} is invalid or cannot be assumed")
    if str(role).split(":")[4] != call.account:
        raise refused
    source = f"arn:aws:cloudformation:{call.region}:{call.account}:stack/{call.parameters.get('StackName')}/*"
    try:
        caller = in_role(
            call.world,
            str(role),
            PRINCIPAL,
            "AWSCloudFormation",
            source_arn=source,
            source_account=call.account,
        )
    except LostError as error:
        raise refused from error
    return caller, str(role)
