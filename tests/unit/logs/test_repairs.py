"""Text that is no JSON as it stands: what can be repaired, and what is too deep."""

from __future__ import annotations

import json
import re

import pytest
from tests.unit.logs.reads import Read
from tests.unit.logs.records import invocation, line, starts, trail_event


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
