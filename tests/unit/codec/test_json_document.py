from __future__ import annotations

from typing import Any

import msgspec
import pytest
from msgspec import Struct

from craton.codec.json_document import decoded

DEEP = b"[" * 100_000 + b"]" * 100_000


class Held(Struct):
    one: Any = None


def test_a_document_is_read_as_its_type() -> None:
    assert decoded(b'{"one": [1], "other": 2}', Held) == Held([1])
    assert decoded('"é"', str) == "é"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "truncated"),
        (b'{"one": ', "truncated"),
        (b"\xff\xfe", "malformed"),
        (b"[]", "Expected `object`, got `array`"),
        (b'{"one": "\xff"}', "text is no UTF-8: byte 0xff"),
        (b'{"one": %s}' % DEEP, "values stand too deep within each other"),
        (b'{"of no field": %s}' % DEEP, "values stand too deep within each other"),
    ],
)
def test_whatever_is_wrong_with_it_is_one_error(data: bytes, why: str) -> None:
    with pytest.raises(msgspec.DecodeError, match=why):
        decoded(data, Held)
