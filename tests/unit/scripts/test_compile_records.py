"""The compiled part is made where that is possible, and Craton is installed in any case."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from typing import TYPE_CHECKING, Any

import pytest
from scripts import compile_records
from scripts.compile_records import FOLDER, CompiledPart, NotCompiledError, compiled
from tests.plain_records.differences import Tried, part, spans

from craton import logs
from craton.logs import plain_records
from craton.logs.plain_records import SWITCH, source_hash

if TYPE_CHECKING:
    from pathlib import Path

STRICT = ("-Wall", "-Wextra", "-Wshadow", "-Wconversion", "-Wno-sign-conversion", "-Werror")
SOURCES = FOLDER / "compiled"


class Told:
    """Stands for the program that installs."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def display_warning(self, text: str) -> None:
        self.warnings.append(text)


@pytest.fixture
def compiler() -> None:
    """Skips where nothing can be compiled."""
    if shutil.which((sysconfig.get_config_var("CC") or "cc").split()[0]) is None:
        pytest.skip("there is no compiler here")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in the place of that of the module, with a part that was compiled long ago."""
    shutil.copytree(SOURCES, tmp_path / "compiled")
    monkeypatch.setattr(compile_records, "FOLDER", tmp_path)
    old = tmp_path / f"_plain_records{sysconfig.get_config_var('EXT_SUFFIX')}"
    old.write_bytes(b"old")
    return tmp_path


def built(root: Path) -> tuple[dict[str, Any], list[str]]:
    """What the hook asks of a build in that folder, and what it tells."""
    told = Told()
    data: dict[str, Any] = {"artifacts": [], "pure_python": True, "infer_tag": False}
    hook: Any = CompiledPart(str(root), {}, None, None, str(root), "wheel", told)  # type: ignore[arg-type]
    hook.initialize("standard", data)
    return data, told.warnings


@pytest.mark.slow
@pytest.mark.usefixtures("compiler")
@pytest.mark.parametrize("flags", [(), ("-DPORTABLE",)], ids=["as it is", "without what this processor has"])
def test_the_compiled_part_is_made_without_a_warning_and_reads_as_python_does(
    flags: tuple[str, ...], tmp_path: Path
) -> None:
    made = part(compiled(tmp_path, (*STRICT, *flags)))
    tried = Tried()
    for span in spans(5, 1_500):
        tried.span(span, made.scanned)
    assert source_hash() == made.SOURCE_HASH
    assert tried.otherwise == []
    assert tried.sure > 300


@pytest.mark.slow
@pytest.mark.usefixtures("compiler")
def test_a_wheel_that_holds_the_compiled_part_is_one_for_this_platform(folder: Path) -> None:
    data, warnings = built(folder)
    (artifact,) = data["artifacts"]
    assert (folder / artifact).stat().st_size > 1_000
    assert (data["pure_python"], data["infer_tag"], warnings) == (False, True, [])


def no_compiler(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del folder
    monkeypatch.setenv("CC", "/nowhere/cc")


def no_headers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sysconfig, "get_path", lambda name: f"{folder}/{name}")


def no_linker(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del folder
    monkeypatch.setattr(
        sysconfig, "get_config_var", {"EXT_SUFFIX": sysconfig.get_config_var("EXT_SUFFIX")}.get
    )


def another_python(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del folder
    monkeypatch.setattr(sys.implementation, "name", "pypy")


def no_sources(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    del monkeypatch
    (folder / "compiled" / "rows.c").unlink()


@pytest.mark.parametrize(
    "wanting", [no_compiler, no_headers, no_linker, another_python, no_sources], ids=lambda one: one.__name__
)
def test_craton_is_installed_without_it_where_it_cannot_be_made(
    wanting: Any, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanting(folder, monkeypatch)
    data, (warning,) = built(folder)
    assert data == {"artifacts": [], "pure_python": True, "infer_tag": False}
    assert warning.startswith("plain records will be read in Python, more slowly: ")
    assert "\n" not in warning
    assert [one.name for one in folder.iterdir()] == ["compiled"]


def test_what_is_compiled_by_hand_says_why_it_is_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    no_compiler(folder, monkeypatch)
    assert compile_records.main() == 1
    assert "/nowhere/cc" in capsys.readouterr().err
    with pytest.raises(NotCompiledError):
        compiled(folder)


def version(**environment: str) -> str:
    """What `craton --version` tells of how records are read."""
    done = subprocess.run(
        [sys.executable, "-m", "craton", "--version"],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return done.stdout.splitlines()[1]


def test_the_compiled_part_can_be_left_out() -> None:
    assert version(**{SWITCH: "1"}) == f"plain invocation records are read in Python, since {SWITCH} is set"


def test_a_part_of_other_sources_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    if plain_records.SCAN is None:
        pytest.skip(f"plain records are read {plain_records.WAY}")
    monkeypatch.setattr(plain_records, "source_hash", lambda: "of other sources")
    scan, way = plain_records._found()
    assert scan is None
    assert way == "in Python, since the compiled part was made from other sources"


def test_a_part_whose_sources_are_absent_is_used(tmp_path: Path) -> None:
    assert source_hash(tmp_path) is None


def test_craton_reads_without_the_compiled_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SWITCH, raising=False)
    monkeypatch.setitem(sys.modules, "craton.logs._plain_records", None)
    monkeypatch.delattr(logs, "_plain_records", raising=False)
    scan, way = plain_records._found()
    assert scan is None
    assert way == "in Python, since Craton was installed without its compiled part"
