"""Subscription filters: who gets the events of a group.

Source: "PutSubscriptionFilter", docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
API_PutSubscriptionFilter.html, and for the words of refusals: github.com/aws/aws-cli/issues/4422,
github.com/cloud-custodian/cloud-custodian/pull/8246 and github.com/cloudtools/troposphere/pull/413, retrieved
2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.delivery.filter_pattern import matcher
from craton.emulator.delivery.log_events import milliseconds
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.services.logs.service import SERVICE, group_of
from craton.emulator.services.logs.targets import reached, require_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.emulator.call import Call
    from craton.emulator.delivery.log_events import Subscription
    from craton.emulator.service import Result
    from craton.emulator.world import World

MOST_OF_A_GROUP: Final = 2
_SHELF: Final = "subscription filters"
_PAGE: Final = 50


def filters_of(world: World, account: str, region: str, group: str) -> list[dict[str, Any]]:
    """The filters of a group, by name."""
    held = world.shelf(account, region, _SHELF)
    return [held[key] for key in sorted(held) if held[key]["logGroupName"] == group]


def subscriptions_of(world: World, account: str, region: str, group: str) -> Iterator[Subscription]:
    """Who subscribed to a group by its filters."""
    for one in filters_of(world, account, region, group):
        found = reached(
            world,
            one["destinationArn"],
            one.get("roleArn"),
            name=one["filterName"],
            pattern=one["filterPattern"],
            is_random=one["distribution"] == "Random",
        )
        if found is not None:
            yield found


@SERVICE.operation("PutSubscriptionFilter")
def put_subscription_filter(call: Call) -> Result:
    """The group has the filter, and its target took a message to try it."""
    given = call.parameters
    for name in ("applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFields"):
        if given.get(name):
            raise NotEmulatedError(f"the parameter {name}")
    group = group_of(call, str(given["logGroupName"])).name
    name, pattern = str(given["filterName"]), str(given.get("filterPattern") or "")
    matcher(pattern)
    held = call.world.shelf(call.account, call.region, _SHELF)
    key = f"{group}\n{name}"
    others = filters_of(call.world, call.account, call.region, group)
    if key not in held and len(others) >= MOST_OF_A_GROUP:
        raise ServiceError("LimitExceededException", "Resource limit exceeded.")
    destination, role = str(given["destinationArn"]), given.get("roleArn")
    require_target(call, destination, role, group)
    held[key] = {
        "filterName": name,
        "logGroupName": group,
        "filterPattern": pattern,
        "destinationArn": destination,
        "distribution": given.get("distribution") or "ByLogStream",
        "creationTime": milliseconds(call.time),
        **({"roleArn": role} if role else {}),
    }
    return None


@SERVICE.operation("DescribeSubscriptionFilters")
def describe_subscription_filters(call: Call) -> Result:
    """Tells the filters of a group."""
    given = call.parameters
    group = group_of(call, str(given["logGroupName"])).name
    prefix = str(given.get("filterNamePrefix") or "")
    rows = [
        one
        for one in filters_of(call.world, call.account, call.region, group)
        if one["filterName"].startswith(prefix)
    ]
    first = int(given.get("nextToken") or 0)
    last = first + int(given.get("limit") or _PAGE)
    more = {"nextToken": str(last)} if last < len(rows) else {}
    return {"subscriptionFilters": rows[first:last], **more}


@SERVICE.operation("DeleteSubscriptionFilter")
def delete_subscription_filter(call: Call) -> Result:
    """The group has the filter no more."""
    given = call.parameters
    group = group_of(call, str(given["logGroupName"])).name
    key = f"{group}\n{given['filterName']}"
    if call.world.shelf(call.account, call.region, _SHELF).pop(key, None) is None:
        raise ServiceError("ResourceNotFoundException", "The specified subscription filter does not exist.")
    return None


@SERVICE.after("DeleteLogGroup")
def forget(call: Call, _: object) -> None:
    """A group's filters go with it."""
    held = call.world.shelf(call.account, call.region, _SHELF)
    for key in [key for key, one in held.items() if one["logGroupName"] == call.parameters["logGroupName"]]:
        del held[key]
