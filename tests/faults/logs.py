"""Sound log files for tests, small and the same each time."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

from benchmarks.corpus import Plan, new_records
from benchmarks.traffic import dice
from tests.faults import streams
from tests.faults.pieces import Fate, Piece, encoded

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.traffic import Record


def records(count: int, *, seed: int = 1, days: int = 3) -> list[Record]:
    """Invocation records of some days, in the order of time."""
    return list(new_records(Plan(count, records_per_file=count, accounts=12, days=days, seed=seed), 0))


def lines(some: list[Record]) -> bytes:
    """The records as Bedrock delivers them to S3, unpacked."""
    return b"".join(encoded(record) + b"\n" for record in some)


def envelopes(some: list[Record]) -> bytes:
    """The records as Firehose writes them from CloudWatch Logs: gzip in gzip, nothing between."""
    random = dice(5)
    members = []
    for i in range(0, len(some), 40):
        few = some[i : i + 40]
        pieces = [Piece(encoded(one), "invocation", one["requestId"], Fate.ROW, {}) for one in few]
        members.append(gzip.compress(streams.envelope(pieces, random).data, mtime=0))
    return gzip.compress(b"".join(members), mtime=0)


def trail(some: list[Record]) -> bytes:
    """CloudTrail's file about the same calls."""
    events = [
        {
            "eventVersion": "1.11",
            "userIdentity": {
                "type": "AssumedRole",
                "arn": one["identity"]["arn"],
                "accountId": one["accountId"],
            },
            "eventTime": one["timestamp"],
            "eventSource": "bedrock.amazonaws.com",
            "eventName": one["operation"],
            "awsRegion": one["region"],
            "requestParameters": {"modelId": one["modelId"]},
            "responseElements": None,
            "requestID": one["requestId"],
            "eventID": f"e{one['requestId'][1:]}",
            "readOnly": True,
            "eventType": "AwsApiCall",
            "managementEvent": True,
            "recipientAccountId": one["accountId"],
            "eventCategory": "Management",
        }
        for one in some
    ]
    return gzip.compress(encoded({"Records": events}), mtime=0)


def write_lines(
    folder: Path, some: list[Record], files: int, *, name: str = "log", level: int = 1
) -> list[Path]:
    """The records in so many files of about the same size, compressed so hard; not at all at level 0."""
    folder.mkdir(parents=True, exist_ok=True)
    size = -(-len(some) // files)
    paths = []
    for i in range(files):
        path = folder / f"{name}_{i:05d}.json.gz"
        path.write_bytes(gzip.compress(lines(some[i * size : (i + 1) * size]), level, mtime=0))
        paths.append(path)
    return paths
