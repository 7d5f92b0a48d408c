"""Compiles what reads plain invocation records. A hook of hatchling, so that every installation runs it.

Where that is not possible, for want of a compiler or of Python's headers, Craton is installed without it, and
the installation says so in one line.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from hatchling.builders.wheel import WheelBuilderConfig

if TYPE_CHECKING:
    from collections.abc import Sequence

MODULE: Final = "_plain_records"
FOLDER: Final = Path(__file__).resolve().parents[1] / "src" / "craton" / "logs"
SOURCES: Final = ("json.h", "invocation.h", "rows.c")
"""In the folder `compiled`; the last one includes the others."""

_PLAIN: Final = ("-std=c11", "-O2", "-fvisibility=hidden")
_LONGEST_REASON: Final = 200


class NotCompiledError(Exception):
    """There is no compiled part; the text says why."""


def compiled(folder: Path, flags: Sequence[str] = ()) -> Path:
    """The compiled part, made anew in that folder.

    Raises: NotCompiledError where it cannot be made; none that was there before is left then.
    """
    file = folder / f"{MODULE}{sysconfig.get_config_var('EXT_SUFFIX')}"
    made = file.with_suffix(".making")
    sources = FOLDER / "compiled"
    file.unlink(missing_ok=True)
    try:
        done = subprocess.run(  # noqa: S603 - the compiler that Python itself was built with, or that CC names
            [*_command(), *_told(sources), *flags, str(sources / SOURCES[-1]), "-o", str(made)],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise NotCompiledError(" ".join(done.stderr.split())[:_LONGEST_REASON])
        made.replace(file)
    except OSError as error:
        raise NotCompiledError(str(error)) from error
    finally:
        made.unlink(missing_ok=True)
    return file


def source_hash(sources: Path) -> str:
    """What the compiled part tells of the sources that it was made of, see `craton.logs.plain_records`."""
    return hashlib.sha256(b"".join((sources / name).read_bytes() for name in SOURCES)).hexdigest()[:16]


def _told(sources: Path) -> tuple[str, ...]:
    """What the compiler is told whoever asks it."""
    return (*_PLAIN, f"-I{sysconfig.get_path('include')}", f'-DSOURCE_HASH="{source_hash(sources)}"')


def _command() -> list[str]:
    """How this Python links modules, with the compiler that `CC` names where it does."""
    linker = shlex.split(sysconfig.get_config_var("LDSHARED") or "")
    if sys.implementation.name != "cpython" or not linker:
        raise NotCompiledError("this Python does not tell how modules are linked")
    named = os.environ.get("CC")
    return [*(shlex.split(named) if named else linker[:1]), *linker[1:], "-fPIC"]


class CompiledPart(BuildHookInterface[WheelBuilderConfig]):
    """Puts the compiled part beside its stub, and into the wheel, which is then one for this platform."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """See hatchling."""
        del version
        try:
            file = compiled(FOLDER)
        except NotCompiledError as error:
            self.app.display_warning(f"plain records will be read in Python, more slowly: {error}")
            return
        build_data["artifacts"].append(file.relative_to(self.root).as_posix())
        build_data["pure_python"] = False
        build_data["infer_tag"] = True


def main() -> int:
    """Compiles it beside its stub; 1 where that is not possible."""
    try:
        print(compiled(FOLDER))
    except NotCompiledError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
