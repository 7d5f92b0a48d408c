"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest
from scripts import check_files
from scripts.check_files import MOST_BYTES, problems, tracked
from tests.conftest import REPOSITORY

from craton.cli.program import program, verbs
from craton.lake.mart_types import types_of
from craton.registry.content import Content
from craton.registry.tables import tables

if TYPE_CHECKING:
    from pathlib import Path

SOURCE = REPOSITORY / "src" / "craton"
MOST_LINES = 400
NAMES_OF_NOTHING = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "misc", "base"}
SYNONYMS = {
    "tenant": "organization",
    "tenant_id": "organization",
    "security_hub": "hub account",
    "stage": "environment",
    "config": "manifest",
    "verdict": "decision",
    "dataset": "table or mart",
    "prompt_tokens": "input_tokens",
    "completion_tokens": "output_tokens",
    "cached_tokens": "cache_read_input_tokens",
    "spend": "estimated_cost",
    "incident": "finding",
    "user": "person",
    "username": "person",
    "ts": "event_time",
    "timestamp": "event_time",
    "account": "account_id",
    "ou": "organizational_unit",
}
"""Words that stand for one of the project's own words, which comes from AWS, OCSF, FOCUS or OpenTelemetry."""

MONEY = ("estimated_", "list_cost", "effective_cost", "billed_cost")


def modules() -> list[Path]:
    return sorted(SOURCE.rglob("*.py"))


def named(path: Path) -> str:
    return path.relative_to(REPOSITORY).as_posix()


def columns() -> list[tuple[str, str]]:
    """Every column of every table and mart."""
    own = [(table.name, column.name) for table in tables().values() for column in table.columns]
    marts = types_of(tuple(Content.load().marts.values()))
    return own + [(mart, column) for mart, types in marts.items() for column in types]


def run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_every_room_imports_only_what_its_contract_allows() -> None:
    result = run(
        "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"
    )
    assert result.returncode == 0, result.stdout + result.stderr


def test_every_room_stands_in_the_contract() -> None:
    rooms = {path.parent.name for path in SOURCE.glob("*/__init__.py")}
    settings = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    layers = next(one for one in settings["tool"]["importlinter"]["contracts"] if one["type"] == "layers")
    outside = set(layers["exhaustive_ignores"]) - {"__main__"}
    assert rooms - outside == {room.strip() for layer in layers["layers"] for room in layer.split("|")}
    assert outside == {"emulator"}, "a room outside the layers needs a contract of its own"


def test_a_module_is_no_longer_than_can_be_read() -> None:
    lengths = {named(path): len(path.read_text().splitlines()) for path in modules()}
    assert {name: lines for name, lines in lengths.items() if lines > MOST_LINES} == {}


def test_no_module_is_named_after_nothing() -> None:
    parts = {part for path in modules() for part in (path.stem, *path.relative_to(SOURCE).parts[:-1])}
    assert parts & NAMES_OF_NOTHING == set()


def test_every_package_says_what_stands_there() -> None:
    silent = [
        named(path)
        for path in SOURCE.rglob("__init__.py")
        if not ast.get_docstring(ast.parse(path.read_text()))
    ]
    assert silent == []


def test_every_command_and_page_says_what_it_is() -> None:
    faces = [*SOURCE.glob("cli/commands/*.py"), *SOURCE.glob("web/pages/*.py")]
    first = {
        path: (ast.get_docstring(ast.parse(path.read_text())) or "").partition("\n")[0] for path in faces
    }
    assert [named(path) for path, line in first.items() if not line.endswith(".")] == []


@pytest.mark.parametrize("library", ["pandas", "numpy"])
def test_a_library_that_slows_every_worker_is_not_there(library: str) -> None:
    result = run("-c", f"import {library}")
    assert result.returncode != 0
    assert f"No module named '{library}'" in result.stderr


def test_help_imports_no_verb_and_no_engine() -> None:
    """What keeps help quick, on a machine of any speed."""
    program = (
        "import sys\n"
        "from craton.cli.program import program\n"
        "program(['--help'])\n"
        "heavy = {'duckdb', 'pyarrow', 'boto3', 'fastapi', 'msgspec', 'craton.engine', 'craton.lake'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)\n"
    )
    result = run("-c", program)
    assert result.returncode == 0, result.stderr
    assert result.stderr.strip() == "[]"


@pytest.mark.parametrize("verb", verbs())
def test_every_verb_can_be_imported_and_explains_itself(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert program([verb, "--help"]) == 0
    assert capsys.readouterr().out.startswith(f"Usage: craton {verb} ")


def test_no_column_has_a_name_of_our_own_where_a_standard_has_one() -> None:
    wrong = {f"{table}.{column}": SYNONYMS[column] for table, column in columns() if column in SYNONYMS}
    assert wrong == {}


def test_every_column_of_money_says_which_money() -> None:
    money = [f"{table}.{column}" for table, column in columns() if "cost" in column.split("_")]
    exempt = {name for name in money if name.endswith(".cost_center")}
    wrong = [name for name in money if name not in exempt and not name.partition(".")[2].startswith(MONEY)]
    assert money
    assert wrong == []


def test_one_column_means_one_type_everywhere() -> None:
    types: dict[str, set[str]] = {}
    for table in tables().values():
        for column in table.columns:
            types.setdefault(column.name, set()).add(column.type)
    assert {name: found for name, found in types.items() if len(found) > 1} == {}


@pytest.mark.slow
def test_the_files_of_the_repository_are_sound() -> None:
    assert [problem for path in tracked() for problem in problems(path)] == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("a = 1 \n", "blanks at the end of the line"),
        ("a = 1", "does not end with one line feed"),
        ("a = 1\n\n", "does not end with one line feed"),
        ("id = AKIA" + "Q" * 16 + "\n", "an access key"),
        ("aws_secret_access_key = " + "q1" * 20 + "\n", "a secret key"),
        ("-----BEGIN " + "PRIVATE KEY-----\n", "a private key"),
        ("ghp_" + "a1" * 12 + "\n", "a token"),
        ("x" * (MOST_BYTES + 1) + "\n", "more than"),
    ],
)
def test_what_must_not_be_committed_is_seen(
    text: str, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check_files, "REPOSITORY", tmp_path)
    file = tmp_path / "file.txt"
    file.write_text(text)
    (found,) = problems(file)
    assert problem in found


def test_an_invented_key_may_be_committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_files, "REPOSITORY", tmp_path)
    file = tmp_path / "file.txt"
    file.write_text("id = AKIAEXAMPLE000000001\n")
    assert list(problems(file)) == []


def test_every_content_file_is_content() -> None:
    content = Content.load()
    files = list((SOURCE / "content").rglob("*.sql"))
    assert len(files) == len(content.marts) + len(content.panels)
