"""Whole damaged files, each from one line: a plan that says what is in it and what was done to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import msgspec
from benchmarks.traffic import dice
from msgspec import Struct
from tests.faults import byte_faults, containers, field_faults, records, streams
from tests.faults.pieces import Fate, Piece, Placed, Stream, joined

if TYPE_CHECKING:
    from random import Random

    from tests.faults.pieces import Kind

Transport = Literal["lines", "joined", "trail", "envelopes", "mixed"]

STYLES: dict[Transport, dict[str, Any]] = {
    "lines": streams.LINES,
    "joined": streams.JOINED,
    "trail": streams.TRAIL_FILES,
    "envelopes": streams.ENVELOPES,
    "mixed": {"one after the other": None},
}
CONTAINERS: dict[str, Any] = containers.SOUND | containers.DAMAGED | containers.FOREIGN
KINDS: dict[Transport, tuple[Kind, ...]] = {
    "lines": ("invocation", "invocation", "invocation", "metric", "api_event"),
    "joined": ("invocation", "invocation", "metric"),
    "trail": ("api_event",),
    "envelopes": ("invocation", "invocation", "api_event"),
    "mixed": ("invocation",),
}
_MIXED: tuple[Transport, ...] = ("lines", "trail", "envelopes", "lines")
# A byte-order mark amid an array is no JSON, and a stretch of blanks there is nothing special.
_NOT_IN_ARRAYS = {"bytes: BOM before the record"}


class FilePlan(Struct, frozen=True):
    """One damaged file. Around the records that `faults` names, each with its kind before a `/`, stand `good`
    sound ones."""

    seed: int
    transport: Transport
    style: str
    container: str
    good: int
    faults: tuple[str, ...]

    def __str__(self) -> str:
        return msgspec.json.encode(self).decode()


class Faulty(Struct, frozen=True):
    """A damaged file: how it is called, its bytes, and what must become of what is in it."""

    plan: FilePlan
    name: str
    data: bytes
    stream: Stream
    damaged: bool
    perhaps: bool


def faults_of(kind: Kind, transport: Transport) -> dict[str, Any]:
    """The faults by name that a record of that kind can have in that transport."""
    found = field_faults.FIELD_FAULTS[kind] | byte_faults.FORMS | byte_faults.BROKEN | byte_faults.JUNK
    if kind == "invocation":
        found |= byte_faults.OF_INVOCATIONS
    if transport in ("lines", "envelopes"):
        found |= byte_faults.SPREAD
    if transport in ("joined", "trail"):
        found = {name: spoil for name, spoil in found.items() if name not in _NOT_IN_ARRAYS}
    return found


def every_fault() -> dict[str, tuple[Kind, Transport]]:
    """Every fault by its name, with a kind and a transport that it can stand in."""
    found: dict[str, tuple[Kind, Transport]] = {}
    for transport in ("trail", "envelopes", "lines"):
        for kind in sorted(set(KINDS[transport])):
            for name in faults_of(kind, transport):
                found[f"{kind}/{name}"] = (kind, transport)
    return found


def random_plan(seed: int) -> FilePlan:
    """A plan that is decided by its seed alone."""
    random = dice(seed)
    transport: Transport = random.choice(["lines", "lines", "lines", "joined", "trail", "envelopes", "mixed"])
    kinds = [random.choice(KINDS[transport]) for _ in range(random.choice([0, 1, 1, 2, 3, 5, 8]))]
    faults = tuple(f"{kind}/{random.choice(list(faults_of(kind, transport)))}" for kind in kinds)
    how = random.choices([containers.SOUND, containers.DAMAGED, containers.FOREIGN], (60, 35, 5))[0]
    style = random.choice(list(STYLES[transport]))
    return FilePlan(seed, transport, style, random.choice(list(how)), random.randint(1, 25), faults)


def faulty(plan: FilePlan) -> Faulty:
    """The file of that plan, the same bytes each time."""
    random = dice(plan.seed)
    stream = _stream(plan, random)
    stored = CONTAINERS[plan.container](stream.data, random)
    if stored.readable < len(stream.data):
        stream = _cut(stream, stored)
    stray = 1_000 if stored.perhaps else stream.stray_quarantines + (3 if stored.damaged else 0)
    stream = msgspec.structs.replace(stream, stray_quarantines=stray)
    name = f"{plan.seed:010d}{stored.name}"
    return Faulty(plan, name, stored.data, stream, stored.damaged, stored.perhaps)


def _stream(plan: FilePlan, random: Random) -> Stream:
    if plan.transport == "mixed":
        parts = [
            FilePlan(plan.seed * 10 + i, part, next(iter(STYLES[part])), "plain", 1 + plan.good // 4, ())
            for i, part in enumerate(_MIXED)
        ]
        spoilt = FilePlan(plan.seed * 10 + 9, "lines", "lines", "plain", 1, plan.faults)
        return joined([_stream(part, dice(part.seed)) for part in [*parts, spoilt]], b"\n")
    pieces = []
    for i, fault in enumerate(plan.faults):
        kind, _, name = fault.partition("/")
        draft = records.MAKERS[kind](random, key_of(plan, i))
        piece: Piece = faults_of(draft.kind, plan.transport)[name](draft, random)
        pieces.append(msgspec.structs.replace(piece, fault=name))
    for i in range(plan.good):
        kind = random.choice(KINDS[plan.transport])
        pieces.append(records.MAKERS[kind](random, key_of(plan, len(plan.faults) + i)).good())
    random.shuffle(pieces)
    built: Stream = STYLES[plan.transport][plan.style](pieces, random)
    return built


def key_of(plan: FilePlan, number: int) -> str:
    """A key in the form of a request id, which no other file has."""
    return f"{plan.seed & 0xFFFFFFFF:08x}-{plan.seed >> 32 & 0xFFFF:04x}-4000-a000-{number:012x}"


def _cut(stream: Stream, stored: containers.Stored) -> Stream:
    """Fates after only the beginning of the stream can be read for sure."""

    def change(one: Placed) -> Fate:
        if one.end <= stored.readable:
            return one.piece.fate
        if one.start < stored.readable or stored.perhaps:
            return Fate.ANY
        return Fate.ABSENT

    return stream.with_fates(change)
