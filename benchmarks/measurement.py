"""How long a command takes, and what processor time and memory its whole process tree uses."""

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

MEMORY_EVERY_S = 0.05
CPU_EVERY_S = 0.1
_STATE, _SESSION, _USER, _SYSTEM = 0, 3, 11, 12
"""Places among the fields of /proc/*/stat that follow the command's name in brackets."""
_TICKS = os.sysconf("SC_CLK_TCK")


class Run(Struct, frozen=True):
    """One run of a command.

    `cpu_s` is the processor time of the whole process tree, `peak_mb` its memory at the peak, or None where
    that was not watched.
    """

    seconds: float
    cpu_s: float
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
    Processor time is read every 100 ms, so that up to that much of it is missed at the end.
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
    watcher = Watcher(process.pid, memory=watch)
    watcher.start()
    try:
        stdout, stderr = process.communicate(timeout=limit_s)
    finally:
        seconds = time.perf_counter() - started
        watcher.stop()
        end_session(process.pid)
    peak = watcher.peak_mb if watch else None
    return Run(seconds, watcher.cpu_s, peak, process.returncode, stdout, stderr)


class Watcher(threading.Thread):
    """Samples a session's processor time, and where asked its memory, until it is stopped."""

    def __init__(self, session: int, *, memory: bool) -> None:
        super().__init__(daemon=True)
        self._session = session
        self._memory = memory
        self._stopped = threading.Event()
        self._cpu_s: dict[int, float] = {}
        self.peak_mb = 0.0

    @property
    def cpu_s(self) -> float:
        """The processor time of every process of the session that was ever seen."""
        return sum(self._cpu_s.values())

    def run(self) -> None:
        """The thread's work."""
        while not self._stopped.wait(MEMORY_EVERY_S if self._memory else CPU_EVERY_S):
            alive = cpu_of_members(self._session)
            self._cpu_s.update(alive)
            if self._memory:
                self.peak_mb = max(self.peak_mb, sum(map(pss_kb, alive)) / 1024)

    def stop(self) -> None:
        """Afterwards nothing is sampled any more."""
        self._stopped.set()
        self.join()


def members(session: int) -> list[int]:
    """The processes of a session that are alive."""
    return list(cpu_of_members(session))


def cpu_of_members(session: int) -> dict[int, float]:
    """The processor time of each process of a session that is alive. Units: seconds."""
    found = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[_SESSION]) == session and fields[_STATE] != "Z":
            found[int(folder.name)] = (int(fields[_USER]) + int(fields[_SYSTEM])) / _TICKS
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
