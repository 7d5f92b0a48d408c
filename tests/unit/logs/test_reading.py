from __future__ import annotations

import gzip
import io
import json
import random
import re
import time
from collections import Counter
from typing import Any

import pytest
from tests.unit.logs.records import envelope, invocation, line, trail_event

from craton.logs import framing
from craton.logs.invocation_facts import FIELDS
from craton.logs.reading import API_EVENT_FIELDS, Reader


class Read:
    """What reading an object gave, in the simplest form."""

    def __init__(self, stored: bytes, uri: str = "/logs/a.json.gz") -> None:
        reader = Reader(lambda: io.BytesIO(stored), uri=uri)
        self.invocations: list[dict[str, Any]] = []
        self.events: list[dict[str, Any]] = []
        self.metrics = 0
        self.places: list[tuple[str, int, int, str | None]] = []
        self.event_places: list[tuple[str, int, int, str | None]] = []
        self.quarantined: list[tuple[str, int, int, int]] = []
        self.ignored: Counter[str] = Counter()
        self.lines = 0
        for batch in reader.batches():
            self.invocations += [
                dict(zip(FIELDS, row, strict=False))
                for row in zip(*batch.rows["invocation"].columns, strict=True)
            ]
            self.events += [
                dict(zip(API_EVENT_FIELDS, row, strict=False))
                for row in zip(*batch.rows["api_event"].columns, strict=True)
            ]
            self.metrics += len(batch.rows["metric"])
            self.places += list(zip(*batch.rows["invocation"].columns[-4:], strict=True))
            self.event_places += list(zip(*batch.rows["api_event"].columns[-4:], strict=True))
            self.quarantined += [(q.reason, q.byte, q.line, len(q.raw)) for q in batch.quarantined]
            for (_, reason), times in batch.ignored.items():
                self.ignored[reason] += times
            self.lines += batch.lines
        self.unknown = {kind: dict(counts) for kind, counts in reader.unknown.items() if counts}

    @property
    def numbers(self) -> list[int]:
        return [int(str(row["request_id"])[-12:]) for row in self.invocations]


def test_lines_of_records_become_rows_with_their_places() -> None:
    stored = line(1) + b"\n" + line(2) + b"\n"

    read = Read(stored)

    assert read.numbers == [1, 2]
    assert read.places == [("s3", 0, 1, None), ("s3", len(line(1)) + 1, 2, None)]
    assert (read.lines, read.quarantined, read.ignored) == (2, [], Counter())


def test_a_bad_line_is_told_with_its_place_and_costs_no_neighbour() -> None:
    bad = line(2)[:100]
    stored = line(1) + b"\n" + bad + b"\n" + line(3) + b"\n"

    read = Read(stored)

    assert read.numbers == [1, 3]
    assert read.quarantined == [("truncated", len(line(1)) + 1, 2, len(bad))]
    assert [place[1:3] for place in read.places] == [(0, 1), (stored.rindex(b"\n{") + 1, 3)]


