"""How long a command takes and how much memory its whole process tree holds at its peak."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

EVERY_S = 0.05
_SESSION_FIELD = 3
"""The session's place among the fields of /proc/*/stat that follow the command's name in brackets."""


class Run(Struct, frozen=True):
    """One run of a command. `peak_mb` is None where memory was not watched."""

    seconds: float
    peak_mb: float | None
    code: int
    stdout: str
    stderr: str


def run(
    command: Sequence[str],
    *,
    watch: bool,
    environment: Mapping[str, str] | None = None,
    limit_s: float = 7_200,
) -> Run:
    """The command, run to its end in a session of its own.

    Memory is the proportional set size (a shared page counts once, divided among those who share it), summed
    over the session every 50 ms. Reading it takes time from the run, so a run is either timed or watched.
    """
    started = time.perf_counter()
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **(environment or {})},
        start_new_session=True,
    )
    watcher = Watcher(process.pid) if watch else None
    if watcher is not None:
        watcher.start()
    try:
        stdout, stderr = process.communicate(timeout=limit_s)
    finally:
        seconds = time.perf_counter() - started
        if watcher is not None:
            watcher.stop()
        end_session(process.pid)
    return Run(seconds, watcher.peak_mb if watcher else None, process.returncode, stdout, stderr)


class Watcher(threading.Thread):
    """Samples a session's memory until it is stopped."""

    def __init__(self, session: int) -> None:
        super().__init__(daemon=True)
        self._session = session
        self._stopped = threading.Event()
        self.peak_mb = 0.0

    def run(self) -> None:
        """The thread's work."""
        while not self._stopped.wait(EVERY_S):
            self.peak_mb = max(self.peak_mb, session_mb(self._session))

    def stop(self) -> None:
        """Afterwards nothing is sampled any more."""
        self._stopped.set()
        self.join()


def session_mb(session: int) -> float:
    """What the processes of a session hold together. Units: MiB."""
    return sum(map(pss_kb, members(session))) / 1024


def members(session: int) -> list[int]:
    """The processes of a session that are alive."""
    found = []
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[_SESSION_FIELD]) == session and fields[0] != "Z":
            found.append(int(folder.name))
    return found


def pss_kb(process: int) -> int:
    """A process's proportional set size; 0 where it has ended. Units: KiB."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


def end_session(session: int) -> None:
    """Afterwards no process of the session is alive."""
    for process in members(session):
        try:
            os.kill(process, 9)
        except ProcessLookupError:
            continue
