"""What is wrong with the machine is told in one line with what helps, and is no bug of the program."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from craton.cli.program import program


@pytest.mark.parametrize(
    ("lake", "why"),
    [
        ("/proc/nope", "no such file or directory"),
        ("file/lake", "not a directory"),
        ("x" * 300, "file name too long"),
        ("circle/lake", "too many levels of symbolic links"),
    ],
)
def test_a_folder_that_cannot_be_made_is_told_with_a_hint(
    lake: str, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    Path("circle").symlink_to("circle")
    Path("calls.json").write_text("{}")
    assert program(["ingest", "calls.json", "--lake", lake]) == 1
    error, hint = capsys.readouterr().err.splitlines()[-2:]
    assert error.startswith("error: ")
    assert why in error
    assert hint.startswith("  hint: ")


@pytest.mark.parametrize(
    "code",
    [
        *(errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO, errno.EMFILE),
        *(errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.ELOOP),
    ],
)
def test_whatever_the_machine_refuses_is_told(
    code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(self: Path, **_: object) -> None:
        raise OSError(code, os.strerror(code), str(self))

    monkeypatch.setattr(Path, "mkdir", refused)
    assert program(["ingest", __file__, "--lake", "lake"]) == 1
    told = capsys.readouterr().err.splitlines()
    assert told[-2].startswith(f"error: `{Path('lake').absolute()}")
    assert told[-2].endswith(os.strerror(code).lower())
    assert told[-1].startswith("  hint: ")