@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("touching", line(1) + line(2) + line(3)),
        ("spaces between", line(1) + b"  " + line(2) + b"\t" + line(3)),
        ("windows lines", line(1) + b"\r\n\r\n" + line(2) + b"\r\n" + line(3)),
        ("old mac lines", line(1) + b"\r" + line(2) + b"\r" + line(3)),
        ("byte-order mark", b"\xef\xbb\xbf" + line(1) + b"\n" + line(2) + b"\n" + line(3)),
        ("marks in between", line(1) + b"\n\xef\xbb\xbf" + line(2) + b"\n" + line(3)),
        ("record separators", b"\x1e" + line(1) + b"\n\x1e" + line(2) + b"\n\x1e" + line(3)),
        ("an array", b"[" + line(1) + b"," + line(2) + b",\n" + line(3) + b"]"),
        ("commas at line ends", line(1) + b",\n" + line(2) + b",\n" + line(3)),
        ("pretty", b"\n".join(json.dumps(invocation(n), indent=2).encode() for n in (1, 2, 3))),
        ("members", b"".join(gzip.compress(line(n) + b"\n") for n in (1, 2, 3))),
        ("members without ends", b"".join(gzip.compress(line(n)) for n in (1, 2, 3))),
        ("pretty between", line(1) + b"\n" + json.dumps(invocation(2), indent=1).encode() + b"\n" + line(3)),
        ("envelopes", gzip.compress(gzip.compress(envelope(line(1).decode(), line(2).decode()))
                                    + gzip.compress(envelope(line(3).decode())))),
        ("touching envelopes", envelope(line(1).decode()) + envelope(line(2).decode(), line(3).decode())),
        ("marks in messages", envelope(*(f"\ufeff{line(n).decode()}" for n in (1, 2, 3)))),
        ("padding in messages", envelope(*(f"\0\0 \ufeff\n{line(n).decode()}" for n in (1, 2, 3)))),
        ("a mark before damage in a message", envelope(line(1).decode())
            + envelope("\ufeff" + line(2).decode().replace("hello", "he\\ud83dllo"), line(3).decode())),
    ],
)  # fmt: skip
def test_however_records_are_laid_out_they_are_all_read(name: str, stored: bytes) -> None:
    read = Read(stored)

    assert read.numbers == [1, 2, 3], name
    assert read.quarantined == []


def test_envelopes_tell_that_the_record_came_through_cloudwatch_logs() -> None:
    read = Read(envelope(line(1).decode()) + line(2))

    assert [place[0] for place in read.places] == ["cloudwatch_logs", "s3"]


def test_control_messages_and_plain_messages_are_accounted_for() -> None:
    read = Read(
        envelope("CWL CONTROL MESSAGE", kind="CONTROL_MESSAGE") + envelope("plain words", line(1).decode())
    )

    assert read.numbers == [1]
    assert read.ignored == {"control_message": 1}
    assert [reason for reason, *_ in read.quarantined] == ["not_json"]


def test_a_message_of_a_mark_and_no_record_is_told_of_whole() -> None:
    read = Read(envelope("\ufeffplain words", "\ufeff", line(1).decode()))

    assert read.numbers == [1]
    told = [(reason, length) for reason, _, _, length in read.quarantined]
    assert told == [("not_json", len(b"\xef\xbb\xbfplain words")), ("not_json", len(b"\xef\xbb\xbf"))]


def test_a_trail_file_gives_its_events_and_counts_those_of_other_services() -> None:
    other = trail_event(2, eventSource="ec2.amazonaws.com")
    stored = json.dumps({"Records": [trail_event(1), other, trail_event(3)]}).encode()

    read = Read(stored)

    assert [event["event_id"][-1] for event in read.events] == ["1", "3"]
    assert read.ignored == {"other_service": 1}


def test_a_trail_file_cut_in_the_middle_gives_the_events_before_the_cut() -> None:
    whole = json.dumps({"Records": [trail_event(n) for n in range(1, 6)]}).encode()

    read = Read(whole[: whole.index(b'"eventID": "aaaaaaaa-0000-4000-8000-000000000004')])

    assert [event["event_id"][-1] for event in read.events] == ["1", "2", "3"]
    assert [reason for reason, *_ in read.quarantined] == ["truncated"]


