"""Operations on metric streams."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from craton.core.arn import Arn
from craton.emulator.constraints import check_parameters
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.observation.metric_streams import RUNNING, STOPPED, MetricStream, metric_streams, watch
from craton.emulator.services.cloudwatch.service import SERVICE, invalid
from craton.emulator.services.oam import shares_metrics

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result


_PERCENTILE: Final = re.compile(r"p\d{1,2}(\.\d{1,10})?")
_TOLD: Final = (
    *("IncludeFilters", "ExcludeFilters", "StatisticsConfigurations", "IncludeLinkedAccountsMetrics"),
)


@SERVICE.operation("PutMetricStream")
def put_metric_stream(call: Call) -> Result:
    """Sets a stream; a new one runs, one that is there stays in its state."""
    check_parameters(call)
    given = dict(call.parameters)
    for one in given.get("StatisticsConfigurations") or ():
        for name in one["AdditionalStatistics"]:
            if not _PERCENTILE.fullmatch(str(name)):
                raise NotEmulatedError(f"the statistic {name} in metric streams")
    if given["OutputFormat"] != "json":
        raise NotEmulatedError(f"metric streams in the format {given['OutputFormat']}")
    if given.get("IncludeFilters") and given.get("ExcludeFilters"):
        raise invalid(
            "IncludeFilters and ExcludeFilters cannot both be specified.", "InvalidParameterCombination"
        )
    target = Arn.parse(str(given["FirehoseArn"]))
    if target is None or target.service != "firehose" or target.account != call.account:
        raise invalid(f"{given['FirehoseArn']} is no Firehose stream of this account.")
    held, name = metric_streams(call.world, call.account, call.region), str(given["Name"])
    before = held.get(name)
    tags = {str(one["Key"]): str(one["Value"]) for one in given.get("Tags") or ()}
    held[name] = MetricStream(
        name=name,
        arn=f"arn:aws:cloudwatch:{call.region}:{call.account}:metric-stream/{name}",
        account=call.account,
        region=call.region,
        told=given,
        made=before.made if before else call.time,
        updated=call.time,
        state=before.state if before else RUNNING,
        tags=before.tags if before else tags,
    )
    watch(call.world, shares_metrics)
    return {"Arn": held[name].arn}


@SERVICE.operation("GetMetricStream")
def get_metric_stream(call: Call) -> Result:
    """Tells a stream."""
    name = str(call.parameters["Name"])
    found = metric_streams(call.world, call.account, call.region).get(name)
    if found is None:
        raise ServiceError("ResourceNotFoundException", f"The metric stream {name} does not exist.")
    told = {key: found.told[key] for key in _TOLD if found.told.get(key)}
    return {**_row(found), "RoleArn": found.told["RoleArn"], **told}


def _row(stream: MetricStream) -> dict[str, Any]:
    return {
        "Arn": stream.arn,
        "Name": stream.name,
        "FirehoseArn": stream.told["FirehoseArn"],
        "State": stream.state,
        "OutputFormat": stream.told["OutputFormat"],
        "CreationDate": stream.made,
        "LastUpdateDate": stream.updated,
    }


@SERVICE.operation("ListMetricStreams")
def list_metric_streams(call: Call) -> Result:
    """Lists streams."""
    rows = [_row(one) for _, one in sorted(metric_streams(call.world, call.account, call.region).items())]
    start, size = (
        int(call.parameters.get("NextToken") or 0),
        int(call.parameters.get("MaxResults") or 500),
    )
    more = {"NextToken": str(start + size)} if start + size < len(rows) else {}
    return {"Entries": rows[start : start + size], **more}


@SERVICE.operation("StartMetricStreams", "StopMetricStreams")
def start_metric_streams(call: Call) -> Result:
    """Streams run, or stop."""
    held = metric_streams(call.world, call.account, call.region)
    for name in call.parameters["Names"]:
        if name not in held:
            raise invalid(f"The metric stream {name} does not exist.")
        held[name].state = RUNNING if call.operation.name == "StartMetricStreams" else STOPPED
    return {}


@SERVICE.operation("DeleteMetricStream")
def delete_metric_stream(call: Call) -> Result:
    """Removes a stream; that it is gone is no error."""
    metric_streams(call.world, call.account, call.region).pop(str(call.parameters["Name"]), None)
    return {}
