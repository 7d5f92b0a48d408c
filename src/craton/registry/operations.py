"""How API operations are authorised: as which action, on what, and with which roles passed.

Each fact is a row of a file in `content/reference`: of `authorised_operations.csv`, `resource_parameters.csv`
or `passed_roles.csv`.
"""

from __future__ import annotations

import csv
import functools
from importlib import resources
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.core.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping

NOTHING: Final = "-"
"""Stands in the reference for operations that need no permission."""


class RoleParameter(Struct, frozen=True):
    """A parameter that names a role which the call passes: its path, and the service that gets the role."""

    path: tuple[str, ...]
    passed_to: str


@functools.cache
def authorised_operations() -> Mapping[tuple[str, str], str]:
    """The action that authorises an operation of a service, where it is not of the operation's own name.

    `-` for operations that need no permission.

    Raises: DataError where the file is damaged.
    """
    name = "authorised_operations.csv"
    rows = _rows(name, ("service", "operation", "action"))
    return MappingProxyType({(row["service"], row["operation"]): row["action"] for row in rows})


@functools.cache
def resource_parameters() -> Mapping[tuple[str, str], str]:
    """The parameter that fills a part of a service's ARNs, where it is not of that part's name.

    Raises: DataError where the file is damaged.
    """
    rows = _rows("resource_parameters.csv", ("service", "part", "parameter"))
    return MappingProxyType({(row["service"], row["part"]): row["parameter"] for row in rows})


@functools.cache
def role_parameters() -> Mapping[tuple[str, str], tuple[RoleParameter, ...]]:
    """The parameters of each operation of a service that name roles which it passes.

    Raises: DataError where the file is damaged.
    """
    found: dict[tuple[str, str], tuple[RoleParameter, ...]] = {}
    for row in _rows("passed_roles.csv", ("service", "operation", "parameter", "passed_to")):
        key = (row["service"], row["operation"])
        path = tuple(row["parameter"].split("."))
        found[key] = (*found.get(key, ()), RoleParameter(path, row["passed_to"]))
    return MappingProxyType(found)


def _rows(name: str, columns: tuple[str, ...]) -> list[dict[str, str]]:
    """The rows of a file. Raises: DataError where one lacks a column, or has nothing in it."""
    file = resources.files("craton") / "content" / "reference" / name
    rows = list(csv.DictReader(file.read_text("utf-8").splitlines()))
    for number, row in enumerate(rows, 2):
        for column in (*columns, "source"):
            if not row.get(column):
                raise DataError(f"`{name}` has nothing for `{column}` in line {number}")
    return rows
