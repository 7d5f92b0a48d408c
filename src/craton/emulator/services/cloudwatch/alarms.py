"""Alarms."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.core.arn import Arn
from craton.emulator.constraints import check_parameters
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.observation.alarms import OPERATORS, Alarm, alarms, change, evaluate_all, watch
from craton.emulator.observation.metric_streams import metric_streams
from craton.emulator.observation.metrics import metric
from craton.emulator.observation.metrics_query import query_of
from craton.emulator.services.cloudwatch.service import (
    SERVICE,
    dimensions_of,
    invalid,
    metric_of,
    refuse,
)

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.observation.metric_streams import MetricStream
    from craton.emulator.service import Result

_NOT_KEPT: Final = (
    *("ExtendedStatistic", "EvaluateLowSampleCountPercentile", "ThresholdMetricId"),
    *("EvaluationWindow", "WarmUpConfiguration", "EvaluationCriteria", "EvaluationInterval"),
    "ActionConfiguration",
)
_TOLD: Final = (
    *("AlarmDescription", "OKActions", "AlarmActions", "InsufficientDataActions", "Statistic", "Period"),
    *(
        "Unit",
        "EvaluationPeriods",
        "DatapointsToAlarm",
        "Threshold",
        "ComparisonOperator",
        "TreatMissingData",
    ),
)
_NEEDED: Final = ("MetricName", "Namespace", "Statistic", "Period", "Threshold")
_TREATMENTS: Final = ("breaching", "notBreaching", "ignore", "missing")
_ACTIONS: Final = ("OKActions", "AlarmActions", "InsufficientDataActions")
_TAGS: Final = "cloudwatch tags"


@SERVICE.operation("PutMetricAlarm")
def put_metric_alarm(call: Call) -> Result:
    """Sets an alarm, and evaluates it at once. A changed alarm keeps its state until then."""
    given = dict(call.parameters)
    refuse(given, _NOT_KEPT)
    check_parameters(call, but=("ComparisonOperator",))
    query = query_of(given)
    for name in ("Threshold",) if query else _NEEDED:
        if given.get(name) is None:
            raise invalid(f"The parameter {name} is required.", "MissingParameter")
    if given["ComparisonOperator"] not in OPERATORS:
        raise NotEmulatedError(f"the parameter ComparisonOperator={given['ComparisonOperator']}")
    if given.get("TreatMissingData", "missing") not in _TREATMENTS:
        raise invalid(f"The value {given['TreatMissingData']} for parameter TreatMissingData is invalid.")
    period, count = query.period if query else int(given["Period"]), int(given["EvaluationPeriods"])
    if period not in (10, 20, 30) and period % 60:
        raise invalid("Period must be 10, 20, 30 or a multiple of 60")
    if int(given.get("DatapointsToAlarm") or 1) > count:
        raise invalid("DatapointsToAlarm must be less than or equal to EvaluationPeriods")
    for name in _ACTIONS:
        for action in given.get(name) or ():
            _check_action(str(action))
    watch(call.world)
    held = alarms(call.world, call.account, call.region)
    name = str(given["AlarmName"])
    before = held.get(name)
    arn = f"arn:aws:cloudwatch:{call.region}:{call.account}:alarm:{name}"
    held[name] = Alarm(
        arn=arn,
        account=call.account,
        region=call.region,
        told=given,
        metric=metric(query.namespace, query.name, {}) if query else metric_of(given),
        query=query,
        configured=call.time,
        updated=before.updated if before else call.time,
        state=before.state if before else "INSUFFICIENT_DATA",
        reason=before.reason if before else "Unchecked: Initial alarm creation",
    )
    _tags(call, arn).update({str(one["Key"]): str(one["Value"]) for one in given.get("Tags") or ()})
    evaluate_all(call.world, call.account, call.region, None if query else held[name].metric)
    return None


def _check_action(action: str) -> None:
    arn = Arn.parse(action)
    if arn is None:
        raise invalid(f"Invalid ARN: {action}", "ValidationError")
    if arn.service not in ("sns", "lambda"):
        raise NotEmulatedError(f"alarm actions of {arn.service}")


@SERVICE.operation("DescribeAlarms")
def describe_alarms(call: Call) -> Result:
    """Tells alarms in the state of this moment."""
    given = call.parameters
    refuse(given, ("ChildrenOfAlarmName", "ParentsOfAlarmName", "ActionPrefix"))
    evaluate_all(call.world, call.account, call.region)
    wanted = given.get("AlarmTypes") or ("MetricAlarm",)
    held = alarms(call.world, call.account, call.region)
    rows = [
        _row(alarm)
        for name, alarm in sorted(held.items())
        if (not given.get("AlarmNames") or name in given["AlarmNames"])
        and name.startswith(str(given.get("AlarmNamePrefix") or ""))
        and given.get("StateValue") in (None, alarm.state)
        and "MetricAlarm" in wanted
    ]
    start, size = int(given.get("NextToken") or 0), int(given.get("MaxRecords") or 50)
    more = {"NextToken": str(start + size)} if start + size < len(rows) else {}
    return {"MetricAlarms": rows[start : start + size], "CompositeAlarms": [], **more}


@SERVICE.operation("DescribeAlarmsForMetric")
def describe_alarms_for_metric(call: Call) -> Result:
    """Tells the alarms on a metric."""
    refuse(call.parameters, ("ExtendedStatistic", "Unit", "Statistic", "Period"))
    found = metric_of(call.parameters)
    held = alarms(call.world, call.account, call.region)
    return {"MetricAlarms": [_row(one) for one in held.values() if not one.query and one.metric == found]}


def _row(alarm: Alarm) -> dict[str, Any]:
    told = {name: alarm.told[name] for name in _TOLD if alarm.told.get(name) is not None}
    for name in _ACTIONS:
        told.setdefault(name, [])
    row = {
        "AlarmName": alarm.name,
        "AlarmArn": alarm.arn,
        "AlarmConfigurationUpdatedTimestamp": alarm.configured,
        "ActionsEnabled": alarm.told.get("ActionsEnabled", True),
        "StateValue": alarm.state,
        "StateReason": alarm.reason,
        "StateUpdatedTimestamp": alarm.updated,
        "StateTransitionedTimestamp": alarm.updated,
        **_watched(alarm),
        **told,
    }
    return {**row, "StateReasonData": alarm.reason_data} if alarm.reason_data else row


def _watched(alarm: Alarm) -> dict[str, Any]:
    if alarm.query:
        return {"Metrics": alarm.told["Metrics"]}
    return {
        "MetricName": alarm.metric.name,
        "Namespace": alarm.metric.namespace,
        "Dimensions": dimensions_of(alarm.metric),
    }


@SERVICE.operation("DeleteAlarms")
def delete_alarms(call: Call) -> Result:
    """Removes alarms; none is removed where one of them is not there."""
    held = alarms(call.world, call.account, call.region)
    names = [str(one) for one in call.parameters["AlarmNames"]]
    for name in names:
        _existing(call, name)
    for name in names:
        _tags(call, held.pop(name).arn).clear()
    return None


@SERVICE.operation("SetAlarmState")
def set_alarm_state(call: Call) -> Result:
    """Puts an alarm into a state until it is evaluated again; its actions follow."""
    given = call.parameters
    alarm = _existing(call, str(given["AlarmName"]))
    change(call.world, alarm, given["StateValue"], str(given["StateReason"]), given.get("StateReasonData"))
    return None


@SERVICE.operation("EnableAlarmActions", "DisableAlarmActions")
def switch_alarm_actions(call: Call) -> Result:
    """Lets alarms act, or not."""
    for name in call.parameters["AlarmNames"]:
        _existing(call, str(name)).told["ActionsEnabled"] = call.operation.name == "EnableAlarmActions"
    return None


def _existing(call: Call, name: str) -> Alarm:
    found = alarms(call.world, call.account, call.region).get(name)
    if found is None:
        raise ServiceError("ResourceNotFound", f"The alarm {name} does not exist.")
    return found


def _tags(call: Call, arn: str) -> dict[str, str]:
    kept: dict[str, str] = call.world.shelf(call.account, call.region, _TAGS).setdefault(arn, {})
    return kept


@SERVICE.tags_of("cloudwatch")
def tags_of_alarm(call: Call, arn: str) -> dict[str, str]:
    """The tags of an alarm or a metric stream."""
    stream = _stream(call, arn)
    return dict(stream.tags if stream else _tags(call, arn))


def _stream(call: Call, arn: str) -> MetricStream | None:
    """The metric stream of an ARN; None where it is of something else."""
    return metric_streams(call.world, call.account, call.region).get(arn.rpartition(":metric-stream/")[2])


@SERVICE.operation("TagResource")
def tag_resource(call: Call) -> Result:
    """Gives tags."""
    held = _named(call)
    held.update({str(one["Key"]): str(one["Value"]) for one in call.parameters["Tags"]})
    return None


@SERVICE.operation("UntagResource")
def untag_resource(call: Call) -> Result:
    """Takes tags away."""
    held = _named(call)
    for key in call.parameters["TagKeys"]:
        held.pop(str(key), None)
    return None


@SERVICE.operation("ListTagsForResource")
def list_tags_for_resource(call: Call) -> Result:
    """Tells tags."""
    return {"Tags": [{"Key": key, "Value": one} for key, one in _named(call).items()]}


def _named(call: Call) -> dict[str, str]:
    """The tags of what a call names, to be changed. Raises: ServiceError, NotEmulatedError."""
    arn = str(call.parameters["ResourceARN"])
    stream = _stream(call, arn)
    if stream is not None:
        return stream.tags
    if ":alarm:" not in arn:
        raise NotEmulatedError(f"tags of {arn}")
    return _tags(call, _existing(call, arn.rpartition(":alarm:")[2]).arn)
