from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

import pytest
from tests.unit.engine import demo_records as demo

from craton.cli.program import program
from craton.core.errors import UserError
from craton.engine.demo.days import Demonstration
from craton.engine.demo.generation import example_manifest, generate
from craton.engine.demo.objects import Archive
from craton.engine.demo.preparation import MARKER, check_day, prepare
from craton.engine.manifests import load
from craton.engine.progress import Silent
from craton.registry.prices import model_ends

if TYPE_CHECKING:
    from pathlib import Path

FEW = 3
MANY = 1000
NOW = dt.datetime(2026, 11, 24, 6)  # noqa: DTZ001 - naive UTC


def digests(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def written(folder: Path, *, seed: int = 7, days: tuple[int, ...] = (9,)) -> dict[str, str]:
    made = Demonstration(load(example_manifest()), as_of=demo.AS_OF, seed=seed, ends=model_ends())
    archive = Archive(folder)
    for days_left in days:
        made.write_day(days_left, archive)
    return digests(folder)


def test_the_same_seed_and_day_give_the_same_bytes(tmp_path: Path) -> None:
    first = written(tmp_path / "first")
    assert first == written(tmp_path / "second")
    assert len(first) > 20


def test_another_seed_gives_other_bytes(tmp_path: Path) -> None:
    assert written(tmp_path / "first") != written(tmp_path / "second", seed=8)


@pytest.mark.slow
def test_a_day_does_not_depend_on_the_days_written_before_it(tmp_path: Path) -> None:
    alone = written(tmp_path / "alone")
    among_others = written(tmp_path / "among others", days=(20, 9, 4))
    assert alone.items() <= among_others.items()


@pytest.mark.slow
def test_the_number_of_processes_does_not_matter(tmp_path: Path) -> None:
    told: list[int] = []
    one = generate(tmp_path / "one", as_of=demo.AS_OF, days=FEW, processes=1, told=told.append)
    two = generate(tmp_path / "two", as_of=demo.AS_OF, days=FEW, processes=2)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert told == list(range(1, FEW + 1))
    assert one == two
    assert (one.objects, one.bytes) == (
        len(digests(tmp_path / "one")),
        sum(file.stat().st_size for file in (tmp_path / "one").rglob("*") if file.is_file()),
    )
    assert one.invocations > MANY


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UserError, match="holds something else"):
        prepare(tmp_path, as_of=demo.AS_OF, now=NOW, progress=Silent())
    assert [one.name for one in tmp_path.iterdir()] == ["thesis.txt"]


@pytest.mark.parametrize("mark", ['{"as_of":"2026-01-01"}', "not even JSON"])
def test_the_demonstration_of_another_day_is_left_alone(tmp_path: Path, mark: str) -> None:
    (tmp_path / MARKER).write_text(mark)
    with pytest.raises(UserError, match="of another day"):
        prepare(tmp_path, as_of=demo.AS_OF, now=NOW, progress=Silent())


@pytest.mark.parametrize("day", ["1800-01-01", "2006-03-31", "2100-01-01"])
def test_a_day_whose_logs_would_not_be_read_is_refused_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], day: str
) -> None:
    assert program(["demo", "--as-of", day, "--dir", str(tmp_path / "shown")]) == 1
    assert capsys.readouterr().err == (
        f"error: logs of the 90 days before {day} would not be read\n"
        "  hint: name a day from 2006-04-01 to 2099-12-31\n"
    )
    assert not (tmp_path / "shown").exists()


@pytest.mark.parametrize("day", [dt.date(2006, 4, 1), dt.date(2099, 12, 31)])
def test_the_first_and_the_last_day_are_fine(day: dt.date) -> None:
    check_day(day)
