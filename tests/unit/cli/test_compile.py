"""`craton compile` writes what a manifest comes to, and tells in which file something is wrong."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.unit.compiler.manifests import SMALL

from craton.cli.program import program

if TYPE_CHECKING:
    from pathlib import Path

    from pytest import CaptureFixture, MonkeyPatch  # noqa: PT013 - names of types only

DAY = ("--today", "2026-11-26")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "craton.yaml"
    path.write_text(SMALL)
    return path


@pytest.mark.slow
def test_every_file_is_named_and_what_was_proved_is_told(file: Path, capsys: CaptureFixture[str]) -> None:
    assert program(["compile", "craton.yaml", "-o", "out", *DAY]) == 0
    said = capsys.readouterr()
    folder = file.parent / "out"
    written = {path.relative_to(file.parent).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert set(said.out.splitlines()) == written
    steps = json.loads((folder / "organization.json").read_text())
    assert {f"out/{one}" for one in steps["files"]} == written
    assert "prod: " in said.err
    assert " proofs hold (of policy files " in said.err
    records = json.loads((folder / "governance" / "proofs.json").read_text())
    assert {name for one in records for name in one["environments"]} == {"dev", "prod"}


@pytest.mark.slow
def test_what_an_earlier_compilation_left_is_gone_and_nothing_else(file: Path) -> None:
    out = file.parent / "out"
    assert program(["compile", "craton.yaml", "-o", "out", *DAY]) == 0
    file.write_text(SMALL.replace("prod: {mode", "live: {mode").replace("    prod: [", "    live: ["))
    (out / "governance" / "scp" / "own.json").write_text("{}")
    (file.parent / "kept.txt").write_text("mine")
    steps = json.loads((out / "organization.json").read_text())
    outside = ["../kept.txt", str(file.parent / "kept.txt")]
    (out / "organization.json").write_text(json.dumps({**steps, "files": [*steps["files"], *outside]}))
    assert program(["compile", "craton.yaml", "-o", "out", *DAY]) == 0
    names = {path.name for path in (out / "governance" / "scp").iterdir()}
    assert any(name.startswith("live") for name in names)
    assert not any(name.startswith("prod") for name in names)
    assert "own.json" in names
    assert (file.parent / "kept.txt").read_text() == "mine"


@pytest.mark.slow
def test_a_folder_without_an_earlier_compilation_keeps_what_is_there(file: Path) -> None:
    out = file.parent / "out"
    out.mkdir()
    (out / "organization.json").write_text('["somebody else\'s"]')
    (out / "notes.md").write_text("mine")
    assert program(["compile", "craton.yaml", "-o", "out", *DAY]) == 0
    assert (out / "notes.md").read_text() == "mine"


@pytest.mark.slow
def test_what_is_wrong_in_a_compiled_file_is_shown_with_the_line_of_that_file(
    file: Path, capsys: CaptureFixture[str]
) -> None:
    more = "statements: {approved_regions: {parameters: {geographies: []}}}\n"
    file.write_text(SMALL + more)
    assert program(["compile", "craton.yaml", "-o", "out", *DAY]) == 0
    said = capsys.readouterr().err
    head = next(
        line for line in said.splitlines() if "governance/scp/prod-" in line and ": warning: " in line
    )
    path, number = head.split(":")[:2]
    line = (file.parent / "out" / path).read_text().splitlines()[int(number) - 1]
    assert f"  {number} | {line}" in said.splitlines()


def test_a_flawed_manifest_writes_nothing(file: Path, capsys: CaptureFixture[str]) -> None:
    file.write_text(SMALL.replace("regions: [us-east-1, us-west-2]", "regions: []"))
    assert program(["compile", "craton.yaml", "-o", "out", "--format", "json", *DAY]) == 2
    told = json.loads(capsys.readouterr().out)
    assert told["files"] == []
    assert [one["rule"] for one in told["problems"]] == ["too_few"]
    assert not (file.parent / "out").exists()
