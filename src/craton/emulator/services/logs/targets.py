"""Where subscriptions may lead: streams and functions of the account, and destinations of any account.

Source: "Cross-account cross-Region subscriptions", docs.aws.amazon.com/AmazonCloudWatch/latest/logs/
CrossAccountSubscriptions.html, and "Step 4: Create a subscription filter", …/
CreateSubscriptionFilterFirehose.html, retrieved 2026-11-26; for the words of refusals see the module of
subscription filters.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from craton.core.arn import Arn
from craton.emulator.delivery.access import LostError, caller_may, in_role
from craton.emulator.delivery.log_events import (
    Origin,
    Subscription,
    control_message,
    may_invoke,
    principals,
    send,
)
from craton.emulator.errors import ServiceError
from craton.emulator.services.logs.destinations import destination_at

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.world import World

_STREAMS: Final = {"kinesis": "Kinesis stream", "firehose": "Firehose stream"}
_OF_ORGANIZATIONS: Final = ("aws:principalorgid", "aws:principalorgpaths")


def reached(
    world: World, destination: str, role: str | None, *, name: str, pattern: str, is_random: bool
) -> Subscription | None:
    """The subscription of a filter, with what stands behind its destination; None where that is gone."""
    target, writer = destination, role
    if ":destination:" in destination:
        found = destination_at(world, destination)
        if found is None:
            return None
        target, writer = found["targetArn"], found["roleArn"]
    return Subscription(name=name, pattern=pattern, target=target, role=writer, is_random=is_random)


def require_target(call: Call, destination: str, role: str | None, group: str) -> None:
    """The target takes the events of the group. Raises: ServiceError where it does not."""
    arn = Arn.parse(destination)
    if arn is None:
        raise _invalid(f"Invalid destinationArn {destination}")
    origin = Origin(account=call.account, region=call.region, group=group, stream="")
    match arn.service:
        case "kinesis" | "firehose":
            if role is None:
                raise _invalid(f"destinationArn for vendor {arn.service} cannot be used without roleArn")
            require_stream(call, destination, arn, role, origin)
        case "lambda":
            if role is not None:
                raise _invalid("destinationArn for vendor lambda cannot be used with roleArn")
            if not may_invoke(call.world, origin, destination):
                raise _invalid(
                    "Could not execute the lambda function. Make sure you have given CloudWatch Logs "
                    "permission to execute your function."
                )
        case "logs" if arn.resource.startswith("destination:"):
            _require_destination(call, destination, arn, role, origin)
        case vendor:
            raise _invalid(
                f"PutSubscriptionFilter operation cannot work with destinationArn for vendor {vendor}"
            )


def require_stream(call: Call, text: str, arn: Arn, role: str, origin: Origin) -> None:
    """A stream of the account takes a message to try it, in that role. Raises: ServiceError."""
    what = _STREAMS[arn.service]
    trial = Subscription(name="", pattern="", target=text, role=role)
    try:
        if arn.account != call.account:
            raise LostError(f"{text} is another account's")  # noqa: TRY301 - told like all that does not arrive
        send(call.world, origin, trial, control_message(call.world))
    except (LostError, ClientError) as error:
        raise _invalid(
            f"Could not deliver test message to specified {what}. "
            f"Check if the given {what} is in ACTIVE state."
        ) from error


def _require_destination(call: Call, text: str, arn: Arn, role: str | None, origin: Origin) -> None:
    if arn.region != call.region:
        raise _invalid("The log group and the destination must be in the same AWS Region")
    found = destination_at(call.world, text)
    policy = found.get("accessPolicy") if found else None
    if policy is not None and role is None and any(key in policy.lower() for key in _OF_ORGANIZATIONS):
        raise _invalid(
            "Role ARN is required when creating subscription filter against destination with "
            "Organization access policy"
        )
    lets = policy is not None and caller_may(
        call.world, call.caller, "logs:PutSubscriptionFilter", text, policy=policy, owner=arn.account
    )
    if not lets:
        raise ServiceError(
            "AccessDeniedException",
            f"User with accountId: {call.account} is not authorized to perform: "
            f"logs:PutSubscriptionFilter on resource: {text}",
        )
    if role is not None:
        _require_role(call, role, origin)


def _require_role(call: Call, role: str, origin: Origin) -> None:
    """Raises: ServiceError where CloudWatch Logs cannot be in the role of the sender."""
    for service in principals(call.region):
        try:
            in_role(call.world, role, service, "check", source_arn=origin.arn, source_account=origin.account)
        except LostError:
            continue
        return
    raise _invalid(f"CloudWatch Logs cannot assume the role {role}")


def _invalid(message: str) -> ServiceError:
    return ServiceError("InvalidParameterException", message)
