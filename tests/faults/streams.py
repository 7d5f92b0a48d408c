"""Pieces to the bytes of a stream: lines, trail files, log envelopes, and how they get mangled on the way."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
from tests.faults.pieces import Fate, Placed, Stream, encoded, joined

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from random import Random

    from tests.faults.pieces import Piece

Build = "Callable[[Sequence[Piece], Random], Stream]"


def separated(
    pieces: Sequence[Piece],
    between: Callable[[int], bytes],
    *,
    start: bytes = b"",
    end: bytes = b"",
    stray: int = 0,
) -> Stream:
    """The pieces in order, `between(i)` before the piece of that index but the first."""
    data = bytearray(start)
    placed = []
    for i, piece in enumerate(pieces):
        if i:
            data += between(i)
        placed.append(Placed(piece, len(data), len(data) + len(piece.data)))
        data += piece.data
    return Stream(bytes(data + end), tuple(placed), stray)


def style(between: bytes, **more: Any) -> Callable[[Sequence[Piece], Random], Stream]:
    """Lines, or what stands for them, with `between` between two."""

    def build(pieces: Sequence[Piece], random: Random) -> Stream:  # noqa: ARG001 - all are called alike
        return separated(pieces, lambda _: between, **more)

    return build


def touching(between: bytes) -> Callable[[Sequence[Piece], Random], Stream]:
    """Documents without line ends between them, where a broken one may hide those after it."""

    def build(pieces: Sequence[Piece], random: Random) -> Stream:  # noqa: ARG001
        return after_a_break(separated(pieces, lambda _: between))

    return build


def after_a_break(stream: Stream) -> Stream:
    """What follows a broken piece must not vanish, but nobody can ask that it becomes a row."""
    broken = [one.start for one in stream.placed if one.piece.breaks]
    if not broken:
        return stream
    first = min(broken)

    def change(one: Placed) -> Fate:
        asked = {Fate.ROW: Fate.KEPT, Fate.QUARANTINED: Fate.KEPT, Fate.IGNORED: Fate.TOLD}
        return asked.get(one.piece.fate, one.piece.fate) if one.start > first else one.piece.fate

    after = sum(1 for one in stream.placed if one.start >= first)
    changed = stream.with_fates(change)
    return msgspec.structs.replace(changed, stray_quarantines=stream.stray_quarantines + 2 * after)


def line_ends_of_all_kinds(pieces: Sequence[Piece], random: Random) -> Stream:
    ends = [b"\n", b"\r\n", b"\n\n", b"\n \n", b"\r\n\r\n", b" \n", b"\t\n\t", b"\n\xef\xbb\xbf"]
    return separated(pieces, lambda _: random.choice(ends), end=random.choice([b"", *ends]))


def flood_of_blanks(pieces: Sequence[Piece], random: Random) -> Stream:
    flood = [b"\n" * 5_000, b" " * 70_000 + b"\n", b"\n" + b"\t" * 70_000, (b" " * 99 + b"\r\n") * 500]
    return separated(pieces, lambda _: random.choice(flood) if random.random() < 0.1 else b"\n", end=b"\n")


def lines_with_junk(pieces: Sequence[Piece], random: Random) -> Stream:
    """Lines that are nothing between the pieces."""
    junk = [
        b"\x00" * 4_096,
        b"\x0c",
        b"\x0b\x1c",
        b"# comment",
        b"---",
        b"\xc2\xa0",
        b"\x1a",
        b"...",
        b"[",
        b"]",
    ]
    stray = 0
    data = bytearray()
    placed = []
    for piece in pieces:
        if random.random() < 0.1:
            data += random.choice(junk) + b"\n"
            stray += 1
        placed.append(Placed(piece, len(data), len(data) + len(piece.data)))
        data += piece.data + b"\n"
    return Stream(bytes(data), tuple(placed), stray)


def one_array(pieces: Sequence[Piece], random: Random) -> Stream:
    """One JSON array, on a line of its own or on many."""
    between = random.choice([b",", b", ", b",\n", b"\n,\n", b" ,\r\n  "])
    return after_a_break(separated(pieces, lambda _: between, start=b"[", end=b"]"))


def arrays_of_some(pieces: Sequence[Piece], random: Random) -> Stream:
    """A JSON array on each line."""
    streams = []
    rest = list(pieces)
    while rest:
        size = random.randint(1, 6)
        streams.append(after_a_break(separated(rest[:size], lambda _: b",", start=b"[", end=b"]")))
        rest = rest[size:]
    return joined(streams, b"\n")


LINES: dict[str, Any] = {
    "lines": style(b"\n", end=b"\n"),
    "lines, no end to the last": style(b"\n"),
    "lines with CRLF": style(b"\r\n", end=b"\r\n"),
    "lines after a BOM": style(b"\n", start=b"\xef\xbb\xbf", end=b"\n"),
    "lines after blank lines": style(b"\n", start=b"\n\r\n \n", end=b"\n\n\n"),
    "lines of all kinds": line_ends_of_all_kinds,
    "lines in a flood of blanks": flood_of_blanks,
    "lines with junk between": lines_with_junk,
    "lines with a comma": style(b",\n", end=b",\n", stray=100),
    "lines in NUL padding": style(b"\n", end=b"\n" + b"\x00" * 10_000, stray=1),
}
JOINED: dict[str, Any] = {
    "touching": touching(b""),
    "a blank between": touching(b" "),
    "a tab between": touching(b"\t"),
    "a comma between": touching(b","),
    "CR between": touching(b"\r"),
    "one array": one_array,
    "an array a line": arrays_of_some,
}


def trail_file(pieces: Sequence[Piece], random: Random, *, pretty: bool = False) -> Stream:
    """`{"Records": […]}` as CloudTrail writes it, or as a person's editor leaves it."""
    between = b",\n    " if pretty else b","
    start = random.choice(
        [b'{\n  "Records": [\n    ']
        if pretty
        else [b'{"Records":[', b'{"Records": [', b'{"extra":1,"Records":[']
    )
    return after_a_break(
        separated(pieces, lambda _: between, start=start, end=b"\n  ]\n}" if pretty else b"]}")
    )


