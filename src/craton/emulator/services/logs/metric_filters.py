"""Metric filters: log events become values of metrics.

Source: "Creating metrics from log events using filters", docs.aws.amazon.com/AmazonCloudWatch/latest/logs/
MonitoringLogData.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import functools
import json
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from craton.emulator.credentials import Caller
from craton.emulator.delivery.access import lost
from craton.emulator.delivery.filter_pattern import matcher
from craton.emulator.delivery.log_events import milliseconds
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.services.logs.service import SERVICE, group_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from craton.emulator.call import Call
    from craton.emulator.delivery.log_events import Origin
    from craton.emulator.service import Result
    from craton.emulator.world import World

_SHELF: Final = "metric filters"
_MOST_OF_A_GROUP: Final = 100
_PAGE: Final = 50
_MOST_OF_A_CALL: Final = 1000
_SERVICE: Final = "logs.amazonaws.com"


@SERVICE.operation("PutMetricFilter")
def put_metric_filter(call: Call) -> Result:
    """The group has the filter."""
    given = call.parameters
    for name in ("applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFieldDimensions"):
        if given.get(name):
            raise NotEmulatedError(f"the parameter {name}")
    group = group_of(call, str(given["logGroupName"])).name
    pattern, name = str(given.get("filterPattern") or ""), str(given["filterName"])
    matcher(pattern)
    for one in given["metricTransformations"]:
        _check(one)
    held = call.world.shelf(call.account, call.region, _SHELF)
    key = f"{group}\n{name}"
    if key not in held and sum(one["logGroupName"] == group for one in held.values()) >= _MOST_OF_A_GROUP:
        raise ServiceError("LimitExceededException", "Resource limit exceeded.")
    held[key] = {
        "filterName": name,
        "filterPattern": pattern,
        "logGroupName": group,
        "metricTransformations": given["metricTransformations"],
        "creationTime": milliseconds(call.time),
    }
    return None


def _check(transformation: Mapping[str, Any]) -> None:
    value = str(transformation["metricValue"])
    if not value.startswith("$."):
        try:
            float(value)
        except ValueError as error:
            if value.startswith("$"):
                raise NotEmulatedError(f"the metric value {value}") from error
            raise ServiceError("InvalidParameterException", "Invalid metric transformation") from error
    if transformation.get("dimensions") and transformation.get("defaultValue") is not None:
        raise ServiceError(
            "InvalidParameterException", "Invalid metric transformation: dimensions and default value"
        )
    if any(not str(told).startswith("$.") for told in (transformation.get("dimensions") or {}).values()):
        raise NotEmulatedError("dimensions from fields that are divided by spaces")


@SERVICE.operation("DescribeMetricFilters")
def describe_metric_filters(call: Call) -> Result:
    """Tells filters: of a group, or of a metric."""
    given = call.parameters
    held = call.world.shelf(call.account, call.region, _SHELF)
    if given.get("logGroupName"):
        group_of(call, str(given["logGroupName"]))
    prefix = str(given.get("filterNamePrefix") or "")
    rows = [
        one
        for _, one in sorted(held.items())
        if given.get("logGroupName") in (None, one["logGroupName"])
        and one["filterName"].startswith(prefix)
        and _is_of(one, given)
    ]
    first = int(given.get("nextToken") or 0)
    last = first + int(given.get("limit") or _PAGE)
    more = {"nextToken": str(last)} if last < len(rows) else {}
    return {"metricFilters": rows[first:last], **more}


def _is_of(one: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    wanted = (given.get("metricNamespace"), given.get("metricName"))
    if wanted == (None, None):
        return True
    return any(
        (told["metricNamespace"], told["metricName"]) == wanted for told in one["metricTransformations"]
    )


@SERVICE.operation("DeleteMetricFilter")
def delete_metric_filter(call: Call) -> Result:
    """The group has the filter no more."""
    given = call.parameters
    group = group_of(call, str(given["logGroupName"])).name
    held = call.world.shelf(call.account, call.region, _SHELF)
    if held.pop(f"{group}\n{given['filterName']}", None) is None:
        raise ServiceError("ResourceNotFoundException", "The specified metric filter does not exist.")
    return None


@SERVICE.after("DeleteLogGroup")
def forget(call: Call, _: object) -> None:
    """A group's filters go with it."""
    held = call.world.shelf(call.account, call.region, _SHELF)
    for key in [key for key, one in held.items() if one["logGroupName"] == call.parameters["logGroupName"]]:
        del held[key]


def count(world: World, origin: Origin, events: Sequence[Mapping[str, Any]]) -> None:
    """Puts the values that the filters of the group find in these events, behind the call."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in list(world.shelf(origin.account, origin.region, _SHELF).values()):
        if one["logGroupName"] != origin.group:
            continue
        passes = matcher(one["filterPattern"])
        taken = [event for event in events if passes(str(event["message"]))]
        for told in one["metricTransformations"]:
            found.setdefault(str(told["metricNamespace"]), []).extend(_data(told, taken))
    for namespace, data in found.items():
        for first in range(0, len(data), _MOST_OF_A_CALL):
            batch = data[first : first + _MOST_OF_A_CALL]
            work = functools.partial(_put, world, origin, namespace, batch)
            world.work.start(f"metric {namespace}", work)


def _data(told: Mapping[str, Any], taken: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    if not taken and told.get("defaultValue") is not None:
        yield {"MetricName": told["metricName"], "Value": float(told["defaultValue"])}
    for event in taken:
        value = _value(str(told["metricValue"]), str(event["message"]))
        if value is None:
            continue
        named = {
            name: _selected(str(path), str(event["message"]))
            for name, path in (told.get("dimensions") or {}).items()
        }
        dimensions = [{"Name": name, "Value": str(one)} for name, one in named.items() if one is not None]
        yield {
            "MetricName": told["metricName"],
            "Value": value,
            "Unit": told.get("unit") or "None",
            **({"Dimensions": dimensions} if dimensions else {}),
        }


def _value(told: str, message: str) -> float | None:
    if not told.startswith("$."):
        return float(told)
    found = _selected(told, message)
    try:
        return None if found is None or isinstance(found, bool) else float(found)
    except (TypeError, ValueError):
        return None


def _selected(path: str, message: str) -> Any:
    try:
        value: Any = json.loads(message)
    except ValueError:
        return None
    for step in path.removeprefix("$.").split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _put(world: World, origin: Origin, namespace: str, data: list[dict[str, Any]]) -> None:
    itself = Caller(
        account=origin.account, arn=_SERVICE, principal_arn=_SERVICE, user_id=_SERVICE, type="AWSService"
    )
    try:
        client = world.inside.client("cloudwatch", origin.region, itself)
        client.put_metric_data(Namespace=namespace, MetricData=data)
    except ClientError as why:
        lost(world, f"values of {namespace} from {origin.group}", why)
