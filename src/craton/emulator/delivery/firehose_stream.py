"""Records of a Firehose stream on their way to its bucket.

Records are put together as they come, without anything between them, and written as one object. AWS waits for
the time or size of the buffering hints; the emulator writes soon.

Source: "Configure Amazon S3 object name format" and "Custom prefixes for Amazon S3 objects",
docs.aws.amazon.com/firehose/latest/dev/, retrieved 2026-11-26.
"""

from __future__ import annotations

import base64
import gzip
import json
import re
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from craton.emulator.delivery.access import LostError, check_fault, in_role, lost
from craton.emulator.errors import NotEmulatedError

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from moto.firehose.models import DeliveryStream

    from craton.emulator.world import World

SERVICE: Final = "firehose.amazonaws.com"
_GATHERING_SECONDS: Final = 0.02
_LONGEST_NAME: Final = 1024
_EXPRESSION: Final = re.compile(r"!\{([a-zA-Z]+):([^}]*)\}")
_TIME: Final = {"yyyy": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S"}
_TIME_WORD: Final = re.compile(r"[a-zA-Z]+")
_gate: Final = threading.Lock()


def refuse_unknown(configuration: Mapping[str, Any]) -> None:
    """Raises: NotEmulatedError for what a configuration asks, and deliveries here do not do."""
    for name in ("DataFormatConversionConfiguration", "DynamicPartitioningConfiguration"):
        if (configuration.get(name) or {}).get("Enabled"):
            raise NotEmulatedError(f"{name} of a Firehose destination")
    if configuration.get("S3BackupMode", "Disabled") != "Disabled":
        raise NotEmulatedError("S3BackupMode of a Firehose destination")
    if configuration.get("CompressionFormat", "UNCOMPRESSED") not in ("UNCOMPRESSED", "GZIP"):
        raise NotEmulatedError(f"CompressionFormat {configuration['CompressionFormat']}")
    if configuration.get("CustomTimeZone", "UTC") != "UTC":
        raise NotEmulatedError("CustomTimeZone of a Firehose destination")
    for one in _processors(configuration):
        if one["Type"] not in _PROCESSORS:
            raise NotEmulatedError(f"the Firehose processor {one['Type']}")
    _refuse_expressions(configuration)


def _refuse_expressions(configuration: Mapping[str, Any]) -> None:
    for name in ("Prefix", "ErrorOutputPrefix"):
        for space, told in _EXPRESSION.findall(str(configuration.get(name) or "")):
            if space == "timestamp":
                _pattern(told)
            elif (space, told) not in (("firehose", "random-string"), ("firehose", "error-output-type")):
                raise NotEmulatedError(f"the expression !{{{space}:{told}}} in a Firehose prefix")


def destination_of(stream: DeliveryStream) -> Mapping[str, Any]:
    """The S3 destination of a stream."""
    first = stream.destinations[0]
    found: Mapping[str, Any] = first.get("ExtendedS3") or first["S3"]
    return found


def take(world: World, stream: DeliveryStream, records: Sequence[bytes]) -> None:
    """Has the records written behind the call."""
    arn = str(stream.delivery_stream_arn)
    account, region = arn.split(":")[4], arn.split(":")[3]
    with _gate:
        world.shelf(account, region, "firehose records").setdefault(arn, []).extend(records)

    def write() -> None:
        time.sleep(_GATHERING_SECONDS)
        with _gate:
            gathered: list[bytes] = world.shelf(account, region, "firehose records").pop(arn, [])
        if gathered:
            _written(world, stream, gathered)

    world.work.start(f"firehose {stream.delivery_stream_name}", write)


def _written(world: World, stream: DeliveryStream, records: list[bytes]) -> None:
    """The records are one object of the bucket, or are kept as lost."""
    arn = str(stream.delivery_stream_arn)
    configuration = destination_of(stream)
    try:
        body = _body(configuration, records)
        if not body:
            return
        check_fault(world, "firehose", arn.split(":")[4], arn.split(":")[3])
        caller = in_role(
            world,
            str(configuration["RoleARN"]),
            SERVICE,
            str(stream.delivery_stream_name)[:64],
            source_arn=arn,
            source_account=arn.split(":")[4],
        )
        parameters: dict[str, Any] = {
            "Bucket": str(configuration["BucketARN"]).rpartition(":")[2],
            "Key": object_key(stream, configuration, world.now()),
            "Body": body,
        }
        key = (configuration.get("EncryptionConfiguration") or {}).get("KMSEncryptionConfig")
        if key:
            parameters |= {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key["AWSKMSKeyARN"]}
        world.inside.client("s3", arn.split(":")[3], caller).put_object(**parameters)
    except (LostError, ClientError) as why:
        lost(world, f"{len(records)} records of {arn}", why)


def object_key(stream: DeliveryStream, configuration: Mapping[str, Any], now: dt.datetime) -> str:
    """The key of the next object."""
    prefix = str(configuration.get("Prefix") or "")
    if _EXPRESSION.search(prefix):
        prefix = _EXPRESSION.sub(lambda found: _filled(found[1], found[2], now), prefix)
    else:
        prefix = f"{prefix}{now:%Y/%m/%d/%H}/"
    name = f"{stream.delivery_stream_name}-{stream.version_id}-{now:%Y-%m-%d-%H-%M-%S}-{uuid.uuid4()}"
    default = ".gz" if configuration.get("CompressionFormat") == "GZIP" else ""
    return f"{prefix}{name}{configuration.get('FileExtension') or default}"[:_LONGEST_NAME]


def _filled(space: str, told: str, now: dt.datetime) -> str:
    return f"{now:{_pattern(told)}}" if space == "timestamp" else uuid.uuid4().hex[:11]


def _pattern(told: str) -> str:
    """Java's pattern of a time as Python's. Raises: NotEmulatedError for words that it does not know."""

    def word(found: re.Match[str]) -> str:
        if found[0] not in _TIME:
            raise NotEmulatedError(f"the time {found[0]} in a Firehose prefix")
        return _TIME[found[0]]

    quoted = told.split("'")
    return "".join(
        part.replace("%", "%%") if number % 2 else _TIME_WORD.sub(word, part)
        for number, part in enumerate(quoted)
    )


def _body(configuration: Mapping[str, Any], records: list[bytes]) -> bytes:
    kept = records
    for processor in _processors(configuration):
        parameters = {
            one["ParameterName"]: one["ParameterValue"] for one in processor.get("Parameters") or ()
        }
        kept = [made for one in kept for made in _PROCESSORS[processor["Type"]](one, parameters)]
    body = b"".join(kept)
    return gzip.compress(body, mtime=0) if configuration.get("CompressionFormat") == "GZIP" else body


def _processors(configuration: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    told = configuration.get("ProcessingConfiguration") or {}
    processors: Sequence[Mapping[str, Any]] = told.get("Processors") or () if told.get("Enabled") else ()
    return processors


def _decompressed(record: bytes, _: Mapping[str, str]) -> list[bytes]:
    """What CloudWatch Logs compressed."""
    return [gzip.decompress(record)]


def _messages(record: bytes, parameters: Mapping[str, str]) -> list[bytes]:
    """The messages of an envelope of CloudWatch Logs; its control messages are dropped.

    Source: "Message extraction after decompression of CloudWatch Logs", docs.aws.amazon.com/firehose/latest/
    dev/Message_extraction.html, retrieved 2026-11-26.
    """
    if parameters.get("DataMessageExtraction", "false").lower() != "true":
        return [record]
    envelope = json.loads(record)
    if envelope["messageType"] != "DATA_MESSAGE":
        return []
    return [str(one["message"]).encode() for one in envelope["logEvents"]]


def _with_delimiter(record: bytes, parameters: Mapping[str, str]) -> list[bytes]:
    told = parameters.get("Delimiter", "\\n")
    return [record + told.encode().decode("unicode_escape").encode()]


_PROCESSORS: Final = {
    "Decompression": _decompressed,
    "CloudWatchLogProcessing": _messages,
    "AppendDelimiterToRecord": _with_delimiter,
}


def data_of(record: Mapping[str, Any]) -> bytes:
    """The bytes of a record, also where they are still as they came over the wire."""
    data = record["Data"]
    return bytes(data) if isinstance(data, bytes | bytearray) else base64.b64decode(data)
