"""Invocation records to row values: quick where they are as known, patient where they drift.

A field that is not known is counted, and from then on expected, so that a change of AWS's schema costs no
speed. A value of the wrong type is set aside and counted; the rest of the record stays.
"""

from __future__ import annotations

import functools
import hashlib
import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType, field

from craton.logs.account import account_id_of, is_unreadable
from craton.logs.bodies import NOTHING_KEPT, kept_of
from craton.logs.invocation import Identity, Input, Output, Record
from craton.logs.invocation_facts import FIELDS, facts
from craton.logs.masking import masked_identifier
from craton.logs.outcome import Bad
from craton.logs.plain_records import SCAN, plain_rows
from craton.logs.timestamp import utc_time, utc_time_of_epoch

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from craton.logs.bodies import Keep

MOST_LEARNED: Final = 64
"""So many unknown fields are learned; an object that brings more is no schema change but noise."""

_UNKNOWN = re.compile(r"Object contains unknown field `(.*?)`(?: - at `\$\.(\w+)`)?$", re.DOTALL)
_LEARNABLE = re.compile(r"[\w.:/ -]{1,80}", re.ASCII)
_PLACE = re.compile(r" - at `\$(.*)`$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+)\]")
_LONGEST_FIELD = 80
_MOST_REPAIRS = 64
_EPOCH_MS = 10**11

_OPENS, _CLOSES = b"{}"
_TIME: Final = FIELDS.index("event_time")

_generic = msgspec.json.Decoder().decode


class _Drifted(Record):
    """A record of which nothing is required."""

    timestamp: str | None = None  # type: ignore[assignment]
    accountId: str | None = None  # type: ignore[assignment]
    requestId: str | None = None  # type: ignore[assignment]
    region: str | None = None  # type: ignore[assignment]


_drifted = msgspec.json.Decoder(_Drifted, strict=False).decode


class InvocationReader:
    """Decodes the invocation records of one object.

    `unknown` counts the fields that Craton does not know, and as `field (not readable)` the values that could
    not be read.
    """

    def __init__(self, keep: Keep | None = None) -> None:
        self.unknown: Counter[str] = Counter()
        self._keep = keep
        self._learned: dict[tuple[str, str], str] = {}
        self._decoder = _decoder({})

    def rows(self, data: bytes) -> tuple[list[Sequence[Any]], list[int]]:
        """The row values, by column, of lines that are each one record as known, and where each begins.

        Raises: msgspec.DecodeError, UnicodeError, RecursionError where not every line is one.
        """
        if SCAN is not None and self._keep is None and not self._learned:
            return plain_rows(data, self._rows_in_python, SCAN, self.unknown)
        columns, starts = self._rows_in_python(data)
        if self._keep is not None:
            ends = [*starts[1:], len(data)]
            kept = [kept_of(data[start:end], self._keep) for start, end in zip(starts, ends, strict=True)]
            columns[-len(NOTHING_KEPT) :] = zip(*kept, strict=True) if kept else [[]] * len(NOTHING_KEPT)
        return columns, starts

    def _rows_in_python(self, data: bytes) -> tuple[list[Sequence[Any]], list[int]]:
        """The same with nothing kept of bodies, by the types of `invocation.py`."""
        records = self._decoder.decode_lines(data)
        starts = _starts(data, len(records))
        news: Counter[str] = Counter()
        columns = facts(records, news)
        if not all(columns[_TIME]):
            raise msgspec.ValidationError("a timestamp is no plausible date")
        self.unknown.update(news)
        if self._learned:
            for record in records:
                self._count(record)
        return columns, starts

    def row(self, raw: bytes) -> tuple[Any, ...] | Bad:
        """The row values of one JSON document, which is a record by its looks, however drifted."""
        while True:
            try:
                record = self._decoder.decode(raw)
            except msgspec.ValidationError as error:
                if self._learn(str(error)):
                    continue
                return self._patiently(raw)
            except (msgspec.DecodeError, UnicodeError, RecursionError):
                return self._patiently(raw)
            news: Counter[str] = Counter()
            row = _row(record, news)
            if row[_TIME] is None:
                return self._patiently(raw)
            self.unknown.update(news)
            if self._learned:
                self._count(record)
            return self._with_kept(row, raw)

    def _patiently(self, raw: bytes) -> tuple[Any, ...] | Bad:
        try:
            value = _generic(raw)
        except RecursionError:
            return Bad("invocation", "nested_too_deeply")
        except (msgspec.DecodeError, UnicodeError):
            return Bad("invocation", "not_json")
        if not isinstance(value, dict):
            return Bad("invocation", "not_an_object")
        time = _time_text(value.get("timestamp"))
        if time is None:
            missing = value.get("timestamp") is None
            return Bad("invocation", "no_time" if missing else "bad_time", "timestamp")
        value["timestamp"] = time
        account = value.get("accountId") or None
        value["accountId"] = account if is_unreadable(account) else account_id_of(account)
        for part in ("region", "requestId"):
            told = value.get(part) or None
            value[part] = str(told) if type(told) is int and told > 0 else told
        if isinstance(value.get("identity"), str):
            value["identity"] = {"arn": value["identity"]}
        record = self._pruned(value)
        if record is None:
            return Bad("invocation", "bad_type")
        if not record.accountId:  # the caller's may be another
            return Bad("invocation", "no_account", "accountId")
        return self._with_kept(_row(record, self.unknown), raw)

    def _with_kept(self, row: tuple[Any, ...], raw: bytes) -> tuple[Any, ...]:
        """The row with what may be kept of the bodies."""
        return row if self._keep is None else row[: -len(NOTHING_KEPT)] + kept_of(raw, self._keep)

    def _pruned(self, value: dict[str, Any]) -> Record | None:
        """The record without unknown fields and values that cannot be read, each of which is counted."""
        for _ in range(_MOST_REPAIRS):
            try:
                return _drifted(json.dumps(value).encode())
            except msgspec.ValidationError as error:
                text = str(error)
                unknown = _UNKNOWN.search(text)
                if unknown:
                    inside = value if unknown[2] is None else value[unknown[2]]
                    if inside.pop(unknown[1], self) is self:
                        return None
                    self.unknown[_dotted(unknown[2], unknown[1])] += 1
                elif not self._set_aside(value, text):
                    return None
            except (ValueError, RecursionError):
                break
        return self._without_bodies(value)

    def _without_bodies(self, value: dict[str, Any]) -> Record | None:
        """The record whose bodies have too much amiss to be looked at; None where that is not all."""
        for part, body in (("input", "inputBodyJson"), ("output", "outputBodyJson")):
            if isinstance(value.get(part), dict) and value[part].get(body) is not None:
                value[part][body] = None
                self.unknown[f"{part}.{body} (not readable)"] += 1
        try:
            return _drifted(json.dumps(value).encode())
        except (msgspec.DecodeError, ValueError, RecursionError):
            return None

    def _set_aside(self, value: Any, error: str) -> bool:
        """Takes out the value that the error names; False where it names none."""
        place = _PLACE.search(error)
        steps = [name or int(index) for name, index in _STEP.findall(place[1])] if place else []
        if not steps:
            return False
        holder = value
        for step in steps[:-1]:
            holder = holder[step]
        holder[steps[-1]] = "" if isinstance(steps[-1], int) and holder[steps[-1]] != "" else None
        named = ".".join(str(step) for step in steps if isinstance(step, str))
        self.unknown[f"{_dotted(None, named)} (not readable)"] += 1
        return True

    def _learn(self, error: str) -> bool:
        """Expects from now on the unknown field that the error names; False where it names none."""
        match = _UNKNOWN.search(error)
        if match is None or len(self._learned) >= MOST_LEARNED:
            return False
        place = (match[2] or "", match[1])
        if (
            not _LEARNABLE.fullmatch(place[1])
            or place in self._learned
            or (place[0] and place[0] not in _PARTS)
        ):
            return False
        self._learned[place] = f"learned_{len(self._learned)}"
        self._decoder = _decoder(self._learned)
        return True

    def _count(self, record: Record) -> None:
        for (part, name), attribute in self._learned.items():
            holder = getattr(record, part) if part else record
            if holder is not None and getattr(holder, attribute) is not UNSET:
                self.unknown[_dotted(part, name)] += 1


