"""Files of trails, which may be longer than what is read at once."""

from __future__ import annotations

import json

import pytest
from tests.unit.logs.reads import Read
from tests.unit.logs.records import line, starts, trail_event

from craton.logs import framing


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
