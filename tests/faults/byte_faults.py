"""Faults of bytes: where a record stood is spoilt JSON, sound JSON in an odd form, or none at all."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

from tests.faults.pieces import Fate, encoded

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from tests.faults.pieces import Allowed, Draft, Piece

ANY_TOKENS: dict[str, Allowed] = {"input_tokens": (), "output_tokens": ()}
NO_TOKENS: dict[str, Allowed] = {"input_tokens": (None,)}
TEXT = '{"note":"%s",'


def noted(note: bytes, fate: Fate = Fate.ROW, **more: Any) -> Callable[[Draft, Random], Piece]:
    """The record with an unknown text field that holds these raw bytes."""

    def spoil(draft: Draft, random: Random) -> Piece:  # noqa: ARG001 - all faults are called alike
        return draft.spoilt(b'{"note":"' + note + b'",' + encoded(draft.record)[1:], fate, **more)

    return spoil


def beside(raw: bytes, fate: Fate = Fate.ROW, **more: Any) -> Callable[[Draft, Random], Piece]:
    """The record with an unknown field whose value is these raw bytes."""

    def spoil(draft: Draft, random: Random) -> Piece:  # noqa: ARG001
        return draft.spoilt(b'{"extra":' + raw + b"," + encoded(draft.record)[1:], fate, **more)

    return spoil


def swapped(
    old: Callable[[Draft], bytes], new: bytes, fate: Fate = Fate.ROW, **more: Any
) -> Callable[[Draft, Random], Piece]:
    """The record with the first `old` replaced by `new`."""

    def spoil(draft: Draft, random: Random) -> Piece:  # noqa: ARG001
        data = encoded(draft.record)
        found = old(draft)
        assert found in data, found
        return draft.spoilt(data.replace(found, new, 1), fate, **more)

    return spoil


def written(change: Callable[[Draft, Random], bytes], fate: Fate = Fate.ROW, **more: Any) -> Any:
    """The bytes that `change` makes, whatever they are."""

    def spoil(draft: Draft, random: Random) -> Piece:
        return draft.spoilt(change(draft, random), fate, **more)

    return spoil


def instead(data: bytes, fate: Fate = Fate.QUARANTINED, **more: Any) -> Callable[[Draft, Random], Piece]:
    """These bytes where a record should be; no row can come of them."""

    def spoil(draft: Draft, random: Random) -> Piece:  # noqa: ARG001
        return draft.spoilt(data, fate, **({"breaks": True, "quarantines": 2} | more))

    return spoil


def tokens(raw: bytes, fate: Fate = Fate.ROW, expects: Any = NO_TOKENS, **more: Any) -> Any:
    """The record with its input count written as these raw bytes."""
    return swapped(count_of, b'"inputTokenCount":' + raw, fate, expects=expects, **more)


def count_of(draft: Draft) -> bytes:
    return b'"inputTokenCount":%d' % draft.record["input"]["inputTokenCount"]


def region_of(draft: Draft) -> bytes:
    name = "awsRegion" if draft.kind == "api_event" else "region"
    return f'"{name}":"{draft.record[name]}"'.encode()


def cut(draft: Draft, random: Random) -> bytes:
    data = encoded(draft.record)
    return data[: random.randrange(1, len(data) - 1)].rstrip(b"\n")


def cut_in_a_character(draft: Draft, random: Random) -> bytes:
    _ = random
    return encoded(draft.record | {"note": "façade"}).partition(b"\xa7")[0]


def one_byte_changed(draft: Draft, random: Random) -> bytes:
    data = bytearray(encoded(draft.record))
    data[random.randrange(len(data))] = random.choice([b for b in range(256) if b not in (10, 13)])
    return bytes(data)


def two_bytes_swapped(draft: Draft, random: Random) -> bytes:
    data = bytearray(encoded(draft.record))
    at = random.randrange(len(data) - 1)
    data[at], data[at + 1] = data[at + 1], data[at]
    return bytes(data)


def escaped_keys(draft: Draft, random: Random) -> bytes:
    """The same record, the letters of its top-level names written as escapes."""
    _ = random
    parts = (
        f'"{"".join(f"{chr(92)}u{ord(letter):04x}" for letter in name)}":{json.dumps(value)}'
        for name, value in draft.record.items()
    )
    return f"{{{','.join(parts)}}}".encode()


def pretty(draft: Draft, random: Random) -> bytes:
    return json.dumps(draft.record, indent=random.choice([1, 2, 4])).encode()


def pretty_with_crlf(draft: Draft, random: Random) -> bytes:
    return pretty(draft, random).replace(b"\n", b"\r\n")


def blanks_everywhere(draft: Draft, random: Random) -> bytes:
    _ = random
    return json.dumps(draft.record, separators=(" \t , ", "  :\t")).encode()


def noise(draft: Draft, random: Random) -> bytes:
    _ = draft
    return bytes(random.choice([b for b in range(256) if b not in (10, 13)]) for _ in range(200))


def region_twice(draft: Draft, random: Random) -> bytes:
    _ = random
    once = region_of(draft)
    return encoded(draft.record).replace(once, once.partition(b":")[0] + b':"twice",' + once, 1)


def deep(opening: bytes, closing: bytes, levels: int) -> bytes:
    return opening * levels + b"1" + closing * levels


def python_repr(draft: Draft, random: Random) -> bytes:
    _ = random
    return repr(draft.record).replace("\n", " ").encode()


# Forms of one record that are odd but sound, or can be repaired without doubt: always a row.
FORMS: dict[str, Any] = {
    "bytes: invalid UTF-8 in a text": noted(b"\xff\xfe caf\xe9"),
    "bytes: overlong and surrogate UTF-8": noted(b"\xc0\xaf\xed\xa0\x80\xf5\x80"),
    "bytes: lone high surrogate": noted(b"\\ud83d"),
    "bytes: lone low surrogate": noted(b"x\\ude00 y"),
    "bytes: reversed surrogates": noted(b"\\ude00\\ud83d"),
    "bytes: lone surrogate in a name": written(
        lambda draft, _: b'{"n\\ud83d":1,' + encoded(draft.record)[1:]
    ),
    "bytes: escaped NUL": noted(b"a\\u0000b"),
    "bytes: raw NUL in a text": noted(b"a\x00b"),
    "bytes: raw tab in a text": noted(b"a\tb"),
    "bytes: raw control characters": noted(b"\x01\x1f\x7f\x0b\x0c"),
    "bytes: line separators of Unicode": noted("a\u2028b\u2029c\u0085d".encode()),
    "bytes: emoji, right to left, combining": noted("👩‍👩‍👧 שלום e\u0301\u200f\ufeff".encode()),
    "bytes: escaped slashes": noted(b"https:\\/\\/x"),
    "bytes: a record within a text": noted(b'{\\"schemaType\\":\\"ModelInvocationLog\\"}'),
    "bytes: NaN beside": beside(b"NaN"),
    "bytes: minus infinity beside": beside(b"-Infinity"),
    "bytes: 1e999 beside": beside(b"1e999"),
    "bytes: 5,000 digits beside": beside(b"7" * 5_000),
    "bytes: tiny number beside": beside(b"1e-999"),
    "bytes: BOM before the record": written(lambda draft, _: b"\xef\xbb\xbf" + encoded(draft.record)),
    "bytes: blanks everywhere": written(blanks_everywhere),
    "bytes: names written as escapes": written(escaped_keys),
    "bytes: region told twice": written(region_twice),
    "bytes: 1 MB of text": noted(b"x" * 1_000_000),
    "bytes: 300 kB of escapes": noted(b"\\u00e9" * 50_000),
    "bytes: 300 levels beside": beside(deep(b"[", b"]", 300)),
}
OF_INVOCATIONS: dict[str, Any] = {
    "bytes: NaN for tokens": tokens(b"NaN"),
    "bytes: Infinity for tokens": tokens(b"Infinity"),
    "bytes: tokens with an exponent": tokens(b"1.23e2", expects={"input_tokens": (123,)}),
    "bytes: tokens told twice": tokens(b'1,"inputTokenCount":2', expects={"input_tokens": (1, 2)}),
    "bytes: tokens with leading zeros": tokens(b"0123", Fate.KEPT, ANY_TOKENS, breaks=True),
    "bytes: tokens with a plus": tokens(b"+5", Fate.KEPT, ANY_TOKENS, breaks=True),
    "bytes: tokens in hexadecimal": tokens(b"0x5", Fate.KEPT, ANY_TOKENS, breaks=True),
    "bytes: tokens as None": tokens(b"None", Fate.KEPT, ANY_TOKENS, breaks=True),
    "bytes: tokens left out after the colon": tokens(b"", Fate.KEPT, ANY_TOKENS, breaks=True),
}
# Forms of one record on several lines; only where lines are not what separates documents by contract.
SPREAD: dict[str, Any] = {
    "lines: pretty-printed": written(pretty),
    "lines: pretty-printed with CRLF": written(pretty_with_crlf),
}
BROKEN: dict[str, Any] = {
    "broken: cut": written(cut, Fate.KEPT, breaks=True, quarantines=2),
    "broken: cut in a character": written(cut_in_a_character, Fate.KEPT, breaks=True),
    "broken: one byte changed": written(one_byte_changed, Fate.ANY, breaks=True, quarantines=4, strays=1),
    "broken: two bytes swapped": written(two_bytes_swapped, Fate.ANY, breaks=True, quarantines=4, strays=1),
    "broken: no closing brace": written(lambda d, _: encoded(d.record)[:-1], Fate.KEPT, breaks=True),
    "broken: one brace too many": written(
        lambda d, _: encoded(d.record) + b"}", Fate.KEPT, breaks=True, quarantines=2
    ),
    "broken: comma before the brace": written(
        lambda d, _: encoded(d.record)[:-1] + b",}", Fate.KEPT, breaks=True, quarantines=2
    ),
    "broken: line break in a text": noted(b"a\nb", Fate.KEPT, breaks=True, quarantines=3),
    "broken: quote left open": noted(b'a" b', Fate.KEPT, breaks=True, quarantines=3),
    "broken: text before the record": written(
        lambda d, _: b"2026-07-05 INFO " + encoded(d.record), Fate.KEPT, breaks=True, quarantines=2
    ),
    "broken: text after the record": written(
        lambda d, _: encoded(d.record) + b" # done", Fate.KEPT, breaks=True, quarantines=2
    ),
    "broken: record separator before": written(
        lambda d, _: b"\x1e" + encoded(d.record), Fate.KEPT, breaks=True, quarantines=2
    ),
    "broken: NULs before": written(
        lambda d, _: b"\x00" * 512 + encoded(d.record), Fate.KEPT, breaks=True, quarantines=2
    ),
    "broken: NULs after": written(
        lambda d, _: encoded(d.record) + b"\x00" * 512, Fate.KEPT, breaks=True, quarantines=2
    ),
    "broken: comment within": written(
        lambda d, _: b"{/* x */" + encoded(d.record)[1:], Fate.KEPT, breaks=True, quarantines=2
    ),
    "broken: Python's spelling": written(python_repr, Fate.KEPT, breaks=True, quarantines=50, strays=1),
    "broken: UTF-16": written(
        lambda d, _: encoded(d.record).decode().replace("\u0a0a", "").encode("utf-16"),
        Fate.KEPT,
        breaks=True,
        quarantines=50,
    ),
    "broken: 10,000 levels beside": beside(deep(b"[", b"]", 10_000), Fate.KEPT, breaks=True, quarantines=2),
    "broken: 10,000 objects beside": beside(
        deep(b'{"a":', b"}", 10_000), Fate.KEPT, breaks=True, quarantines=2
    ),
    "broken: 100,000 levels left open": beside(b"[" * 100_000, Fate.KEPT, breaks=True, quarantines=3),
    "broken: base64": written(
        lambda d, _: base64.b64encode(encoded(d.record)), Fate.QUARANTINED, breaks=True, quarantines=2
    ),
}
JUNK: dict[str, Any] = {
    "junk: noise": written(noise, Fate.QUARANTINED, breaks=True, quarantines=3),
    "junk: a sentence": instead(b"Everything is fine, and this is no record."),
    "junk: HTML": instead(b"<html><body>503 Slow Down</body></html>"),
    "junk: a row of CSV": instead(b'1,"2026-07-05",x'),
    "junk: SQL": instead(b"'; DROP TABLE invocation; --"),
    "junk: an object left open": instead(b'{"a":'),
    "junk: a quote left open": instead(b'{"a":"unterminated'),
    "junk: brackets left open": instead(b"[[[["),
    "junk: closing brackets": instead(b"]}]}", Fate.ANY),
    "junk: a comma": instead(b",", Fate.ANY),
    "junk: a quote": instead(b'"'),
    "junk: a backslash": instead(b"\\"),
    "junk: null": instead(b"null", Fate.TOLD, breaks=False),
    "junk: true": instead(b"true", Fate.TOLD, breaks=False),
    "junk: a number": instead(b"-17.5e3", Fate.TOLD, breaks=False),
    "junk: a text": instead(b'"hello"', Fate.TOLD, breaks=False),
    "junk: an empty object": instead(b"{}", Fate.TOLD, breaks=False),
    "junk: an empty list": instead(b"[]", Fate.TOLD, breaks=False),
    "junk: a list of scalars": instead(b'[1,"a",null]', Fate.TOLD, breaks=False, quarantines=3),
    "junk: an object of another program": instead(b'{"level":"info","msg":"x"}', Fate.TOLD, breaks=False),
    "junk: a wrapped record": written(
        lambda d, _: encoded({"test": "x", "log": d.record}), Fate.TOLD, quarantines=1
    ),
    "junk: a record as a text": written(
        lambda d, _: encoded(encoded(d.record).decode()), Fate.TOLD, quarantines=1
    ),
    "junk: NaN": instead(b"NaN", Fate.TOLD),
    "junk: Infinity": instead(b"-Infinity", Fate.TOLD),
    "junk: two braces": instead(b"{{}}", Fate.TOLD),
}
