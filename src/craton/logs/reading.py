"""One object's bytes to batches of row values: told apart by content, whatever the object is called.

The fast way decodes a span's lines as invocation records. What does not fit goes the patient way: line by
line, document by document, and at last by salvage.
"""

from __future__ import annotations

import re
from collections import Counter
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final

import msgspec

from craton.logs import classification
from craton.logs.api_event import ApiEvent, decode_api_event
from craton.logs.batch import Batch, Quarantined, new_batch
from craton.logs.documents import DEEPEST, Document, Salvage, Spoilt, past_gap, repaired
from craton.logs.framing import Framing, Span
from craton.logs.invocation_facts import FIELDS
from craton.logs.invocation_reader import InvocationReader, record_hash
from craton.logs.metric import Metric, decode_metric
from craton.logs.outcome import Bad, Ignored, Kind
from craton.logs.unpacking import unpacked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    from craton.logs.bodies import Keep
    from craton.logs.classification import Probe, Shape

MOST_UNKNOWN: Final = 200
"""An object that brings more unknown fields is no schema change but noise, such as ids used as keys."""

LONGEST_UNKNOWN: Final = 120
"""Units: characters."""

_BODY_KEY = re.compile(r"/data/[^/]+_(?:input|output)[^/]*$")
_Outcome = tuple[Any, ...] | Ignored | Bad
_TEXT_FAULTS = ("not_json", "not_utf8", "bad_type")
_OPENING = (b"{", b"[")
_CONTINUED = ("truncated", "not_json", "not_utf8")
_NO_BLANK = re.compile(rb"\S")
_PERMISSION_CHECK = re.compile(r"permission-check$")
_HOLDING: Final = {"log_envelope": "logEvents", "log_event": "message"}
_BLANK = b" \t\r\n\xef\xbb\xbf"
_MEDIA = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
API_EVENT_FIELDS: Final = tuple(name for name in ApiEvent.__struct_fields__ if name != "unknown")
METRIC_FIELDS: Final = tuple(name for name in Metric.__struct_fields__ if name != "unknown")
_api_event = attrgetter(*API_EVENT_FIELDS)
_metric = attrgetter(*METRIC_FIELDS)


