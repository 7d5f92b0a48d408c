"""Lines of invocation records made by chance, and damaged by chance, for whoever reads them in two ways.

A record is made from the types of `craton.logs.invocation`, so that a field which is new there is tried by
itself. Its values are mostly what the types say, and now and then something else that stands in logs.
"""

from __future__ import annotations

import functools
import json
import re
from typing import TYPE_CHECKING, Final

from msgspec import inspect

from craton.logs.invocation import Answer, Event, Record, Request

if TYPE_CHECKING:
    from random import Random

TEXTS: Final = (
    *("end_turn", "tool_use", "guardrail_intervened", "stop", "1h", "5m", "text", "image", "lookup"),
    *("priority", "us-east-1", "null", "512", "x", "y" * 15, "z" * 16, "a" * 70),
)
ACTIONS: Final = ("INTERVENED", "NONE")
ODD_TEXTS: Final = (
    *("", "GUARDRAIL_INTERVENED", "intervened", "a\tb", 'say "no"', "back\\slash", "\x00", "\x1f", "\x7f"),
    *("façade", "東京", "🙂", "é" * 9),
)
TIMES: Final = (
    *("2026-10-01T12:00:00Z",) * 40,
    *("2026-10-01 12:00:00.000000000", "2026-10-01T12:00:00.5", "2026-10-01T12:00:00.1234567899Z"),
    *("2026-10-01 12:00:00.000000999Z", "2026-10-01T12:00:00.Z", "2026-10-01T12:00:00.12a"),
    *("2026-10-01T12:00:00.000000000000001", "2026-10-01T12:00:00.123456Z", "2026-10-01T12:00:00,5Z"),
    *("2026-10-01 12:00:00Z", "2026-10-01_12:00:00Z", "2026-10-01T12:00:00z", "2026-10-01T12:00:00"),
    *("2026-10-01T12:00:00+02:00", "2026-10-01T12:00:00ZZ", "2026-10-01T12:00:0Z", "2026-10-01T12:00:0²Z"),
    *("2024-02-29T23:59:59Z", "2023-02-29T00:00:00Z", "2100-02-28T00:00:00Z", "2026-W40-4T12:00:00Z"),
    *("2005-12-31T23:59:59Z", "2006-01-01T00:00:00Z", "2099-12-31T23:59:59Z", "2100-01-01T00:00:00Z"),
    *("2026-10-01T24:00:00Z", "2026-10-01T12:60:00Z", "2026-10-01T12:00:60Z", "2026-13-01T12:00:00Z"),
    *("2026-00-01T12:00:00Z", "2026-10-00T12:00:00Z", "2026-10-32T12:00:00Z", "2026-11-31T12:00:00Z"),
    *("0", ""),
)
COUNTS: Final = (
    *("0", "1", "17", "4096", "123456789", "999999999999999"),
    *("1000000000000000", "9007199254740991", "9007199254740992", "9007199254740993", "1" * 50),
    *("18446744073709551616", "-1", "-0", "0.0", "1.0", "1.5", "1e3", "1E+2", "1e400", "1e-400", "00", "01"),
    *("1.", ".5", "-", "+1", '"12"', '"12.0"', '"1e2"', '"-1"', '""', "true"),
)
ANYTHING: Final = (
    *("null", "true", "false", "0", "-1.5e3", '""', '"text"', "[]", "{}", "[[]]"),
    '{"a":[1,{"b":null}]}',
)
DEEP: Final = tuple(one for n in (60, 66, 1_500) for one in ("[" * n + "]" * n, '{"a":' * n + "1" + "}" * n))
NOISE: Final = (
    *(bytes([code]) for code in b'\x00\x1f\x80\xff\n\r \t,:"\\{}[]-0'),
    *(b"\r\n", b"\xe0\x80\x80", b"\xf0\x80\x80\x80", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"),
    *(b"\xe2\x82", b"\xef\xbb\xbf", b"\xf0\x9f\x99\x82", b"\\u0041", b"\\ud83d", b"\\ude42", b"\\u00"),
    *(b"\\ud83d\\ude42", b"\\x", b"1e400", b"-0", b"9007199254740993", b"null", b"true", b"NaN"),
    *(b"Infinity", b'"a":1,', b'"region":"eu-west-1",', b'"usage":null,', b"/**/"),
)
_STRUCTURE: Final = re.compile(rb'[][{}",:]')
_ASKED_FOR: Final = ("timestamp", "accountId", "requestId", "region")
_IN_A_HUNDRED: Final = 100
_PLACES: Final = 150
"""About as many as a record has in which there may be something odd."""
_SELDOM: Final = {inspect.NoneType: 0.05, inspect.StrType: 0.05, inspect.FloatType: 0.05}
"""How often a value is of such a type where it may be of another."""


_BARE: Final = 0.5
_BARELY: Final = '{"timestamp":"2026-10-01T12:00:00Z","accountId":"1","region":"r","requestId":"q",%s:%s}}'


@functools.cache
def _record() -> inspect.Type:
    return inspect.type_info(Record)


@functools.cache
def _bodies() -> list[tuple[str, inspect.Type]]:
    """What bodies there are, and how they begin in a record."""
    kinds = (("input", Request), ("output", Answer), ("output", list[Event]))
    return [(f'"{part}":{{"{part}BodyJson"', inspect.type_info(kind)) for part, kind in kinds]


class Lines:
    """Lines by chance.

    `oddness` is in how many of a hundred places something is other than the types say; without it there is
    one such place in half of the lines, so that what it does is not hidden by another one.
    """

    def __init__(self, random: Random, oddness: int = 0) -> None:
        self.random = random
        self.oddness = oddness
        self._places_before = 0

    def span(self) -> bytes:
        """Some lines, mostly one record each, and mostly as Bedrock separates them."""
        random = self.random
        ends = [b"\n"] * 40 + [b"\r\n", b"\n\n", b"", b" \n", b"\n ", b"\x00\n", b"\n\xef\xbb\xbf"]
        made = b""
        for _ in range(random.choice((1, 1, 2, 5))):
            made += self.line() + random.choice(ends)
        return made[:-1] if random.random() < 0.2 else made

    def line(self) -> bytes:
        """A record, or only what every record has and one body."""
        self._places_before = self.random.choice((0, self.random.randrange(1, _PLACES)))
        body, kind = self.random.choice(_bodies())
        if self.random.random() < _BARE:
            return (_BARELY % (body, self._value(kind))).encode("utf-8", "surrogatepass")
        return self._value(_record()).encode("utf-8", "surrogatepass")

    def damaged(self, span: bytes) -> bytes:
        """The lines with a few bytes changed, taken away, put in, or said again."""
        random = self.random
        data = bytearray(span)
        for _ in range(random.choice((1, 1, 1, 2, 4))):
            at = random.randrange(len(data) + 1)
            if random.random() < 0.5:
                at = random.choice([place.end() for place in _STRUCTURE.finditer(data)] or [0])
            size = random.choice((1, 1, 2, 8, 40))
            match random.randrange(6):
                case 0 if at < len(data):
                    data[at] ^= 1 << random.randrange(8)
                case 1:
                    del data[at : at + size]
                case 2:
                    data[at:at] = random.choice(NOISE)
                case 3:
                    data[at:at] = data[at : at + size * 8]
                case 4:
                    data[at : at + size] = random.choice(NOISE)
                case _:
                    deep = random.choice((1, 60, 70, 1_500, 3_000))
                    opens, closes = random.choice(((b"[", b"]"), (b'{"a":', b"}")))
                    data[at:at] = opens * deep + b"1" + closes * deep
        return bytes(data)

    def _odd(self) -> bool:
        if self.oddness:
            return self.random.randrange(_IN_A_HUNDRED) < self.oddness
        self._places_before -= 1
        return self._places_before == 0

    def _blank(self) -> str:
        return self.random.choice((" ", "\t", "\r", "  ")) if self._odd() else ""

    def _value(self, kind: inspect.Type) -> str:
        """JSON text of a type, or now and then of another."""
        if self._odd():
            return self.random.choice((*ANYTHING, *COUNTS, *DEEP))
        match kind:
            case inspect.UnionType(types=types):
                weights = [_SELDOM.get(one.__class__, 1.0) for one in types]
                return self._value(self.random.choices(types, weights)[0])
            case inspect.StructType():
                return self._object(kind)
            case inspect.ListType(item_type=item):
                items = [self._value(item) for _ in range(self.random.choice((0, 1, 1, 2, 3, 9)))]
                return f"[{self._blank()}{','.join(items)}{self._blank()}]"
            case inspect.StrType() | inspect.AnyType():
                return self._text(self.random.choice(ODD_TEXTS if self._odd() else TEXTS))
            case inspect.IntType() | inspect.FloatType():
                return self.random.choice(COUNTS[:6]) if not self._odd() else self.random.choice(COUNTS)
            case inspect.NoneType():
                return "null"
            case _:
                return self.random.choice(ANYTHING)

    def _object(self, kind: inspect.StructType) -> str:
        needed = [one for one in kind.fields if one.encode_name in _ASKED_FOR and not self._odd()]
        chance = self.random.choice((0.1, 0.3, 0.6, 0.9))
        others = [one for one in kind.fields if one not in needed and self.random.random() < chance]
        fields = [*needed, *others]
        if self._odd():
            fields += self.random.choices(kind.fields, k=1)
        if self._odd():
            self.random.shuffle(fields)
        members = [self._member(one.encode_name, self._of_field(one)) for one in fields]
        if not kind.cls.__struct_config__.forbid_unknown_fields or self._odd():
            names = ("type", "text", "role", "content", "name", "id", "", "nämé", "maxtokens", "é" * 9)
            for _ in range(self.random.choice((0, 0, 1, 2))):
                value = self._text(self.random.choice(TEXTS)) if self.random.random() < 0.5 else None
                unknown = self._member(self.random.choice(names), value or self.random.choice(ANYTHING))
                members.insert(self.random.randrange(len(members) + 1), unknown)
        return "{" + self._blank() + ",".join(members) + self._blank() + "}"

    def _member(self, name: str, value: str) -> str:
        return f"{self._text(name)}{self._blank()}:{self._blank()}{value}"

    def _of_field(self, one: inspect.Field) -> str:
        """The value of a field, which is of no type now and then."""
        if self._odd():
            return self.random.choice((*ANYTHING, *COUNTS, *DEEP))
        if one.encode_name == "timestamp":
            return json.dumps(self.random.choice(TIMES))
        if "Action" in one.encode_name:
            return json.dumps(self.random.choice(ACTIONS))
        return self._value(one.type)

    def _text(self, text: str) -> str:
        if self._odd() and text:
            at = self.random.randrange(len(text))
            escaped = f"\\u{ord(text[at]) & 0xFFFF:04x}"
            return json.dumps(text[:at])[:-1] + escaped + json.dumps(text[at + 1 :])[1:]
        return json.dumps(text, ensure_ascii=self.random.random() < 0.1)
