"""What CloudFormation calls, as whoever works with a stack, for the resources of each template.

`content/reference/handler_actions.csv` has it as the registry tells it, and `handler_actions_unused.csv` what
of it is never called, for no template of Craton sets what would need it.
"""

from __future__ import annotations

import csv
import functools
from fnmatch import fnmatchcase
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Literal

from craton.core.errors import DataError
from craton.registry.iam import iam_reference

if TYPE_CHECKING:
    from collections.abc import Mapping

Handler = Literal["create", "read", "update", "delete"]
HANDLERS: Final[tuple[Handler, ...]] = ("create", "read", "update", "delete")
_LOOKING: Final[tuple[Handler, ...]] = ("read",)
_READING: Final = ("Read", "List")


def changing(template: str) -> tuple[str, ...]:
    """The actions that are needed to make, change and delete what the template holds, in their order."""
    return _actions(template, HANDLERS)


def looking(template: str) -> tuple[str, ...]:
    """The actions that are needed to see whether what the template holds has drifted.

    The registry names some beside them that change something: those are left out, for nothing is set that
    would need them.
    """
    told = ((one, iam_reference().action(one)) for one in _actions(template, _LOOKING))
    return tuple(one for one, known in told if known is not None and known.access_level in _READING)


@functools.cache
def types(template: str) -> frozenset[str]:
    """The types of resources that the template may hold."""
    return frozenset(row["type"] for row in _rows("handler_actions.csv") if row["template"] == template)


@functools.cache
def named() -> frozenset[str]:
    """Every action that the registry names, of whatever template and handler."""
    return frozenset(action for row in _rows("handler_actions.csv") for action in row["actions"].split())


@functools.cache
def unused() -> Mapping[str, str]:
    """Why actions that a pattern fits are never called, by the pattern.

    Raises: DataError where the file is damaged.
    """
    return MappingProxyType({row["actions"]: row["why"] for row in _rows("handler_actions_unused.csv")})


@functools.cache
def _actions(template: str, handlers: tuple[Handler, ...]) -> tuple[str, ...]:
    told = {
        action
        for row in _rows("handler_actions.csv")
        if row["template"] == template and row["handler"] in handlers
        for action in row["actions"].split()
    }
    return tuple(sorted(one for one in told if not any(fnmatchcase(one, pattern) for pattern in unused())))


def _rows(name: str) -> list[dict[str, str]]:
    """The rows of a file. Raises: DataError where one has nothing in a column."""
    file = resources.files("craton") / "content" / "reference" / name
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    for number, row in enumerate(rows, 2):
        if not all(row.values()):
            raise DataError(f"`{name}` has an empty column in line {number}")
    return rows
