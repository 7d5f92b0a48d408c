from __future__ import annotations

import gzip
import json
import random
import time
from collections import Counter

import pytest
from tests.unit.logs.reads import Read
from tests.unit.logs.records import envelope, invocation, line, trail_event

from craton.logs import framing


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


@pytest.mark.parametrize("held", ["x", None, {"a": 1}, 5])
def test_an_envelope_that_holds_no_list_is_of_a_bad_type(held: object) -> None:
    told = json.dumps({"messageType": "DATA_MESSAGE", "owner": "111111111111", "logEvents": held}).encode()

    read = Read(line(1) + b"\n" + told + b"\n" + line(2))

    assert read.numbers == [1, 2]
    assert read.quarantined == [("bad_type", len(line(1)) + 1, 2, len(told))]
    assert (read.ignored, read.lines) == ({}, 3)


@pytest.mark.parametrize("message", [5, None, {"a": 1}, ["x"]])
def test_a_log_event_whose_message_is_no_text_is_of_a_bad_type(message: object) -> None:
    events = [
        {"id": str(n), "timestamp": 1, "message": one} for n, one in enumerate([message, line().decode()])
    ]
    told = json.dumps({"messageType": "DATA_MESSAGE", "owner": "111111111111", "logEvents": events}).encode()

    read = Read(told)

    assert read.numbers == [1]
    assert [reason for reason, *_ in read.quarantined] == ["bad_type"]
    assert (read.ignored, read.lines) == ({}, 1)


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


def test_a_document_without_end_is_quarantined_and_what_follows_its_line_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(framing, "SPAN_BYTES", 1024)
    monkeypatch.setattr(framing, "LARGEST_DOCUMENT", 1 << 21)
    stored = line(1) + b"\n" + b'{"x":"' + b"y" * (1 << 22) + b"\n" + line(2) + b"\n"

    read = Read(stored)

    assert read.numbers == [1, 2]
    assert [reason for reason, *_ in read.quarantined] == ["too_large"]


def test_as_many_records_as_lines_do_not_hide_that_two_share_one_and_one_fills_two() -> None:
    over_two = line(3).replace(b',"', b',\n"', 1)
    assert over_two.count(b"\n") == 1

    read = Read(line(1) + line(2) + b"\n" + over_two + b"\n")

    first = len(line(1))
    assert read.numbers == [1, 2, 3]
    assert [place[1:3] for place in read.places] == [(0, 1), (first, 1), (first + len(line(2)) + 1, 2)]


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


@pytest.mark.slow
@pytest.mark.parametrize("stored", [b"\0" * 5000, b"\n\0\0\n", b"\0" * (3 << 20), b",,,\n"])
def test_a_file_of_nothing_but_padding_is_told_of_once(stored: bytes) -> None:
    assert [place[:2] for place in Read(stored).quarantined] == [("not_json", 0)]


@pytest.mark.parametrize(
    "stored", [b"", b" \n\r\n", b"\xef\xbb\xbf", line(1) + b"\n" + b"\0" * 5000, b"\0\n" + line(1)]
)
def test_blanks_and_the_padding_of_a_file_with_records_are_not_told_of(stored: bytes) -> None:
    assert Read(stored).quarantined == []
