"""The three-part content file: header, query, proof, all in one file that is valid SQL.

    --- title: Calls of a day        header: YAML behind `--- `
    SELECT day, count(*) AS calls    query: one SELECT
    FROM invocation GROUP BY day
    --? - name: …                    tests: a YAML list behind `--? `

A marker is as wide as an indentation of four columns, so a part becomes YAML by turning its markers into
blanks, and every position in that YAML is the position in the file.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final, Generic, Literal, TypeVar, get_args

from msgspec import Struct, field

from craton.codec.decoding import decode
from craton.codec.yaml_nodes import Source
from craton.codec.yaml_source import read, read_packaged
from craton.core.diagnostic import Diagnostic, Place, in_order
from craton.core.quoting import ticked

if TYPE_CHECKING:
    from collections.abc import Iterator

HEADER_MARK: Final = "---"
TEST_MARK: Final = "--?"

Chart = Literal["stat", "line", "area", "bar", "stacked_bar", "heatmap", "table"]
Page = Literal[
    "overview", "usage", "cost", "models", "principals", "guardrails", "accounts", "account", "data_health"
]
PAGES: Final[tuple[str, ...]] = get_args(Page)
"""The pages that panels can stand on."""

Scalar = bool | int | float | str | None
Value = Scalar | list[Scalar] | dict[str, Scalar]
"""What a test can say of a column. What is quoted is a text; days and times are texts too."""


class Given(Struct, frozen=True, forbid_unknown_fields=True):
    """Rows of a relation: the relation's example row, changed by `set`, `repeat` times.

    `{n}` in a text stands for the number of the repetition, counted from 1.
    """

    repeat: int = 1
    set: dict[str, Value] = field(default_factory=dict)


class Survivor(Struct, frozen=True, forbid_unknown_fields=True):
    """A mutant that no case can kill, by the text that `craton test --mutate` prints, and why none can."""

    mutant: str
    reason: str


class Header(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every content file says about itself.

    `reads` names each table and mart that the query reads, and no other. `explains` tells a reader what the
    rows mean and what they do not. `survivors` acknowledges mutants; `few_mutants` says why the query has
    fewer than five.
    """

    title: str
    reads: tuple[str, ...]
    explains: str
    survivors: tuple[Survivor, ...] = ()
    few_mutants: str | None = None


