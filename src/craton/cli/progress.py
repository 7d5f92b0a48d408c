"""Progress bars on stderr, where that is a terminal."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

from craton.engine.progress import Silent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress as Bars
    from rich.progress import TaskID

    from craton.engine.progress import Progress


class _Drawn:
    """A bar for each stage."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._task: TaskID | None = None

    def begin(self, stage: str, total: int, *, unit: str) -> None:
        """See `craton.lake.progress.Progress`."""
        self._close()
        self._task = self._bars.add_task(stage, total=max(total, 1), unit=unit)

    def advance(self, amount: int) -> None:
        """See `craton.lake.progress.Progress`."""
        if self._task is not None:
            self._bars.advance(self._task, amount)

    def _close(self) -> None:
        if self._task is not None:
            task = next(one for one in self._bars.tasks if one.id == self._task)
            self._bars.update(self._task, completed=task.total)


@contextlib.contextmanager
def drawn(*, quiet: bool = False) -> Iterator[Progress]:
    """Progress that is drawn on stderr if that is a terminal and nobody asked for quiet."""
    if quiet or not sys.stderr.isatty():
        yield Silent()
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description:<12}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        yield _Drawn(bars)