def test_a_trail_file_larger_than_a_span_is_read_element_by_element(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(framing, "SPAN_BYTES", 4096)
    stored = json.dumps({"Records": [trail_event(n) for n in range(1, 500)]}).encode()

    read = Read(stored)

    assert [int(event["event_id"][-12:]) for event in read.events] == list(range(1, 500))
    assert read.quarantined == []


NEXT = len(json.dumps(trail_event(3), separators=(",", ":")))


def trail(*elements: object) -> bytes:
    return json.dumps({"Records": elements}, separators=(",", ":")).encode()


def starts(stored: bytes) -> list[int]:
    return [match.start() for match in re.finditer(rb'\{\s*"eventVersion"', stored)]


@pytest.mark.slow
@pytest.mark.parametrize("size", [64, 700, 1024, 5000, NEXT, NEXT + 1])
@pytest.mark.parametrize("before", [b"", b"\n \r\n", b"\xef\xbb\xbf"])
def test_where_a_sound_trail_file_is_cut_costs_no_event_however_long_it_is(
    size: int, before: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(framing, "SPAN_BYTES", 4096)
    monkeypatch.setattr(framing, "LARGEST_DOCUMENT", 1 << 16)
    monkeypatch.setattr("craton.logs.unpacking.READ_BYTES", size)
    stored = before + trail(*map(trail_event, range(700)))

    read = Read(stored)

    assert [int(event["event_id"][-12:]) for event in read.events] == list(range(700))
    assert [place[1:3] for place in read.event_places] == [
        (n, 1 + before.count(b"\n")) for n in starts(stored)
    ]
    assert read.quarantined == []


@pytest.mark.parametrize("between", [b"", b"\n", b"\r\n\r\n"])
@pytest.mark.parametrize("cut", [0, 1])
def test_trail_files_behind_one_that_is_longer_than_a_span_are_read_as_well(
    between: bytes, cut: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(framing, "SPAN_BYTES", 4096)
    monkeypatch.setattr("craton.logs.unpacking.READ_BYTES", 1024)
    files = [
        trail(*map(trail_event, range(first, last))) for first, last in ((0, 2), (2, 30), (30, 60), (60, 62))
    ]
    stored = between.join(files)
    stored = stored[: len(stored) - cut]

    read = Read(stored)

    assert [int(event["event_id"][-12:]) for event in read.events] == list(range(62))
    lines = [(n, 1 + stored.count(b"\n", 0, n)) for n in starts(stored)]
    assert [place[1:3] for place in read.event_places] == lines
    assert read.quarantined == []


@pytest.mark.parametrize("size", [1, 7, 64, 700])
@pytest.mark.parametrize("at", [0, 5, 19])
def test_an_element_of_a_long_trail_file_that_is_no_event_is_told_of_once(
    size: int, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(framing, "SPAN_BYTES", 256)
    monkeypatch.setattr(framing, "LARGEST_DOCUMENT", 1 << 13)
    monkeypatch.setattr("craton.logs.unpacking.READ_BYTES", size)
    events = [trail_event(n) for n in range(20)]
    stored = trail(*events[:at], -1234567890.5e-30, *events[at:])

    read = Read(stored)

    assert [place[1] for place in read.event_places] == starts(stored)
    assert [place for _, place, _, _ in read.quarantined] == [stored.index(b"-1.2345")]


@pytest.mark.parametrize("damage", [b'{"a":', b"words", b'{"a":"b" c"},', b"[" * 2000, b'{"a"}'])
def test_damage_in_a_trail_file_that_no_buffer_holds_costs_the_events_around_it_nothing(
    damage: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(framing, "SPAN_BYTES", 4096)
    monkeypatch.setattr(framing, "LARGEST_DOCUMENT", 1 << 16)
    monkeypatch.setattr("craton.logs.unpacking.READ_BYTES", 1024)
    stored = trail(*map(trail_event, range(400)))
    damaged_at = starts(stored)[50]
    stored = stored[:damaged_at] + damage + b"," + stored[damaged_at:]

    read = Read(stored)

    assert [place[1] for place in read.event_places] == starts(stored)
    assert [place[1] for place in read.quarantined] == [damaged_at]


def test_a_document_without_end_is_quarantined_and_what_follows_its_line_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(framing, "SPAN_BYTES", 1024)
    monkeypatch.setattr(framing, "LARGEST_DOCUMENT", 1 << 21)
    stored = line(1) + b"\n" + b'{"x":"' + b"y" * (1 << 22) + b"\n" + line(2) + b"\n"

    read = Read(stored)

    assert read.numbers == [1, 2]
    assert [reason for reason, *_ in read.quarantined] == ["too_large"]


@pytest.mark.parametrize(
    ("name", "changes", "wanted"),
    [
        ("counts as text", {"input": {"inputTokenCount": "7"}}, {"input_tokens": 7}),
        ("counts as floats", {"input": {"inputTokenCount": 7.0}}, {"input_tokens": 7}),
        ("a count that is none", {"input": {"inputTokenCount": {"a": 1}}}, {"input_tokens": None}),
        ("a negative count", {"input": {"inputTokenCount": -1}}, {"input_tokens": None}),
        ("a huge count", {"input": {"inputTokenCount": 10**30}}, {"input_tokens": None}),
        ("no counts", {"input": {}, "output": {}}, {"input_tokens": None, "output_tokens": None}),
        ("no input", {"input": None}, {"input_tokens": None, "output_tokens": 38}),
        ("input is a list", {"input": [1]}, {"input_tokens": None, "output_tokens": 38}),
        ("identity is a text", {"identity": "arn:x"}, {"principal_arn": "arn:x"}),
        ("no identity", {"identity": None}, {"principal_arn": None}),
        ("no region", {"region": None}, {"region": None}),
        ("an account that is a number", {"accountId": 44444444444}, {"account_id": "044444444444"}),
        ("a request id that is a number", {"requestId": 2, "accountId": 1}, {"request_id": "2"}),
        ("prose as a stop reason", {"output": {"outputBodyJson": {"stopReason": "Bob is ill"}}},
         {"stop_reason": "other"}),
        ("prose as a kind of content",
         {"input": {"inputBodyJson": {"messages": [{"content": [{"type": "that Bob is ill"}]}]}}},
         {"content_kinds": ("other",)}),
        ("prose as a field", {"that Bob is ill, and more": 1}, {"input_tokens": 4}),
        ("an error", {"errorCode": "Throttling", "output": None}, {"error_code": "Throttling"}),
        ("text body", {"output": {"outputBodyJson": "plain", "outputTokenCount": 3}}, {"output_tokens": 3}),
        ("body is a number", {"output": {"outputBodyJson": 5, "outputTokenCount": 3}}, {"output_tokens": 3}),
        ("body drifted", {"output": {"outputBodyJson": {"metrics": "n/a", "stopReason": "x"}}},
         {"latency_ms": None, "stop_reason": "x"}),
    ],
)  # fmt: skip
def test_a_record_that_drifts_stays_a_row(name: str, changes: dict[str, Any], wanted: dict[str, Any]) -> None:
    read = Read(line(1) + b"\n" + line(2, **changes) + b"\n" + line(3))

    assert read.numbers == [1, 2, 3], name
    assert {key: read.invocations[1][key] for key in wanted} == wanted
    assert read.quarantined == []


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-10-01T12:00:00Z", "2026-10-01T12:00:00"),
        ("2026-10-01t12:00:00z", "2026-10-01T12:00:00"),
        ("2026-10-01 12:00:00.000000000", "2026-10-01T12:00:00"),
        ("2026-10-01T12:00:00.1234561Z", "2026-10-01T12:00:00.123456"),
        ("2026-10-01T12:00:00.9999999Z", "2026-10-01T12:00:00.999999"),
        ("2026-10-01T14:00:00+02:00", "2026-10-01T12:00:00"),
        (1790856000, "2026-10-01T12:00:00"),
        (1790856000000, "2026-10-01T12:00:00"),
    ],
)
def test_times_are_read_in_every_form(text: object, moment: str) -> None:
    read = Read(line(1, timestamp=text))

    assert [row["event_time"].isoformat() for row in read.invocations] == [moment]


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "0001-01-01T00:00:00Z",
        "9999-12-31T00:00:00Z",
        "2026-10-01T12:00:00+02:00Z",
        True,
        [],
        1e300,
    ],
)
def test_a_time_that_is_none_is_a_reason_for_quarantine(text: object) -> None:
    read = Read(line(1) + b"\n" + line(2, timestamp=text) + b"\n")

    assert read.numbers == [1]
    assert [reason for reason, *_ in read.quarantined] == ["bad_time"]


def test_a_record_without_region_or_request_has_a_hash_that_tells_it_apart() -> None:
    same = line(1, requestId=None)

    read = Read(same + b"\n" + same + b"\n" + line(1, requestId=None, operation="InvokeModel"))

    hashes = [place[3] for place in read.places]
    assert hashes[0] == hashes[1]
    assert len({*hashes}) == 2
    assert None not in hashes


def test_events_that_share_a_number_as_their_id_have_hashes_that_tell_them_apart() -> None:
    events = [trail_event(1, eventID=5), trail_event(2, eventID=5), trail_event(2, eventID=5)]

    read = Read(b"\n".join(json.dumps(event).encode() for event in events))

    first, second, again = (place[3] for place in read.event_places)
    assert [event["event_id"] for event in read.events] == [None, None, None]
    assert None not in (first, second)
    assert (first != second, second == again) == (True, True)


def test_as_many_records_as_lines_do_not_hide_that_two_share_one_and_one_fills_two() -> None:
    over_two = line(3).replace(b',"', b',\n"', 1)
    assert over_two.count(b"\n") == 1

    read = Read(line(1) + line(2) + b"\n" + over_two + b"\n")

    first = len(line(1))
    assert read.numbers == [1, 2, 3]
    assert [place[1:3] for place in read.places] == [(0, 1), (first, 1), (first + len(line(2)) + 1, 2)]


def test_unknown_fields_are_counted_once_where_a_later_line_is_no_record() -> None:
    read = Read(b"\n".join([line(1, newField=1), line(2, newField=1), line(3, timestamp="yesterday")]))

    assert read.unknown == {"invocation": {"newField": 2}}


def test_unknown_fields_are_counted_and_change_nothing() -> None:
    with_news = {"input": {"inputTokenCount": 4, "newCount": 1}, "newField": {"a": [1]}}

    read = Read(b"\n".join([line(1), line(2, **with_news), line(3, **with_news), line(4)]))

    assert read.numbers == [1, 2, 3, 4]
    assert read.unknown == {"invocation": {"newField": 2, "input.newCount": 2}}


def test_values_that_cannot_be_read_are_counted() -> None:
    read = Read(line(1, input={"inputTokenCount": "many"}))

    assert read.unknown == {"invocation": {"input.inputTokenCount (not readable)": 1}}


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("invalid UTF-8", line(2).replace(b"hello", b"he\xffllo")),
        ("a lone surrogate", line(2).replace(b"hello", b"he\\ud83dllo")),
        ("NaN", line(2).replace(b'"inputTokenCount":4', b'"inputTokenCount":4,"x":NaN')),
        ("a control character", line(2).replace(b"hello", b"he\x01llo")),
        ("a NUL", line(2).replace(b"hello", b"he\\u0000llo")),
        ("a name twice", line(2).replace(b'"region":', b'"region":"x","region":')),
        ("a name in capitals", line(2).replace(b'"region":', b'"Region":"x","region":')),
    ],
)
def test_text_that_is_damaged_but_readable_stays_a_row(name: str, bad: bytes) -> None:
    read = Read(line(1) + b"\n" + bad + b"\n" + line(3))

    assert read.numbers == [1, 2, 3], name
    assert read.invocations[1]["region"] == "us-east-1"