def trail_files(between: bytes) -> Callable[[Sequence[Piece], Random], Stream]:
    """Several trail files in one object."""

    def build(pieces: Sequence[Piece], random: Random) -> Stream:
        third = max(1, len(pieces) // 3)
        parts = [pieces[i : i + third] for i in range(0, len(pieces), third)]
        stream = joined([trail_file(part, random) for part in parts], between)
        return stream if between == b"\n" else after_a_break(stream)

    return build


TRAIL_FILES: dict[str, Any] = {
    "a trail file": trail_file,
    "a pretty trail file": lambda pieces, random: trail_file(pieces, random, pretty=True),
    "trail files on lines": trail_files(b"\n"),
    "trail files touching": trail_files(b""),
}

CONTROL_MESSAGE = encoded(
    {
        "messageType": "CONTROL_MESSAGE",
        "owner": "CloudwatchLogs",
        "logGroup": "",
        "logStream": "",
        "subscriptionFilters": [],
        "logEvents": [
            {"id": "", "timestamp": 1783213323000, "message": "CWL CONTROL MESSAGE: Checking health"}
        ],
    }
)


def envelope(pieces: Sequence[Piece], random: Random, *, pretty: bool = False) -> Stream:
    """One CloudWatch Logs subscription message whose log events are the pieces."""
    events: list[dict[str, Any]] = [
        {
            "id": f"{random.getrandbits(180):056d}",
            "timestamp": 1_783_213_323_000,
            "message": piece.data.decode("utf-8", "replace"),
        }
        for piece in pieces
    ]
    whole = {
        "messageType": "DATA_MESSAGE",
        "owner": "111111111111",
        "logGroup": "/aws/bedrock/modelinvocations",
        "logStream": "aws/bedrock/modelinvocations",
        "subscriptionFilters": ["to-firehose"],
        "logEvents": events,
    }
    data = json.dumps(whole, indent=1).encode() if pretty else encoded(whole)
    placed = []
    at = 0
    for piece, event in zip(pieces, events, strict=True):
        at = data.index(event["id"].encode(), at)
        message = json.dumps(event["message"], ensure_ascii=pretty).encode()
        end = data.index(b"}", data.index(message, at) + len(message)) + 1
        placed.append(Placed(piece, at, end, exact=False))
    return Stream(data, tuple(placed))


def envelopes(between: bytes, *, pretty: bool = False, control: bool = False) -> Any:
    """Envelopes of a few log events each, as Firehose concatenates them."""

    def build(pieces: Sequence[Piece], random: Random) -> Stream:
        streams = [Stream(CONTROL_MESSAGE, ())] if control else []
        rest = list(pieces)
        while rest:
            size = random.randint(1, 8)
            streams.append(envelope(rest[:size], random, pretty=pretty))
            rest = rest[size:]
        return joined(streams, between)

    return build


ENVELOPES: dict[str, Any] = {
    "envelopes touching": envelopes(b""),
    "envelopes on lines": envelopes(b"\n"),
    "envelopes with blanks between": envelopes(b" \n "),
    "envelopes after a control message": envelopes(b"", control=True),
    "pretty envelopes": envelopes(b"\n", pretty=True),
}
