from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from craton.core.errors import DataError, UserError
from craton.lake import snapshot
from craton.lake.snapshot import Change, DataFile, Snapshot, Snapshots, applied, missing_files

if TYPE_CHECKING:
    from pathlib import Path

A = DataFile("tables/invocation/day=2026-10-01/a.parquet", 1, 10)
B = DataFile("tables/invocation/day=2026-10-01/b.parquet", 2, 20)


def written(root: Path, *files: DataFile) -> None:
    for file in files:
        (root / file.path).parent.mkdir(parents=True, exist_ok=True)
        (root / file.path).write_bytes(b"x")


def test_a_change_takes_files_away_and_adds_others() -> None:
    first = applied(Snapshot(0, 1, {}), [Change("invocation", "2026-10-01", added=(B, A))])
    second = applied(first, [Change("invocation", "2026-10-01", removed=(A,))])
    third = applied(second, [Change("invocation", "2026-10-01", removed=(B,))])

    assert first.files == {"invocation": {"2026-10-01": (A, B)}}
    assert second.files == {"invocation": {"2026-10-01": (B,)}}
    assert third.files == {}
    assert [one.version for one in (first, second, third)] == [1, 2, 3]


def test_the_newest_snapshot_is_the_state(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path / "lake")
    snapshots.create()
    empty = snapshots.newest()
    following = applied(empty, [Change("invocation", "2026-10-01", added=(A,))])

    written(tmp_path / "lake", A)
    snapshots.commit(empty, following)

    assert snapshots.newest() == following
    assert snapshots.newest_version() == 1


def test_of_two_writers_who_saw_the_same_state_the_second_is_stopped(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path / "lake")
    snapshots.create()
    empty = snapshots.newest()
    written(tmp_path / "lake", A, B)
    snapshots.commit(empty, applied(empty, [Change("invocation", "2026-10-01", added=(A,))]))

    with pytest.raises(DataError, match="another writer"):
        snapshots.commit(empty, applied(empty, [Change("invocation", "2026-10-01", added=(B,))]))

    assert snapshots.newest().rows("invocation") == 1


def test_sweeping_keeps_what_recent_snapshots_name_and_nothing_else(tmp_path: Path) -> None:
    root = tmp_path / "lake"
    snapshots = Snapshots(root)
    snapshots.create()
    state = snapshots.newest()
    for number in range(12):
        file = DataFile(f"tables/invocation/day=2026-10-01/{number}.parquet", 1, 1)
        (root / file.path).parent.mkdir(parents=True, exist_ok=True)
        (root / file.path).write_bytes(b"x")
        following = applied(
            state,
            [
                Change(
                    "invocation",
                    "2026-10-01",
                    removed=state.of("invocation").get("2026-10-01", ()),
                    added=(file,),
                )
            ],
        )
        snapshots.commit(state, following)
        state = following
    (root / "tables/invocation/day=2026-10-01/.left.parquet.tmp").write_bytes(b"x")

    with snapshots.writing():
        snapshots.sweep()

    left = sorted(int(path.stem) for path in root.rglob("*.parquet"))
    assert left == list(range(4, 12))
    assert not list(root.rglob("*.tmp"))


def test_a_state_of_which_files_are_missing_is_told_and_opened_only_to_rebuild_it(tmp_path: Path) -> None:
    root = tmp_path / "lake"
    snapshots = Snapshots(root)
    snapshots.create()
    empty = snapshots.newest()
    following = applied(empty, [Change("invocation", "2026-10-01", added=(A, B))])
    written(root, A, B)
    snapshots.commit(empty, following)

    (root / B.path).unlink()
    with pytest.raises(DataError, match=r"b\.parquet` is missing") as one:
        snapshots.newest()
    (root / A.path).unlink()
    with pytest.raises(DataError, match=r"a\.parquet`, and 1 other"):
        snapshots.newest()

    assert "craton rebuild" in str(one.value.hint)
    assert snapshots.newest(to_rebuild=True) == following
    assert missing_files(root, following) == (A.path, B.path)


def test_files_that_went_with_a_state_which_is_no_more_the_newest_are_not_missed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "lake"
    snapshots = Snapshots(root)
    snapshots.create()
    first = applied(snapshots.newest(), [Change("invocation", "2026-10-01", added=(A,))])
    second = applied(first, [Change("invocation", "2026-10-01", removed=(A,), added=(B,))])
    written(root, B)
    snapshots.commit(Snapshot(0, 1, {}), first)
    look = snapshot.missing_files

    def look_late(folder: Path, state: Snapshot) -> tuple[str, ...]:
        if state == first:
            snapshots.commit(first, second)
        return look(folder, state)

    monkeypatch.setattr(snapshot, "missing_files", look_late)

    assert snapshots.newest() == second


def test_a_lake_of_a_newer_version_asks_for_an_upgrade_and_is_not_rebuilt_down(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path / "lake")
    snapshots.create()
    snapshots.commit(snapshots.newest(), Snapshot(1, snapshot.SCHEMA_VERSION + 1, {}))

    for to_rebuild in (False, True):
        with pytest.raises(DataError, match="newer Craton") as one:
            snapshots.newest(to_rebuild=to_rebuild)
        assert str(one.value.hint).startswith("upgrade Craton")


def test_a_lake_of_an_older_version_is_rebuilt(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path / "lake")
    snapshots.create()
    older = Snapshot(1, snapshot.SCHEMA_VERSION - 1, {})
    snapshots.commit(snapshots.newest(), older)

    with pytest.raises(DataError, match="version") as one:
        snapshots.newest()

    assert "craton rebuild" in str(one.value.hint)
    assert snapshots.newest(to_rebuild=True) == older


def test_a_folder_that_holds_something_else_is_no_lake(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")

    with pytest.raises(UserError, match="no lake"):
        Snapshots(tmp_path).create()
    with pytest.raises(UserError, match="no lake"):
        Snapshots(tmp_path).newest()


@pytest.mark.parametrize("damaged", [b'{"version": 1', b'{"made_at": "\xff"}', b"[" * 100_000])
def test_a_damaged_snapshot_is_told_and_not_taken_for_an_empty_lake(tmp_path: Path, damaged: bytes) -> None:
    snapshots = Snapshots(tmp_path / "lake")
    snapshots.create()
    (tmp_path / "lake/snapshots/000000000001.json").write_bytes(damaged)

    with pytest.raises(DataError, match="damaged"):
        snapshots.newest()


def test_nothing_is_written_into_a_folder_that_is_no_lake(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(UserError, match="is no lake"), Snapshots(folder).writing():
            pytest.fail("there is nothing to write to")
    assert list(tmp_path.iterdir()) == []
