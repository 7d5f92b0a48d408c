"""Destinations: through them other accounts subscribe their groups to a stream.

Source: "PutDestination" and "PutDestinationPolicy", docs.aws.amazon.com/AmazonCloudWatchLogs/latest/
APIReference/, and for the words of refusals: github.com/aws/aws-cdk/issues/2452, retrieved 2026-11-26.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from craton.codec.policy_source import read_policy
from craton.core.arn import Arn
from craton.emulator.delivery.access import LostError
from craton.emulator.delivery.log_events import Origin, Subscription, control_message, milliseconds, send
from craton.emulator.errors import ServiceError
from craton.emulator.services.logs.service import SERVICE

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.emulator.world import World

_SHELF: Final = "log destinations"
_PAGE: Final = 50


def destination_at(world: World, arn: str) -> dict[str, Any] | None:
    """The destination of that ARN; None where there is none."""
    told = Arn.parse(arn)
    if told is None:
        return None
    name = told.resource.removeprefix("destination:")
    found: dict[str, Any] | None = world.shelf(told.account, told.region, _SHELF).get(name)
    return found


@SERVICE.policy_of("logs")
def destination_policy(call: Call, arn: str) -> str | None:
    """The policy of a destination; other resources of CloudWatch Logs have none of their own."""
    found = destination_at(call.world, arn) if ":destination:" in arn else None
    return found.get("accessPolicy") if found else None


@SERVICE.operation("PutDestination")
def put_destination(call: Call) -> Result:
    """There is the destination, and its stream took a message to try it."""
    given = call.parameters
    name, target, role = str(given["destinationName"]), str(given["targetArn"]), str(given["roleArn"])
    told = Arn.parse(target)
    if told is None or told.service not in ("kinesis", "firehose"):
        raise ServiceError("InvalidParameterException", f"a destination cannot lead to {target}")
    origin = Origin(account=call.account, region=call.region, group="", stream="")
    trial = Subscription(name="", pattern="", target=target, role=role)
    try:
        if told.account != call.account:
            raise LostError(f"{target} is another account's")  # noqa: TRY301 - told like all that does not arrive
        send(call.world, origin, trial, control_message(call.world))
    except (LostError, ClientError) as error:
        raise ServiceError(
            "InvalidParameterException",
            "Could not deliver test message to specified destination. Check if the destination is valid.",
        ) from error
    held = call.world.shelf(call.account, call.region, _SHELF)
    before = held.get(name, {})
    held[name] = {
        "creationTime": milliseconds(call.time),
        **before,
        "destinationName": name,
        "targetArn": target,
        "roleArn": role,
        "arn": f"arn:aws:logs:{call.region}:{call.account}:destination:{name}",
    }
    return {"destination": held[name]}


@SERVICE.operation("PutDestinationPolicy")
def put_destination_policy(call: Call) -> Result:
    """The destination has this policy."""
    found = _existing(call)
    text = str(call.parameters["accessPolicy"])
    policy, _ = read_policy(text.encode(), "destination policy", "destination policy")
    if policy is None:
        raise ServiceError("InvalidParameterException", "Access policy is not a valid policy document")
    told = json.loads(text)["Statement"]
    for statement in told if isinstance(told, list) else [told]:
        principal = statement.get("Principal")
        named = principal.get("AWS") if isinstance(principal, dict) else principal
        for one in named if isinstance(named, list) else [named]:
            if str(one).startswith("arn:"):
                raise ServiceError(
                    "InvalidParameterException",
                    "Principal section of policy contains ARN instead of account ID",
                )
    found["accessPolicy"] = text
    return None


@SERVICE.operation("DescribeDestinations")
def describe_destinations(call: Call) -> Result:
    """Tells the destinations."""
    given = call.parameters
    prefix = str(given.get("DestinationNamePrefix") or "")
    held = call.world.shelf(call.account, call.region, _SHELF)
    rows = [held[name] for name in sorted(held) if name.startswith(prefix)]
    first = int(given.get("nextToken") or 0)
    last = first + int(given.get("limit") or _PAGE)
    more = {"nextToken": str(last)} if last < len(rows) else {}
    return {"destinations": rows[first:last], **more}


@SERVICE.operation("DeleteDestination")
def delete_destination(call: Call) -> Result:
    """There is no such destination."""
    found = _existing(call)
    del call.world.shelf(call.account, call.region, _SHELF)[found["destinationName"]]
    return None


def _existing(call: Call) -> dict[str, Any]:
    name = str(call.parameters["destinationName"])
    found: dict[str, Any] | None = call.world.shelf(call.account, call.region, _SHELF).get(name)
    if found is None:
        raise ServiceError("ResourceNotFoundException", "The specified destination does not exist.")
    return found
