"""Filter patterns of CloudWatch Logs: which log events a filter takes.

Three languages: terms (`ERROR -debug`), JSON (`{ $.status >= 500 && $.path = "/a*" }`) and fields divided by
spaces (`[ip, user, status = 4*]`).

Source: "Filter pattern syntax for metric filters, subscription filters, filter log events, and Live Tail",
docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

from craton.emulator.errors import ServiceError

Matcher: TypeAlias = Callable[[str], bool]
Test: TypeAlias = Callable[[Any], bool]

_TERM: Final = re.compile(r'([?-]?)(?:"((?:[^"\\]|\\.)*)"|%([^%]*)%|(\w+))(?:\s+|$)')
_FIELD: Final = re.compile(r'"([^"]*)"|\[([^\]]*)\]|(\S+)')
_TOKEN: Final = re.compile(
    r'\s*(?:(&&|\|\||\(|\)|!=|<=|>=|=|<|>)|"((?:[^"\\]|\\.)*)"|(%[^%]*%)|(\$[^\s=!<>&|)]*)|([^\s=!<>&|()]+))'
)
_STEP: Final = re.compile(r"\.?\[\s*(\d+|\*|'[^']*'|\"[^\"]*\")\s*\]|\.([^.\[\]]+)")
_NUMBER: Final = re.compile(r"[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?")
_COMPARISONS: Final = ("=", "!=", "<", "<=", ">", ">=")
_ABSENT: Final = object()


@functools.lru_cache(maxsize=1024)
def matcher(pattern: str) -> Matcher:
    """What tells whether a message passes the pattern. Raises: ServiceError for what is no pattern."""
    text = pattern.strip()
    if not text:
        return lambda _: True
    if text.startswith("{") and text.endswith("}"):
        return _of_json(text[1:-1])
    if text.startswith("[") and text.endswith("]"):
        return _of_fields(text[1:-1])
    return _of_terms(text)


def _invalid() -> ServiceError:
    return ServiceError("InvalidParameterException", "Invalid filter pattern")


def _of_terms(text: str) -> Matcher:
    required: list[Matcher] = []
    excluded: list[Matcher] = []
    optional: list[Matcher] = []
    at = 0
    while at < len(text):
        found = _TERM.match(text, at)
        if found is None:
            raise _invalid()
        sign, phrase, expression, word = found.groups()
        term = (
            _regular(expression) if expression is not None else _containing(phrase if word is None else word)
        )
        {"": required, "-": excluded, "?": optional}[sign].append(term)
        at = found.end()

    def matches(message: str) -> bool:
        if any(one(message) for one in excluded) or not all(one(message) for one in required):
            return False
        return not optional or bool(required) or any(one(message) for one in optional)

    return matches


def _containing(term: str) -> Matcher:
    wanted = term.replace('\\"', '"')
    return lambda message: wanted in message


def _regular(expression: str) -> Matcher:
    try:
        compiled = re.compile(expression)
    except re.error as error:
        raise _invalid() from error
    return lambda message: compiled.search(message) is not None


def _of_fields(text: str) -> Matcher:
    """Fields by place: names alone take anything, `...` takes any number of them."""
    fields = [one.strip() for one in text.split(",")]
    tests: list[Callable[[str], bool] | None] = [None if one == "..." else _field(one) for one in fields]
    gap = tests.index(None) if None in tests else None
    if tests.count(None) > 1:
        raise _invalid()

    def matches(message: str) -> bool:
        values = [
            next(part for part in one if part is not None) for one in map(_groups, _FIELD.finditer(message))
        ]
        if gap is None:
            pairs = list(zip(tests, values, strict=False)) if len(tests) == len(values) else None
        elif len(values) < len(tests) - 1:
            pairs = None
        else:
            after = len(tests) - gap - 1
            tail = list(zip(tests[gap + 1 :], values[len(values) - after :], strict=True))
            pairs = [*zip(tests[:gap], values[:gap], strict=True), *tail]
        return pairs is not None and all(test is not None and test(value) for test, value in pairs)

    return matches


def _groups(found: re.Match[str]) -> tuple[str | None, ...]:
    return found.groups()


def _field(text: str) -> Callable[[str], bool]:
    tokens = _tokens(text)
    if len(tokens) == 1:
        return lambda _: True
    name = tokens[0]
    reader = _Reader(tokens, lambda told: (lambda value: value) if told == name else None)
    return reader.whole()


def _of_json(text: str) -> Matcher:
    test = _Reader(_tokens(text), _selector).whole()

    def matches(message: str) -> bool:
        try:
            document = json.loads(message)
        except ValueError:
            return False
        return test(document)

    return matches


def _tokens(text: str) -> list[str]:
    """The tokens of an expression; a quoted text keeps a quotation mark in front."""
    found: list[str] = []
    at = 0
    while text[at:].strip():
        token = _TOKEN.match(text, at)
        if token is None:
            raise _invalid()
        sign, quoted, expression, selector, word = token.groups()
        if quoted is not None:
            found.append(f'"{quoted}')
        else:
            found.append(sign or expression or selector or word)
        at = token.end()
    return found


def _selector(text: str) -> Callable[[Any], Any] | None:
    if not text.startswith("$"):
        return None
    steps: list[str | int] = []
    rest = text[1:]
    while rest:
        found = _STEP.match(rest)
        if found is None:
            return None
        index, name = found.groups()
        steps.append(name if index is None else int(index) if index.isdigit() else index.strip("'\""))
        rest = rest[found.end() :]

    def select(document: Any) -> Any:
        for step in steps:
            if isinstance(step, int):
                document = document[step] if isinstance(document, list) and step < len(document) else _ABSENT
            else:
                document = document.get(step, _ABSENT) if isinstance(document, dict) else _ABSENT
        return document

    return select


class _Reader:
    """Reads the tokens of an expression; `select` tells what a token takes from a value."""

    def __init__(self, tokens: list[str], select: Callable[[str], Callable[[Any], Any] | None]) -> None:
        self._tokens = tokens
        self._at = 0
        self._select = select

    def whole(self) -> Test:
        """The test of the whole expression."""
        test = self._either()
        if self._at != len(self._tokens):
            raise _invalid()
        return test

    def _next(self) -> str:
        if self._at == len(self._tokens):
            raise _invalid()
        self._at += 1
        return self._tokens[self._at - 1]

    def _is_next(self, token: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == token:
            self._at += 1
            return True
        return False

    def _either(self) -> Test:
        tests = [self._both()]
        while self._is_next("||"):
            tests.append(self._both())
        return lambda value: any(test(value) for test in tests)

    def _both(self) -> Test:
        tests = [self._single()]
        while self._is_next("&&"):
            tests.append(self._single())
        return lambda value: all(test(value) for test in tests)

    def _single(self) -> Test:
        if self._is_next("("):
            test = self._either()
            if not self._is_next(")"):
                raise _invalid()
            return test
        select = self._select(self._next())
        if select is None:
            raise _invalid()
        operator = self._next()
        if operator in _COMPARISONS:
            compare = _comparison(operator, self._next())
            return lambda value: compare(select(value))
        match (operator.upper(), self._next().upper()):
            case ("IS", "TRUE"):
                return lambda value: select(value) is True
            case ("IS", "FALSE"):
                return lambda value: select(value) is False
            case ("IS", "NULL"):
                return lambda value: select(value) is None
            case ("NOT", "EXISTS"):
                return lambda value: select(value) is _ABSENT
            case _:
                raise _invalid()


def _comparison(operator: str, told: str) -> Test:
    if operator in ("=", "!="):
        same = _equality(told)
        if operator == "=":
            return lambda value: value is not _ABSENT and same(value)
        return lambda value: value is not _ABSENT and not same(value)
    if not _NUMBER.fullmatch(told):
        raise _invalid()
    bound = float(told)
    return lambda value: _ordered(operator, _number(value), bound)


def _ordered(operator: str, value: float | None, bound: float) -> bool:
    if value is None:
        return False
    match operator:
        case "<":
            return value < bound
        case "<=":
            return value <= bound
        case ">":
            return value > bound
        case _:
            return value >= bound


def _number(value: Any) -> float | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else None


def _equality(told: str) -> Test:
    if told.startswith("%"):
        search = _regular(told.strip("%"))
        return lambda value: isinstance(value, str) and search(value)
    if not told.startswith('"') and _NUMBER.fullmatch(told):
        wanted = float(told)
        return lambda value: _number(value) == wanted
    text = told.removeprefix('"').replace('\\"', '"')
    shape = re.compile(".*".join(map(re.escape, text.split("*"))), re.DOTALL)
    return lambda value: shape.fullmatch(str(value)) is not None
