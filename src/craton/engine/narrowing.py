"""Filters put into a query: what it reads is narrowed by those filters whose columns all of it has.

A filter that only a part of it could follow narrows nothing: figures of one team beside those of the whole
organization would be compared as if they were of the same.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.core.filters import DIMENSIONS, NONE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from craton.core.filters import Days, Filters

TIME: Final = "time"
"""The name that the range of days has among filters."""

BUCKET: Final = "craton_bucket"
"""The relation of a trend's buckets, which no panel can mean."""

_OPENING_WITH: Final = re.compile(r"\s*(?:--[^\n]*\n\s*)*WITH(?P<recursive>\s+RECURSIVE)?\b", re.IGNORECASE)


class Narrowed(Struct, frozen=True):
    """A query with its parameters, and the active filters that narrow nothing in it.

    Some relation that it reads has no column for them.
    """

    sql: str
    parameters: dict[str, object]
    not_filtered_by: tuple[str, ...]


class Buckets(Struct, frozen=True):
    """A range of days cut into `count` buckets of `length` days each; the last ends with the range."""

    first: date
    length: int
    count: int


def narrowed(
    sql: str, reads: Sequence[str], columns: Mapping[str, frozenset[str]], filters: Filters, days: Days
) -> Narrowed:
    """The query over no other rows than the filters and the days allow; values are parameters, never text."""
    conditions = _Conditions(filters, days, _shared(reads, columns))
    narrowings = {relation: _where(relation, conditions.all) for relation in reads if conditions.all}
    return Narrowed(_with(narrowings, sql), conditions.parameters, tuple(conditions.missing))


def narrowed_by_bucket(
    sql: str,
    reads: Sequence[str],
    columns: Mapping[str, frozenset[str]],
    filters: Filters,
    buckets: Buckets,
) -> Narrowed | None:
    """The query asked once for each bucket of days, whose number from 0 is the first column of the answer.

    None where a relation has no days.
    """
    if any("day" not in columns[relation] for relation in reads):
        return None
    conditions = _Conditions(filters, None, _shared(reads, columns))
    in_bucket = ["day >= $bucket_first", f"(day - $bucket_first) // $bucket_length = {BUCKET}.number"]
    narrowings = {relation: _where(relation, [*conditions.all, *in_bucket]) for relation in reads}
    return Narrowed(
        f"SELECT {BUCKET}.number, answer.* "  # noqa: S608 - the panel's text and names of our own
        f"FROM (SELECT range AS number FROM range($bucket_count)) AS {BUCKET}, "
        f"LATERAL ({_with(narrowings, sql)}) AS answer ORDER BY {BUCKET}.number",
        {
            **conditions.parameters,
            "bucket_first": buckets.first,
            "bucket_length": buckets.length,
            "bucket_count": buckets.count,
        },
        tuple(conditions.missing),
    )


def _shared(reads: Sequence[str], columns: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The columns that every relation has."""
    return frozenset.intersection(*(columns[relation] for relation in reads)) if reads else frozenset()


class _Conditions:
    """Conditions on the columns that all relations have, and the filters for which there is none."""

    def __init__(self, filters: Filters, days: Days | None, columns: frozenset[str]) -> None:
        self._filters = filters
        self._days = days
        self._columns = columns
        self.parameters: dict[str, object] = {}
        self.missing: list[str] = []
        self.all: tuple[str, ...] = (*self._time(), *self._dimensions())

    def _time(self) -> Iterator[str]:
        if self._days is None or (self._days.first is None and self._days.last is None):
            return
        if "day" not in self._columns:
            self.missing.append(TIME)
            return
        for name, sign, day in (("day_first", ">=", self._days.first), ("day_last", "<=", self._days.last)):
            if day is not None:
                self.parameters[name] = day
                yield f"day {sign} ${name}"

    def _dimensions(self) -> Iterator[str]:
        for dimension, values in self._filters.chosen:
            column = DIMENSIONS[dimension]
            if column not in self._columns:
                self.missing.append(dimension)
                continue
            names = []
            for number, value in enumerate(value for value in values if value != NONE):
                names.append(f"{dimension}_{number}")
                self.parameters[names[-1]] = value
            either = [f"{column} IN ({', '.join(f'${name}' for name in names)})"] if names else []
            if dimension == "ou":
                either += [f"starts_with({column}, ${name} || '/')" for name in names]
            if NONE in values:
                either.append(f"{column} IS NULL")
            yield f"({' OR '.join(either)})"


def _where(relation: str, conditions: Sequence[str]) -> str:
    return f"SELECT * FROM main.{relation} WHERE {' AND '.join(conditions)}"  # noqa: S608 - our own names


def _with(narrowings: Mapping[str, str], sql: str) -> str:
    """The query behind common table expressions of the names that it reads.

    They join the query's own WITH, because a WITH around it would set the order of its rows free.
    """
    if not narrowings:
        return sql
    # What is asked twice would else be copied first, with all of its columns and rows.
    listed = ", ".join(f"{relation} AS NOT MATERIALIZED ({query})" for relation, query in narrowings.items())
    own = _OPENING_WITH.match(sql)
    if own is None:
        return f"WITH {listed}\n{sql}"
    return f"WITH{own['recursive'] or ''} {listed},\n{sql[own.end() :].lstrip()}"
