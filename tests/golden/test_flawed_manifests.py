"""Each `manifests/NAME.yaml` has one flaw; `NAME.txt` is what `craton validate NAME.yaml` prints there."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from craton.cli.commands.validate import as_text
from craton.engine.manifests import examine

FOLDER = Path(__file__).parent / "manifests"
CASES = sorted(file.stem for file in FOLDER.glob("*.yaml"))
TODAY = dt.date(2026, 11, 24)


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_told_as_it_was_approved(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(FOLDER)
    found = examine(Path(f"{name}.yaml"), today=TODAY, sections={})
    expected = (FOLDER / f"{name}.txt").read_text("utf-8")
    assert as_text(found, f"{name}.yaml") + "\n" == expected


def test_the_corpus_is_large_and_paired() -> None:
    assert len(CASES) >= 30
    assert sorted(file.stem for file in FOLDER.glob("*.txt")) == CASES


@pytest.mark.slow
def test_every_error_of_the_corpus_has_its_place_and_most_have_a_hint() -> None:
    found = [one for name in CASES for one in examine(FOLDER / f"{name}.yaml", today=TODAY).diagnostics]
    assert all(one.place.line > 0 and one.place.column > 0 for one in found)
    without = [one.message for one in found if one.hint is None]
    assert len(without) < len(found) / 20


@pytest.mark.slow
def test_messages_keep_the_house_s_form() -> None:
    for name in CASES:
        for one in examine(FOLDER / f"{name}.yaml", today=TODAY).diagnostics:
            for text in (one.message, one.hint or "x"):
                assert not text.endswith(".")
                assert text[0] == "`" or not text[0].isupper()
                assert text.count("`") % 2 == 0