@pytest.mark.parametrize("bad", [
    line(2, timestamp="yesterday").replace(b"hello", b"he\\ud83dllo"),
    b'{"namespace":"AWS/Bedrock","metric\x1ename":"Invocations","caf\xc3\xa9":1}',
    b'{"a":NaN,"b":"\xff"}',
    b'["a\x01","b"]',
    b"NaN",
])  # fmt: skip
def test_a_repaired_text_that_is_no_record_is_told_with_the_length_that_it_has(bad: bytes) -> None:
    read = Read(line(1) + b"\n" + bad + b"\n" + line(3) + b"\n")

    first = len(line(1)) + 1
    assert read.numbers == [1, 3]
    told = [(at - first, length) for _, at, _, length in read.quarantined]
    assert told == ([(1, 4), (6, 3)] if bad.startswith(b"[") else [(0, len(bad))])


def test_deep_nesting_is_a_reason_for_quarantine() -> None:
    deep = b'{"x":' + b"[" * 100_000 + b"]" * 100_000 + b"," + line(2)[1:]

    read = Read(line(1) + b"\n" + deep + b"\n" + line(3))

    assert read.numbers == [1, 3]
    assert [reason for reason, *_ in read.quarantined] == ["nested_too_deeply"]


@pytest.mark.parametrize("opening", [b"[", b"[\n", b'{"x":', b'{"x":\n', b'[{"x":\n'])
def test_openings_without_end_are_one_document_that_costs_no_neighbour(opening: bytes) -> None:
    depth = 20_000

    read = Read(line(1) + b"\n" + opening * depth + line(2) + b"\n" + line(3))

    assert read.numbers == [1, 2, 3]
    assert [found[0] for found in read.quarantined] == ["nested_too_deeply"]
    assert read.quarantined[0][1] == len(line(1)) + 1
    assert read.quarantined[0][3] == len(opening * depth)


