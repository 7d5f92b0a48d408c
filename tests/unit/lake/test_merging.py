from __future__ import annotations

import itertools
from typing import Any

import pyarrow as pa
import pytest

from craton.lake.merging import KEY, RANKED, merged, rank

COLUMNS = {
    KEY: pa.string(),
    "input_tokens": pa.int64(),
    "output_tokens": pa.int64(),
    "latency_ms": pa.int64(),
    "stop_reason": pa.string(),
    "estimated_cost": pa.decimal128(38, 12),
    "request_metadata": pa.map_(pa.string(), pa.string()),
    "tool_names": pa.list_(pa.string()),
    "transports": pa.list_(pa.string()),
    "source_file": pa.string(),
    "source_byte": pa.int64(),
}


def record(key: str, file: str, **values: object) -> dict[str, Any]:
    made = {"input_tokens": 1, "output_tokens": 2, "transports": ["s3"], "source_byte": 0, **values}
    return {**dict.fromkeys(COLUMNS), KEY: key, "source_file": file, **made}


def rows_of(records: list[dict[str, Any]]) -> pa.Table:
    return pa.Table.from_pylist(records, schema=pa.schema(COLUMNS.items()))


def one(*records: dict[str, Any]) -> dict[str, Any]:
    """The row that the records become, in whatever order they come."""
    found = [merged(rows_of(list(order))).to_pylist() for order in itertools.permutations(records)]
    assert all(rows == found[0] for rows in found), "the order in which they came matters"
    (row,) = found[0]
    assert isinstance(row, dict)
    return row


def test_each_key_becomes_one_row_in_the_order_of_keys() -> None:
    records = [record(key, f"/{i}") for i, key in enumerate("cabacc")]

    rows = merged(rows_of(records)).to_pylist()

    assert [(row[KEY], row["source_file"]) for row in rows] == [("a", "/1"), ("b", "/2"), ("c", "/0")]


@pytest.mark.parametrize(
    "others",
    [
        [record("k", "/a", input_tokens=None), record("k", "/b", output_tokens=None)],
        [record("k", "/a", transports=["cloudwatch_logs"])],
        [record("k", "/z")],
        [record("k", "/b", source_byte=9)],
    ],
    ids=["without a count", "not from S3", "a later file", "a later place"],
)
def test_the_fullest_record_is_believed(others: list[dict[str, Any]]) -> None:
    best = record("k", "/b", source_byte=3, input_tokens=7)

    row = one(best, *others)

    assert (row["source_file"], row["source_byte"], row["input_tokens"]) == ("/b", 3, 7)
    assert min([best, *others], key=rank) is best


def test_what_the_believed_record_lacks_is_taken_from_the_next_that_has_it() -> None:
    row = one(
        record("k", "/a", tool_names=["first"]),
        record("k", "/b", latency_ms=20, request_metadata=[("team", "b")]),
        record("k", "/c", latency_ms=30, stop_reason="end_turn", tool_names=["last"]),
    )

    assert (row["latency_ms"], row["stop_reason"]) == (20, "end_turn")
    assert (row["tool_names"], row["request_metadata"]) == (["first"], [("team", "b")])


def test_counts_and_cost_are_never_put_together_from_two_records() -> None:
    row = one(
        record("k", "/a", output_tokens=None, estimated_cost=None),
        record("k", "/b", input_tokens=None, output_tokens=None, estimated_cost=3),
    )

    assert (row["input_tokens"], row["output_tokens"], row["estimated_cost"]) == (1, None, None)


def test_a_row_knows_every_transport_once() -> None:
    row = one(
        record("k", "/a"),
        record("k", "/b", transports=["cloudwatch_logs"]),
        record("k", "/c", transports=["cloudwatch_logs", "s3"]),
    )

    assert row["transports"] == ["cloudwatch_logs", "s3"]


def test_what_decides_is_what_is_read_of_rows_in_the_lake() -> None:
    assert rank({name: record("k", "/a")[name] for name in RANKED}) == (0, False, "/a", 0)


def test_rows_that_are_no_calls_are_told_apart_by_their_place_alone() -> None:
    rows = pa.table(
        {KEY: ["k", "j", "k"], "file": ["/b", "/c", "/a"], "byte": [1, 2, 3], "reason": ["x", "y", "z"]}
    )

    assert merged(rows).to_pylist() == [
        {KEY: "j", "file": "/c", "byte": 2, "reason": "y"},
        {KEY: "k", "file": "/a", "byte": 3, "reason": "z"},
    ]
