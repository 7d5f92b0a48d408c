"""Subscriptions of all groups of an account at once.

Source: "PutAccountPolicy", docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
API_PutAccountPolicy.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.delivery.filter_pattern import matcher
from craton.emulator.delivery.log_events import milliseconds
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.services.logs.service import SERVICE
from craton.emulator.services.logs.targets import reached, require_target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.emulator.call import Call
    from craton.emulator.delivery.log_events import Subscription
    from craton.emulator.service import Result
    from craton.emulator.world import World

_SHELF: Final = "account policies"
_SUBSCRIPTIONS: Final = "SUBSCRIPTION_FILTER_POLICY"
_SELECTION: Final = re.compile(r"LogGroupName(Prefix)?\s+NOT\s+IN\s+(\[.*\])", re.DOTALL)


def subscriptions_of_account(world: World, account: str, region: str, group: str) -> Iterator[Subscription]:
    """Who subscribed to a group by the policies of its account."""
    for one in world.shelf(account, region, _SHELF).values():
        document = json.loads(one["policyDocument"])
        if _excludes(one.get("selectionCriteria"), group):
            continue
        found = reached(
            world,
            document["DestinationArn"],
            document.get("RoleArn"),
            name=one["policyName"],
            pattern=document.get("FilterPattern", ""),
            is_random=document.get("Distribution") == "Random",
        )
        if found is not None:
            yield found


def _excludes(criteria: str | None, group: str) -> bool:
    """Whether a group is left out. Raises: ServiceError where the criteria cannot be read."""
    if not criteria:
        return False
    found = _SELECTION.fullmatch(criteria.strip())
    if found is None:
        raise ServiceError("InvalidParameterException", "Invalid selection criteria")
    names: list[str] = json.loads(found[2])
    return any(group.startswith(one) if found[1] else group == one for one in names)


@SERVICE.operation("PutAccountPolicy")
def put_account_policy(call: Call) -> Result:
    """The account has the policy, and its target took a message to try it."""
    given = call.parameters
    if given["policyType"] != _SUBSCRIPTIONS:
        raise NotEmulatedError(f"account policies of the type {given['policyType']}")
    _excludes(given.get("selectionCriteria"), "")
    try:
        document: dict[str, Any] = json.loads(given["policyDocument"])
        destination = str(document["DestinationArn"])
    except (ValueError, KeyError, TypeError) as error:
        raise ServiceError("InvalidParameterException", "Invalid policy document") from error
    matcher(str(document.get("FilterPattern", "")))
    held = call.world.shelf(call.account, call.region, _SHELF)
    name = str(given["policyName"])
    if held and name not in held:
        raise ServiceError("LimitExceededException", "Resource limit exceeded.")
    require_target(call, destination, document.get("RoleArn"), "*")
    held[name] = {
        "policyName": name,
        "policyDocument": given["policyDocument"],
        "policyType": _SUBSCRIPTIONS,
        "scope": given.get("scope") or "ALL",
        "lastUpdatedTime": milliseconds(call.time),
        "accountId": call.account,
        **({"selectionCriteria": given["selectionCriteria"]} if given.get("selectionCriteria") else {}),
    }
    return {"accountPolicy": held[name]}


@SERVICE.operation("DescribeAccountPolicies")
def describe_account_policies(call: Call) -> Result:
    """Tells the policies of a type."""
    given = call.parameters
    if given.get("accountIdentifiers"):
        raise NotEmulatedError("the parameter accountIdentifiers")
    held = call.world.shelf(call.account, call.region, _SHELF)
    rows = [
        held[name]
        for name in sorted(held)
        if held[name]["policyType"] == given["policyType"] and given.get("policyName") in (None, name)
    ]
    return {"accountPolicies": rows}


@SERVICE.operation("DeleteAccountPolicy")
def delete_account_policy(call: Call) -> Result:
    """The account has the policy no more."""
    given = call.parameters
    held = call.world.shelf(call.account, call.region, _SHELF)
    found = held.get(given["policyName"])
    if found is None or found["policyType"] != given["policyType"]:
        raise ServiceError("ResourceNotFoundException", "The specified account policy does not exist.")
    del held[given["policyName"]]
    return None