@pytest.mark.parametrize("before", [b'{"x":1,"y":', b'{"x":1,"Records":[{"y":', b"[1,"])
@pytest.mark.parametrize("opening", [b'{"x":', b'[{"x":'])
def test_nor_do_openings_behind_something_else(before: bytes, opening: bytes) -> None:
    deep = before + opening * 20_000

    read = Read(deep + line(1) + b"," + line(2) + b"\n" + line(3))

    assert read.numbers == [1, 2, 3]
    assert read.quarantined == [("nested_too_deeply", 0, 1, len(deep))]


def test_bodies_media_checks_and_digests_are_ignored_by_name() -> None:
    folder = "s3://logs/AWSLogs/111111111111/BedrockModelInvocationLogs/us-east-1/2026/10/01/12"
    body = json.dumps({"messages": [{"role": "user", "content": "long"}]}).encode()
    digest = json.dumps({"digestS3Bucket": "b", "logFiles": [], "awsAccountId": "1"}).encode()

    assert Read(gzip.compress(body), f"{folder}/data/1_input.json.gz").ignored == {"body_or_media": 1}
    assert Read(b"%PDF-1.7 binary\xff\xfe", f"{folder}/data/1_input_media_00.pdf").ignored == {
        "body_or_media": 1
    }
    assert Read(b"", f"{folder}/amazon-bedrock-logs-permission-check").ignored == {"permission_check": 1}
    assert Read(digest).ignored == {"digest": 1}
    notice = "Permissions are correctly set for Amazon Bedrock logs."
    assert Read(notice.encode() + b"\n").ignored == {"permission_check": 1}
    assert Read(envelope(notice)).ignored == {"permission_check": 1}
    assert Read(envelope(f"\ufeff{notice}")).ignored == {"permission_check": 1}


