"""Amazon Kinesis Data Streams."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.kinesis.models import kinesis_backends
from moto.kinesis.utils import decompose_shard_iterator

from craton.core.arn import Arn
from craton.emulator.errors import NotEmulatedError
from craton.emulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.emulator.call import Call

SERVICE = Service(
    "kinesis",
    moto=(
        *("CreateStream", "DeleteStream", "DescribeStream", "DescribeStreamSummary", "ListStreams"),
        *("PutRecord", "PutRecords", "GetShardIterator", "GetRecords", "ListShards"),
        *("IncreaseStreamRetentionPeriod", "DecreaseStreamRetentionPeriod", "UpdateShardCount"),
        *("UpdateStreamMode", "StartStreamEncryption", "StopStreamEncryption"),
        *("AddTagsToStream", "RemoveTagsFromStream", "ListTagsForStream"),
        *("PutResourcePolicy", "GetResourcePolicy", "DeleteResourcePolicy"),
    ),
)


@SERVICE.works_in
def account_of(call: Call) -> str:
    """The account of the stream: it can be another's, where it is named by ARN."""
    arn = Arn.parse(str(call.parameters.get("StreamARN") or call.parameters.get("ResourceARN") or ""))
    return arn.account if arn else call.account


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """What iterates over a stream is authorised on the stream that the iterator is of."""
    if call.operation.name != "GetRecords" or call.parameters.get("StreamARN"):
        return None
    return [("kinesis:GetRecords", _stream_of_iterator(call))]


def _stream_of_iterator(call: Call) -> str:
    name = decompose_shard_iterator(str(call.parameters["ShardIterator"]))[0]
    return f"arn:aws:kinesis:{call.region}:{call.account}:stream/{name}"


@SERVICE.policy_of("kinesis")
def stream_policy(call: Call, arn: str) -> str | None:  # noqa: ARG001 - the signature of all such
    """The policy of a stream."""
    told = Arn.parse(arn)
    if told is None:
        return None
    found: str | None = kinesis_backends[told.account][told.region].resource_policies.get(arn)
    return found


@SERVICE.after("CreateStream")
def tag(call: Call, _: object) -> None:
    """A stream has the tags that it was made with."""
    stream = kinesis_backends[call.account][call.region].streams[call.parameters["StreamName"]]
    stream.tags.update(call.parameters.get("Tags") or {})


@SERVICE.before("CreateStream")
def refuse_unknown(call: Call) -> None:
    """Raises: NotEmulatedError for what would be dropped."""
    for name in ("MaxRecordSizeInKiB", "WarmThroughputMiBps"):
        if call.parameters.get(name) is not None:
            raise NotEmulatedError(f"the parameter {name}")
