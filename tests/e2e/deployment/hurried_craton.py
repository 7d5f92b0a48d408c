"""`craton` in this process, in a hurry: where it would wait ten seconds for AWS, it waits one.

The program is loaded once for all commands, and its clock goes as fast as it waits, so that its pace at AWS's
rates is what it is otherwise. What a manifest compiles to is kept for the next command that compiles it.
"""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import time
from typing import TYPE_CHECKING, Any, Final
from unittest import mock

from craton.aws.acting import Acting
from craton.aws.api import Api
from craton.cli.program import program
from craton.engine import planning
from craton.engine.compiling import compilation
from craton.engine.lakes import overlays_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from craton.engine.compiling import Compiled

_TIMES_AS_FAST: Final = 10.0
_compile: Final = compilation
_kept: Final[dict[tuple[Path, bytes, dt.date], Compiled]] = {}


class _Stream(io.TextIOWrapper):
    """What is written to a stream, text or bytes."""

    def __init__(self) -> None:
        self._held = io.BytesIO()
        super().__init__(self._held, "utf-8")

    def told(self) -> str:
        self.flush()
        return self._held.getvalue().decode()


def craton(environment: Mapping[str, str], folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """The end of `craton` with these words, in that folder and environment."""
    out, err = _Stream(), _Stream()
    with contextlib.ExitStack() as around:
        around.enter_context(contextlib.chdir(folder))
        around.enter_context(mock.patch.dict(os.environ, environment, clear=True))
        for waiting in (Api, Acting):
            defaults: Any = waiting.__init__.__kwdefaults__
            around.enter_context(mock.patch.dict(defaults, sleep=_sleep, clock=_clock))
        around.enter_context(mock.patch.object(planning, "compilation", _compilation))
        around.enter_context(contextlib.redirect_stdout(out))
        around.enter_context(contextlib.redirect_stderr(err))
        code = program(words)
    return subprocess.CompletedProcess(words, code, out.told(), err.told())


def _compilation(manifest: Path, *, today: dt.date) -> Compiled:
    """What the manifest in a file comes to, which is worked out once where it names no other files."""
    if not manifest.is_file():
        return _compile(manifest, today=today)
    asked = (manifest, manifest.read_bytes(), today)
    if asked in _kept:
        return _kept[asked]
    found = _compile(manifest, today=today)
    told = found.examined.manifest
    if told is not None and not told.policies and not overlays_of(told, manifest):
        _kept[asked] = found
    return found


def _sleep(seconds: float) -> None:
    time.sleep(seconds / _TIMES_AS_FAST)


def _clock() -> float:
    return time.monotonic() * _TIMES_AS_FAST
