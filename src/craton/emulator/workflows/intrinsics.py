"""The intrinsic functions of payload templates.

Source: "Intrinsic functions for JSONPath states in Step Functions", docs.aws.amazon.com/step-functions/
latest/dg/intrinsic-functions.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import uuid
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.workflows.failure import INTRINSIC, StateFailure

if TYPE_CHECKING:
    from collections.abc import Callable

_CALL: Final = re.compile(r"\s*(States\.[A-Za-z0-9]+)\(")
_TEXT: Final = re.compile(r"\s*'((?:[^'\\]|\\.)*)'\s*")
_PLAIN: Final = re.compile(r"\s*([^,()']+?)\s*(?=[,)]|$)")
_ESCAPED: Final = re.compile(r"\\(.)")


def is_intrinsic(text: str) -> bool:
    """Whether a text of a template calls a function."""
    return text.startswith("States.")


def check(text: str) -> None:
    """Raises: ServiceError for what is no call; NotEmulatedError for functions that are not there."""
    _evaluated(text, lambda _: None, dry=True)


def evaluate(text: str, lookup: Callable[[str], Any]) -> Any:
    """What a call gives; `lookup` tells what stands at a path. Raises: StateFailure."""
    return _evaluated(text, lookup, dry=False)


def _evaluated(text: str, lookup: Callable[[str], Any], *, dry: bool) -> Any:
    value, rest = _call(text, lookup, dry=dry)
    if rest.strip():
        raise ServiceError("InvalidDefinition", f"Invalid intrinsic function '{text}'")
    return value


def _call(text: str, lookup: Callable[[str], Any], *, dry: bool) -> tuple[Any, str]:
    """The value of the call at the beginning of a text, and what follows it."""
    found = _CALL.match(text)
    if found is None:
        raise ServiceError("InvalidDefinition", f"Invalid intrinsic function '{text}'")
    name, rest, given = found[1], text[found.end() :], []
    while not rest.lstrip().startswith(")"):
        value, rest = _argument(rest, lookup, dry=dry)
        given.append(value)
        rest = rest.lstrip()
        if rest.startswith(","):
            rest = rest[1:]
        elif not rest.startswith(")"):
            raise ServiceError("InvalidDefinition", f"Invalid intrinsic function '{text}'")
    function = _FUNCTIONS.get(name)
    if function is None:
        raise NotEmulatedError(f"the intrinsic function {name}")
    rest = rest.lstrip()[1:]
    if dry:
        return None, rest
    try:
        return function(*given), rest
    except (TypeError, ValueError, IndexError, KeyError, AttributeError) as error:
        raise StateFailure(INTRINSIC, f"{name} failed: {error}") from error


def _argument(text: str, lookup: Callable[[str], Any], *, dry: bool) -> tuple[Any, str]:
    if _CALL.match(text):
        return _call(text, lookup, dry=dry)
    quoted = _TEXT.match(text)
    if quoted:
        return _ESCAPED.sub(r"\1", quoted[1]) if "{" not in quoted[1] else quoted[1], text[quoted.end() :]
    plain = _PLAIN.match(text)
    if plain is None:
        raise ServiceError("InvalidDefinition", f"Invalid argument '{text}' of an intrinsic function")
    word, rest = plain[1], text[plain.end() :]
    if word.startswith("$"):
        return lookup(word), rest
    try:
        return json.loads(word), rest
    except ValueError as error:
        raise ServiceError(
            "InvalidDefinition", f"Invalid argument '{word}' of an intrinsic function"
        ) from error


def _format(template: str, *values: Any) -> str:
    parts = re.split(r"(?<!\\)\{\}", template)
    if len(parts) != len(values) + 1:
        raise ValueError(f"{len(parts) - 1} places for {len(values)} values")
    texts = [one if isinstance(one, str) else json.dumps(one) for one in values]
    woven = [piece for pair in zip(parts, [*texts, ""], strict=True) for piece in pair]
    unescaped = [_ESCAPED.sub(r"\1", one) if number % 2 == 0 else one for number, one in enumerate(woven)]
    return "".join(unescaped)


def _unique(items: list[Any]) -> list[Any]:
    found: list[Any] = []
    for one in items:
        if one not in found:
            found.append(one)
    return found


def _partition(items: list[Any], size: int) -> list[list[Any]]:
    return [items[start : start + size] for start in range(0, len(items), size)]


def _merge(first: dict[str, Any], second: dict[str, Any], deep: bool) -> dict[str, Any]:
    if deep:
        raise ValueError("deep merging is not supported")
    return {**first, **second}


def _hash(value: str, algorithm: str) -> str:
    known = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}
    return hashlib.new(known[algorithm], value.encode(), usedforsecurity=False).hexdigest()


_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "States.Array": lambda *values: list(values),
    "States.ArrayContains": lambda items, one: one in items,
    "States.ArrayGetItem": lambda items, index: items[index],
    "States.ArrayLength": len,
    "States.ArrayPartition": _partition,
    "States.ArrayRange": lambda first, last, step: list(range(first, last + 1, step)),
    "States.ArrayUnique": _unique,
    "States.Base64Decode": lambda text: base64.b64decode(text).decode(),
    "States.Base64Encode": lambda text: base64.b64encode(text.encode()).decode(),
    "States.Format": _format,
    "States.Hash": _hash,
    "States.JsonMerge": _merge,
    "States.JsonToString": json.dumps,
    "States.MathAdd": lambda first, second: first + second,
    "States.StringSplit": lambda text, signs: [one for one in re.split(f"[{re.escape(signs)}]", text) if one],
    "States.StringToJson": json.loads,
    "States.UUID": lambda: str(uuid.uuid4()),
}
