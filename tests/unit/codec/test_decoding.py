from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import pytest
from msgspec import Meta, Struct, field

from craton.codec.decoding import Decoded, decode
from craton.codec.yaml_source import read


class Inner(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: Annotated[str, Meta(description="what it is called", examples=["x"])]
    since: date | None = field(name="from", default=None)
    count: Annotated[int, Meta(ge=1, le=9)] = 1


class Circle(Struct, frozen=True, forbid_unknown_fields=True, tag="circle", tag_field="shape"):
    radius: Decimal


class Square(Struct, frozen=True, forbid_unknown_fields=True, tag="square", tag_field="shape"):
    side: float


class Outer(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    name: str = ""
    flag: bool = False
    ratio: Annotated[Decimal, Meta(extra={"ge": Decimal(0), "le": Decimal(1)})] | None = None
    kind: Literal["red", "green"] = "red"
    when: date | None = None
    parts: tuple[Inner, ...] = ()
    by_name: dict[Annotated[str, Meta(pattern="^[a-z]+$", title="short name")], tuple[str, ...]] = {}
    pair: tuple[int, str] | None = None
    drawn: Circle | Square | None = None
    text_or_list: str | tuple[str, ...] = ""
    number_or_text: int | str = 0
    few: Annotated[list[str], Meta(min_length=1, max_length=2)] | None = None


def decoded(text: str, kind: Any = Outer) -> Decoded[Any]:
    return decode(read(text.encode(), "f.yaml"), kind)


def told(text: str, kind: Any = Outer) -> list[str]:
    return [str(found).removeprefix("f.yaml:") for found in decoded(text, kind).diagnostics]


def test_a_sound_file_becomes_its_value() -> None:
    text = """
name: 0123
flag: true
ratio: 0.10
kind: green
when: 2026-02-28
parts:
  - {name: a, from: 2026-01-01, count: 9}
  - name: b
by_name: {ab: [x, y]}
pair: [7, seven]
drawn: {shape: circle, radius: 1.50}
text_or_list: [p, q]
number_or_text: many
few: [one]
"""
    found = decoded(text)
    assert found.diagnostics == ()
    assert found.value == Outer(
        name="0123",
        flag=True,
        ratio=Decimal("0.10"),
        kind="green",
        when=date(2026, 2, 28),
        parts=(Inner(name="a", since=date(2026, 1, 1), count=9), Inner(name="b")),
        by_name={"ab": ("x", "y")},
        pair=(7, "seven"),
        drawn=Circle(Decimal("1.50")),
        text_or_list=("p", "q"),
        number_or_text="many",
        few=["one"],
    )
    assert str(found.value.ratio) == "0.10"


@pytest.mark.parametrize("text", ["when:", "when: ~", "when: null"])
def test_nothing_is_a_value_only_where_nothing_may_be(text: str) -> None:
    assert decoded(text).value == Outer()
    assert told("name:") == ["1:1: error: `name` has no value\n  hint: write a text here, or remove it"]


@pytest.mark.parametrize(
    ("text", "place", "message", "hint"),
    [
        ("flag: yes", "1:7", "`yes` is neither `true` nor `false`", "write `true`"),
        ("flag: 'true'", "1:7", "`true` is neither `true` nor `false`", "write `true`, without quotes"),
        ("flag: perhaps", "1:7", "`perhaps` is neither `true` nor `false`", None),
        ("ratio: 1.5", "1:8", "`1.5` must be at most 1", "write a number from 0 to 1"),
        ("ratio: -0.1", "1:8", "`-0.1` must be at least 0", "write a number from 0 to 1"),
        ("ratio: 0,5", "1:8", "`0,5` is not a number", "write `0.5`"),
        ("ratio: 50%", "1:8", "`50%` is not a number", "write `50`"),
        ("ratio: .inf", "1:8", "`.inf` is not a number", "write a number from 0 to 1"),
        ("ratio: .nan", "1:8", "`.nan` is not a number", "write a number from 0 to 1"),
        ("pair: [1e400, y]", "1:8", "`1e400` is not a whole number", "write a whole number such as `8`"),
        ("kind: Green", "1:7", "`Green` is not one of `green` or `red`", "did you mean `green`?"),
        ("kind: blue", "1:7", "`blue` is not one of `green` or `red`", None),
        ("when: 2026-2-3", "1:7", "`2026-2-3` is not a date", "did you mean `2026-02-03`?"),
        ("when: 2026/02/03", "1:7", "`2026/02/03` is not a date", "did you mean `2026-02-03`?"),
        (
            "when: 03.02.2026",
            "1:7",
            "`03.02.2026` is not a date",
            "a date is year, month and day: `2026-09-30`",
        ),
        (
            "when: 2026-02-30",
            "1:7",
            "`2026-02-30` is no day of the calendar",
            "a date is year, month and day: `2026-09-30`",
        ),
        (
            "name: on",
            "1:7",
            "`on` is ambiguous: it stands for a text here, but YAML may read a truth value",
            'quote it: `"on"`',
        ),
        ("name: [a]", "1:7", "`name` must be a text, not a list", "write the one value: `a`"),
        ("name: {a: b}", "1:7", "`name` must be a text, not a mapping", None),
        ("parts: a", "1:8", "`parts` must be a list, not a text", "write it as a list: `[a]`"),
        ("parts: {name: a}", "1:8", "`parts` must be a list, not a mapping", "begin each item with `- `"),
        (
            "parts: [a]",
            "1:9",
            "item 1 of `parts` must be a mapping, not a text",
            "its keys are `name`, `from` and `count`",
        ),
        ("parts: [{}]", "1:9", "the key `name` is missing", "add it, as in `name: x`: what it is called"),
        (
            "parts: [{name: a, count: 0}]",
            "1:26",
            "`0` must be at least 1",
            "write a whole number from 1 to 9",
        ),
        (
            "parts: [{name: a, count: 1.5}]",
            "1:26",
            "`1.5` is not a whole number",
            "write a whole number from 1 to 9",
        ),
        ("parts: [{name: a, count: '5'}]", "1:26", "`5` is not a whole number", "write `5`, without quotes"),
        ("by_name: {Ab: []}", "1:11", "`Ab` is not a short name", None),
        ("by_name: [a]", "1:10", "`by_name` must be a mapping, not a list", None),
        ("pair: [1]", "1:7", "`pair` must have 2 items, not 1", None),
        ("pair: [x, y]", "1:8", "`x` is not a whole number", "write a whole number such as `8`"),
        (
            "drawn: {radius: 1}",
            "1:8",
            "the key `shape` is missing",
            "it says which kind this is: `circle` or `square`",
        ),
        (
            "drawn: {shape: cirle}",
            "1:16",
            "`cirle` is not one of `circle` or `square`",
            "did you mean `circle`?",
        ),
        ("drawn: {shape: square, radius: 1}", "1:8", "the key `side` is missing", None),
        ("few: []", "1:6", "`few` must not be empty", "give it at least 1 item"),
        ("few: [a, b, c]", "1:6", "`few` has 3 items, 2 are the most", None),
        ("- a", "1:1", "the file must be a mapping, not a list", None),
    ],
)
def test_a_wrong_value_is_told_in_the_words_of_the_file(
    text: str, place: str, message: str, hint: str | None
) -> None:
    lines = told(text)
    expected = f"{place}: error: {message}"
    assert expected in [line.partition("\n")[0] for line in lines]
    if hint is not None:
        assert f"{expected}\n  hint: {hint}" in lines


def test_no_message_names_a_type_of_the_program() -> None:
    wrong = (
        "flag: {}",
        "parts: 3",
        "by_name: 4",
        "pair: x",
        "drawn: []",
        "few: 1",
        "number_or_text: {}",
        "ratio: []",
    )
    text = "\n".join([*wrong, "when: []"])
    said = "\n".join(told(text))
    assert said.count("error") == 9
    names = "Outer|Inner|Circle|Square|Struct|str|int|bool|float|Decimal|NoneType|None|tuple|dict"
    assert re.findall(rf"\b({names})\b", said) == []


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("flagg: true", "did you mean `flag`?"),
        ("by-name: {}", "did you mean `by_name`?"),
        ("byName: {}", "did you mean `by_name`?"),
        ("flag: true\nflagg: true", "`flag` is already here; remove one of them"),
        ("count: 3", "`count` belongs in `parts`"),
        ("parts: [{name: a, kind: red}]", "`kind` belongs at the top of the file, without indentation"),
        ("parts: [{name: a, zzz: red}]", "known keys here: `name`, `from` and `count`"),
    ],
)
def test_an_unknown_key_is_told_with_what_was_meant(text: str, hint: str) -> None:
    (line,) = told(text)
    assert line.endswith(f"hint: {hint}")


