"""Records that share a key to one row: the fullest of them, completed from the others.

The order in which they came does not matter: the one with counts goes first, then the one from S3, whose
bodies are whole, then the one that stands first in the first source.
"""

from __future__ import annotations

from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

KEY: Final = "_key"
"""The column by which records are told apart; rows to be merged must have it."""

RANKED: Final = ["input_tokens", "output_tokens", "transports", "source_file", "source_byte"]
"""What decides which record of a call is believed."""

_COMPLETED: Final = frozenset(
    {
        "inference_region",
        "latency_ms",
        "time_to_first_token_ms",
        "stop_reason",
        "guardrail_action",
        "guardrail_id",
        "guardrail_version",
        "guardrail_findings",
        "max_tokens",
        "service_tier",
        "tool_names",
        "content_kinds",
        "prefix_hash",
        "request_metadata",
        "error_code",
        "input_text",
        "output_text",
        "input_body_path",
        "output_body_path",
    }
)
"""What a record may lack that another record of the same call has.

Counts, and what is worked out of them, come from one record alone, so that they fit together.
"""


def rank(row: dict[str, Any]) -> tuple[int, bool, str, int]:
    """Where a record stands among those of its call, by its values in `RANKED`; the least is believed."""
    missing = (row["input_tokens"] is None) + (row["output_tokens"] is None)
    return missing, "s3" not in row["transports"], row["source_file"], row["source_byte"]


def merged(rows: pa.Table) -> pa.Table:
    """One row for each key, in the order of keys."""
    rows = rows.take(
        pc.sort_indices(_ranking(rows), [(name, "ascending") for name in _ranking(rows).column_names])
    )
    codes = rows[KEY].combine_chunks().dictionary_encode().indices
    groups = _Groups(codes)
    calls = "transports" in rows.column_names
    columns = []
    for name in rows.column_names:
        column = rows[name]
        if name == "transports":
            columns.append(groups.united(column))
        elif calls and name in _COMPLETED:
            columns.append(column.take(groups.first_valid(column)))
        else:
            columns.append(column.take(groups.firsts))
    return pa.table(columns, schema=rows.schema)


def _ranking(rows: pa.Table) -> pa.Table:
    """The columns that put the records of one key in order, the believed one first."""
    columns = {KEY: rows[KEY]}
    if "transports" in rows.column_names:
        missing = [pc.is_null(rows[name]).cast(pa.int8()) for name in ("input_tokens", "output_tokens")]
        columns["missing"] = pc.add(*missing)
        columns["elsewhere"] = pc.invert(pc.match_substring(pc.binary_join(rows["transports"], " "), "s3"))
    for name in ("source_file", "file", "source_byte", "byte"):
        if name in rows.column_names:
            columns[name] = rows[name]
    return pa.table(columns)


class _Groups:
    """Rows in order, of which those with one code stand together. `firsts` is where each group begins."""

    def __init__(self, codes: pa.Array) -> None:
        self._rows = pa.table({"code": codes, "at": pa.array(range(len(codes)), pa.int64())})
        least = _least(self._rows)
        self._codes = least["code"].combine_chunks()
        self.firsts = least["at_min"].combine_chunks()

    def first_valid(self, column: pa.ChunkedArray) -> pa.Array:
        """The first row of each group in which the column has a value; the group's first where none has."""
        if column.null_count in (0, len(column)):
            return self.firsts
        found = _least(self._rows.filter(pc.is_valid(column)))
        places = pc.index_in(self._codes, value_set=found["code"].combine_chunks())
        return pc.coalesce(found["at_min"].combine_chunks().take(places), self.firsts)

    def united(self, column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
        """All that the lists of each group hold, each once, in order."""
        held: dict[int, set[str]] = {}
        for code, items in zip(self._rows["code"].to_pylist(), column.to_pylist(), strict=True):
            held.setdefault(code, set()).update(items)
        return pa.array([sorted(held[code]) for code in self._codes.to_pylist()], column.type)


def _least(rows: pa.Table) -> pa.Table:
    return rows.group_by("code", use_threads=False).aggregate([("at", "min")])
