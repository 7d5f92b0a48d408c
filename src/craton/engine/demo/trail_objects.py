"""A day of the organization's trail and of its metric stream, as the objects that reach the hub."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final

from craton.engine.demo import objects
from craton.engine.demo.calls import DAY_MS, compact, iso, slashes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from craton.engine.demo.dice import Dice
    from craton.engine.demo.log_objects import Object
    from craton.engine.demo.metrics import Point
    from craton.engine.demo.trail import Event

TRAIL: Final = "acme-organization"
BUCKET: Final = "acme-hub-trail"
DIGEST_DAYS: Final = 30
"""Digests are laid beside the logs every hour; here one stands for each month."""


def trail_objects(dice: Dice, events: Iterable[Event], organization_id: str, day_ms: int) -> Iterator[Object]:
    """The files of CloudTrail, by account and Region."""
    places: defaultdict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in events:
        places[event["recipientAccountId"], event["awsRegion"]].append(event)
    day = slashes(day_ms)[:10]
    for (account_id, region), held in sorted(places.items()):
        held.sort(key=lambda event: (event["eventTime"], event["eventID"]))
        moment = compact(day_ms + DAY_MS - 300_000)
        name = f"{account_id}_CloudTrail_{region}_{moment}Z_{dice.letters(16)}.json.gz"
        prefix = f"trail/AWSLogs/{organization_id}/{account_id}/CloudTrail/{region}/{day}"
        yield f"{prefix}/{name}", objects.trail_file(held)


def digest_object(dice: Dice, organization_id: str, account_id: str, day_ms: int) -> Object:
    """A digest, by which CloudTrail proves that its files are whole."""
    region = "us-east-1"
    moment = compact(day_ms + DAY_MS - 300_000)
    day = slashes(day_ms)[:10]
    prefix = f"AWSLogs/{organization_id}/{account_id}/CloudTrail-Digest/{region}/{day}"
    key = f"{prefix}/{account_id}_CloudTrail-Digest_{region}_{TRAIL}_{region}_{moment}Z.json.gz"
    digest: dict[str, Any] = {
        "awsAccountId": account_id,
        "digestStartTime": f"{iso(day_ms)}Z",
        "digestEndTime": f"{iso(day_ms + DAY_MS)}Z",
        "digestS3Bucket": BUCKET,
        "digestS3Object": key,
        "digestPublicKeyFingerprint": dice.hexadecimal(32),
        "digestSignatureAlgorithm": "SHA256withRSA",
        "newestEventTime": None,
        "oldestEventTime": None,
        "previousDigestS3Bucket": None,
        "previousDigestS3Object": None,
        "previousDigestHashValue": None,
        "previousDigestHashAlgorithm": None,
        "previousDigestSignature": None,
        "logFiles": [],
    }
    return f"trail/{key}", objects.zipped(objects.lines([digest]))


def metric_object(dice: Dice, points: Sequence[Point], day_ms: int) -> Object:
    """What Firehose writes of the metric stream, once a day; metrics of other services are in it too."""
    hour = slashes(day_ms + DAY_MS - 1)
    name = f"acme-bedrock-metrics-1-{hour.replace('/', '-')}-59-59-{dice.uuid()}"
    other: dict[str, Any] = {
        "metric_stream_name": "acme-bedrock",
        "account_id": "333333333333",
        "region": "us-east-1",
        "namespace": "AWS/EC2",
        "metric_name": "CPUUtilization",
        "dimensions": {"InstanceId": "i-0abcdef1234567890"},
        "timestamp": day_ms,
        "value": {"max": 31.0, "min": 4.0, "sum": 90.0, "count": 5.0},
        "unit": "Percent",
    }
    return f"metrics/{hour}/{name}.gz", objects.zipped(objects.lines([*points, other]))
