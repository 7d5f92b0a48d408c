"""Row values to Arrow columns, with nothing worked out yet but their types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from craton.lake.schema import schema_of
from craton.logs.invocation_facts import FIELDS
from craton.logs.reading import API_EVENT_FIELDS, METRIC_FIELDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from craton.logs.batch import Rows
    from craton.logs.outcome import RecordKind

_PLACE: Final = ("transport", "source_byte", "source_line", "record_hash")
_LARGEST: Final = float(1 << 53)
_NAMES: Final[dict[RecordKind, tuple[str, ...]]] = {
    "invocation": FIELDS,
    "api_event": API_EVENT_FIELDS,
    "metric": METRIC_FIELDS,
}
_LATENCIES: Final = ("latency_ms", "time_to_first_token_ms")
_AS_LOGGED: Final[dict[str, pa.DataType]] = {
    "request_metadata": pa.binary(),
    "body_logged": pa.bool_(),
    "transport": pa.string(),
    "record_hash": pa.string(),
}
"""Columns that are not, or not yet, of the table's type."""


def columns_of(kind: RecordKind, rows: Rows) -> pa.Table:
    """One Arrow column for each value of the rows.

    Times are naive UTC, latencies whole milliseconds; labels stay JSON text.
    """
    schema = schema_of(kind)
    names = (*_NAMES[kind], *_PLACE)
    arrays = {}
    for name, values in zip(names, rows.columns or [[]] * len(names), strict=True):
        kind_of_column = _AS_LOGGED.get(name) or schema.field(name).type
        arrays[name] = _milliseconds(values) if name in _LATENCIES else _array(values, kind_of_column)
    return pa.table(arrays)


def _array(values: Sequence[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_map(kind):
        return pa.array([None if value is None else list(value.items()) for value in values], kind)
    return pa.array(values, kind)


def _milliseconds(values: Sequence[float | None]) -> pa.Array:
    """Whole milliseconds; what is negative or beyond what a double holds exactly is no latency."""
    numbers = pc.round(pa.array(values, pa.float64()))
    plausible = pc.and_(pc.greater_equal(numbers, 0), pc.less(numbers, _LARGEST))
    return pc.if_else(plausible, numbers, pa.scalar(None, pa.float64())).cast(pa.int64())
