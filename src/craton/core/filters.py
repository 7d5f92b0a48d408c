"""What a page is narrowed to: days, and values of the dimensions; written in a URL's query and back."""

from __future__ import annotations

import itertools
import re
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from craton.core.quoting import listed, ticked
from craton.core.spelling import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

DIMENSIONS: Final[Mapping[str, str]] = {
    "environment": "environment",
    "account": "account_id",
    "ou": "organizational_unit",
    "business_unit": "business_unit",
    "team": "team",
    "model": "model_base",
}
"""What can be filtered by, in canonical order: the word of the query, and the column that holds it."""

NAMES: Final = ("last", "from", "to", *DIMENSIONS)
"""What a query may ask for to narrow: the days, and values of dimensions."""

NONE: Final = "(none)"
"""The value that stands for rows in which the dimension is not known."""

DEFAULT_DAYS: Final = 30
MOST_DAYS: Final = 3660
_MOST_VALUES: Final = 200
_LONGEST_VALUE: Final = 400
_MOST_STRANGE: Final = 5
_LAST: Final = re.compile(r"([1-9][0-9]{0,3})d")
_ALL: Final = "all"


class Last(Struct, frozen=True):
    """The days up to the end of the data: so many of them, or all where `days` is None."""

    days: int | None = DEFAULT_DAYS

    def __str__(self) -> str:
        return _ALL if self.days is None else f"{self.days}d"


class Between(Struct, frozen=True):
    """The days from one to another, both included; an end that is None is open."""

    first: date | None
    last: date | None


class Days(Struct, frozen=True):
    """A range of days, both ends included; an end that is None is open."""

    first: date | None
    last: date | None

    @property
    def count(self) -> int | None:
        """How many days these are; None where an end is open."""
        if self.first is None or self.last is None:
            return None
        return (self.last - self.first).days + 1

    def before(self) -> Days | None:
        """As many days directly before these; None where there is no telling how many."""
        if self.first is None or self.count is None or (self.first - date.min).days < self.count:
            return None
        return Days(self.first - timedelta(days=self.count), self.first - timedelta(days=1))


class Filters(Struct, frozen=True):
    """A range of time, and for each dimension the values that are wanted; none means all.

    `chosen` holds dimensions in canonical order, each with its values sorted and each once.
    """

    time: Last | Between = Last()
    chosen: tuple[tuple[str, tuple[str, ...]], ...] = ()

    def values(self, dimension: str) -> tuple[str, ...]:
        """The wanted values of a dimension."""
        return dict(self.chosen).get(dimension, ())

    def with_values(self, dimension: str, values: Iterable[str]) -> Filters:
        """The same filters, with these values wanted of a dimension."""
        return msgspec.structs.replace(self, chosen=_canonical({**dict(self.chosen), dimension: values}))

    def without(self, dimension: str, value: str) -> Filters:
        """The same filters, with a value of a dimension wanted no more."""
        return self.with_values(dimension, [one for one in self.values(dimension) if one != value])

    def over(self, time: Last | Between) -> Filters:
        """The same filters over another time."""
        return msgspec.structs.replace(self, time=time)

    def pairs(self) -> list[tuple[str, str]]:
        """The names and values of the URL's query, in canonical order; what is the default is left out."""
        pairs: list[tuple[str, str]] = []
        match self.time:
            case Last():
                pairs += [] if self.time == Last() else [("last", str(self.time))]
            case Between(first, last):
                pairs += [("from", first.isoformat())] if first else []
                pairs += [("to", last.isoformat())] if last else []
        pairs += [(dimension, value) for dimension, values in self.chosen for value in values]
        return pairs

    def days(self, end: date) -> Days:
        """The days that are meant, where the data ends on the day `end`."""
        match self.time:
            case Last(count):
                if count is None:
                    return Days(None, None)
                return Days(end - timedelta(days=min(count - 1, (end - date.min).days)), end)
            case Between(first, last):
                return Days(first, last)


def parse_filters(
    pairs: Sequence[tuple[str, str]], others: Iterable[str] = ()
) -> tuple[Filters, tuple[str, ...]]:
    """The filters that a URL's query asks for, and what in it cannot be meant.

    `others` are names that the query may have beside them. A value that no row has is a filter like any
    other. What cannot be meant, such as a day that the calendar does not have, is left out and told, and so
    is a name that nobody knows.
    """
    asked: dict[str, list[str]] = {}
    for name, value in pairs:
        if value:
            asked.setdefault(name, []).append(value)
    problems: list[str] = []
    chosen = {}
    for dimension in DIMENSIONS:
        values = list(dict.fromkeys(asked.get(dimension, ())))
        if len(values) > _MOST_VALUES:
            problems.append(f"`{dimension}` has more than {_MOST_VALUES} values; the rest is left out")
        if any(len(value) > _LONGEST_VALUE for value in values):
            problems.append(
                f"`{dimension}` has a value of more than {_LONGEST_VALUE} characters; it is left out"
            )
        chosen[dimension] = [value for value in values if len(value) <= _LONGEST_VALUE][:_MOST_VALUES]
    time = _time(asked, problems)
    return Filters(time, _canonical(chosen)), (*problems, *_strange_names(pairs, others))


def _strange_names(pairs: Iterable[tuple[str, str]], others: Iterable[str]) -> Iterator[str]:
    """What is wrong with names in a URL's query that are neither a filter nor one of the others.

    Passed over, a filter that is misspelt would give the whole for the part that was asked for.
    """
    known = (*NAMES, *others)
    strange = dict.fromkeys(name for name, _ in pairs if name not in known)
    for name in itertools.islice(strange, _MOST_STRANGE):
        meant = did_you_mean(name, known) or f"there are {listed(known)}"
        yield f"there is no parameter {ticked(name)}; {meant}"


def _canonical(chosen: Mapping[str, Iterable[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    ordered = ((dimension, tuple(sorted(set(chosen.get(dimension, ()))))) for dimension in DIMENSIONS)
    return tuple((dimension, values) for dimension, values in ordered if values)


def _time(asked: Mapping[str, list[str]], problems: list[str]) -> Last | Between:
    first, last = (_day(name, asked, problems) for name in ("from", "to"))
    if first and last and first > last:
        problems.append(f"`from` is after `to`: {first} is later than {last}")
        return Last()
    if first or last:
        return Between(first, last)
    if "last" not in asked:
        return Last()
    text = asked["last"][-1]
    if text == _ALL:
        return Last(None)
    found = _LAST.fullmatch(text)
    if found is None or int(found[1]) > MOST_DAYS:
        problems.append(f"`last` is {ticked(text)}; say it like `7d`, `30d`, `90d` or `all`")
        return Last()
    return Last(int(found[1]))


def _day(name: str, asked: Mapping[str, list[str]], problems: list[str]) -> date | None:
    if name not in asked:
        return None
    text = asked[name][-1]
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(f"`{name}` is {ticked(text)}, which is no day; say it like `2026-11-30`")
        return None
