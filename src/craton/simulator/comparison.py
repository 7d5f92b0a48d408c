"""The condition operators: how one value of a request compares with one value of a policy.

Source: "IAM JSON policy elements: Condition operators", docs.aws.amazon.com/IAM/latest/UserGuide/
reference_policies_elements_condition_operators.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from craton.simulator.wildcard import Mark, Part, Plain, arn_glob, glob

Quantifier = Literal["any", "all"]
Test: TypeAlias = Callable[[str], bool]
Maker: TypeAlias = Callable[[tuple[Plain, ...]], Test]
"""Makes the test of a policy's value, once variables are filled in."""


class Operator(Struct, frozen=True):
    """A condition operator, taken apart.

    `wildcards` and `variables`: whether a policy's value may hold them. `negated` operators are the
    opposite of what `test` compares; `quantifier` is None where neither ForAnyValue nor ForAllValues stands
    before it.
    """

    name: str
    test: Maker
    wildcards: bool = False
    variables: bool = False
    negated: bool = False
    quantifier: Quantifier | None = None
    if_exists: bool = False
    asks_presence: bool = False


def operator(text: str) -> Operator | None:
    """The operator that a policy names, or None where there is no such one."""
    found = _FORM.fullmatch(text)
    if found is None:
        return None
    quantifier, name, suffix = found.groups()
    known = _OPERATORS.get(name.lower())
    if known is None or (known.asks_presence and (suffix or quantifier)):
        return None
    kinds: dict[str, Quantifier] = {"foranyvalue:": "any", "forallvalues:": "all"}
    return Operator(
        name=known.name,
        test=known.test,
        wildcards=known.wildcards,
        variables=known.variables,
        negated=known.negated,
        quantifier=kinds[quantifier.lower()] if quantifier else None,
        if_exists=bool(suffix),
        asks_presence=known.asks_presence,
    )


_FORM: Final = re.compile(r"(ForAnyValue:|ForAllValues:)?(\w+?)(IfExists)?", re.IGNORECASE)


def _equal(parts: tuple[Plain, ...]) -> Test:
    return literal(parts).__eq__


def _equal_ignoring_case(parts: tuple[Plain, ...]) -> Test:
    wanted = literal(parts).lower()
    return lambda value: value.lower() == wanted


def _like(parts: tuple[Plain, ...]) -> Test:
    return glob(parts).matches


def _arn_like(parts: tuple[Plain, ...]) -> Test:
    return arn_glob(parts).matches


def literal(parts: Iterable[Part]) -> str:
    """The text of parts, their wildcards as they were written."""
    return "".join(part.value if isinstance(part, Mark) else str(part) for part in parts)


def _truth(parts: tuple[Plain, ...]) -> Test:
    wanted = literal(parts).lower()
    return lambda value: value.lower() == wanted and wanted in ("true", "false")


def _binary(parts: tuple[Plain, ...]) -> Test:
    wanted = _bytes(literal(parts))
    return lambda value: wanted is not None and _bytes(value) == wanted


def _address(parts: tuple[Plain, ...]) -> Test:
    network = _network(literal(parts))
    return lambda value: network is not None and _within(value, network)


def _number(compare: Callable[[Decimal, Decimal], bool]) -> Maker:
    def make(parts: tuple[Plain, ...]) -> Test:
        wanted = number(literal(parts))

        def test(value: str) -> bool:
            held = number(value)
            return wanted is not None and held is not None and compare(held, wanted)

        return test

    return make


def _date(compare: Callable[[Decimal, Decimal], bool]) -> Maker:
    def make(parts: tuple[Plain, ...]) -> Test:
        wanted = moment(literal(parts))

        def test(value: str) -> bool:
            held = moment(value)
            return wanted is not None and held is not None and compare(held, wanted)

        return test

    return make


_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,40}(?:\.\d{0,40})?|\.\d{1,40})(?:[eE][+-]?\d{1,3})?", re.ASCII)