_PARTS: Final[dict[str, type[Struct]]] = {"input": Input, "output": Output, "identity": Identity}


def _row(record: Record, unknown: Counter[str]) -> tuple[Any, ...]:
    return tuple(column[0] for column in facts([record], unknown))


def _starts(data: bytes, lines: int) -> list[int]:
    """Where each of so many lines begins, which are then all of `data`, each with one JSON object.

    A decoder of lines also takes two objects on a line, and one on several. Neither is there where every line
    opens and closes an object and there are as many lines as objects: within one, no `}` ends a line whose
    next begins with `{`.

    Raises: msgspec.DecodeError where it is otherwise.
    """
    starts = []
    at = 0
    for _ in range(lines):
        end = data.find(b"\n", at)
        end = len(data) if end < 0 else end
        if end <= at or data[at] != _OPENS or data[end - 1] != _CLOSES:
            raise msgspec.DecodeError("a line is no object")
        starts.append(at)
        at = end + 1
    if at < len(data):
        raise msgspec.DecodeError("there are more lines than objects")
    return starts


def _decoder(learned: dict[tuple[str, str], str]) -> msgspec.json.Decoder[Any]:
    """A decoder of records that expects the learned fields too."""
    if not learned:
        return msgspec.json.Decoder(Record, strict=False)
    parts = [
        (name, _extended(known, _of_part(learned, name), ()) | None, None) for name, known in _PARTS.items()
    ]
    return msgspec.json.Decoder(_extended(Record, _of_part(learned, ""), parts), strict=False)


def _of_part(learned: dict[tuple[str, str], str], part: str) -> dict[str, str]:
    return {name: attribute for (holder, name), attribute in learned.items() if holder == part}


def _extended(known: type[Struct], learned: dict[str, str], parts: Iterable[tuple[str, Any, None]]) -> Any:
    fields = [(attr, Raw | UnsetType, field(name=name, default=UNSET)) for name, attr in learned.items()]
    return msgspec.defstruct(known.__name__, [*fields, *parts], bases=(known,), forbid_unknown_fields=True)


@functools.lru_cache(1024)
def _dotted(part: str | None, name: str) -> str:
    name = masked_identifier(name[:_LONGEST_FIELD])
    return f"{part}.{name}" if part else name


def _time_text(value: object) -> str | None:
    """The time as ISO text, from text or from seconds or milliseconds since 1970; None where it is none."""
    if isinstance(value, str):
        moment = utc_time(value)
    elif isinstance(value, bool) or not isinstance(value, (int, float)):
        moment = None
    else:
        moment = utc_time_of_epoch(value if value > _EPOCH_MS else value * 1000)
    return None if moment is None else moment.isoformat() + "Z"


def record_hash(raw: bytes) -> str:
    """The key of a record that has no other: the hash of its canonical form."""
    try:
        canonical = json.dumps(_generic(raw), sort_keys=True, separators=(",", ":")).encode()
    except (msgspec.DecodeError, UnicodeError, RecursionError, ValueError):
        canonical = raw
    return hashlib.sha256(canonical).hexdigest()[:32]