class Reader:
    """Reads one object. `unknown` counts unknown fields by kind; it grows while `batches` is being read."""

    def __init__(self, opened: Callable[[], BinaryIO], *, uri: str, keep: Keep | None = None) -> None:
        self._framing = Framing(unpacked(opened))
        self._invocations = InvocationReader(keep)
        self._uri = uri
        self._unknown: dict[Kind, Counter[str]] = {"api_event": Counter(), "metric": Counter()}
        self._is_body = _BODY_KEY.search(uri) is not None
        self._batch = new_batch()
        self._span = Span(b"", 0, 1, last=True)
        self._counted = (0, 0)

    @property
    def unknown(self) -> dict[Kind, Counter[str]]:
        """Unknown fields so far, by kind of record; of more than a schema ever gains, the rarest as one."""
        found = {"invocation": self._invocations.unknown, **self._unknown}
        return {kind: _the_commonest(counts) for kind, counts in found.items()}

    def batches(self) -> Iterator[Batch]:
        """Every document of the object, a span at a time."""
        empty, told = True, False
        filler: Span | None = None
        for span in self._framing.spans():
            if empty and self._set_aside(span):
                return (yield from self._drained(span))
            empty = False
            self._batch = new_batch()
            self._span = span
            self._counted = (0, 0)
            if not self._quickly(span):
                self._patiently(span)
            if span.broken is not None:
                self._broken(span)
            told = told or self._batch.holds_documents
            filler = filler or (None if told or not span.data.strip(_BLANK) else span)
            yield self._batch
        if filler is not None and not told:
            yield self._filled(filler)
        if empty and _PERMISSION_CHECK.search(self._uri):
            self._batch = new_batch()
            self._batch.ignored["other", "permission_check"] += 1
            yield self._batch

    def _filled(self, filler: Span) -> Batch:
        """Tells of an object of nothing but padding, as disks leave it of a file that was being written."""
        self._batch = new_batch()
        self._span = filler
        self._counted = (0, 0)
        self._quarantine(filler.data, 0, Bad(None, "not_json", "nothing but padding"))
        return self._batch

    # -- the fast way

    def _quickly(self, span: Span) -> bool:
        """Reads a span of nothing but known invocation records.

        False, and nothing done, where it is not such.
        """
        data = span.data
        if span.too_large:
            return False
        try:
            values, starts = self._invocations.rows(data)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return False
        count = len(starts)
        places = [span.offset + start for start in starts]
        lines = range(span.line, span.line + count)
        self._batch.rows["invocation"].add([*values, ["s3"] * count, places, lines, [None] * count])
        self._batch.lines = count
        self._framing.saw_line_ends(count - (not data.endswith(b"\n")))
        self._batch.unpacked = len(data)
        return True

    # -- the patient way

    def _patiently(self, span: Span) -> None:
        if span.too_large:
            self._quarantine(span.data, 0, Bad(None, "too_large"))
            self._tally(len(span.data))
            return
        data, at = span.data, 0
        salvage = Salvage(data, last=span.last, is_record=classification.is_record)
        while (begun := _NO_BLANK.search(data, at)) is not None:
            at = begun.start()
            end = data.find(b"\n", at)
            end = len(data) if end < 0 else end
            if self._document(data[at:end], at):
                at = end + 1
            else:
                found, after = salvage.line(at)
                for item in found:
                    self._salvaged(item)
                if after is None:
                    break
                at = after
        else:
            at = len(data)
        self._tally(at)
        if at < len(data):
            self._framing.give_back(data[at:])

    def _tally(self, end: int) -> None:
        data = self._span.data[:end]
        self._batch.unpacked = end
        self._batch.lines = sum(1 for line in data.split(b"\n") if line and not line.isspace())

    def _salvaged(self, item: Document | Spoilt) -> None:
        if isinstance(item, Spoilt):
            self._spoilt(item)
        elif not self._document(item.raw, item.at, depth=item.depth, stands=item.stands):
            self._quarantine(item.stands, item.at, Bad(None, "not_json"))

    def _document(
        self,
        raw: bytes,
        at: int,
        *,
        transport: str | None = None,
        depth: int = 0,
        stands: bytes | None = None,
    ) -> bool:
        """Reads one JSON document that begins at `at` of the span; `stands` is what `raw` was repaired from.

        False where it is no JSON that can be read.
        """
        stands = raw if stands is None else stands
        try:
            shape, probe = classification.shape_of(raw)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return False
        match shape:
            case "invocation":
                self._record("invocation", self._invocations.row, raw, at, transport or "s3", stands=stands)
            case "api_event":
                self._record("api_event", self._api_event, raw, at, transport or "cloudtrail", stands=stands)
            case "metric":
                self._record("metric", self._metric, raw, at, "metric_stream", stands=stands)
            case "trail_file" | "log_envelope" | "log_event" | "array":
                if depth < DEEPEST:
                    return self._members(
                        raw, at, shape, probe, transport=transport, depth=depth, stands=stands
                    )
                self._quarantine(stands, at, Bad(None, "nested_too_deeply"))
            case "control_message" | "digest" | "permission_check":
                self._batch.ignored["other", shape] += 1
            case "body":
                self._batch.ignored["other", "body_or_media"] += 1
            case "unrecognised":
                self._unrecognised(stands, at, depth)
        return True

    def _members(
        self,
        raw: bytes,
        at: int,
        shape: Shape,
        probe: Probe | None,
        *,
        transport: str | None,
        depth: int,
        stands: bytes,
    ) -> bool:
        carried = "cloudwatch_logs" if shape in ("log_envelope", "log_event") else transport
        try:
            held = list(classification.members(raw, shape, probe))
        except msgspec.ValidationError:
            self._quarantine(stands, at, Bad(None, "bad_type", _HOLDING.get(shape)))
            return True
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return False
        if not held:
            self._batch.ignored["other", "empty_container"] += 1
        for member, offset in held:
            self._member(member, at + offset, carried, depth + 1)
        return True

    def _member(self, raw: bytes, at: int, transport: str | None, depth: int) -> None:
        """Reads a document that another one holds, past what stands before it and repaired where need be."""
        if self._document(raw, at, transport=transport, depth=depth):
            return
        for text in _further_readings(raw):
            if self._document(text, at, transport=transport, depth=depth, stands=raw):
                return
        self._quarantine(raw, at, Bad(None, "not_json"))

    def _record(
        self,
        kind: Kind,
        read: Callable[[bytes], _Outcome],
        raw: bytes,
        at: int,
        transport: str,
        *,
        stands: bytes,
    ) -> None:
        """Reads what is a record by its looks, and again with its text repaired where that helps."""
        outcome = read(raw)
        if isinstance(outcome, Bad) and outcome.reason in _TEXT_FAULTS:
            document = repaired(raw, at)
            outcome = outcome if document is None or document.raw == raw else read(document.raw)
        if isinstance(outcome, Bad):
            self._quarantine(stands, at, outcome)
        elif isinstance(outcome, Ignored):
            self._batch.ignored[kind, outcome.reason] += 1
        else:
            self._keep_row(kind, outcome, raw, at, transport)

    def _api_event(self, raw: bytes) -> _Outcome:
        outcome = decode_api_event(raw)
        if isinstance(outcome, Ignored):
            return outcome
        self._unknown["api_event"].update(outcome.unknown)
        return _api_event(outcome) if isinstance(outcome, ApiEvent) else outcome

    def _metric(self, raw: bytes) -> _Outcome:
        outcome = decode_metric(raw)
        if not isinstance(outcome, Metric):
            return outcome
        self._unknown["metric"].update(outcome.unknown)
        return _metric(outcome)

    # -- outcomes

    def _keep_row(self, kind: Kind, row: tuple[Any, ...], raw: bytes, at: int, transport: str) -> None:
        line = self._line(at)
        key = _hash_where_keyless(kind, row, raw)
        self._batch.rows[kind].add_row(*row, transport, self._span.offset + at, line, key)

    def _unrecognised(self, raw: bytes, at: int, depth: int) -> None:
        if past_gap(raw)[:1] == b"{":
            self._quarantine(raw, at, Bad(None, "unrecognised"))
        elif depth:
            self._quarantine(raw, at, Bad(None, "not_an_object"))
        else:
            self._spoilt(Spoilt(at, len(raw), "not_an_object"))

    def _line(self, at: int) -> int:
        """The line on which a place of the span stands; counting goes on from the place asked before."""
        reached, lines = self._counted if self._counted[0] <= at else (0, 0)
        lines += self._span.data.count(b"\n", reached, at)
        self._counted = (at, lines)
        return self._span.line + lines

    def _quarantine(self, raw: bytes, at: int, bad: Bad) -> None:
        span = self._span
        line = self._line(at)
        place = span.offset + at
        self._batch.quarantined.append(
            Quarantined(bad.kind or "other", bad.reason, bad.detail, place, line, raw)
        )

    def _spoilt(self, item: Spoilt) -> None:
        """Quarantines a stretch; lines that begin no document belong to the stretch before them."""
        data, offset = self._span.data, self._span.offset
        raw = data[item.at : item.at + item.length]
        newest = self._batch.quarantined[-1] if self._batch.quarantined else None
        if newest is not None and newest.reason in _CONTINUED and raw[:1] not in _OPENING:
            start = newest.byte - offset
            if not data[start + len(newest.raw) : item.at].strip():
                whole = data[start : item.at + item.length]
                self._batch.quarantined[-1] = msgspec.structs.replace(newest, raw=whole)
                return
        self._quarantine(raw, item.at, Bad(None, item.reason))

    def _broken(self, span: Span) -> None:
        """A break in the stream is a document of its own unless it cut one, which then tells of it."""
        newest = self._batch.quarantined[-1] if self._batch.quarantined else None
        end = span.offset + len(span.data)
        if (
            newest is not None
            and newest.byte + len(newest.raw) == end
            and newest.reason in ("truncated", "not_json")
        ):
            self._batch.quarantined[-1] = msgspec.structs.replace(newest, reason=span.broken)
        else:
            self._quarantine(b"", len(span.data), Bad(None, span.broken))  # type: ignore[arg-type]

    # -- bodies and media

    def _set_aside(self, span: Span) -> bool:
        """Whether the object is a body or a medium that Bedrock laid beside its log, not a log."""
        start = span.data[:16]
        if start.startswith(_MEDIA):
            return True
        if not self._is_body:
            return False
        try:
            shape, _ = classification.shape_of(span.data)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            return True
        return shape in ("body", "unrecognised", "array")

    def _drained(self, span: Span) -> Iterator[Batch]:
        size = len(span.data)
        for further in self._framing.spans():
            size += len(further.data)
        batch = new_batch()
        batch.ignored["other", "body_or_media"] += 1
        batch.unpacked = size
        yield batch


