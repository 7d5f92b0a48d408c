"""The documentation is whole: everything that has a name is explained, and every link leads somewhere."""

from __future__ import annotations

import importlib
import re
import subprocess
from typing import TYPE_CHECKING, get_args

import pytest
from tests.conftest import REPOSITORY
from tests.docs.markdown_source import anchors, blocks, links, pages, prose

from craton.cli.program import verbs
from craton.codec import content_file
from craton.core.manifest import Manifest
from craton.core.price import PriceStatus
from craton.lake.ingestion import IngestReport
from craton.lake.mart_types import types_of
from craton.logs.outcome import BadReason, IgnoredReason
from craton.registry.content import Content
from craton.registry.tables import tables

if TYPE_CHECKING:
    from pathlib import Path

DOCS = REPOSITORY / "docs"
PAGES = pages(REPOSITORY)
GENERATED = (
    "generate_cli_reference",
    "generate_manifest_reference",
    "generate_table_reference",
    "generate_layer_table",
    "generate_lint_rules",
    "generate_environment_table",
)
SOLD = (
    "blazing|seamless|effortless|powerful|cutting-edge|next-generation|world-class|best-in-class|"
    "revolutionary|game-chang|supercharge|unleash|leverage|delightful|enterprise-grade"
)
ELSEWHERE = (
    r"/work/(?:main|shared|brief|facts)",
    r"\b(?:issue|ticket|pull request)s?\s+#?\d+",
    r"(?:pypi|pythonhosted|npmjs|crates)\.(?:org|io|com)",
    r"\b(?:the|your|this) brief\b",
    r"(?:design|strategy)\.md",
)
"""The project speaks of itself alone: no place of work, no numbers of a tracker, no host of a registry."""

WITHIN = r"\b[a-z]+/[\w*/]+\.(?:py|yaml|csv)|\b(?:cli|web|content|core|lake|logs|engine|codec)/[\w/]+"


def named(page: Path) -> str:
    return page.relative_to(REPOSITORY).as_posix()


def in_code(page: Path) -> set[str]:
    """What stands in back-ticks on a page."""
    return set(re.findall(r"`([^`\n]+)`", page.read_text("utf-8")))


def first_cells(page: Path) -> set[str]:
    """What stands in back-ticks in the first column of the tables of a page."""
    cells = re.findall(r"^\| ([^|]*) \|", page.read_text("utf-8"), re.MULTILINE)
    return {word for cell in cells for word in re.findall(r"`([^`]+)`", cell)}


@pytest.mark.parametrize("name", GENERATED)
def test_a_generated_page_is_what_the_program_says(name: str) -> None:
    module = importlib.import_module(f"scripts.{name}")
    written = (REPOSITORY / module.PATH).read_text("utf-8")
    assert written == module.page(), f"write it again: python -m scripts.{name}"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_relative_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    broken = []
    for link in links(page):
        target, _, fragment = link.target.partition("#")
        if ":" in target:
            continue
        file = (page.parent / target).resolve() if target else page
        if not file.exists() or (fragment and fragment not in anchors(file)):
            broken.append(f"{named(page)}:{link.line}: {link.target}")
    assert broken == []


