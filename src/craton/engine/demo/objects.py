"""Records as the objects that reach an archive: the framing and the compression of each transport.

Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html (the envelope, and its gzip
within Firehose's own), docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html,
and docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html, retrieved 2026-11-24.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from isal import igzip

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from craton.engine.demo.dice import Dice

LOG_GROUP: Final = "/aws/bedrock/modelinvocations"
LOG_STREAM: Final = "aws/bedrock/modelinvocations"
FILTER: Final = "acme-bedrock-to-hub"
MOST_LOG_EVENTS: Final = 60
"""How many log events one envelope carries."""

CHECK_MESSAGE: Final = "Permissions are correctly set for Amazon Bedrock logs."
"""The plain line that Bedrock writes to a log group when logging is switched on."""

_encode = msgspec.json.Encoder().encode


class Archive:
    """A folder that stands for the buckets of the hub account, and how much was put into it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.objects = 0
        self.bytes = 0

    def put(self, key: str, content: bytes) -> None:
        """The archive holds `content` under `key`."""
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        self.objects += 1
        self.bytes += len(content)


def zipped(content: bytes) -> bytes:
    """The content as one gzip member, the same bytes on every day."""
    packed: bytes = igzip.compress(content, compresslevel=1, mtime=0)
    return packed


def lines(documents: Iterable[Any]) -> bytes:
    """The documents as JSON lines."""
    return b"".join(_encode(document) + b"\n" for document in documents)


def trail_file(events: Sequence[Any]) -> bytes:
    """The events as one file of CloudTrail."""
    return zipped(_encode({"Records": events}))


def envelope(dice: Dice, account_id: str, messages: Sequence[tuple[int, str]]) -> bytes:
    """The messages, each with its time in milliseconds, as CloudWatch Logs hands them to a subscriber."""
    log_events = [{"id": dice.digits(56), "timestamp": at, "message": text} for at, text in messages]
    return _encode(
        {
            "messageType": "DATA_MESSAGE",
            "owner": account_id,
            "logGroup": LOG_GROUP,
            "logStream": LOG_STREAM,
            "subscriptionFilters": [FILTER],
            "logEvents": log_events,
        }
    )


def control_message(at: int) -> bytes:
    """The envelope by which CloudWatch Logs asks whether a subscriber is there."""
    message = "CWL CONTROL MESSAGE: Checking health of destination Firehose."
    return _encode(
        {
            "messageType": "CONTROL_MESSAGE",
            "owner": "CloudwatchLogs",
            "logGroup": "",
            "logStream": "",
            "subscriptionFilters": [],
            "logEvents": [{"id": "", "timestamp": at, "message": message}],
        }
    )


def firehose_object(envelopes: Iterable[bytes]) -> bytes:
    """Envelopes as Firehose writes them: each a gzip member, nothing between them, and gzip around all."""
    return zipped(b"".join(zipped(one) for one in envelopes))


def message(record: Any) -> str:
    """A record as the text of a log event."""
    return _encode(record).decode()
