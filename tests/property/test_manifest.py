from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.property.manifests import (
    manifests,
)

from craton.codec.canonical_json import encode
from craton.codec.decoding import Decoded, decode
from craton.codec.yaml_source import read
from craton.core.manifest import (
    Manifest,
)
from craton.core.manifest_checks import problems

if TYPE_CHECKING:
    from decimal import Decimal

    from craton.core.diagnostic import Place


@given(manifests)
@settings(max_examples=20, deadline=None)
def test_decoding_what_was_encoded_gives_the_same_manifest(manifest: Manifest) -> None:
    found = decode(read(encode(manifest), "f.yaml"), Manifest)
    assert found.diagnostics == ()
    assert found.value == manifest
    assert found.value is not None
    assert encode(found.value) == encode(manifest)


@given(manifests)
@settings(max_examples=20, deadline=None)
def test_checks_never_fail_and_point_into_the_file(manifest: Manifest) -> None:
    source = read(encode(manifest), "f.yaml")
    decoded = decode(source, Manifest)
    assert decoded.draft is not None
    for one in problems(decoded.draft, decoded):
        assert is_inside(one.place, source.lines)


def is_inside(place: Place, lines: tuple[str, ...]) -> bool:
    return (
        1 <= place.line <= max(len(lines), 1)
        and 1 <= place.column <= len((lines or ("",))[place.line - 1]) + 1
    )


def is_told_soundly(data: bytes) -> Decoded[Manifest]:
    source = read(data, "f.yaml")
    decoded = decode(source, Manifest)
    told = list(decoded.diagnostics)
    if decoded.draft is not None:
        told += problems(decoded.draft, decoded)
    for one in told:
        assert one.place.file == "f.yaml"
        assert is_inside(one.place, source.lines), one
        assert "\n" not in one.message
    assert (decoded.value is None) == any(one.severity == "error" for one in decoded.diagnostics)
    return decoded


@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
@example(b"\xef\xbb\xbf")
@example(b'"\\UFFFFFFFF"')
@example(b"a: &a [*a]")
@example(b"\r")
@settings(deadline=None)
def test_no_bytes_make_reading_fail(data: bytes) -> None:
    is_told_soundly(data)


SYNTAX = (
    "\n",
    "\n  ",
    "\n    ",
    "- ",
    ": ",
    ", ",
    "[",
    "]",
    "{",
    "}",
    "'",
    '"',
    "&a ",
    "*a",
    "!t ",
    "#",
    "|\n",
    "? ",
    "<<",
    "---\n",
)
WORDS = (
    *("organization", "accounts", "id", "name", "ou", "regions", "environments", "mode", "owners", "match"),
    *(
        "business_units",
        "principals",
        "role",
        "prices",
        "from",
        "until",
        "models",
        "approved",
        "privacy",
        "content",
    ),
    *("observe", "111111111111", "us-east-1", "root", "2026-01-01", "~", "", "true", "3.5"),
)


@given(st.lists(st.sampled_from(SYNTAX) | st.sampled_from(WORDS), max_size=60).map("".join))
@settings(max_examples=50, deadline=None)
def test_no_shape_of_yaml_makes_decoding_fail(text: str) -> None:
    is_told_soundly(text.encode())


@st.composite
def damaged_manifests(draw: st.DrawFn) -> bytes:
    """A valid manifest of which a few values were replaced by something else."""
    import msgspec  # noqa: PLC0415 - only this strategy needs builtins

    document = msgspec.json.decode(encode(draw(manifests)))
    for _ in range(draw(st.integers(1, 4))):
        _damage(document, draw)
    return encode(document)


def _damage(document: Any, draw: st.DrawFn) -> None:
    """Walks down to a random place and puts something else there."""
    node = document
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        if not keys:
            return
        key = draw(st.sampled_from(keys))
        if isinstance(node[key], dict | list) and draw(st.booleans()):
            node = node[key]
            continue
        junk: tuple[Any, ...] = (
            None,
            True,
            5,
            -1.5,
            "",
            "x",
            "no",
            [],
            {},
            ["x"],
            {"x": "y"},
            "2026-99-99",
            "111",
        )
        node[key] = draw(st.sampled_from(junk))
        if isinstance(node, dict) and draw(st.booleans()):
            node[str(key) + draw(st.sampled_from(("", "s", "_x")))] = node.pop(key)
        return


@given(damaged_manifests())
@settings(max_examples=28, deadline=None)
def test_no_damage_to_a_manifest_makes_decoding_or_checking_fail(data: bytes) -> None:
    is_told_soundly(data)


@given(st.decimals(0, 100, places=4))
def test_a_number_keeps_its_digits(number: Decimal) -> None:
    price = f"{{model: x.y, from: 2026-01-01, discount_percent: {number:f}}}"
    found = decode(read(f"organization: {{}}\nregions: []\nprices: [{price}]".encode(), "f.yaml"), Manifest)
    draft: Any = found.draft
    assert str(draft.prices[0].discount_percent) == f"{number:f}"
