"""Compares what came of a damaged file with what had to come of it."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Any

from benchmarks.traffic import SECRET_TEXT
from msgspec import Struct, field
from tests.faults.pieces import Fate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.faults.files import Faulty
    from tests.faults.pieces import Piece, Placed

Row = dict[str, Any]
COUNTS = (
    "input_tokens",
    "output_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "max_tokens",
)


class Quarantine(Struct, frozen=True):
    """One document in quarantine, with its place in the unpacked stream."""

    byte: int
    length: int
    reason: str
    detail: str | None = None


class Outcome(Struct):
    """What came of one file: its rows by kind of record, its quarantine, and what it counted."""

    rows: list[tuple[str, Row]] = field(default_factory=list)
    quarantined: list[Quarantine] = field(default_factory=list)
    documents_read: int = 0
    rows_told: int = 0
    duplicates: int = 0
    quarantined_told: int = 0
    ignored: int = 0
    unknown_fields: set[str] = field(default_factory=set)
    problem: str | None = None
    known: bool = True


def keys_of(kind: str, row: Row) -> Iterator[str]:
    """What may be the key of the piece that a row came of, the surest first."""
    if kind == "metric":
        yield row["model_id"] or ""
        return
    yield (row["request_id"] if kind == "invocation" else row["event_id"]) or ""
    yield (row["principal_arn"] or "").rpartition("/")[2]
    yield (row["request_id"] or "").removeprefix("request-of-")


def complaints(faulty: Faulty, outcome: Outcome, *, exact_places: bool = True) -> list[str]:
    """Everything about the outcome that breaks the promise; nothing where it was kept."""
    pieces = {one.piece.key: one for one in faulty.stream.placed}
    found: dict[str, list[Row]] = defaultdict(list)
    strays = []
    for kind, row in outcome.rows:
        key = next((key for key in keys_of(kind, row) if key in pieces), None)
        if key is None:
            strays.append(row)
        else:
            found[key].append(row)
    return [
        *_of_pieces(faulty, found, exact_places=exact_places),
        *_of_strays(faulty, strays),
        *_of_quarantine(faulty, found, outcome),
        *_of_counts(faulty, outcome),
        *_of_privacy(outcome),
    ]


def _of_pieces(faulty: Faulty, found: Mapping[str, list[Row]], *, exact_places: bool) -> Iterator[str]:
    """A row for each that has to be one, none for those that cannot, each with the right values."""
    for one in faulty.stream.placed:
        piece, rows = one.piece, found.get(one.piece.key, [])
        told = f"{piece.kind} `{piece.fault or 'sound'}` at byte {one.start}"
        if piece.fate is Fate.ROW and not rows:
            yield f"lost: {told}"
        if piece.fate in (Fate.QUARANTINED, Fate.IGNORED, Fate.ABSENT) and rows:
            yield f"invented: {told} must be {piece.fate.value}, and is a row"
        if len(rows) > 1 + piece.strays:
            yield f"doubled: {told} is {len(rows)} rows"
        for row in rows:
            if piece.fate is not Fate.ANY:
                yield from (f"{told}: {wrong}" for wrong in _of_values(piece, row))
            yield from (
                f"{told}: {name} is {row[name]}"
                for name in COUNTS
                if row.get(name) is not None and row[name] < 0
            )
        if exact_places and one.exact and piece.fate is Fate.ROW and piece.sound and rows:
            yield from _of_place(faulty, one, rows[0])


def _of_values(piece: Piece, row: Row) -> Iterator[str]:
    for name, allowed in piece.expects.items():
        if allowed and name in row and row[name] not in allowed:
            yield f"{name} is {row[name]!r:.80}, and should be {allowed!r:.80}"


def _of_place(faulty: Faulty, one: Placed, row: Row) -> Iterator[str]:
    """The row's pointer leads to its record, or to nothing but blanks before it."""
    byte, line = row["source_byte"], row["source_line"]
    data = faulty.stream.data
    if byte > one.start or data[byte : one.start].strip():
        yield f"the row says byte {byte}, the record stands at byte {one.start}"
    if line != data.count(b"\n", 0, byte) + 1:
        yield f"the row says line {line}, byte {byte} stands on line {data.count(bytes([10]), 0, byte) + 1}"


def _of_strays(faulty: Faulty, strays: list[Row]) -> Iterator[str]:
    allowed = sum(one.piece.strays for one in faulty.stream.placed)
    if faulty.perhaps:
        allowed += len(faulty.stream.placed)
    if len(strays) > allowed:
        yield f"invented: {len(strays)} rows that no record asks for, {allowed} could be: {strays[0]!r:.300}"


