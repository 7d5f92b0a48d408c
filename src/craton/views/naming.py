"""Names of columns and values as people read them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_ABBREVIATIONS: Final = {
    "arn": "ARN",
    "id": "id",
    "usd": "USD",
    "ip": "IP",
    "mfa": "MFA",
    "api": "API",
    "url": "URL",
    "vpc": "VPC",
}
_TITLES: Final = {
    "account_id": "Account",
    "model_base": "Model",
    "organizational_unit": "OU",
    "event_time": "Time",
    "event_name": "Event",
    "geo_scope": "Routing",
    "share_percent": "Share",
}
_POSITION: Final = re.compile(r"\d+ (?=\S)")
_JOINT: Final = re.compile(r"(?<=[-._/:@=])(?=[^-._/:@=\s]{3})|(?<=[a-z0-9]{3})(?=[A-Z])")


def title_of(column: str, unit: str | None = None) -> str:
    """The heading of a column; a unit that the name ends in goes, because the values show it."""
    if column in _TITLES:
        return _TITLES[column]
    words = column.split("_")
    if len(words) > 1 and (words[-1], unit) == ("ms", "ms"):
        words = words[:-1]
    text = " ".join(_ABBREVIATIONS.get(word, word) for word in words)
    return text[:1].upper() + text[1:]


def pieces(text: str) -> list[str]:
    """The text cut where a long name may go on in the next line: behind its signs, and before its capitals.

    No piece is so short that it would look lost there.
    """
    return _JOINT.split(text)


def without_positions(values: Iterable[str]) -> dict[str, str]:
    """Each value with the name to show for it.

    Values that all begin with a number and a blank carry it for their order only (`1 Mon`, `2 Tue`).
    """
    found = list(dict.fromkeys(values))
    if found and all(_POSITION.match(value) for value in found):
        return {value: _POSITION.sub("", value, count=1) for value in found}
    return {value: value for value in found}
