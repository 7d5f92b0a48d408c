from __future__ import annotations

import datetime as dt
import hashlib
from typing import TYPE_CHECKING

import pytest
from tests.unit.engine import demo_records as demo

from craton.core.errors import UserError
from craton.engine.demo.days import Counts, Demonstration
from craton.engine.demo.generation import example_manifest, generate
from craton.engine.demo.objects import Archive
from craton.engine.demo.preparation import MANIFEST, MARKER, UNFINISHED, Prepared, prepare
from craton.engine.demo.prose import CANARY
from craton.engine.lakes import lake_of
from craton.engine.manifests import load
from craton.engine.progress import Silent
from craton.registry.prices import model_ends

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime(2026, 11, 24, 6)  # noqa: DTZ001 - naive UTC


def digests(folder: Path) -> dict[str, str]:
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in folder.rglob("*")
        if file.is_file()
    }


def written(folder: Path, *, seed: int = 7, as_of: dt.date = demo.AS_OF) -> dict[str, str]:
    made = Demonstration(load(example_manifest()), as_of=as_of, seed=seed, ends=model_ends())
    made.write_day(9, Archive(folder))
    return digests(folder)


def test_the_same_seed_and_day_give_the_same_bytes(tmp_path: Path) -> None:
    first = written(tmp_path / "first")
    assert first == written(tmp_path / "second")
    assert len(first) > 20


def test_another_seed_gives_other_bytes(tmp_path: Path) -> None:
    assert written(tmp_path / "first") != written(tmp_path / "second", seed=8)


def test_a_day_does_not_depend_on_the_days_written_before_it(tmp_path: Path) -> None:
    alone = written(tmp_path)
    among_others = digests(demo.archive())
    assert alone.items() <= among_others.items()


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Prepared:
    """A demonstration, in a folder in which an earlier one broke off."""
    folder = tmp_path_factory.mktemp("demo")
    rubbish = folder / UNFINISHED / "bedrock" / "rubbish"
    rubbish.parent.mkdir(parents=True)
    rubbish.write_bytes(b"half a file")
    return prepare(folder, as_of=demo.AS_OF, now=NOW, progress=Silent())


@pytest.mark.slow
def test_the_number_of_processes_does_not_matter(tmp_path: Path, prepared: Prepared) -> None:
    told: list[int] = []
    counts = generate(tmp_path, as_of=demo.AS_OF, processes=1, told=told.append)
    assert digests(tmp_path) == digests(prepared.logs)
    assert told == list(range(1, 91))
    assert counts == Counts(
        counts.invocations,
        counts.events,
        counts.points,
        len(digests(tmp_path)),
        sum(file.stat().st_size for file in tmp_path.rglob("*") if file.is_file()),
    )
    assert 60_000 < counts.invocations < 100_000


@pytest.mark.slow
def test_a_lake_of_the_demonstration_accounts_for_every_document(prepared: Prepared) -> None:
    report = prepared.report
    assert report.documents_read == report.rows + report.duplicates + report.quarantined + report.ignored
    assert report.duplicates > 1000
    assert 2 <= report.quarantined <= 12
    assert report.unknown_fields == {"invocation.forwarder": report.unknown_fields["invocation.forwarder"]}
    assert report.ignored_reasons.keys() >= {
        *("control_message", "digest", "body_or_media", "other_service", "permission_check"),
    }


@pytest.mark.slow
def test_nothing_that_people_wrote_reaches_the_lake(prepared: Prepared) -> None:
    assert any(
        CANARY.encode() in demo.unpacked(file) for file in (prepared.logs / "bedrock").rglob("*.json.gz")
    )
    lake, _ = lake_of(prepared.lake, prepared.manifest)
    session = lake.session()
    for table in ("invocation", "api_event", "metric", "quarantine"):
        found = session.query(
            f"SELECT count(*) FROM {table} AS t WHERE CAST(t AS VARCHAR) LIKE $text", {"text": f"%{CANARY}%"}
        )
        assert found.rows == [(0,)], table


@pytest.mark.slow
def test_a_folder_that_is_ready_is_used_as_it_is(prepared: Prepared) -> None:
    again = prepare(prepared.logs.parent, as_of=demo.AS_OF, now=NOW, progress=Silent())
    assert again.made is None
    assert again.report.rows == 0


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


@pytest.mark.slow
def test_what_a_demonstration_that_broke_off_left_is_gone(prepared: Prepared) -> None:
    assert sorted(one.name for one in prepared.logs.parent.iterdir()) == [
        MANIFEST,
        MARKER,
        "lake",
        "logs",
        "policies",
    ]
    assert not (prepared.logs / "bedrock" / "rubbish").exists()
