"""One text to one value, by the type that is expected."""

from __future__ import annotations

import datetime as dt
import functools
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from msgspec import inspect as types

from craton.codec.type_words import in_yaml, with_article
from craton.core.plural import plural
from craton.core.quoting import listed, ticked
from craton.core.spelling import did_you_mean

if TYPE_CHECKING:
    from craton.codec.type_words import Described


class UnfitError(Exception):
    """A text that is no value of the expected type, and why."""

    def __init__(self, rule: str, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.rule = rule
        self.message = message
        self.hint = hint


def read(text: str, *, plain: bool, kind: Described) -> Any:
    """The value that `text` is; `plain` where it was written without quotes.

    Raises: UnfitError where it is none; TypeError where the type is not one that files hold.
    """
    value: Any
    match kind.type:
        case types.StrType() as of:
            value = _text(text, plain, kind, of)
        case types.LiteralType() as of:
            value = _choice(text, {str(choice): choice for choice in of.values}, kind)
        case types.BoolType():
            value = _truth(text, plain)
        case types.IntType() | types.FloatType() | types.DecimalType() as of:
            value = _number(text, plain, kind, of)
        case types.DateType():
            value = _date(text)
        case _:
            raise TypeError(f"files hold no {kind.type}")
    return value


def wanted(kind: Described) -> str:
    """What a value of the type is called, with its article."""
    if kind.noun:
        return with_article(kind.noun)
    if isinstance(kind.type, types.LiteralType):
        return listed([str(value) for value in kind.type.values], "or")
    return _NOUNS.get(type(kind.type)) or with_article(kind.shape)


_NOUNS: Final = {
    types.BoolType: "`true` or `false`",
    types.IntType: "a whole number",
    types.FloatType: "a number",
    types.DecimalType: "a number",
    types.DateType: "a date",
}


_TRUTH_WORDS: Final = frozenset({"true", "false", "yes", "no", "on", "off"})


def _text(text: str, plain: bool, kind: Described, of: types.StrType) -> str:
    if plain and text.lower() in _TRUTH_WORDS:
        message = f"{ticked(text)} is ambiguous: it stands for a text here, but YAML may read a truth value"
        raise UnfitError("ambiguous", message, f'quote it: `"{text}"`')
    if of.min_length is not None and len(text) < of.min_length:
        raise UnfitError(
            "wrong_value", f"{ticked(text)} is shorter than {plural(of.min_length, 'character')}"
        )
    if of.max_length is not None and len(text) > of.max_length:
        most = plural(of.max_length, "character")
        raise UnfitError("wrong_value", f"{ticked(text)} is longer than {most}")
    if of.pattern is not None and _pattern(of.pattern).search(text) is None:
        hint = kind.advice(text) or (f"{wanted(kind)} is {kind.form}" if kind.form else kind.about)
        raise UnfitError(
            "wrong_value", f"{ticked(text) if text else 'an empty text'} is not {wanted(kind)}", hint
        )
    return text


@functools.cache
def _pattern(pattern: str) -> re.Pattern[str]:
    """The pattern, with an end that lets no line break pass, as JSON Schema means it."""
    return re.compile(rf"{pattern[:-1]}\Z" if pattern.endswith("$") else pattern)


def _choice(text: str, choices: dict[str, Any], kind: Described) -> Any:
    if text in choices:
        return choices[text]
    hint = did_you_mean(text, choices) or kind.about
    raise UnfitError("wrong_value", f"{ticked(text)} is not one of {listed(list(choices), 'or')}", hint)


def _truth(text: str, plain: bool) -> bool:
    meant = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}.get(
        text.lower()
    )
    if plain and text in ("true", "false"):
        return text == "true"
    hint = None if meant is None else f"write {ticked(in_yaml(meant))}{'' if plain else ', without quotes'}"
    raise UnfitError("wrong_value", f"{ticked(text)} is neither `true` nor `false`", hint)


_WHOLE: Final = re.compile(r"[-+]?[0-9]+\Z")
_NUMBER: Final = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?\Z")
_MOST_DIGITS: Final = 40
"""Longer numbers are mistakes, and slow to convert."""