def test_every_page_is_reached_from_the_index() -> None:
    reached: set[Path] = set()
    waiting = [REPOSITORY / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        for link in links(page):
            target = link.target.partition("#")[0]
            if target and ":" not in target:
                waiting.append((page.parent / target).resolve())
    assert [named(page) for page in PAGES if page not in reached] == []


def test_every_command_is_explained_and_every_command_named_is_there() -> None:
    text = (DOCS / "reference" / "cli.md").read_text()
    assert [verb for verb in verbs() if f"## craton {verb}\n" not in text] == []
    shell = [block.text for page in PAGES for block in blocks(page) if block.language == "sh"]
    lines = [line for text in shell for line in text.splitlines()]
    said = [code for page in PAGES for code in in_code(page)]
    called = {match[1] for line in (*lines, *said) if (match := re.match(r"\s*craton ([a-z][a-z-]*)", line))}
    assert called - set(verbs()) == set()


def test_every_recipe_that_is_named_is_in_the_makefile() -> None:
    recipes = set(re.findall(r"^([a-z-]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
    said = {
        match[1] for page in PAGES for code in in_code(page) if (match := re.match(r"make ([a-z-]+)", code))
    }
    assert said
    assert said - recipes == set()


def test_every_section_of_the_manifest_is_explained() -> None:
    page = DOCS / "reference" / "manifest.md"
    assert set(Manifest.__struct_encode_fields__) <= first_cells(page)


def test_the_example_manifest_uses_every_section_but_the_one_that_the_reference_names() -> None:
    text = (REPOSITORY / "examples/acme-org/craton.yaml").read_text()
    used = set(re.findall(r"^(\w+):", text, re.MULTILINE))
    assert set(Manifest.__struct_encode_fields__) - used == {"content"}


def test_every_field_of_a_content_file_is_explained() -> None:
    explained = first_cells(DOCS / "reference" / "content.md")
    for header in (content_file.MartHeader, content_file.PanelHeader):
        assert set(header.__struct_fields__) - explained == set()
    assert {f"given.….{name}" for name in content_file.Given.__struct_fields__} - explained == set()
    assert {"name", "given", "expect", "ordered"} - explained == set()
    values = {*get_args(content_file.Chart), *content_file.PAGES}
    assert values - in_code(DOCS / "reference" / "content.md") == set()


def test_every_reason_is_explained() -> None:
    explained = first_cells(DOCS / "concepts" / "lake.md")
    assert {*get_args(BadReason), *get_args(IgnoredReason)} - explained == set()


def test_every_price_status_is_explained() -> None:
    assert set(get_args(PriceStatus)) - first_cells(DOCS / "concepts" / "prices.md") == set()


def test_the_speed_of_an_ingest_is_told_as_it_was_measured_with_marts_and_without() -> None:
    results = (REPOSITORY / "benchmarks" / "RESULTS.md").read_text("utf-8")
    measured = re.findall(
        r"^\| (rows alone, without marts|as shipped, with marts), DuckDB with the same columns \|.*?\| "
        r"(\d\.\d\d) \(",
        results,
        re.MULTILINE,
    )
    assert [what for what, _ in measured] == ["rows alone, without marts", "as shipped, with marts"]
    page = (DOCS / "concepts" / "ingestion.md").read_text("utf-8")
    told = re.findall(r"(\d\.\d\d) times (?:its|DuckDB's) speed", page)
    assert told == [ratio for _, ratio in measured]


def test_every_field_of_the_report_is_in_the_contract() -> None:
    assert set(IngestReport.__struct_fields__) - first_cells(DOCS / "reference" / "contract.md") == set()


def test_every_column_of_the_contract_is_there() -> None:
    """What was promised once stays: this test is changed only together with the major version."""
    columns = {name: {column.name for column in table.columns} for name, table in tables().items()}
    for name, table in tables().items():
        columns[name] |= {"day"} if table.day_of else set()
    columns["coverage"] = set(types_of(tuple(Content.load().marts.values()))["coverage"])
    page = (DOCS / "reference" / "contract.md").read_text().partition("## Tables\n")[2]
    promised = dict(re.findall(r"^\| `(\w+)` \| (`.*`) \|$", page, re.MULTILINE))
    assert set(columns) == set(promised)
    for name, said in promised.items():
        assert set(re.findall(r"`(\w+)`", said)) - columns[name] == set(), name


def test_every_closed_set_of_the_contract_is_that_of_the_tables() -> None:
    page = (DOCS / "reference" / "contract.md").read_text()
    sets = re.findall(r"^\| `(\w+)\.(\w+)` \| (`.*`) \|$", page, re.MULTILINE)
    assert sets
    for table, column, said in sets:
        assert tuple(re.findall(r"`(\w+)`", said)) == tables()[table].column(column).values


def test_every_module_that_the_architecture_names_is_there() -> None:
    missing = []
    for code in in_code(REPOSITORY / "ARCHITECTURE.md"):
        if re.fullmatch(WITHIN, code) and "<" not in code:
            roots = (REPOSITORY, REPOSITORY / "src" / "craton")
            if not any((root / code).exists() or list(root.glob(code)) for root in roots):
                missing.append(code)
    assert missing == []


def test_every_decision_has_its_three_parts_and_stands_in_the_list() -> None:
    listed = {link.target for link in links(DOCS / "decisions" / "README.md")}
    files = [file for file in sorted((DOCS / "decisions").glob("*.md")) if file.name != "README.md"]
    assert {file.name for file in files} <= listed
    for file in files:
        headings = re.findall(r"^## (.+)$", file.read_text(), re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"], file.name


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_page_is_prose_and_does_not_sell(page: Path) -> None:
    text = prose(page)
    assert re.findall(rf"(?i)\b(?:{SOLD})\w*", text) == []
    assert re.findall("[\U0001f000-\U0001faff\u2600-\u27bf]", page.read_text()) == []


def test_the_project_speaks_of_itself_alone() -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=REPOSITORY, capture_output=True, text=True, check=True
    ).stdout
    itself = "tests/docs/test_pages.py"
    found = []
    for name in listed.split("\0"):
        file = REPOSITORY / name
        if not name or name == itself or file.suffix == ".png" or not file.is_file():
            continue
        for number, line in enumerate(file.read_bytes().decode("utf-8", "replace").split("\n"), start=1):
            found += [
                f"{name}:{number}: {match[0]}" for word in ELSEWHERE for match in re.finditer(word, line)
            ]
    assert found == []