def _of_quarantine(faulty: Faulty, found: Mapping[str, list[Row]], outcome: Outcome) -> Iterator[str]:
    """What is no row is told of where it stands, what is sound is never there, and no more than could be."""
    placed = sorted(faulty.stream.placed, key=lambda one: one.start)
    # Of what nothing is asked of and became nothing, the bytes belong to the stretch that they stand in.
    told = [one for one in placed if one.piece.fate is not Fate.ANY or found.get(one.piece.key)]
    stretches = [
        [one.piece.fate for one in stretch]
        for is_missing, stretch in itertools.groupby(told, lambda one: _is_missing(one, found))
        if is_missing
    ]
    spoilt = sum(Fate.KEPT in fates or Fate.QUARANTINED in fates for fates in stretches)
    if outcome.quarantined_told < spoilt:
        yield f"vanished: {spoilt} stretches can be no row, {outcome.quarantined_told} are in quarantine"
    elif outcome.quarantined_told + outcome.ignored < len(stretches):
        yield f"vanished: {len(stretches)} stretches are no row, fewer are told of: {outcome.quarantined}"
    yield from _of_too_much(faulty, outcome)
    yield from _of_gaps(faulty, found, outcome)
    for one in placed:
        name = one.piece.unknown
        if name and one.piece.fate is Fate.ROW and name not in outcome.unknown_fields:
            yield f"no news: the unknown field {name} is not counted"


def _is_missing(one: Placed, found: Mapping[str, list[Row]]) -> bool:
    """Whether the piece is no row, and must be told of. Neighbours of the kind may be one stretch."""
    return one.piece.fate in (Fate.KEPT, Fate.QUARANTINED, Fate.TOLD) and not found.get(one.piece.key)


def _of_gaps(faulty: Faulty, found: Mapping[str, list[Row]], outcome: Outcome) -> Iterator[str]:
    """What has to be a row or in quarantine, and is no row, lies within a stretch in quarantine."""
    for one in faulty.stream.placed:
        asked = one.exact and not faulty.perhaps and one.piece.fate in (Fate.KEPT, Fate.QUARANTINED)
        if asked and not found.get(one.piece.key):
            within = any(
                bad.byte < one.end and one.start < bad.byte + bad.length for bad in outcome.quarantined
            )
            if not within:
                yield f"untold: {one.piece.kind} `{one.piece.fault or 'sound'}` at byte {one.start}"


def _of_too_much(faulty: Faulty, outcome: Outcome) -> Iterator[str]:
    placed = faulty.stream.placed
    most = faulty.stream.stray_quarantines + sum(one.piece.quarantines for one in placed)
    if outcome.quarantined_told > most:
        reasons = Counter(one.reason for one in outcome.quarantined)
        yield f"{outcome.quarantined_told} in quarantine, at most {most} could be: {dict(reasons)}"
    if faulty.damaged and not outcome.quarantined_told and outcome.problem is None:
        yield "silent: the file is damaged, and nothing tells of it"
    sound = [one for one in placed if one.piece.sound and one.exact and one.piece.fate is Fate.ROW]
    for bad in outcome.quarantined:
        hit = next((one for one in sound if bad.byte < one.end and one.start < bad.byte + bad.length), None)
        if hit is not None and not faulty.perhaps:
            yield f"quarantined: {bad.reason} at byte {bad.byte} covers a sound record at byte {hit.start}"


def _of_counts(faulty: Faulty, outcome: Outcome) -> Iterator[str]:
    if not outcome.known:
        yield "silent: the file is in no list of files"
    accounted = outcome.rows_told + outcome.duplicates + outcome.quarantined_told + outcome.ignored
    if outcome.documents_read != accounted:
        yield f"documents_read is {outcome.documents_read}, the outcomes add up to {accounted}"
    if outcome.rows_told != len(outcome.rows):
        yield f"{outcome.rows_told} rows are told, {len(outcome.rows)} are there"
    if outcome.quarantined_told != len(outcome.quarantined):
        yield f"{outcome.quarantined_told} in quarantine are told, {len(outcome.quarantined)} are there"
    if not faulty.plan.faults and not faulty.damaged and outcome.duplicates:
        yield f"{outcome.duplicates} duplicates of records that are all different"


def _of_privacy(outcome: Outcome) -> Iterator[str]:
    for kind, row in outcome.rows:
        for name, value in row.items():
            if SECRET_TEXT in str(value):
                yield f"privacy: {kind}.{name} holds what a person wrote"
    for bad in outcome.quarantined:
        if SECRET_TEXT in str(bad.detail):
            yield "privacy: a quarantine's detail holds what a person wrote"
