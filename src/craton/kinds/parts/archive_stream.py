"""A Firehose stream into the archive of its Region.

Source: docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html, and
docs.aws.amazon.com/firehose/latest/dev/controlling-access.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.core.resource import Resource, attribute, ref
from craton.kinds.parts.hub import ARCHIVE, DELIVERY_LOG_GROUP, DELIVERY_ROLE, KEY_ARN

if TYPE_CHECKING:
    from collections.abc import Iterator

UNDELIVERED: Final = "undelivered/"
"""Where Firehose lays what it could not write as it should."""

_SECONDS: Final = 60
_MEBIBYTES: Final = 64


def archive_stream(
    logical_id: str, name: str, prefix: str, *, extension: str, compression: str
) -> Iterator[Resource]:
    """The stream, and the log stream to which it tells its troubles. `prefix` ends in `/`."""
    log_stream = f"{logical_id}Log"
    yield Resource(
        template="hub",
        id=log_stream,
        type="AWS::Logs::LogStream",
        properties={"LogGroupName": ref(DELIVERY_LOG_GROUP), "LogStreamName": name},
    )
    yield Resource(
        template="hub",
        id=logical_id,
        type="AWS::KinesisFirehose::DeliveryStream",
        properties={
            "DeliveryStreamName": name,
            "DeliveryStreamEncryptionConfigurationInput": {
                "KeyType": "CUSTOMER_MANAGED_CMK",
                "KeyARN": KEY_ARN,
            },
            "ExtendedS3DestinationConfiguration": {
                "BucketARN": attribute(ARCHIVE, "Arn"),
                "RoleARN": attribute(DELIVERY_ROLE, "Arn"),
                "Prefix": prefix + "!{timestamp:yyyy/MM/dd/HH}/",
                "ErrorOutputPrefix": f"{UNDELIVERED}{prefix}!{{firehose:error-output-type}}/",
                "FileExtension": extension,
                "CompressionFormat": compression,
                "BufferingHints": {"IntervalInSeconds": _SECONDS, "SizeInMBs": _MEBIBYTES},
                "EncryptionConfiguration": {"KMSEncryptionConfig": {"AWSKMSKeyARN": KEY_ARN}},
                "CloudWatchLoggingOptions": _told_to(log_stream),
            },
        },
    )


def _told_to(log_stream: str) -> dict[str, Any]:
    return {"Enabled": True, "LogGroupName": ref(DELIVERY_LOG_GROUP), "LogStreamName": ref(log_stream)}