def number(text: str) -> Decimal | None:
    """The number that a text writes, or None."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


_MOMENT: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:?\d\d))?)?)?",
    re.ASCII,
)
_YEAR_DIGITS: Final = 4
_LAST_HOUR, _LAST_SIXTIETH = 23, 59
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def moment(text: str) -> Decimal | None:
    """The time that a text names, or None. Units: seconds since 1970-01-01T00:00:00Z.

    A text is a form of ISO 8601 that the W3C lists, or seconds since 1970; what is left out of a date is its
    first month, day or second. Four digits are a year.
    Source: "Date and Time Formats", www.w3.org/TR/NOTE-datetime, retrieved 2026-11-26.
    """
    if len(text) != _YEAR_DIGITS and (seconds := number(text)) is not None:
        return seconds
    found = _MOMENT.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    if int(hour or 0) > _LAST_HOUR or max(int(minute or 0), int(second or 0)) > _LAST_SIXTIETH:
        return None
    try:
        start = datetime(int(year), int(month or 1), int(day or 1), tzinfo=UTC) - _EPOCH
    except ValueError:
        return None
    clock = timedelta(hours=int(hour or 0), minutes=int(minute or 0), seconds=int(second or 0))
    whole = (start + clock - _offset(zone)) // timedelta(seconds=1)
    return Decimal(whole) + Decimal(f"0.{fraction or 0}")


def _offset(zone: str | None) -> timedelta:
    if zone is None or zone == "Z":
        return timedelta()
    ahead = timedelta(hours=int(zone[1:3]), minutes=int(zone[-2:]))
    return -ahead if zone[0] == "-" else ahead


def _bytes(text: str) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None


_Network: TypeAlias = ipaddress.IPv4Network | ipaddress.IPv6Network


def _network(text: str) -> _Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _within(text: str, network: _Network) -> bool:
    held = _network(text)
    return held is not None and held.version == network.version and _covers(network, held)


def _covers(wide: _Network, narrow: _Network) -> bool:
    return narrow.prefixlen >= wide.prefixlen and narrow.network_address in wide


def _pairs() -> dict[str, Operator]:
    """Every operator by its name in lower case."""
    orders: dict[str, Callable[[Decimal, Decimal], bool]] = {
        "Equals": Decimal.__eq__,
        "LessThan": Decimal.__lt__,
        "LessThanEquals": Decimal.__le__,
        "GreaterThan": Decimal.__gt__,
        "GreaterThanEquals": Decimal.__ge__,
    }
    all_of = [
        Operator("StringEquals", _equal, variables=True),
        Operator("StringEqualsIgnoreCase", _equal_ignoring_case, variables=True),
        Operator("StringLike", _like, wildcards=True, variables=True),
        Operator("ArnEquals", _arn_like, wildcards=True, variables=True),
        Operator("ArnLike", _arn_like, wildcards=True, variables=True),
        Operator("Bool", _truth, variables=True),
        Operator("BinaryEquals", _binary),
        Operator("IpAddress", _address),
        Operator("Null", _truth, asks_presence=True),
        *(Operator(f"Numeric{name}", _number(order)) for name, order in orders.items()),
        *(Operator(f"Date{name}", _date(order)) for name, order in orders.items()),
    ]
    by_name = {one.name: one for one in all_of}
    opposites = {
        "StringNotEquals": "StringEquals",
        "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
        "StringNotLike": "StringLike",
        "ArnNotEquals": "ArnEquals",
        "ArnNotLike": "ArnLike",
        "NotIpAddress": "IpAddress",
        "NumericNotEquals": "NumericEquals",
        "DateNotEquals": "DateEquals",
    }
    for name, opposite in opposites.items():
        one = by_name[opposite]
        by_name[name] = Operator(name, one.test, one.wildcards, one.variables, negated=True)
    return {name.lower(): one for name, one in by_name.items()}


_OPERATORS: Final = _pairs()
OPERATORS: Final = tuple(sorted(one.name for one in _OPERATORS.values()))
"""The names of all operators, without prefixes and suffix."""