def _further_readings(raw: bytes) -> Iterator[bytes]:
    """A held document that is none as it stands: past what may stand before one, then repaired."""
    bare = past_gap(raw)
    if len(bare) < len(raw):
        yield bare
    document = repaired(bare, 0)
    if document is not None and isinstance(document.value, (dict, list)):
        yield document.raw


def _the_commonest(counts: Counter[str]) -> Counter[str]:
    """As many names as can be news, of a bearable length; what is left is counted under one name."""
    ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    told: Counter[str] = Counter()
    for name, times in ordered[:MOST_UNKNOWN]:
        told[name[:LONGEST_UNKNOWN]] += times
    rest = sum(times for _, times in ordered[MOST_UNKNOWN:])
    return told + Counter({"(further names)": rest})


_KEY_PARTS: Final[dict[Kind, tuple[int, ...]]] = {
    "invocation": (FIELDS.index("region"), FIELDS.index("request_id")),
    "api_event": (API_EVENT_FIELDS.index("event_id"),),
}


def _hash_where_keyless(kind: Kind, row: tuple[Any, ...], raw: bytes) -> str | None:
    """The record's hash, where a part of its key is missing; the fast way never meets such a record."""
    if any(row[part] is None for part in _KEY_PARTS.get(kind, ())):
        return record_hash(raw)
    return None
