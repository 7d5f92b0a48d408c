"""Amazon Data Firehose: streams that are written to by their API, and whose records end in buckets."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from moto.firehose.models import firehose_backends

from craton.emulator.delivery.access import LostError, in_role
from craton.emulator.delivery.firehose_stream import SERVICE as PRINCIPAL
from craton.emulator.delivery.firehose_stream import data_of, refuse_unknown, take
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Mapping

    from moto.firehose.models import DeliveryStream

    from craton.emulator.call import Call
    from craton.emulator.service import Result

SERVICE = Service(
    "firehose",
    moto=(
        *("CreateDeliveryStream", "DeleteDeliveryStream", "DescribeDeliveryStream", "ListDeliveryStreams"),
        *("UpdateDestination", "StartDeliveryStreamEncryption", "StopDeliveryStreamEncryption"),
        *("TagDeliveryStream", "UntagDeliveryStream", "ListTagsForDeliveryStream"),
    ),
)
MOST_RECORDS: Final = 500
LARGEST_RECORD: Final = 1_024_000
"""Units: bytes."""
_S3: Final = ("ExtendedS3Destination", "S3Destination")


@SERVICE.before("CreateDeliveryStream", "UpdateDestination")
def refuse_other_destinations(call: Call) -> None:
    """Raises: NotEmulatedError for what is no S3 destination, or asks for more than is done here."""
    given = call.parameters
    if given.get("DeliveryStreamType", "DirectPut") != "DirectPut":
        raise NotEmulatedError(f"DeliveryStreamType {given['DeliveryStreamType']}")
    for name in given:
        ending = "Configuration" if call.operation.name == "CreateDeliveryStream" else "Update"
        if name.endswith(f"Destination{ending}") and name.removesuffix(ending) not in _S3:
            raise NotEmulatedError(f"the parameter {name}")
    refuse_unknown(_configuration(given))


@SERVICE.before("CreateDeliveryStream", "UpdateDestination")
def have_a_role(call: Call) -> None:
    """Raises: ServiceError where Firehose cannot assume the role of the destination."""
    role = _configuration(call.parameters).get("RoleARN")
    if role is None:
        return
    name = call.parameters["DeliveryStreamName"]
    arn = f"arn:aws:firehose:{call.region}:{call.account}:deliverystream/{name}"
    try:
        in_role(call.world, role, PRINCIPAL, "check", source_arn=arn, source_account=call.account)
    except LostError as error:
        message = f"Firehose is unable to assume role {role}. Please check the role provided."
        raise ServiceError("InvalidArgumentException", message) from error


def _configuration(given: Mapping[str, Any]) -> Mapping[str, Any]:
    for name in _S3:
        for ending in ("Configuration", "Update"):
            found: Mapping[str, Any] | None = given.get(f"{name}{ending}")
            if found:
                return found
    return {}


def stream_of(account: str, region: str, name: str) -> DeliveryStream | None:
    """The stream of that name; None where there is none."""
    return firehose_backends[account][region].delivery_streams.get(name)


@SERVICE.operation("PutRecord")
def put_record(call: Call) -> Result:
    """Takes one record."""
    _taken(call, [call.parameters["Record"]])
    return {"RecordId": uuid.uuid4().hex, "Encrypted": False}


@SERVICE.operation("PutRecordBatch")
def put_record_batch(call: Call) -> Result:
    """Takes several records."""
    records = call.parameters["Records"]
    if not 0 < len(records) <= MOST_RECORDS:
        raise ServiceError("InvalidArgumentException", f"a batch has from 1 to {MOST_RECORDS} records")
    _taken(call, records)
    return {"FailedPutCount": 0, "RequestResponses": [{"RecordId": uuid.uuid4().hex} for _ in records]}


def _taken(call: Call, records: list[Mapping[str, Any]]) -> None:
    name = str(call.parameters["DeliveryStreamName"])
    stream = stream_of(call.account, call.region, name)
    if stream is None:
        raise ServiceError(
            "ResourceNotFoundException", f"Firehose {name} under account {call.account} not found."
        )
    data = [data_of(one) for one in records]
    if any(len(one) > LARGEST_RECORD for one in data):
        raise ServiceError("InvalidArgumentException", f"a record is larger than {LARGEST_RECORD} bytes")
    take(call.world, stream, data)
