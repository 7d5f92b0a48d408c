"""`craton` in this process, in a hurry: where it would wait ten seconds for AWS, it waits one.

The program is loaded once for all commands, and its clock goes as fast as it waits, so that its pace at AWS's
rates is what it is otherwise.
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

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_TIMES_AS_FAST: Final = 10.0


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
        around.enter_context(contextlib.redirect_stdout(out))
        around.enter_context(contextlib.redirect_stderr(err))
        code = program(words)
    return subprocess.CompletedProcess(words, code, out.told(), err.told())


def _sleep(seconds: float) -> None:
    time.sleep(seconds / _TIMES_AS_FAST)


def _clock() -> float:
    return time.monotonic() * _TIMES_AS_FAST
