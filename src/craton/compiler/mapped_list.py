"""Lists that differ by environment, told short: what all have in common stands beside the mapping, once.

A template has few bytes, and lists of ARNs repeat the same beginning item by item. Fn::Join and Fn::Split put
the list together again.

Source: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference-split.html,
retrieved 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from msgspec import Struct

_SEPARATOR: Final = ","
_ENDS_OF_PREFIX: Final = "/:"
_LEAST_SAVED: Final = 200
"""Characters below which the longer expression is not worth it."""


class MappedList(Struct, frozen=True):
    """What the mapping holds of each list, the prefix of those items, and the items that all lists have."""

    held: Mapping[str, Sequence[str]]
    prefix: str
    common: tuple[str, ...]

    def joined(self, found: Mapping[str, Any]) -> dict[str, Any]:
        """The list, where `found` is what the mapping holds. What differs stands first."""
        separator = _SEPARATOR + self.prefix
        tail = "".join(_SEPARATOR + one for one in self.common)
        text = {"Fn::Join": ["", [self.prefix, {"Fn::Join": [separator, found]}, tail]]}
        return {"Fn::Split": [_SEPARATOR, text]}


def mapped_list(values: Mapping[str, Any]) -> MappedList | None:
    """The lists told short; None where that saves little or cannot be."""
    lists = list(values.values())
    if not all(
        isinstance(one, (list, tuple)) and all(isinstance(item, str) for item in one) for one in lists
    ):
        return None
    common = tuple(item for item in lists[0] if all(item in one for one in lists))
    held = {name: [item for item in one if item not in common] for name, one in values.items()}
    items = [item for one in held.values() for item in one]
    if not all(held.values()) or any(_SEPARATOR in item for one in lists for item in one):
        return None
    prefix = _prefix(items)
    saved = len(prefix) * len(items) + sum(map(len, common)) * (len(lists) - 1)
    if saved < _LEAST_SAVED:
        return None
    rest = {name: [item.removeprefix(prefix) for item in one] for name, one in held.items()}
    return MappedList(rest, prefix, common)


def _prefix(items: Sequence[str]) -> str:
    """What all items begin with, up to the end of a part of an ARN."""
    first, last = min(items), max(items)
    same = next((at for at, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[: max(first.rfind(end, 0, same) for end in _ENDS_OF_PREFIX) + 1]
