"""Trails: which events they take, and the files that they write.

CloudTrail delivers within minutes; the emulator writes soon after, all that came in the meantime in one file,
and waits a little longer where one call follows the other.

Source: "Finding your CloudTrail log files" and "Amazon S3 bucket policy for CloudTrail",
docs.aws.amazon.com/awscloudtrail/latest/userguide/, retrieved 2026-11-26.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import gzip
import secrets
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from craton.emulator.delivery.access import LostError, check_fault, in_role, lost
from craton.emulator.delivery.service_objects import put_object
from craton.emulator.observation.event_names import GLOBAL, data_type_of, is_logged, is_read_only, source_of
from craton.emulator.observation.trail_event import event_of, region_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from craton.emulator.record import Record
    from craton.emulator.world import World

SERVICE: Final = "cloudtrail.amazonaws.com"
_SHELF: Final = "trails"
_GATHERING_SECONDS: Final = 0.05
_BUSY_SECONDS: Final = 0.5
_LONGEST_SECONDS: Final = 3.0
_ACL: Final = {"s3:x-amz-acl": ("bucket-owner-full-control",)}
_STEP: Final = dt.timedelta(minutes=5)
_gate: Final = threading.Lock()


@dataclass(slots=True, kw_only=True)
class Trail:
    """A trail in its home Region.

    `account` made it; `owner`, of whom its ARN tells, is the management account where it is an
    organization's. None as `advanced` and `basic` stands for all management events.
    """

    name: str
    arn: str
    account: str
    owner: str
    region: str
    bucket: str
    prefix: str | None
    is_multi_region: bool
    includes_global: bool
    organization: str | None
    log_group: str | None = None
    log_role: str | None = None
    is_streamed: bool = False
    kms_key: str | None = None
    is_validated: bool = False
    is_logging: bool = False
    started: dt.datetime | None = None
    stopped: dt.datetime | None = None
    delivered: dt.datetime | None = None
    error: str | None = None
    basic: list[dict[str, Any]] | None = None
    advanced: list[dict[str, Any]] | None = None
    waiting: list[dict[str, Any]] = field(default_factory=list)
    written: float = float("-inf")
    """When it last wrote. Units: seconds of the monotonic clock."""


def trails(world: World, account: str, region: str) -> dict[str, Trail]:
    """The trails whose home an account and Region is, by name."""
    return world.shelf(account, region, _SHELF)


def all_trails(world: World) -> Iterator[Trail]:
    """Every trail there is."""
    for held in list(world.shelves(_SHELF).values()):
        yield from list(held.values())


def watch(world: World) -> None:
    """Trails hear of every call from now on."""
    if "" not in world.shelf("", "", "trails listen"):
        world.shelf("", "", "trails listen")[""] = True
        world.hearers.append(lambda record: _take(world, record))


def _take(world: World, record: Record) -> None:
    """Every trail that takes the event of a call has it written behind the call."""
    if record.caller.type == "AWSService" or not is_logged(record.operation):
        return
    event: dict[str, Any] | None = None
    for trail in all_trails(world):
        if _is_on(trail, record) and _covers(world, trail, record) and _selects(trail, record):
            event = event or event_of(world, record)
            _gather(world, trail, event)


def is_taken(world: World, record: Record) -> bool:
    """Whether any trail takes the event of a call."""
    return any(
        _is_on(trail, record) and _covers(world, trail, record) and _selects(trail, record)
        for trail in all_trails(world)
    )


def _is_on(trail: Trail, record: Record) -> bool:
    """Whether a trail logs; that it is stopped is the last that it tells."""
    stops = record.operation.name == "StopLogging" and record.parameters.get("Name") in (
        trail.name,
        trail.arn,
    )
    return trail.is_logging or stops


def _covers(world: World, trail: Trail, record: Record) -> bool:
    """Whether an account and Region is a trail's business."""
    account = record.caller.account
    if trail.organization is None:
        if account != trail.account:
            return False
    else:
        organization = world.organization
        if (
            organization is None
            or organization.id != trail.organization
            or account not in organization.members
        ):
            return False
    if record.operation.service in GLOBAL:
        return trail.includes_global
    return trail.is_multi_region or region_of(record) == trail.region


def _selects(trail: Trail, record: Record) -> bool:
    data = data_type_of(record.operation)
    if trail.advanced is not None:
        told = _fields(record, data)
        return any(_by_fields(one, told) for one in trail.advanced)
    if trail.basic is not None:
        return any(_by_selector(one, record, data) for one in trail.basic)
    return data is None


def _by_selector(selector: Mapping[str, Any], record: Record, data: str | None) -> bool:
    kind, read = selector.get("ReadWriteType", "All"), is_read_only(record.operation)
    if (kind == "ReadOnly" and not read) or (kind == "WriteOnly" and read):
        return False
    if data is None:
        excluded = selector.get("ExcludeManagementEventSources") or ()
        return (
            bool(selector.get("IncludeManagementEvents", True))
            and source_of(record.operation) not in excluded
        )
    for resources in selector.get("DataResources") or ():
        if resources["Type"] == data and any(_is_below(one, record) for one in resources.get("Values") or ()):
            return True
    return False


