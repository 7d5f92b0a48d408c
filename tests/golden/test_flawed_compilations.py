"""Each `compilations/NAME.yaml` has a flaw in what it wants; `NAME.txt` is what compiling it tells."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from craton.engine.compiling import compilation
from craton.views.diagnostic_text import with_its_line

FOLDER = Path(__file__).parent / "compilations"
CASES = sorted(file.stem for file in FOLDER.glob("*.yaml"))
TODAY = dt.date(2026, 11, 24)


def told(name: str) -> str:
    """Every diagnostic as the command prints it."""
    found = compilation(Path(f"{name}.yaml"), today=TODAY)
    return "".join(f"{with_its_line(one, found.lines_of(one.place))}\n" for one in found.diagnostics)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_told_as_it_was_approved(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    found = told(name)
    assert found
    assert found == (FOLDER / f"{name}.txt").read_text("utf-8")


def test_the_corpus_is_large_and_paired() -> None:
    assert len(CASES) >= 40
    assert sorted(file.stem for file in FOLDER.glob("*.txt")) == CASES


def test_every_flaw_has_its_line_and_its_hint() -> None:
    for name in CASES:
        text = (FOLDER / f"{name}.txt").read_text("utf-8")
        severities = (": error: ", ": warning: ", ": info: ")
        heads = [line for line in text.splitlines() if any(one in line for one in severities)]
        assert heads, name
        assert text.count("  hint: ") >= len(heads) - 1, name
        assert all(line.count("`") % 2 == 0 for line in heads)
