from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plain_records.differences import Tried, spans

from craton.logs.plain_records import SCAN, WAY

pytestmark = pytest.mark.skipif(SCAN is None, reason=f"plain records are read {WAY}")

SPANS = 4_000


@given(st.integers(0, 2**32))
@settings(max_examples=100)
def test_the_compiled_part_reads_nothing_otherwise_than_python(seed: int) -> None:
    assert SCAN is not None
    tried = Tried()
    for span in spans(seed, 12):
        tried.span(span, SCAN)
    assert tried.otherwise == []


def test_what_is_tried_is_often_read_by_the_compiled_part_and_often_left_to_python() -> None:
    assert SCAN is not None
    tried = Tried()
    for span in spans(7, SPANS):
        tried.span(span, SCAN)
    assert tried.otherwise == []
    assert 0.2 < tried.sure / tried.lines < 0.8
