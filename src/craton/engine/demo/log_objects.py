"""A day's invocation log as objects that reach the hub: by S3, and by CloudWatch Logs through Firehose."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from craton.engine.demo import objects
from craton.engine.demo.bodies import request_body
from craton.engine.demo.calls import DAY_MS, compact, slashes
from craton.engine.demo.deliveries import DELIVERIES, MASKED_ACCOUNT, damage_on
from craton.engine.demo.invocation_log import body_key, invocation_record, log_prefix

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from craton.engine.demo.calls import Call
    from craton.engine.demo.deliveries import Damage, Transport
    from craton.engine.demo.dice import Dice
    from craton.engine.demo.invocation_log import Record
    from craton.engine.demo.rhythm import Day

Object = tuple[str, bytes]
"""A key and what stands under it."""

QUARTER_MS: Final = DAY_MS // 4
BODY_DAYS: Final = 5
"""Every so many days, one large body of each place is there to be read; the others nobody copied."""

MASKED_RECORDS: Final = 4
_CHECK: Final = "amazon-bedrock-logs-permission-check"
_PDF: Final = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"


def by_place(
    calls: Sequence[Call], names: Mapping[str, str], transport: Transport
) -> dict[tuple[str, str], list[Call]]:
    """The calls that go by a transport, by account and Region, in the order of these."""
    places: defaultdict[tuple[str, str], list[Call]] = defaultdict(list)
    for call in calls:
        if transport in DELIVERIES[names[call.caller.account_id]].transports:
            places[call.caller.account_id, call.region].append(call)
    return dict(sorted(places.items()))


def s3_objects(dice: Dice, calls: Sequence[Call], names: Mapping[str, str], day: Day) -> Iterator[Object]:
    """What Bedrock itself puts into buckets: logs, large bodies, media, and the check of its permission."""
    for (account_id, region), held in by_place(calls, names, "s3").items():
        name = names[account_id]
        damage = damage_on(name, day.date, day.as_of)
        records = list(_records(dice, held, name, damage))
        newest = held[-1].at
        prefix = log_prefix(account_id, region, newest)
        content = _damaged(objects.lines(records), damage)
        yield f"bedrock/{prefix}/{compact(newest)}00000Z_{dice.hexadecimal(16)}.json.gz", content
        if day.is_first:
            yield f"bedrock/{prefix}/{_CHECK}", b""
        if day.days_left % BODY_DAYS == 0:
            yield from _body(dice, held)


def _records(dice: Dice, calls: Sequence[Call], name: str, damage: Damage | None) -> Iterator[Record]:
    dialect = DELIVERIES[name].dialect
    masked = replace(dialect, account_id=MASKED_ACCOUNT)
    for at, call in enumerate(calls):
        is_masked = damage is not None and damage.kind == "masked_account" and at < MASKED_RECORDS
        yield invocation_record(dice, call, masked if is_masked else dialect)


def _damaged(content: bytes, damage: Damage | None) -> bytes:
    """The packed object, as it came through: cut short, or with one of its lines cut."""
    if damage is not None and damage.kind == "cut_line":
        middle = content.index(b"\n", len(content) // 2) + 1
        end = content.index(b"\n", middle)
        content = content[: (middle + end) // 2] + content[end:]
    packed = objects.zipped(content)
    return packed[: len(packed) * 7 // 10] if damage is not None and damage.kind == "truncated" else packed


def _body(dice: Dice, calls: Sequence[Call]) -> Iterator[Object]:
    """The first large body of some calls, and the document that came with it."""
    call = next((one for one in calls if one.large), None)
    if call is not None:
        key = f"bedrock/{body_key(call, 'input')}"
        yield key, objects.zipped(objects.lines([request_body(dice, call)]))
        if call.attachment == "document":
            yield key.replace("_input.json.gz", "_input_media_00.pdf"), _PDF


def subscription_objects(
    dice: Dice, calls: Sequence[Call], names: Mapping[str, str], day: Day
) -> Iterator[Object]:
    """What Firehose writes of the accounts' log groups, four times a day."""
    for quarter in range(4):
        begin = day.begin + quarter * QUARTER_MS
        envelopes = [objects.control_message(begin)]
        held = [call for call in calls if begin <= call.at < begin + QUARTER_MS]
        for (account_id, _), some in by_place(held, names, "cloudwatch_logs").items():
            damage = damage_on(names[account_id], day.date, day.as_of)
            if damage is not None and damage.kind == "undelivered":
                continue
            dialect = DELIVERIES[names[account_id]].dialect
            messages = [(one.at, objects.message(invocation_record(dice, one, dialect))) for one in some]
            if day.is_first and quarter == 0:
                messages.insert(0, (begin, objects.CHECK_MESSAGE))
            for at in range(0, len(messages), objects.MOST_LOG_EVENTS):
                part = messages[at : at + objects.MOST_LOG_EVENTS]
                envelopes.append(objects.envelope(dice, account_id, part))
        hour = slashes(begin + QUARTER_MS - 1)
        name = f"acme-bedrock-logs-1-{hour.replace('/', '-')}-59-59-{dice.uuid()}"
        yield f"firehose/{hour}/{name}.gz", objects.firehose_object(envelopes)
