from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from msgspec import Struct

from craton.codec.canonical_json import encode, indented


class Pair(Struct):
    second: int
    first: dict[str, int]


def test_the_order_in_which_things_were_put_leaves_no_trace() -> None:
    one = {"b": 1, "a": Pair(2, {"y": 1, "x": 2})}
    other = {"a": Pair(2, {"x": 2, "y": 1}), "b": 1}
    assert encode(one) == encode(other) == b'{"a":{"first":{"x":2,"y":1},"second":2},"b":1}'


def test_decimals_keep_their_digits_and_times_are_iso() -> None:
    value = [Decimal("1.10"), dt.date(2026, 9, 1), dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC), "é"]
    assert encode(value) == '["1.10","2026-09-01","2026-09-01T12:00:00Z","é"]'.encode()


def test_the_indented_form_has_a_line_a_key_and_ends_with_a_line_break() -> None:
    assert indented({"b": [1], "a": {}}) == b'{\n  "a": {},\n  "b": [\n    1\n  ]\n}\n'


def test_what_json_cannot_hold_is_refused() -> None:
    with pytest.raises(TypeError):
        encode({"a": object()})
