from __future__ import annotations

import gzip
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from tests.faults import logs
from tests.faults.lake import CRATON, ERROR, ingest_here, sql

LOG = gzip.compress(logs.lines(logs.records(5)), mtime=0)


def test_a_folder_may_be_named_as_a_file(tmp_path: Path) -> None:
    folder = tmp_path / "logs" / "a.json.gz"
    folder.mkdir(parents=True)
    (folder / "b.json.gz").write_bytes(LOG)
    assert ingest_here([tmp_path / "logs"], tmp_path / "lake").report["rows"] == 5


def test_pipes_and_sockets_in_a_folder_are_passed_over(tmp_path: Path) -> None:
    """Whoever opens a pipe that nobody writes to waits for ever."""
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.json.gz").write_bytes(LOG)
    os.mkfifo(folder / "b.json.gz")
    with socket.socket(socket.AF_UNIX) as open_socket:
        open_socket.bind(str(folder / "c"))
        assert ingest_here([folder], tmp_path / "lake").report["rows"] == 5


def test_links_that_lead_nowhere_or_round_are_no_harm(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.json.gz").write_bytes(LOG)
    (folder / "gone.json.gz").symlink_to(folder / "nothing")
    (folder / "round").symlink_to(folder)
    (folder / "self").symlink_to(folder / "self")
    assert ingest_here([folder], tmp_path / "lake").report["rows"] == 5


@pytest.mark.parametrize(
    "name", ["it's.json.gz", '"quoted" [0-9]*?.gz', "ünï çødé 😀", "a\nb.gz", " ", "%2F", "-x"]
)
def test_any_file_name_will_do(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / name).write_bytes(LOG)
    assert ingest_here([folder], tmp_path / "lake").report["rows"] == 5
    assert ingest_here([folder], tmp_path / "lake").report["files_skipped"] == 1
    assert sql(tmp_path / "lake", "SELECT DISTINCT source_file AS file FROM invocation") == [
        {"file": str(folder / name)}
    ]


@pytest.mark.parametrize("name", ["l[1]", "l*", "q?x#y", "it's", "team:a", "file:l", "gs:l", "a b%20c"])
def test_a_lake_may_have_any_name(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.json.gz").write_bytes(LOG)
    monkeypatch.chdir(tmp_path)
    assert ingest_here([Path("a.json.gz")], Path(name)).report["rows"] == 5
    asked = "SELECT (SELECT count(*) FROM invocation) AS n, sum(calls) AS calls FROM usage_daily"
    assert sql(Path(name), asked) == [{"n": 5, "calls": 5}]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([name, "a.json.gz"])


def test_a_lake_is_no_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    command = [*CRATON, "ingest", "a.json.gz", "--lake", "s3://bucket/lake"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == ERROR
    assert "`s3://bucket/lake` is an address, and a lake is a folder of this machine" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a file name is always text")
def test_a_file_whose_name_is_no_text_keeps_no_other_from_being_read(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.json.gz").write_bytes(LOG)
    more = gzip.compress(logs.lines(logs.records(5, seed=2)), mtime=0)
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.json.gz")).write_bytes(more)
    report = ingest_here([folder], tmp_path / "lake").report
    assert (report["rows"], report["files_failed"]) in [(10, 0), (5, 1)]
    assert len(sql(tmp_path / "lake", "SELECT * FROM invocation")) == report["rows"]


def test_the_same_file_named_twice_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "a.json.gz"
    path.write_bytes(LOG)
    report = ingest_here([path, tmp_path / "*.gz", path], tmp_path / "lake").report
    assert (report["rows"], report["duplicates"], report["files_read"]) == (5, 0, 1)


def test_a_lake_inside_its_own_source_does_not_eat_itself(tmp_path: Path) -> None:
    (tmp_path / "a.json.gz").write_bytes(LOG)
    lake = tmp_path / "lake"
    ingest_here([tmp_path], lake)
    again = ingest_here([tmp_path], lake)
    assert again.report["quarantined"] == again.report["files_failed"] == 0


def test_a_file_that_cannot_be_opened_fails_alone(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    (folder / "a.json.gz").write_bytes(LOG)
    locked = folder / "b.json.gz"
    locked.write_bytes(LOG)
    locked.chmod(0)
    if os.access(locked, os.R_OK):
        pytest.skip("whoever runs this may read everything")
    told = ingest_here([folder], tmp_path / "lake")
    assert told.code == ERROR
    assert (told.report["rows"], told.report["files_failed"]) == (5, 1)
    assert str(locked) in told.talk
