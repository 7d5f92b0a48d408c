from __future__ import annotations

import pytest

from craton.codec.yaml_nodes import MappingNode, ScalarNode, SequenceNode, Source
from craton.codec.yaml_source import Limits, read


def told(source: Source) -> list[tuple[str, int, int]]:
    return [(found.rule, found.place.line, found.place.column) for found in source.diagnostics]


def value_of(node: object) -> object:
    match node:
        case ScalarNode():
            return node.text
        case SequenceNode():
            return [value_of(item) for item in node.items]
        case MappingNode():
            return {entry.key.text: value_of(entry.value) for entry in node.entries}
        case _:
            raise AssertionError(node)


def test_every_node_knows_its_line_and_column() -> None:
    source = read(b"a: 1\nb:\n  - x\n  - {c: 'd'}\n", "f.yaml")
    assert source.diagnostics == ()
    assert value_of(source.root) == {"a": "1", "b": ["x", {"c": "d"}]}
    assert str(source.place(("b", 1, "c"))) == "f.yaml:4:9"
    assert str(source.key_place(("b", 1, "c"))) == "f.yaml:4:6"
    assert str(source.place(("b", 0))) == "f.yaml:3:5"
    assert str(source.place(())) == "f.yaml:1:1"


def test_a_path_that_leads_nowhere_gives_the_nearest_place_around_it() -> None:
    source = read(b"a:\n  b: 1\n", "f.yaml")
    assert str(source.place(("a", "missing", 3))) == "f.yaml:2:3"
    assert str(source.key_place(("a", "missing"))) == "f.yaml:2:3"
    assert str(source.key_place(("a", "b"))) == "f.yaml:2:3"


def test_scalars_stay_the_text_that_was_written() -> None:
    source = read(b"[012345678901, 0x1F, 1e3, no, ~, 2026-09-01, 1.10, '5', !]"[:-4] + b"]", "f.yaml")
    expected = ["012345678901", "0x1F", "1e3", "no", "~", "2026-09-01", "1.10", "5"]
    assert value_of(source.root) == expected
    assert isinstance(source.root, SequenceNode)
    plain = [item.plain for item in source.root.items if isinstance(item, ScalarNode)]
    assert plain == [True] * 7 + [False]


def test_an_anchor_may_be_used_again_after_it() -> None:
    source = read(b"a: &x [1, 2]\nb: *x\n", "f.yaml")
    assert source.diagnostics == ()
    assert value_of(source.root) == {"a": ["1", "2"], "b": ["1", "2"]}


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    source = read(b"\xef\xbb\xbfa: 1\n", "f.yaml")
    assert source.diagnostics == ()
    assert str(source.place(("a",))) == "f.yaml:1:4"


def test_windows_line_ends_count_as_one() -> None:
    source = read(b"a: 1\r\nb: 2\r\n", "f.yaml")
    assert str(source.place(("b",))) == "f.yaml:2:4"
    assert source.lines == ("a: 1", "b: 2", "")


def test_what_can_be_read_is_read_beside_what_cannot() -> None:
    source = read(b"a: 1\na: 2\n<<: {c: 1}\n? [k]\n: v\nd: !x 4\ne: *nowhere\nf: 6\n", "f.yaml")
    assert told(source) == [
        ("duplicate_key", 2, 1),
        ("merge", 3, 1),
        ("key", 4, 3),
        ("tag", 6, 4),
        ("alias", 7, 4),
    ]
    assert isinstance(source.root, MappingNode)
    assert [entry.key.text for entry in source.root.entries] == ["a", "d", "e", "f"]
    assert value_of(source.root.entries[0].value) == "1"


def test_a_duplicate_key_names_the_line_of_the_first() -> None:
    (found,) = read(b"x: 0\na: 1\nb: 2\na: 3\n", "f.yaml").diagnostics
    assert str(found) == (
        "f.yaml:4:1: error: the key `a` stands here twice\n"
        "  hint: the first stands on line 2; remove one of them"
    )


