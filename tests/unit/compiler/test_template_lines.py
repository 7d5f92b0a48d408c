"""Templates are written as ruamel.yaml writes them, byte for byte."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craton.compiler.template_lines import WIDTH, lines, writer
from craton.compiler.template_text import LAYOUTS, Layout, styled

LONG = "a word and another, " * (WIDTH // 16)
ODD = (
    *("a: b", "a:b", "key:", "# no", "a #b", "it's", '"quoted"', "!Ref x", "&a", "*a", "{x}", "[y]", "x, y"),
    *("- dash", "-dash", "?", "what?", "null", "Yes", "~", "", " ", " lead", "trail ", "0x1f", "1e3", "2026"),
    *("2026-01-01", ".5", "=", "<<", "%tag", "@at", "`tick`", "|", ">", "ünlike", "tab\tbed", "back\\slash"),
    *(
        "two\nlines",
        "two\nlines\n",
        "three\n\n\nlines\n\n",
        " first\nindented",
        "a\n  b\n",
        "ends with \nspace",
    ),
    *("arn:aws:s3:::${Bucket}/*", "${AWS::Region}", "emoji 🙂", "nel\x85", "\ufeffbom", LONG),
    *(LONG.replace(" ", "_"), f"it's {LONG}", "x" * 130, "on", "no", "true", "1_000", "0o7", "12:30:45"),
)
TEXTS = st.one_of(st.sampled_from(ODD), st.text("ab:-#'\" {},[]?!&\n\\ü", max_size=12))
KEYS = st.one_of(st.sampled_from([one for one in ODD if len(one) < WIDTH]), st.text("aB:-# '", min_size=1))
VALUES = st.recursive(
    st.one_of(TEXTS, st.booleans(), st.integers(), st.none(), st.floats(allow_nan=False)),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)


def by_ruamel(document: dict[str, Any], layout: Layout) -> str:
    out = io.StringIO()
    writer(layout.step).dump(styled(document, layout), out)
    return out.getvalue()


@pytest.mark.slow
@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=4), st.sampled_from(LAYOUTS))
def test_any_document_is_written_as_ruamel_writes_it(document: dict[str, Any], layout: Layout) -> None:
    assert lines(styled(document, layout), layout.step) == by_ruamel(document, layout)


@pytest.mark.slow
@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("text", ODD, ids=lambda one: repr(one[:20]))
def test_an_odd_text_is_written_so_wherever_it_stands(text: str, layout: Layout) -> None:
    parts = {"Text": text, "List": [text, {"In": text}], "Deep": {"A": {"B": {"C": [text], "D": text}}}}
    document = {"Resources": {"One": {"Properties": parts}}, "Outputs": [{"Name": text, "Nested": [[text]]}]}
    assert lines(styled(document, layout), layout.step) == by_ruamel(document, layout)