def test_a_misspelt_key_is_one_problem_and_its_value_is_read_as_meant() -> None:
    found: Any = decoded("parts: [{nam: a, from: 2026-01-32}]")
    assert [problem.rule for problem in found.diagnostics] == ["unknown_key", "wrong_value"]
    assert found.draft.parts == (Inner(name="a"),)


def test_all_problems_come_in_one_run_in_the_order_of_the_file() -> None:
    found = decoded("flag: maybe\nkind: blue\nname: a\nname: b\nparts:\n  - nme: x\n    count: 12\n  - {}\n")
    places = [(problem.place.line, problem.rule) for problem in found.diagnostics]
    assert places == [
        (1, "wrong_value"),
        (2, "wrong_value"),
        (4, "duplicate_key"),
        (6, "unknown_key"),
        (7, "out_of_range"),
        (8, "missing_key"),
    ]
    assert found.value is None


def test_a_draft_keeps_what_can_be_kept_and_knows_what_is_whole() -> None:
    found: Any = decoded(
        "name: [x]\nparts:\n  - 5\n  - {name: a}\n  - {name: b, count: 77}\nby_name: {ok: [v], NO: [w]}\n"
    )
    assert found.draft.name == ""
    assert found.draft.parts == (Inner(name="a"), Inner(name="b"))
    assert found.draft.by_name == {"ok": ("v",), "NO": ("w",)}
    assert found.whole(("parts", 0))
    assert not found.whole(("parts", 1))
    assert not found.whole(("parts",))
    assert found.whole(("by_name", "ok"), ("flag",))
    assert not found.whole(("flag",), ("name",))


def test_places_in_a_draft_are_those_of_the_file_though_items_were_dropped() -> None:
    found = decoded("parts:\n  - 5\n  - {name: a}\n  - {name: b}\n")
    assert str(found.place(("parts", 1, "name"))) == "f.yaml:4:12"
    assert str(found.key_place(("parts", 0, "name"))) == "f.yaml:3:6"


def test_a_type_that_files_cannot_hold_is_a_bug_and_crashes() -> None:
    class Odd(Struct):
        data: bytes

    with pytest.raises(TypeError, match="files hold no"):
        decoded("data: x", Odd)


def test_a_value_that_its_own_type_refuses_is_a_problem_at_its_place() -> None:
    class Even(Struct):
        number: int

        def __post_init__(self) -> None:
            if self.number % 2:
                raise ValueError("the number is odd")

    assert told("number: 2", Even) == []
    assert told("number: 3", Even) == ["1:1: error: the number is odd"]


def test_text_of_users_cannot_reach_the_terminal_s_controls() -> None:
    (line,) = told('kind: "\\e[31mred\\u0007"')
    assert "\x1b" not in line
    assert "\x07" not in line
    assert "\\x1b[31mred\\x07" in line