def _is_below(value: str, record: Record) -> bool:
    """Whether a data resource of a selector covers a call: `arn:aws:s3` and `arn:aws:lambda` cover all."""
    if value.count(":") == 2:  # noqa: PLR2004 - the partition and the service alone
        return True
    bucket = record.parameters.get("Bucket")
    told = f"arn:aws:s3:::{bucket}/{record.parameters.get('Key') or ''}" if bucket else ""
    name = str(record.parameters.get("FunctionName") or "")
    return told.startswith(value) or bool(name and value.rpartition(":")[2] == name.rpartition(":")[2])


def _fields(record: Record, data: str | None) -> dict[str, str]:
    """What selectors may ask of a call, by the names of their fields."""
    return {
        "eventCategory": "Management" if data is None else "Data",
        "readOnly": "true" if is_read_only(record.operation) else "false",
        "eventSource": source_of(record.operation),
        "eventName": record.operation.name,
        "resources.type": data or "",
    }


def _by_fields(selector: Mapping[str, Any], told: Mapping[str, str]) -> bool:
    return all(_holds(one, told.get(one["Field"], "")) for one in selector["FieldSelectors"])


_TESTS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "Equals": str.__eq__,
    "StartsWith": str.startswith,
    "EndsWith": str.endswith,
}


def _holds(field_selector: Mapping[str, Any], value: str) -> bool:
    for name, values in field_selector.items():
        test = _TESTS.get(name.removeprefix("Not"))
        if test and values and any(test(value, one) for one in values) == name.startswith("Not"):
            return False
    return True


def _gather(world: World, trail: Trail, event: dict[str, Any]) -> None:
    with _gate:
        trail.waiting.append(event)
        first = len(trail.waiting) == 1
    if first:
        world.work.start(f"trail {trail.name}", lambda: _write(world, trail))


def _write(world: World, trail: Trail) -> None:
    """What waits is in files: one for each account and Region."""
    _wait(trail)
    with _gate:
        waiting, trail.waiting = trail.waiting, []
    by_place: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for event in waiting:
        by_place.setdefault((event["recipientAccountId"], event["awsRegion"]), []).append(event)
    now = world.now()
    for (account, region), events in by_place.items():
        key = object_key(trail, account, region, now)
        records = ",".join(text_of(event) for event in events)
        body = gzip.compress(f'{{"Records":[{records}]}}'.encode(), mtime=0)
        try:
            check_fault(world, "cloudtrail", account, region)
            put_file(world, trail, key, body)
        except (LostError, ClientError) as why:
            trail.error = "AccessDenied"
            lost(world, f"{len(events)} events of {trail.arn}", why)
        else:
            trail.delivered, trail.error = now, None
    try:
        tell(world, trail, waiting)
    except (LostError, ClientError) as why:
        lost(world, f"{len(waiting)} events of {trail.arn} in {trail.log_group}", why)
    trail.written = time.monotonic()


def _wait(trail: Trail) -> None:
    """Returns soon, but where files were written just now, only when calls pause, as each file costs."""
    begun = time.monotonic()
    if begun - trail.written >= _BUSY_SECONDS:
        time.sleep(_GATHERING_SECONDS)
        return
    seen = 0
    while len(trail.waiting) > seen and time.monotonic() - begun < _LONGEST_SECONDS:
        seen = len(trail.waiting)
        time.sleep(_BUSY_SECONDS)


def tell(world: World, trail: Trail, events: Sequence[Mapping[str, Any]]) -> None:
    """The events are in the log group of a trail, if it has one. Raises: LostError, ClientError."""
    if trail.log_group is None or trail.log_role is None:
        return
    _, _, _, region, account, _, group, _ = trail.log_group.split(":")
    owner = f"{trail.organization}_" if trail.organization else ""
    stream = f"{owner}{trail.owner}_CloudTrail_{region}"
    caller = in_role(
        world, trail.log_role, SERVICE, "CloudTrail", source_arn=trail.arn, source_account=trail.owner
    )
    if caller.account != account:
        raise LostError(f"{trail.log_role} is another account's than {trail.log_group}")
    logs = world.inside.client("logs", region, caller)
    if not trail.is_streamed:
        with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
        trail.is_streamed = True
    if events:
        now = int(world.now().replace(tzinfo=dt.UTC).timestamp() * 1000)
        told = [{"timestamp": now, "message": text_of(event)} for event in events]
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=told)


def put_file(world: World, trail: Trail, key: str, body: bytes) -> None:
    """A file is in the bucket of a trail. Raises: LostError, ClientError."""
    put_object(
        world,
        SERVICE,
        trail.bucket,
        key,
        body,
        source_arn=trail.arn,
        source_account=trail.owner,
        more={**_ACL, "kms:EncryptionContext:aws:cloudtrail:arn": (trail.arn,)},
        encoding="gzip" if body else None,
        kms_key=trail.kms_key,
    )


def object_key(trail: Trail, account: str, region: str, now: dt.datetime) -> str:
    """The key of the next file; an organization's trail has the id of the organization in it."""
    prefix = f"{trail.prefix.rstrip('/')}/" if trail.prefix else ""
    owner = f"{trail.organization}/{account}" if trail.organization else account
    minute = now - (now - now.replace(minute=0, second=0, microsecond=0)) % _STEP
    name = f"{account}_CloudTrail_{region}_{minute:%Y%m%dT%H%MZ}_{secrets.token_urlsafe(12)[:16]}.json.gz"
    return f"{prefix}AWSLogs/{owner}/CloudTrail/{region}/{now:%Y/%m/%d}/{name}"
