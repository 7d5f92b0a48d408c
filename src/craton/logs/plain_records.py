"""Lines that are each one plain invocation record, read by the compiled part where there is one.

The compiled part is optional, and knows only what is common: see `compiled/rows.c`. Lines of which it is not
sure, and what a guardrail found, are read in Python here as everywhere.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET, Raw

from craton.logs.guardrail_trace import guardrail_of
from craton.logs.invocation_facts import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from craton.logs._plain_records import Scanned

    Scan = Callable[[bytes], Scanned | None]
    Rows = tuple[list[Sequence[Any]], list[int]]

SWITCH: Final = "CRATON_INTERPRETED"
"""The environment variable that, set to anything, leaves the compiled part out."""

SOURCES: Final = ("json.h", "invocation.h", "rows.c")
"""What it is compiled from, in the folder `compiled` beside this file."""

_SOURCE: Final = Path(__file__).with_name("compiled")
_STOP: Final = FIELDS.index("stop_reason")
_GUARDRAIL: Final = FIELDS.index("guardrail_action")


def source_hash(folder: Path = _SOURCE) -> str | None:
    """The hash by which a compiled part tells what it was made of; None where the sources are absent."""
    try:
        return hashlib.sha256(b"".join((folder / name).read_bytes() for name in SOURCES)).hexdigest()[:16]
    except OSError:
        return None


def _found() -> tuple[Scan | None, str]:
    """The compiled part, and in which way records are read."""
    if os.environ.get(SWITCH):
        return None, f"in Python, since {SWITCH} is set"
    try:
        from craton.logs import _plain_records as compiled  # noqa: PLC0415 - there may be none
    except ImportError:
        return None, "in Python, since Craton was installed without its compiled part"
    if compiled.COLUMNS != FIELDS or (source_hash() or compiled.SOURCE_HASH) != compiled.SOURCE_HASH:
        return None, "in Python, since the compiled part was made from other sources"
    return compiled.scanned, "by the compiled part"


SCAN, WAY = _found()
"""The compiled part, None where it is not used, and in which way plain records are read."""


def plain_rows(data: bytes, in_python: Callable[[bytes], Rows], scan: Scan, unknown: Counter[str]) -> Rows:
    """The row values, by column, of lines that are each one record, and where each begins.

    Lines of which the compiled part is not sure are given to `in_python`, all at once; what that raises where
    they are no records, this raises. What traces of guardrails hold that is not known is counted in
    `unknown`.
    """
    scanned = scan(data)
    if scanned is None:
        return in_python(data)
    columns, starts, doubtful, guarded = scanned
    news: Counter[str] = Counter()
    for row, trace, action, named, version in guarded:
        told = UNSET if trace is None else Raw(trace)
        found = guardrail_of(told, action, columns[_STOP][row], named, version, unknown=news)
        for at, value in enumerate(found, _GUARDRAIL):
            columns[at][row] = value
    if doubtful:
        ends = [*starts[1:], len(data)]
        more, _ = in_python(b"".join([data[starts[row] : ends[row]] for row in doubtful]))
        for column, values in zip(columns, more, strict=True):
            for row, value in zip(doubtful, values, strict=True):
                column[row] = value
    unknown.update(news)  # not before all lines are read: where one is no record, all are read again
    return list(columns), starts
