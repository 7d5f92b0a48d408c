"""Where two JSON values differ, place by place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

ABSENT: Final = "(absent)"


class Difference(Struct, frozen=True):
    """One place. Shapes: `path` is keys and numbers joined by dots; a side that lacks it is None."""

    path: str
    before: Any
    after: Any


def differences(before: Any, after: Any, path: str = "") -> Iterator[Difference]:
    """Every place where two values differ, the outermost that says it all, in the order of keys."""
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key in sorted({*before, *after}):
            yield from differences(before.get(key), after.get(key), _joined(path, key))
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for at, (one, other) in enumerate(zip(before, after, strict=True)):
            yield from differences(one, other, _joined(path, str(at)))
    elif before != after:
        yield Difference(path, before, after)


def _joined(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
