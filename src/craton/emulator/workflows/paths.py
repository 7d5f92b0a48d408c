"""Paths into the input of a state, and into the context object: a part of JSONPath.

Names, indexes and `*` are read; filters, slices and `..` are refused.

Source: "Using JSONPath paths", docs.aws.amazon.com/step-functions/latest/dg/
amazon-states-language-paths.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import functools
import re
from typing import Any, Final

from craton.emulator.errors import NotEmulatedError, ServiceError

_STEP: Final = re.compile(r"\.([A-Za-z_][\w-]*)|\[(\d+)\]|\[(\*)\]|\.(\*)|\['([^']*)'\]|\[\"([^\"]*)\"\]")
_LACKING: Final = re.compile(r"\.\.|\[\?|\[[^\]]*[:,][^\]]*\]|\[-")
EVERY: Final = None
"""The step to every item."""

Step = str | int | None


class NothingThereError(Exception):
    """A path leads nowhere."""


@functools.cache
def steps_of(path: str) -> tuple[Step, ...]:
    """The steps of a path after its `$` or `$$`.

    Raises: ServiceError where it is none; NotEmulatedError for forms that are not read here.
    """
    rest = path.lstrip("$")
    if not path.startswith("$") or len(path) - len(rest) > 2:  # noqa: PLR2004 - `$` and `$$`
        raise ServiceError("InvalidDefinition", f"Invalid path '{path}'")
    if _LACKING.search(rest):
        raise NotEmulatedError(f"the path {path}")
    found: list[Step] = []
    while rest:
        step = _STEP.match(rest)
        if step is None:
            raise ServiceError("InvalidDefinition", f"Invalid path '{path}'")
        name, index, star, other_star, quoted, double = step.groups()
        if index is not None:
            found.append(int(index))
        elif star or other_star:
            found.append(EVERY)
        else:
            found.append(next(one for one in (name, quoted, double) if one is not None))
        rest = rest[step.end() :]
    return tuple(found)


def at(path: str, held: Any) -> Any:
    """What stands at a path; a list of all of it where the path goes through every item.

    Raises: NothingThereError.
    """
    return _at(steps_of(path), held, path)


def _at(steps: tuple[Step, ...], held: Any, path: str) -> Any:
    if not steps:
        return held
    step, rest = steps[0], steps[1:]
    if step is EVERY:
        items = list(held.values()) if isinstance(held, dict) else held if isinstance(held, list) else []
        found = []
        for one in items:
            try:
                found.append(_at(rest, one, path))
            except NothingThereError:
                continue
        return [inner for one in found for inner in one] if EVERY in rest else found
    if isinstance(step, int):
        if isinstance(held, list) and step < len(held):
            return _at(rest, held[step], path)
    elif isinstance(held, dict) and step in held:
        return _at(rest, held[step], path)
    raise NothingThereError(path)


def with_value(path: str, held: Any, value: Any) -> Any:
    """A copy of `held` in which the value stands at a reference path; objects on the way are made.

    Raises: NothingThereError where something that is no object stands in the way.
    """
    steps = steps_of(path)
    if EVERY in steps:
        raise ServiceError("InvalidDefinition", f"'{path}' is no reference path")
    return _with_value(steps, held, value, path)


def _with_value(steps: tuple[Step, ...], held: Any, value: Any, path: str) -> Any:
    if not steps:
        return value
    step, rest = steps[0], steps[1:]
    if isinstance(step, int):
        if not isinstance(held, list) or step >= len(held):
            raise NothingThereError(path)
        return [
            *held[:step],
            _with_value(rest, held[step], value, path),
            *held[step + 1 :],
        ]
    if held is not None and not isinstance(held, dict):
        raise NothingThereError(path)
    whole = dict(held or {})
    return {**whole, str(step): _with_value(rest, whole.get(str(step)), value, path)}
