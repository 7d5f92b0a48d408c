"""The trials of `make torture`, each with a few points: they are known to work before they take long."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from benchmarks import compiled_trials, trials
from benchmarks.corpus import Plan, corpus

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.trials import Trial

pytestmark = pytest.mark.slow

SMALL = Plan(9_000, records_per_file=3_000, accounts=3, days=3, repeated=10)


@pytest.fixture(autouse=True)
def scratch(tmp_path: Path, records: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the test's own in the place of the trials'."""
    monkeypatch.setattr(trials, "SCRATCH", tmp_path / "scratch")
    monkeypatch.setattr(trials, "CACHE", records)
    return tmp_path


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in the place of that in which records that were made once are kept."""
    return tmp_path_factory.mktemp("corpus")


TRIALS: dict[str, Callable[[Path], Trial]] = {
    "kills at three random moments": lambda _: trials.kills(11, 3, records=300),
    "three damaged files": lambda _: trials.damaged_files(11, 3),
    "one file of three members": lambda path: trials.one_large_file(0.02, corpus(SMALL, cache=path)),
    "three files of one record": lambda _: trials.many_small_files(3),
    "a line longer than any record": lambda _: trials.one_long_line(70),
    "rows of three accounts": lambda _: trials.many_rows(300, 3),
    "no word that people wrote is kept": lambda _: trials.secrets(300),
    "calls under two sets of policies": lambda _: trials.decisions(2),
    "ingesting and asking at once": lambda _: trials.soak(0.02),
}


@pytest.mark.parametrize("name", TRIALS)
def test_a_lake_survives(name: str, scratch: Path) -> None:
    trial = TRIALS[name](scratch / "made")

    assert trial.held, f"{trial.what}: {trial.result}, {trial.details}"


@pytest.mark.skipif(shutil.which("gcc") is None, reason="there is no compiler with sanitizers here")
def test_lines_are_read_two_ways_under_sanitizers() -> None:
    trial = compiled_trials.read_two_ways(11, 600)

    assert trial.held, f"{trial.result}, {trial.details}"
    assert "read otherwise; " in trial.result


def test_rows_beyond_those_of_one_corpus_are_told_by_other_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trials, "CHUNK", 100)

    trial = trials.many_rows(300, 3)

    assert trial.held, trial.result
    assert trial.result.startswith("300 rows of 3 accounts on 270 days")


def test_a_trial_fails_where_something_is_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    def half_as_many(*arguments: object) -> list[dict[str, int]]:
        del arguments
        return [{"n": 150, "tokens": 1, "accounts": 3, "days": 90}]

    monkeypatch.setattr(trials, "sql", half_as_many)

    assert not trials.many_rows(300, 3).held
