"""The tags that a call brings, by which policies may decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.emulator.call import Call

_NAMES: Final = ("tags", "taglist", "tagging", "tagset", "resourcetags", "tagspecifications")
_REMOVED: Final = ("tagkeys", "tagkeylist", "resourcetagkeys")


def tag_keys(call: Call) -> dict[str, tuple[str, ...]]:
    """The keys aws:RequestTag/… and aws:TagKeys; none where the call brings no tags.

    Source: "AWS global condition context keys", docs.aws.amazon.com/IAM/latest/UserGuide/
    reference_policies_condition-keys.html, retrieved 2026-11-26.
    """
    brought = list(tags_in(call.parameters))
    keys: dict[str, tuple[str, ...]] = {f"aws:RequestTag/{key}": (text,) for key, text in brought}
    names = [key for key, _ in brought]
    for name, value in call.parameters.items():
        if name.lower() in _REMOVED and isinstance(value, list):
            names.extend(map(str, value))
    if names:
        keys["aws:TagKeys"] = tuple(names)
    return keys


def tags_in(parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The tags among the parameters of a call."""
    for name, value in parameters.items():
        if name.lower() in _NAMES:
            yield from _tags(value)


def _tags(held: Any) -> Iterator[tuple[str, str]]:
    """The tags of a parameter: pairs in a list, a map, a query, or any of these one level further in."""
    if isinstance(held, str):
        yield from parse_qsl(held, keep_blank_values=True)
    elif isinstance(held, list):
        for one in held:
            yield from _tags(one)
    elif isinstance(held, Mapping):
        pair = {str(name).lower(): value for name, value in held.items()}
        inner = next((pair[name] for name in ("tags", "tagset") if name in pair), None)
        if {"key", "value"} <= pair.keys() or {"tagkey", "tagvalue"} <= pair.keys():
            yield str(pair.get("key", pair.get("tagkey"))), str(pair.get("value", pair.get("tagvalue")))
        elif isinstance(inner, list | Mapping):
            yield from _tags(inner)
        else:
            yield from ((str(name), value) for name, value in held.items() if isinstance(value, str))