def test_a_record_in_a_place_for_bodies_is_still_a_record() -> None:
    assert Read(line(1), "s3://logs/data/1_input.json.gz").numbers == [1]


def test_a_damaged_gzip_tells_of_it_once() -> None:
    stored = gzip.compress(b"\n".join(line(n) for n in range(1, 200)))

    read = Read(stored[: len(stored) // 2])

    assert read.numbers == list(range(1, len(read.numbers) + 1))
    assert len(read.numbers) > 50
    assert [reason for reason, *_ in read.quarantined] == ["truncated_gzip"]


@pytest.mark.parametrize("size", [64, 700, 1024, 5000])
def test_where_the_stream_is_cut_into_spans_makes_no_difference(
    size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    chance = random.Random(size)
    parts = [line(n) for n in range(1, 40)]
    parts.insert(7, line(50)[:200])
    parts.insert(19, json.dumps(invocation(60), indent=2).encode())
    parts.insert(23, b"not json at all")
    parts.insert(31, line(70) + line(71))
    stored = b"".join(part + chance.choice([b"\n", b"\r\n", b"\n\n"]) for part in parts)
    wanted = Read(stored)

    monkeypatch.setattr(framing, "SPAN_BYTES", size)
    monkeypatch.setattr("craton.logs.unpacking.READ_BYTES", size)
    read = Read(stored)

    assert read.numbers == wanted.numbers
    assert read.places == wanted.places
    assert read.quarantined == wanted.quarantined
    assert read.lines == wanted.lines
    assert [reason for reason, *_ in read.quarantined] == ["truncated", "not_json"]


@pytest.mark.slow
def test_an_array_with_a_record_on_each_line_is_read_whole_and_leaves_nothing_over() -> None:
    array = b"[\n" + b",\n".join(line(number) for number in range(5000)) + b"\n]\n"
    trail = (
        b'{"Records": [\n' + b",\n".join(json.dumps(trail_event(n)).encode() for n in range(3000)) + b"\n]}"
    )

    read, events = Read(array), Read(trail)

    assert read.numbers == list(range(5000))
    assert len(events.events) == 3000
    assert (read.quarantined, events.quarantined) == ([], [])


@pytest.mark.slow
def test_records_that_share_one_long_line_take_time_by_their_number_and_not_by_its_square() -> None:
    def seconds(records: int, before: bytes, between: bytes, after: bytes) -> float:
        stored = before + between.join(line(number) for number in range(records)) + after
        spent = []
        for _ in range(3):
            begun = time.process_time()
            assert len(Read(stored).invocations) == records
            spent.append(time.process_time() - begun)
        return min(spent)

    for frame in ((b"", b"", b""), (b"[", b",", b"]")):
        assert seconds(8000, *frame) < 30 * seconds(1000, *frame)


def test_a_record_without_an_account_is_not_given_that_of_its_caller() -> None:
    read = Read(line(1) + b"\n" + line(2, accountId=None))

    assert read.numbers == [1]
    assert [told[0] for told in read.quarantined] == ["no_account"]


def test_prose_is_no_name_of_a_field() -> None:
    told = Read(line(1, **{"tell Bob that he is ill": 1, "region2": 1})).unknown["invocation"]

    assert told == {"[masked]": 1, "region2": 1}


def test_bytes_between_a_broken_trail_file_and_the_next_are_told_of() -> None:
    broken = b'{"Records": [\xae not a record at all'
    sound = json.dumps({"Records": [trail_event(7)]}).encode()

    read = Read(broken + sound)

    assert len(read.events) == 1
    assert [place[1:] for place in read.quarantined] == [(0, 1, (broken + sound).index(b'{"eventVersion'))]


def test_an_integer_that_python_does_not_convert_costs_a_pretty_file_nothing() -> None:
    digits = "9" * 5000
    pretty = json.dumps({"Records": [trail_event(n) for n in range(3)]}, indent=1)

    read = Read(pretty.replace('"eventVersion"', f'"odd": {digits},\n   "eventVersion"', 1).encode())

    assert len(read.events) == 3


@pytest.mark.slow
@pytest.mark.parametrize("odd", [b'{"odd":"\x01",', b'{"odd":' + b"9" * 5000 + b","])
def test_an_odd_value_does_not_end_the_reading_of_a_long_array_by_its_elements(
    monkeypatch: pytest.MonkeyPatch, odd: bytes
) -> None:
    monkeypatch.setattr(framing, "LARGEST_DOCUMENT", 2 << 20)
    lines = [line(number) for number in range(9000)]
    lines[2000] = odd + lines[2000][1:]

    read = Read(b"[" + b",".join(lines) + b"]")

    assert (len(read.invocations), read.quarantined) == (9000, [])


@pytest.mark.parametrize("indent", [None, 1])
def test_a_repair_within_a_file_of_many_records_moves_no_record_from_its_place(indent: int | None) -> None:
    records = [invocation(number, modelId="caf\xe9") for number in range(4)]
    stored = json.dumps({"Records": records}, indent=indent).encode().replace(b'"hello"', b"NaN", 1)

    read = Read(stored)

    assert read.numbers == [0, 1, 2, 3]
    starts = [match.start() for match in re.finditer(rb'\{\s*"schemaType"', stored)]
    assert [place[1] for place in read.places] == starts


@pytest.mark.parametrize("indent", [None, 1])
@pytest.mark.parametrize("first", [None, 17, [], {}, "a text"])
def test_nor_does_a_repair_where_the_first_of_them_is_no_record(first: object, indent: int | None) -> None:
    events = [trail_event(1), trail_event(2, note="\ud83d"), trail_event(3)]
    stored = json.dumps({"Records": [first, *events]}, indent=indent, separators=(",", ":")).encode()

    read = Read(stored)

    assert [place[1] for place in read.event_places] == starts(stored)
    assert len(read.quarantined) + sum(read.ignored.values()) == 1


@pytest.mark.parametrize("indent", [None, 1])
def test_nor_does_a_repair_within_files_that_a_list_holds(indent: int | None) -> None:
    files = [{"Records": [trail_event(n), trail_event(n + 1, note="\ud83d")]} for n in (1, 3)]
    stored = json.dumps([*files, [trail_event(5)]], indent=indent, separators=(",", ":")).encode()

    read = Read(stored)

    assert [place[1] for place in read.event_places] == starts(stored)
    assert (len(read.events), read.quarantined) == (5, [])


@pytest.mark.parametrize("control", ["\0", "\t", "\x0b", "\x1f"])
@pytest.mark.parametrize("further", ["caf\xe9", "\ud83d", "a"])
def test_nor_does_a_control_character_within_a_pretty_file(control: str, further: str) -> None:
    events = [trail_event(1), trail_event(2, note=f"a=b {further}"), trail_event(3)]
    stored = json.dumps({"Records": events}, indent=2).replace("=", control).encode()

    read = Read(stored)

    assert [place[1] for place in read.event_places] == starts(stored)
    assert (len(read.events), read.quarantined) == (3, [])


@pytest.mark.parametrize("note", ["sound", "\ud83d"])
def test_how_deep_containers_may_nest_does_not_depend_on_a_repair(note: str) -> None:
    def nested(levels: int) -> Read:
        held: object = trail_event(1, note=note)
        for _ in range(levels):
            held = [held]
        return Read(json.dumps(held).encode())

    allowed, too_deep = nested(6), nested(7)

    assert (len(allowed.events), allowed.quarantined) == (1, [])
    assert (too_deep.events, [told[0] for told in too_deep.quarantined]) == ([], ["nested_too_deeply"])


def test_ids_that_somebody_uses_as_keys_do_not_flood_the_unknown_fields() -> None:
    stored = b"\n".join(line(n, **{f"call-{n:05}": 1, "region2": "x"}) for n in range(500))
    point = {"namespace": "AWS/Bedrock", "metric_name": "Invocations", "account_id": "1", "value": {"sum": 1}}
    flood = json.dumps(
        point | {"timestamp": 1_790_000_000_000} | {f"{n}.{'k' * 99}.{'k' * 99}": 1 for n in range(900)}
    )

    told, metrics = Read(stored).unknown["invocation"], Read(flood.encode()).unknown["metric"]

    assert (told["region2"], sum(told.values()), len(told)) == (500, 1000, 201)
    assert (sum(metrics.values()), max(map(len, metrics))) == (900, 120)


@pytest.mark.slow
@pytest.mark.parametrize("stored", [b"\0" * 5000, b"\n\0\0\n", b"\0" * (3 << 20), b",,,\n"])
def test_a_file_of_nothing_but_padding_is_told_of_once(stored: bytes) -> None:
    assert [place[:2] for place in Read(stored).quarantined] == [("not_json", 0)]


@pytest.mark.parametrize(
    "stored", [b"", b" \n\r\n", b"\xef\xbb\xbf", line(1) + b"\n" + b"\0" * 5000, b"\0\n" + line(1)]
)
def test_blanks_and_the_padding_of_a_file_with_records_are_not_told_of(stored: bytes) -> None:
    assert Read(stored).quarantined == []