@pytest.mark.parametrize(
    ("text", "rule", "line", "column"),
    [
        ("", "empty_file", 1, 1),
        ("# only a comment\n", "empty_file", 1, 1),
        ("a: 1\n---\nb: 2\n", "several_documents", 2, 1),
        ("a:\n\t- b\n", "not_yaml", 2, 1),
        ("a: b: c\n", "not_yaml", 1, 5),
        ("a: 'x\nb: 1\n", "not_yaml", 1, 4),
        ("a: {b: 1\n", "not_yaml", 1, 4),
        ("a: [1, 2\nb: 3\n", "not_yaml", 2, 2),
        ("a: - b\n", "not_yaml", 1, 4),
        ("a: @b\n", "not_yaml", 1, 4),
        ("a: *\n", "not_yaml", 1, 5),
        ('a: "\\q"\n', "not_yaml", 1, 6),
        ('a: "\\UFFFFFFFF"\n', "not_yaml", 1, 1),
        ('a: "\\uD800"\n', "not_yaml", 1, 4),
        ("a:\n  b: 1\n - c\n", "not_yaml", 3, 2),
        ("a: 'x' y\n", "not_yaml", 1, 8),
        ("a: 1\nb\n", "not_yaml", 2, 1),
        ("a: 1\n b: 2\n", "not_yaml", 2, 3),
        ("a: >x\n", "not_yaml", 1, 5),
        ("- a\n -b\n", "runs_on", 1, 3),
        ("a: *x\n", "alias", 1, 4),
        ("a: &x [*x]\n", "alias", 1, 8),
        ("a: \x07\n", "hidden_character", 1, 4),
        ("a: user\u202etxt\n", "hidden_character", 1, 8),
        ("a: zero\u200bwidth\n", "hidden_character", 1, 8),
    ],
)
def test_what_is_no_plain_yaml_is_told_with_its_place(text: str, rule: str, line: int, column: int) -> None:
    source = read(text.encode(), "f.yaml")
    assert told(source) == [(rule, line, column)]
    assert source.diagnostics[0].message


def test_problems_of_yaml_are_told_without_the_parser_s_jargon() -> None:
    text = "a: b: c\n"
    (found,) = read(text.encode(), "f.yaml").diagnostics
    assert found.message == "a colon cannot stand here"
    assert found.hint is not None
    assert "quote" in found.hint


@pytest.mark.parametrize(
    ("data", "line", "column", "encoding"),
    [
        (b"a: 1\nb: caf\xe9\n", 2, 7, "another encoding"),
        ("a: 1".encode("utf-16"), 1, 1, "UTF-16"),
        (b"a: \xff", 1, 4, "another encoding"),
    ],
)
def test_bytes_that_are_no_utf_8_are_placed(data: bytes, line: int, column: int, encoding: str) -> None:
    source = read(data, "f.yaml")
    assert told(source) == [("not_utf8", line, column)]
    assert encoding in str(source.diagnostics[0].hint)


def test_a_file_beyond_the_limit_is_refused_unread() -> None:
    source = read(b"a: 1\n" * 300_000, "f.yaml", Limits(size_bytes=1 << 20))
    assert told(source) == [("too_large", 1, 1)]


def test_nesting_is_bounded_without_recursion() -> None:
    source = read(b"[" * 200_000, "f.yaml")
    assert told(source) == [("too_deep", 1, 33)]


def test_an_anchor_bomb_is_refused_before_it_is_walked() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
    for inner, outer in zip("abcdefgh", "bcdefghi", strict=True):
        bomb += f"{outer}: &{outer} [{', '.join([f'*{inner}'] * 10)}]\n"
    source = read(bomb.encode(), "f.yaml")
    assert [rule for rule, _, _ in told(source)] == ["too_many_values"]
    assert source.root is None


def test_as_many_values_as_the_limit_allows_are_read() -> None:
    limits = Limits(nodes=7)
    assert read(b"[a, b, c, d, e, f]", "f.yaml", limits).diagnostics == ()
    assert told(read(b"[a, b, c, d, e, f, g]", "f.yaml", limits)) == [("too_many_values", 1, 20)]


@pytest.mark.parametrize(
    "text", [b"", b"a: &x [*x]", b"a: [[[[1]]]]", b"a: " + b"1" * 200, b"\xff", b"a: *b", b"a: b: c"]
)
def test_every_problem_says_what_to_do(text: bytes) -> None:
    problems = read(text, "f.yaml", Limits(size_bytes=100, depth=3)).diagnostics
    assert problems
    assert all(problem.hint for problem in problems)
