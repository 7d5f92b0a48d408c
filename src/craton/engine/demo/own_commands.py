"""Craton's own commands as processes: what anybody could type."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Final

from craton.core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

WELL: Final = (0, 2)
"""Exit codes of a command that did what it was asked, whatever it found."""


class OwnCommands:
    """Processes that end with whoever started them."""

    def __init__(self) -> None:
        self._processes: list[subprocess.Popen[str]] = []
        self.is_stopped = False

    def stop(self) -> None:
        """None of them goes on, and none is started."""
        self.is_stopped = True
        for one in self._processes:
            one.terminate()

    def run(
        self,
        *words: str,
        environment: Mapping[str, str],
        folder: Path,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        """The command has ended; `tell` hears each line of what it says. Raises: UserError where it fails."""
        last = ""
        with self._started(words, environment, folder) as process:
            for line in _lines(process):
                last = line or last
                tell(line)
        if process.returncode not in WELL:
            raise UserError(
                f"`craton {words[0]}` ended with {process.returncode}: {last}",
                hint=f"run it in `{folder}`",
            )

    def serve(self, *words: str, settings: int) -> dict[str, str]:
        """The command goes on until its input ends, with this process if not before.

        Returns the first so many settings that it prints as `export NAME=VALUE`.

        Raises: UserError where it ends before.
        """
        process = self._started(words, {}, None, stdin=subprocess.PIPE)
        told: dict[str, str] = {}
        for line in _lines(process):
            if line.startswith("export "):
                name, _, value = line.removeprefix("export ").partition("=")
                told[name] = value
            if len(told) == settings:
                threading.Thread(target=_read_away, args=(process,), daemon=True).start()
                return told
        _read_away(process)
        raise UserError(f"`craton {words[0]}` did not start", hint="run it, and see what it says")

    def _started(
        self,
        words: tuple[str, ...],
        environment: Mapping[str, str],
        folder: Path | None,
        *,
        stdin: int = subprocess.DEVNULL,
    ) -> subprocess.Popen[str]:
        own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "craton", *words],
            cwd=folder,
            env={**own, **environment},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._processes.append(process)
        if self.is_stopped:
            process.terminate()
        return process


def _lines(process: subprocess.Popen[str]) -> Iterator[str]:
    for line in process.stdout or ():
        yield line.strip()


def _read_away(process: subprocess.Popen[str]) -> None:
    """A process whose words nobody needs must not wait for a reader."""
    with process:
        for _ in _lines(process):
            pass
