"""Statements as SQL over recorded requests: the fast path.

The relation of requests has the columns `principal`, `action`, `resource`, and for the condition key of
number `n` its value `v<n>` and whether it is there `h<n>`: true, false, or NULL where nobody can tell. What
cannot be said in SQL exactly as the simulator says it is no predicate, and the simulator is asked for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from craton.replay.request import is_everything
from craton.simulator.comparison import literal
from craton.simulator.condition import criterion
from craton.simulator.wildcard import ARN_PARTS, Mark, arn_glob, template

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from craton.core.policy import Condition, Patterns, Version
    from craton.simulator.condition import Criterion
    from craton.simulator.wildcard import Glob, Plain, Template

TRUE, FALSE = "true", "false"
_SPECIAL: Final = re.compile(r"([%_\\])")
_META: Final = re.compile(r"([\\.+*?()|\[\]{}^$])")
_BACKSLASH: Final = "\\"


def quoted(text: str) -> str:
    """A text as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def actions_sql(patterns: Patterns) -> str:
    """Whether a statement's Action or NotAction speaks of `action`; never NULL."""
    parts = (template(one.text.lower(), wildcards=True, variables=False) for one in patterns.patterns)
    return _negated(_fits("action", parts), negated=patterns.negated)


def resources_sql(patterns: Patterns | None) -> str:
    """Whether a Resource or NotResource without variables speaks of `resource`; NULL where that is."""
    if patterns is None:
        return TRUE
    if any(is_everything(one.text) for one in patterns.patterns):
        return FALSE if patterns.negated else TRUE
    parts = (template(one.text, wildcards=True, variables=False) for one in patterns.patterns)
    return _negated(_fits("resource", parts), negated=patterns.negated)


def condition_sql(condition: Condition, version: Version, numbers: Mapping[str, int]) -> str | None:
    """Whether a condition holds; NULL where its key is unknown, and None where SQL cannot say it.

    Raises: UserError, where there is no such operator.
    """
    asked = criterion(condition, version)
    if len(asked.keys) > 1 or asked.operator.quantifier:
        return None
    number = numbers[asked.key]
    if asked.operator.asks_presence:
        return _presence(asked, f"h{number}")
    fits = _compared(asked, f"v{number}")
    if fits is None:
        return None
    operator = asked.operator
    without = TRUE if operator.if_exists or operator.negated else FALSE
    present = _negated(fits, negated=operator.negated)
    return f"CASE WHEN h{number} THEN {present} WHEN NOT h{number} THEN {without} END"


def _presence(asked: Criterion, column: str) -> str:
    wanted = {literal(one.parts).lower() for one in asked.wanted}
    there, gone = ("false" in wanted), ("true" in wanted)
    if there and gone:
        return f"CASE WHEN {column} IS NOT NULL THEN true END"
    if there:
        return column
    return f"NOT {column}" if gone else f"CASE WHEN {column} IS NOT NULL THEN false END"


def _compared(asked: Criterion, column: str) -> str | None:
    """Whether a value that is there fits one of those that the policy holds."""
    name = asked.operator.name
    if any("\0" in literal(one.parts) for one in asked.wanted):
        return None
    if name in ("StringEquals", "StringNotEquals"):
        return _among(column, [literal(one.parts) for one in asked.wanted])
    if name in ("StringLike", "StringNotLike"):
        return _fits(column, asked.wanted)
    if name == "Bool":
        truths = {literal(one.parts).lower() for one in asked.wanted} & {"true", "false"}
        return _among(f"lower({column})", sorted(truths))
    if name in ("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"):
        return _any(_fits_arn(column, one) for one in asked.wanted)
    return None


def _among(column: str, texts: Iterable[str]) -> str:
    listed = ", ".join(quoted(text) for text in dict.fromkeys(texts))
    return f"{column} IN ({listed})" if listed else FALSE


def _fits(column: str, parts: Iterable[Template]) -> str:
    """Whether a text fits one of several, those without wildcards in one comparison."""
    exact: list[str] = []
    like: list[str] = []
    for part in parts:
        plain = _plain(part)
        if any(isinstance(one, Mark) for one in plain):
            like.append(_like(column, plain))
        else:
            exact.append(literal(plain))
    tests = [_among(column, exact)] if exact else []
    return _any([*tests, *like])


def _plain(part: Template) -> tuple[Plain, ...]:
    filled = part.filled({})
    return filled[0] if filled else ()


def _like(column: str, plain: tuple[Plain, ...]) -> str:
    marks = {Mark.ANY: "%", Mark.ONE: "_"}
    texts = [literal((one,)) if not isinstance(one, Mark) else "" for one in plain]
    special = any(_SPECIAL.search(text) for text in texts)
    pattern = "".join(
        marks[one] if isinstance(one, Mark) else _SPECIAL.sub(r"\\\1", text)
        for one, text in zip(plain, texts, strict=True)
    )
    escape = f" ESCAPE {quoted(_BACKSLASH)}" if special else ""
    return f"{column} LIKE {quoted(pattern)}{escape}"


def _fits_arn(column: str, part: Template) -> str:
    """Whether the six parts of an ARN fit, one by one; what has fewer is no ARN.

    Where the pattern has no `*` before its fifth colon, and no `?`, its parts cannot reach over colons, and
    the whole may be compared at once.
    """
    plain = _plain(part)
    segments = arn_glob(plain).segments
    if len(segments) != ARN_PARTS:
        return FALSE
    if all(len(one.chunks) == 1 and not one.chunks[0].holes for one in segments[:-1]):
        return (
            _like(column, plain)
            if any(isinstance(one, Mark) for one in plain)
            else (f"{column} = {quoted(literal(plain))}")
        )
    expression = ":".join(
        _expression(one, "[^:]" if number < ARN_PARTS - 1 else ".") for number, one in enumerate(segments)
    )
    return f"regexp_full_match({column}, {quoted(expression)}, 's')"


def _expression(segment: Glob, letter: str) -> str:
    """A segment as a regular expression: any number of `letter` for `*`, one for `?`."""
    chunks = []
    for chunk in segment.chunks:
        pieces, before = [], 0
        for hole in (*chunk.holes, len(chunk.text)):
            pieces.append(_escaped(chunk.text[before:hole]))
            before = hole + 1
        chunks.append(letter.join(pieces))
    return f"{letter}*".join(chunks)


def _escaped(text: str) -> str:
    return _META.sub(r"\\\1", text)


def _any(tests: Iterable[str]) -> str:
    found = [one for one in tests if one != FALSE]
    return f"({' OR '.join(found)})" if found else FALSE


def _negated(test: str, *, negated: bool) -> str:
    if not negated:
        return test
    return {TRUE: FALSE, FALSE: TRUE}.get(test, f"NOT {test}" if test.startswith("(") else f"NOT ({test})")
