"""Lists are put together again as they were, whatever they have in common."""

from __future__ import annotations

from typing import Any

import pytest

from craton.compiler.mapped_list import mapped_list

PREFIX = "arn:aws:bedrock:*::foundation-model/"


def resolved(value: Any, held: list[str]) -> Any:
    """The value as CloudFormation makes it, where the mapping holds a list."""
    if value == "found":
        return held
    if isinstance(value, dict):
        ((name, (separator, of)),) = value.items()
        inner = resolved(of, held)
        return inner.split(separator) if name == "Fn::Split" else separator.join(inner)
    return [resolved(one, held) for one in value] if isinstance(value, list) else value


def test_what_all_lists_have_stands_once_and_prefixes_go() -> None:
    common = ["arn:aws:bedrock:*:*:inference-profile/*", "arn:aws:bedrock:*:*:project/*"]
    lists = {
        "dev": [*(f"{PREFIX}a{number}" for number in range(9)), *common],
        "prod": [f"{PREFIX}b1", *common],
    }
    short = mapped_list(lists)
    assert short is not None
    assert (short.prefix, list(short.common)) == (PREFIX, common)
    assert short.held == {"dev": [f"a{number}" for number in range(9)], "prod": ["b1"]}
    for name, items in lists.items():
        joined: Any = short.joined("found")  # type: ignore[arg-type]
        assert resolved(joined, list(short.held[name])) == items


@pytest.mark.parametrize(
    "lists",
    [
        {"dev": ["a", "b"], "prod": ["a"]},
        {"dev": [f"{PREFIX}a,b"] * 9, "prod": [f"{PREFIX}c"]},
        {"dev": [f"{PREFIX}a{number}" for number in range(9)], "prod": []},
        {"dev": [{"Ref": "A"}] * 99, "prod": [{"Ref": "B"}]},
        {"dev": 1, "prod": 2},
    ],
)
def test_lists_for_which_that_saves_little_or_cannot_be_stay(lists: Any) -> None:
    assert mapped_list(lists) is None
