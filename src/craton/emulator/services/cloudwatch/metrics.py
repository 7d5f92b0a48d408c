"""Values of metrics, put and asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import NotEmulatedError
from craton.emulator.observation.metrics import (
    STATISTICS,
    Sample,
    points,
    put,
    samples,
    value_of,
)
from craton.emulator.observation.metrics_search import labelled, search_of
from craton.emulator.services.cloudwatch.service import (
    SERVICE,
    dimensions_of,
    invalid,
    metric_of,
    moment,
    refuse,
)
from craton.emulator.services.oam import shares_metrics, sharing_metrics

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from craton.emulator.call import Call
    from craton.emulator.observation.metrics import Metric, Point
    from craton.emulator.service import Result

_OF_AWS: Final = "AWS/"
_MOST_POINTS: Final = 1440
_PAGE: Final = 500


@SERVICE.operation("PutMetricData")
def put_metric_data(call: Call) -> Result:
    """Keeps values. Namespaces of AWS are its own."""
    given = call.parameters
    refuse(given, ("EntityMetricData",))
    namespace = str(given["Namespace"])
    if namespace.startswith(_OF_AWS) and call.caller.type != "AWSService":
        raise invalid(f"The value {_OF_AWS} for parameter Namespace is invalid.")
    for datum in given.get("MetricData") or ():
        found = metric_of({"Namespace": namespace, **datum})
        for sample in _samples(datum, call.time):
            put(call.world, call.account, call.region, found, sample)
    return None


def _samples(datum: Mapping[str, Any], now: dt.datetime) -> Iterator[Sample]:
    at = moment(datum["Timestamp"]) if datum.get("Timestamp") else now
    unit = datum.get("Unit")
    unit = None if unit in (None, "None") else str(unit)
    statistics = datum.get("StatisticValues")
    if statistics:
        told = {name: float(value) for name, value in statistics.items()}
        yield Sample(at, told["SampleCount"], told["Sum"], told["Minimum"], told["Maximum"], unit)
    elif datum.get("Values"):
        counts = datum.get("Counts") or [1.0] * len(datum["Values"])
        for value, count in zip(datum["Values"], counts, strict=True):
            number, often = float(value), float(count)
            yield Sample(at, often, number * often, number, number, unit)
    elif datum.get("Value") is not None:
        yield value_of(float(datum["Value"]), at, unit)
    else:
        raise invalid("At least one of the parameters must be specified.", "MissingParameter")


@SERVICE.operation("GetMetricStatistics")
def get_metric_statistics(call: Call) -> Result:
    """Tells the periods that hold values."""
    given = call.parameters
    refuse(given, ("ExtendedStatistics",))
    if not given.get("Statistics"):
        raise invalid("Must specify either Statistics or ExtendedStatistics", "InvalidParameterCombination")
    found = _points(call, metric_of(given), given, call.account)
    if len(found) > _MOST_POINTS:
        raise invalid(
            f"You have requested up to {len(found)} datapoints, which exceeds the limit of {_MOST_POINTS}.",
            "InvalidParameterCombination",
        )
    rows = [
        {
            "Timestamp": point.start,
            "Unit": point.unit or "None",
            **{name: point.statistic(name) for name in given["Statistics"]},
        }
        for point in found
    ]
    return {"Label": given["MetricName"], "Datapoints": rows}


@SERVICE.operation("GetMetricData")
def get_metric_data(call: Call) -> Result:
    """Tells the values of several metrics, and of those that searches find; other expressions are refused."""
    given = call.parameters
    refuse(given, ("NextToken", "LabelOptions"))
    return {
        "MetricDataResults": [one for query in given["MetricDataQueries"] for one in _results(call, query)],
        "Messages": [],
    }


def _results(call: Call, query: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    owner = _owner(call, query.get("AccountId"))
    if query.get("Expression"):
        search = search_of(str(query["Expression"]))
        stat: Mapping[str, Any] = {"Stat": search.statistic, "Period": search.period}
        for one in search.found(samples(call.world, owner, call.region), call.time):
            yield {
                **_series(call, stat, one, owner),
                "Id": query["Id"],
                "Label": labelled(query.get("Label"), one),
            }
        return
    stat = query["MetricStat"]
    one = metric_of(stat["Metric"])
    yield {**_series(call, stat, one, owner), "Id": query["Id"], "Label": query.get("Label") or one.name}


def _series(call: Call, stat: Mapping[str, Any], one: Metric, owner: str) -> dict[str, Any]:
    if stat["Stat"] not in STATISTICS:
        raise NotEmulatedError(f"the statistic {stat['Stat']}")
    found = list(_points(call, one, {**call.parameters, **stat}, owner))
    if call.parameters.get("ScanBy", "TimestampDescending") == "TimestampDescending":
        found.reverse()
    return {
        "Timestamps": [point.start for point in found],
        "Values": [point.statistic(stat["Stat"]) for point in found],
        "StatusCode": "Complete",
    }


def _owner(call: Call, account: Any) -> str:
    """Whose metric is asked for. Raises: ServiceError where its account does not share its metrics."""
    told = str(account or call.account)
    if told != call.account and not shares_metrics(call.world, told, call.account, call.region):
        raise invalid(f"The account {told} does not share its metrics with this account.", "ValidationError")
    return told


def _points(call: Call, found: Metric, given: Mapping[str, Any], account: str) -> tuple[Point, ...]:
    start, end = moment(given["StartTime"]), moment(given["EndTime"])
    if start >= end:
        raise invalid("The parameter StartTime must be less than the parameter EndTime.")
    held = samples(call.world, account, call.region).get(found, [])
    unit = given.get("Unit")
    unit = None if unit in (None, "None") else str(unit)
    return points(held, start, end, int(given["Period"]), unit)


@SERVICE.operation("ListMetrics")
def list_metrics(call: Call) -> Result:
    """Lists the metrics that have values, all by name and dimensions."""
    given = call.parameters
    refuse(given, ("RecentlyActive",))
    wanted = {
        (str(one["Name"]), str(one["Value"]) if one.get("Value") is not None else None)
        for one in given.get("Dimensions") or ()
    }
    owners = [call.account]
    if given.get("IncludeLinkedAccounts"):
        owners += sharing_metrics(call.world, call.account, call.region)
    rows = [
        (owner, one)
        for owner in owners
        if given.get("OwningAccount") in (None, owner)
        for one in sorted(samples(call.world, owner, call.region), key=_order)
        if given.get("Namespace") in (None, one.namespace)
        and given.get("MetricName") in (None, one.name)
        and all(_has(one, name, value) for name, value in wanted)
    ]
    start = int(given.get("NextToken") or 0)
    told = rows[start : start + _PAGE]
    more: dict[str, Any] = {"NextToken": str(start + _PAGE)} if start + _PAGE < len(rows) else {}
    if given.get("IncludeLinkedAccounts"):
        more["OwningAccounts"] = [owner for owner, _ in told]
    found = [
        {"Namespace": one.namespace, "MetricName": one.name, "Dimensions": dimensions_of(one)}
        for _, one in told
    ]
    return {"Metrics": found, **more}


def _order(one: Metric) -> tuple[str, str, list[tuple[str, str]]]:
    return one.namespace, one.name, sorted(one.dimensions)


def _has(one: Metric, name: str, value: str | None) -> bool:
    return any(key == name and value in (None, held) for key, held in one.dimensions)