def _number(
    text: str, plain: bool, kind: Described, of: types.IntType | types.FloatType | types.DecimalType
) -> int | float | Decimal:
    whole = isinstance(of, types.IntType)
    fits = (_WHOLE if whole else _NUMBER).match(text) is not None and len(text) <= _MOST_DIGITS
    if not fits or (whole and not plain):
        hint = _number_hint(text, plain, whole) or _fitting_number(kind, of)
        raise UnfitError("wrong_value", f"{ticked(text)} is not {wanted(kind)}", hint)
    number = Decimal(text)
    for limit, broken, words in _limits(kind, of):
        if broken(number, limit):
            message = f"{ticked(text)} must be {words} {limit}"
            raise UnfitError("out_of_range", message, _fitting_number(kind, of))
    match of:
        case types.IntType():
            return int(text)
        case types.FloatType():
            return float(text)
        case types.DecimalType():
            return number


def _number_hint(text: str, plain: bool, whole: bool) -> str | None:
    bare = text.strip().rstrip("%$").lstrip("$").strip().replace("_", "").replace(" ", "")
    is_grouped = re.fullmatch(r"[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]+)?", bare)
    bare = bare.replace(",", "" if is_grouped else ".")
    fits = (_WHOLE if whole else _NUMBER).match(bare) is not None and len(bare) <= _MOST_DIGITS
    if not fits:
        return None
    return f"write `{bare}`{'' if plain else ', without quotes'}"


_A_NUMBER: Final = "8"
"""What is shown where a type has neither limits nor an example."""


def _fitting_number(kind: Described, of: types.IntType | types.FloatType | types.DecimalType) -> str:
    """What to write: between which limits, or a number that keeps to the one there is."""
    least, above, most = (_limit(name, kind, of) for name in ("ge", "gt", "le"))
    low = f"from {least}" if least is not None else f"above {above}" if above is not None else None
    if low is not None and most is not None:
        return f"write {wanted(kind)} {low} to {most}"
    example = kind.example if isinstance(kind.example, int | float | Decimal) else None
    shown = next((one for one in (example, least, most) if one is not None), _A_NUMBER)
    return f"write {wanted(kind)} such as `{shown}`"


def _limit(name: str, kind: Described, of: types.IntType | types.FloatType | types.DecimalType) -> Any:
    """A limit of a number, or None. msgspec sets none on decimals: notes do."""
    return getattr(of, name, kind.notes.get(name))


def _limits(
    kind: Described, of: types.IntType | types.FloatType | types.DecimalType
) -> list[tuple[Any, Any, str]]:
    """The limits that are set, how each is broken, and its words."""
    limits = (
        ("ge", lambda number, limit: number < limit, "at least"),
        ("gt", lambda number, limit: number <= limit, "more than"),
        ("le", lambda number, limit: number > limit, "at most"),
        ("lt", lambda number, limit: number >= limit, "less than"),
        ("multiple_of", lambda number, limit: number % limit != 0, "a multiple of"),
    )
    given = [(_limit(name, kind, of), broken, words) for name, broken, words in limits]
    return [(Decimal(str(limit)), broken, words) for limit, broken, words in given if limit is not None]


def _date(text: str) -> dt.date:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            message = f"{ticked(text)} is no day of the calendar"
            raise UnfitError("wrong_value", message, "a date is year, month and day: `2026-09-30`") from None
    raise UnfitError("wrong_value", f"{ticked(text)} is not a date", _date_hint(text))


def _date_hint(text: str) -> str:
    numbers = re.match(r"([0-9]{4})[-/.]?([0-9]{1,2})[-/.]?([0-9]{1,2})(?![0-9])", text)
    if numbers:
        year, month, day = (int(number) for number in numbers.groups())
        try:
            return f"did you mean `{dt.date(year, month, day).isoformat()}`?"
        except ValueError:
            pass
    return "a date is year, month and day: `2026-09-30`"
