from __future__ import annotations

import os
import resource
import signal
from typing import TYPE_CHECKING

import pytest

from craton.engine.owner_file import write_for_owner

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MOST = 1_000


@pytest.fixture
def small_files() -> Iterator[None]:
    """A system that writes no larger file than `MOST`."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (MOST, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, ignored)


def test_a_file_is_its_owners_alone_though_others_could_read_what_was_there(tmp_path: Path) -> None:
    file = tmp_path / ("x" * 250)
    for data in (b"one", b"another"):
        write_for_owner(file, data)
        assert (file.read_bytes(), oct(file.stat().st_mode & 0o777)) == (data, "0o600")
        file.chmod(0o644)
    assert list(tmp_path.iterdir()) == [file]


def test_a_link_and_what_is_no_regular_file_stay(tmp_path: Path) -> None:
    file, link, pipe = (tmp_path / name for name in ("file", "link", "pipe"))
    link.symlink_to(file)
    write_for_owner(link, b"one")
    assert (link.is_symlink(), file.read_bytes()) == (True, b"one")
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_for_owner(pipe, b"another")
    assert (pipe.is_fifo(), os.read(reading, 99)) == (True, b"another")
    os.close(reading)


@pytest.mark.usefixtures("small_files")
def test_what_cannot_be_written_leaves_what_was_there_and_nothing_else(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    file.write_bytes(b"one")
    with pytest.raises(OSError, match="File too large"):
        write_for_owner(file, b"x" * (MOST + 1))
    assert [(one.name, one.read_bytes()) for one in tmp_path.iterdir()] == [("plan.json", b"one")]