class MartHeader(Header, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A derived table. `grain` says what one row is and `key` names the columns that make rows unique.

    `columns` tells the meaning of columns that no table it reads explains under the same name. A row of a day
    depends on rows of the same day, or of up to `neighbours` days before and after it. `example` holds the
    given rows from which the mart's example row is built, where one example row of each table gives none.
    """

    grain: str
    key: tuple[str, ...]
    columns: dict[str, str] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    neighbours: int = 0
    example: dict[str, tuple[Given, ...]] = field(default_factory=dict)


class PanelHeader(Header, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One chart or table of a page, drawn from this header and the query's rows alone.

    `y` is always the measured column; `x` is what it is measured over; `series` splits it: by colour, or in a
    `heatmap` by row. A `stat` is one row with `y`; a `table` shows all columns in their order. `unit` is the
    unit of `y` and `units` gives units by column: `USD`, `percent` (0 to 100), `ms`, `bytes` and `times` are
    drawn as such, any other is a noun in the plural. `compare` asks for the same panel over the range before
    this one. `empty` is what to say where there are no rows, though what the panel rests on has records.
    `width` counts columns of a grid of twelve.
    """

    page: Page
    order: int
    chart: Chart
    x: str | None = None
    y: str | None = None
    series: str | None = None
    unit: str | None = None
    units: dict[str, str] = field(default_factory=dict)
    width: int = 12
    compare: bool = False
    empty: str = "no data"

    def unit_of(self, column: str) -> str | None:
        """The unit of a column, where the header tells one."""
        if column in self.units:
            return self.units[column]
        return self.unit if column == self.y else None


class _CaseText(Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    given: dict[str, tuple[Given, ...]]
    expect: tuple[dict[str, Value], ...]
    ordered: bool = False


class Case(Struct, frozen=True):
    """One proof: rows in, rows out.

    Only the columns that `expect` names are compared; the order of rows counts where `ordered`. A relation
    that is not given is empty, or built where it is a mart.
    """

    name: str
    given: dict[str, tuple[Given, ...]]
    expect: tuple[dict[str, Value], ...]
    ordered: bool
    place: Place


T = TypeVar("T")
H_co = TypeVar("H_co", bound=Header, covariant=True)


class ContentFile(Struct, Generic[H_co], frozen=True):
    """A content file in its parts.

    `sql` is the query as it stands in the file, from line `sql_line` on, ending in a newline; `tests` is YAML
    whose positions are those of the file.
    """

    id: str
    file: str
    header: H_co
    header_source: Source
    sql: str
    sql_line: int
    tests: str

    @property
    def reads(self) -> tuple[str, ...]:
        """The tables and marts that the query reads."""
        return self.header.reads

    def place(self, offset: int) -> Place:
        """The place in the file of a character of `sql`, counted from 0."""
        before = self.sql[:offset]
        return Place(self.file, self.sql_line + before.count("\n"), offset - (before.rfind("\n") + 1) + 1)

    def header_place(self, *path: str | int) -> Place:
        """The place of a value of the header, or of the nearest value around it."""
        return self.header_source.place(path)

    def cases(self) -> tuple[tuple[Case, ...], Source, tuple[Diagnostic, ...]]:
        """The cases of the tests part, its source, which knows places, and what is wrong with it."""
        return _cases(self.tests, self.file)


@functools.lru_cache(maxsize=1024)
def _cases(tests: str, file: str) -> tuple[tuple[Case, ...], Source, tuple[Diagnostic, ...]]:
    texts, source, problems = _decoded(tests, tuple[_CaseText, ...], file)
    cases = tuple(
        Case(text.name, text.given, text.expect, text.ordered, source.place((i, "name")))
        for i, text in enumerate(texts or ())
    )
    seen: set[str] = set()
    for case in cases:
        if case.name in seen:
            message = f"two cases are named {ticked(case.name)}"
            problems += (Diagnostic(rule="duplicate_case", message=message, place=case.place),)
        seen.add(case.name)
    return cases, source, problems


class _Parts(Struct):
    header: list[str]
    query: list[str]
    tests: list[str]
    problems: list[Diagnostic]


def parse_content(
    data: bytes,
    *,
    id: str,  # noqa: A002 - the word of the domain
    file: str,
    header: type[H_co],
    packaged: bool = False,
) -> tuple[ContentFile[H_co] | None, tuple[Diagnostic, ...]]:
    """The content file in `data`, and everything wrong with its form; None where no header can be read.

    The tests are split off but not decoded: `ContentFile.cases` does that when they are wanted. The header of
    a `packaged` file, in which nothing is wrong, is read faster.

    Raises: yaml.YAMLError where the header of a packaged file is no YAML.
    """
    text, problems = _text(data, file)
    parts = _split(text, file)
    problems += [*parts.problems, *_missing(parts, file)]
    found, source, wrong = _decoded("\n".join(parts.header), header, file, packaged=packaged)
    problems += wrong
    if found is None:
        return None, in_order(problems)
    first, sql = _query(parts.query)
    content = ContentFile(
        id=id,
        file=file,
        header=found,
        header_source=source,
        sql=sql,
        sql_line=first,
        tests="\n".join(parts.tests),
    )
    problems += _block_comments(content)
    return content, in_order(problems)


def _decoded(
    text: str, kind: type[T], file: str, *, packaged: bool = False
) -> tuple[T | None, Source, tuple[Diagnostic, ...]]:
    """The part as a value, or None; a part that is not there is no problem here, but told with the parts."""
    if not text.strip():
        return None, Source(file=file, lines=(), root=None, diagnostics=()), ()
    source = read_packaged(text, file) if packaged else read(text.encode(), file)
    decoded = decode(source, kind)
    return decoded.value, decoded.source, decoded.diagnostics


def _text(data: bytes, file: str) -> tuple[str, list[Diagnostic]]:
    problems: list[Diagnostic] = []
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
        problems.append(
            Diagnostic(
                rule="byte_order_mark",
                message="the file begins with a byte-order mark",
                place=Place(file, 1, 1),
                hint="save it as UTF-8 without a mark",
            )
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        problems.append(
            Diagnostic(rule="not_utf8", message="the file is not UTF-8", place=Place(file, line, 1))
        )
        text = data.decode("utf-8", errors="replace")
    if "\r" in text:
        line = text[: text.index("\r")].count("\n") + 1
        problems.append(
            Diagnostic(
                rule="carriage_return",
                message="lines end in a carriage return",
                place=Place(file, line, 1),
                hint="save it with line feeds alone, so that it is the same bytes on every machine",
            )
        )
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, problems


def _split(text: str, file: str) -> _Parts:
    """Each part as lines of the whole file's length, blank where the line belongs to another part."""
    parts = _Parts([], [], [], [])
    seen = "header"
    for number, line in enumerate(text.split("\n"), start=1):
        part = _part_of(line)
        if part == "header" and seen != "header":
            parts.problems.append(
                Diagnostic(
                    rule="header_in_the_middle",
                    message=f"a header line stands after the {seen}",
                    place=Place(file, number, 1),
                    hint="the header is the first part; a comment of the query begins with `-- `",
                )
            )
            part = "query" if seen == "query" else "blank"
        elif part == "query" and seen == "tests":
            parts.problems.append(
                Diagnostic(
                    rule="query_after_tests",
                    message="a line of the query stands after the tests",
                    place=Place(file, number, 1),
                    hint="a test line begins with `--? `",
                )
            )
            part = "blank"
        if part != "blank":
            seen = part
        marked = line[3:4] not in ("", " ") and part in ("header", "tests")
        if marked:
            parts.problems.append(
                Diagnostic(
                    rule="marker_without_blank",
                    message=f"no blank follows `{line[:3]}`",
                    place=Place(file, number, 4),
                )
            )
        as_yaml = "    " + line[3 if marked else 4 :]
        parts.header.append(as_yaml if part == "header" else "")
        parts.query.append(line if part == "query" else "")
        parts.tests.append(as_yaml if part == "tests" else "")
    return parts


def _part_of(line: str) -> str:
    if line.startswith(TEST_MARK):
        return "tests"
    if line.startswith(HEADER_MARK):
        return "header"
    return "query" if line.strip() else "blank"


def _missing(parts: _Parts, file: str) -> Iterator[Diagnostic]:
    for lines, what, hint in (
        (parts.header, "header", "begin the file with lines such as `--- title: Calls of a day`"),
        (parts.query, "query", "write one SELECT below the header"),
        (parts.tests, "tests", "end the file with lines such as `--? - name: no data gives no rows`"),
    ):
        if not any(line.strip() for line in lines):
            yield Diagnostic(
                rule=f"no_{what}", message=f"the file has no {what}", place=Place(file), hint=hint
            )


def _query(lines: list[str]) -> tuple[int, str]:
    """The first line of the query, counted from 1, and its text."""
    full = [number for number, line in enumerate(lines, start=1) if line]
    if not full:
        return 0, ""
    return full[0], "\n".join(lines[full[0] - 1 : full[-1]]) + "\n"


_QUOTED_OR_BLOCK: Final = re.compile(r"'(?:[^']|'')*'|\"(?:[^\"]|\"\")*\"|--[^\n]*|(?P<block>/\*)")


def _block_comments(content: ContentFile[H_co]) -> Iterator[Diagnostic]:
    for match in _QUOTED_OR_BLOCK.finditer(content.sql):
        if match["block"]:
            yield Diagnostic(
                rule="block_comment",
                message="a block comment stands in the query",
                place=content.place(match.start()),
                hint="begin each line of it with `-- `: engines nest block comments differently",
            )
