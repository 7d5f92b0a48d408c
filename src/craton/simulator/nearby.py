"""Values of context keys on both sides of what a condition asks for."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Final

from craton.simulator.comparison import literal, moment, number
from craton.simulator.wildcard import Mark

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.simulator.condition import Criterion
    from craton.simulator.wildcard import Values

OTHER: Final = "another-value"
"""A text that policies do not ask for."""

_PUBLIC: Final = ("203.0.113.77", "2001:db8:ffff::77")
"""Addresses that are set aside for documents: RFC 5737 and RFC 3849."""


def nearby(criterion: Criterion, values: Mapping[str, Values]) -> Iterator[tuple[str, ...] | None]:
    """Values for the key of a condition, nearest first: such as it asks for, none, and such as it does not.

    `values` says what the request holds of the keys that the condition's variables name.
    """
    if criterion.operator.asks_presence:
        yield (OTHER,)
        yield None
        return
    name = criterion.operator.name
    for template in criterion.wanted:
        filled = template.filled(values)
        if filled is None:
            continue
        yield (_plain(filled[0]),)
        yield from ((text,) for text in _neighbours(literal(filled[0]), name))
    yield None
    yield (OTHER,)
    yield ("arn:aws:iam::000000000000:role/another",)
    yield from ((address,) for address in _PUBLIC)


def _plain(parts: tuple[str | Mark, ...]) -> str:
    """A text that fits the pattern: an `x` stands for each wildcard."""
    return "".join("x" if isinstance(part, Mark) else part for part in parts)


def _neighbours(text: str, operator: str) -> Iterator[str]:
    if operator == "Bool":
        yield "false" if text.lower() == "true" else "true"
    elif operator.startswith("Numeric"):
        held = number(text)
        if held is not None:
            yield from (str(held + 1), str(held - 1))
    elif operator.startswith("Date"):
        held = moment(text)
        if held is not None:
            yield from (f"{held + 1:f}", f"{held - 1:f}")
    elif operator.endswith("IpAddress"):
        try:
            yield str(ipaddress.ip_network(text, strict=False).network_address)
        except ValueError:
            return
