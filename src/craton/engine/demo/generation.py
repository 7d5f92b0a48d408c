"""Ninety days of an invented organization, written on all cores."""

from __future__ import annotations

import functools
import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Final

from craton.engine.demo.days import Counts, Demonstration
from craton.engine.demo.objects import Archive
from craton.engine.demo.rhythm import DAYS
from craton.engine.manifests import load
from craton.registry.prices import model_ends

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

SEED: Final = 7
_PLACES: Final = (
    Path(__file__).parents[2] / "examples" / "acme-org" / "craton.yaml",
    Path(__file__).parents[4] / "examples" / "acme-org" / "craton.yaml",
)
"""Where the example stands beside an installed package, and where in the repository."""


def example_manifest() -> Path:
    """The manifest of the organization that the demonstration is about."""
    return next((place for place in _PLACES if place.is_file()), _PLACES[-1])


def generate(
    root: Path,
    *,
    as_of: dt.date,
    manifest: Path | None = None,
    seed: int = SEED,
    days: int = DAYS,
    processes: int | None = None,
    told: Callable[[int], None] | None = None,
) -> Counts:
    """The folder `root` holds the traffic of the `days` days before `as_of`; what was made is counted.

    `told` hears, after each day, how many are written. The bytes depend on the manifest, `as_of` and `seed`
    alone, not on the number of processes.
    """
    source = manifest or example_manifest()
    workers = processes or os.cpu_count() or 1
    write = functools.partial(_write_day, str(source), str(root), as_of, seed)
    total = Counts()
    for done, counts in enumerate(_each(write, range(days, 0, -1), workers), 1):
        total = total.plus(counts)
        if told is not None:
            told(done)
    return total


def _each(write: Callable[[int], Counts], days: range, workers: int) -> Iterator[Counts]:
    if workers == 1:
        yield from map(write, days)
        return
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=_leave_the_keyboard) as pool:
        yield from pool.map(write, days)


def _leave_the_keyboard() -> None:
    """The process that started this one hears Ctrl+C, and ends it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _write_day(manifest: str, root: str, as_of: dt.date, seed: int, days_left: int) -> Counts:
    return _demonstration(manifest, as_of, seed).write_day(days_left, Archive(Path(root)))


@functools.cache
def _demonstration(manifest: str, as_of: dt.date, seed: int) -> Demonstration:
    return Demonstration(load(Path(manifest)), as_of=as_of, seed=seed, ends=model_ends())
