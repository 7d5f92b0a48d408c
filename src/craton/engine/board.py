"""The lake as pages see it: one present state at a time, exchanged for the next when a writer commits one."""

from __future__ import annotations

import datetime as dt
import threading
from typing import TYPE_CHECKING, Any, Self, TypeVar

from craton.core.errors import UserError
from craton.core.spelling import did_you_mean
from craton.engine.answers import Answers
from craton.engine.lakes import lake_of, manifest_in_use
from craton.lake.snapshot import WHOLE
from craton.registry.tables import tables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from craton.core.manifest import Manifest
    from craton.lake.lake import Lake
    from craton.lake.session import Rows, Session
    from craton.registry.content import Content, Panel

T = TypeVar("T")


class Present:
    """One immutable state of the lake, with the answers that were found in it.

    `root` is the lake's folder, `manifest_path` the file of the manifest, where there is one. `today` is the
    day on which the data ends: see `_end`.
    """

    def __init__(
        self, lake: Lake, manifest: Manifest | None, now: dt.datetime, path: Path | None = None
    ) -> None:
        self.content: Content = lake.content
        self.manifest = manifest
        self.manifest_path = path
        self.snapshot = lake.snapshot()
        self.types: Mapping[str, Mapping[str, str]] = lake.mart_types()
        self.root = lake.root
        self._lake = lake
        self._session = self.session()
        self.columns = {name: frozenset(types) for name, types in self.types.items()}
        for name, table in tables().items():
            own = {column.name for column in table.columns}
            self.columns[name] = frozenset(own | ({"day"} if table.day_of else set()))
        self.today = _end(self.snapshot.freshness, now)
        self._answers: Answers[Rows] = Answers(lambda rows: len(rows.rows))
        self._derived: Answers[Any] = Answers(lambda _: 0)

    @property
    def version(self) -> int:
        """The version of the lake's state."""
        return self.snapshot.version

    @property
    def first_day(self) -> dt.date:
        """The earliest day of which the lake has a record; today where it has none."""
        days = [
            day
            for name, table in tables().items()
            if table.day_of
            for day in self.snapshot.of(name)
            if day != WHOLE
        ]
        return min((dt.date.fromisoformat(day) for day in days), default=self.today)

    def session(self) -> Session:
        """A session of the caller's own over this state, in which tables can be made."""
        return self._lake.session(self.snapshot)

    def query(self, sql: str, parameters: Mapping[str, object]) -> Rows:
        """The rows of a SELECT, asked once and then kept.

        Raises: craton.lake.session.QueryError where it cannot run.
        """
        question = (sql, tuple(sorted((name, str(value)) for name, value in parameters.items())))
        return self._answers.of(question, lambda: self._session.query(sql, parameters))

    def count(self, name: str) -> int:
        """How many rows a table or mart has."""
        return self._session.count(name)

    def once(self, derive: Callable[[Present], T]) -> T:
        """What `derive` makes of this state, made once."""
        made: T = self._derived.of(derive, lambda: derive(self))
        return made

    def panel(self, panel_id: str) -> Panel:
        """The panel of that id.

        Raises: UserError where there is none.
        """
        panel = self.content.panels.get(panel_id)
        if panel is None:
            raise UserError(
                f"there is no panel `{panel_id}`", hint=did_you_mean(panel_id, self.content.panels)
            )
        return panel

    def panels_of(self, page: str) -> tuple[Panel, ...]:
        """The panels of a page, in their order."""
        return tuple(panel for panel in self.content.panels.values() if panel.header.page == page)


class Board:
    """Gives the present state of a lake, and opens the next one as soon as it is there.

    Safe to use from several threads. Who still reads an earlier state keeps it whole.
    """

    def __init__(
        self,
        lake: Lake,
        manifest: Manifest | None,
        clock: Callable[[], dt.datetime],
        path: Path | None = None,
    ) -> None:
        self._lake = lake
        self._manifest = manifest
        self._clock = clock
        self._path = path
        self._opening = threading.Lock()
        self._present = self._open()

    @classmethod
    def open(cls, folder: Path, *, manifest: Path | None, clock: Callable[[], dt.datetime]) -> Self:
        """The board over the lake in a folder; `clock` tells the moment in naive UTC.

        Raises: UserError where there is no lake or the manifest is wrong; DataError where the lake is.
        """
        lake, known = lake_of(folder, manifest)
        return cls(lake, known, clock, manifest_in_use(manifest))

    def now(self) -> dt.datetime:
        """The moment, in naive UTC."""
        return self._clock()

    def present(self) -> Present:
        """The newest state of the lake.

        Raises: DataError where it cannot be read.
        """
        if self._lake.version() != self._present.version:
            with self._opening:
                if self._lake.version() != self._present.version:
                    self._present = self._open()
        return self._present

    def _open(self) -> Present:
        return Present(self._lake, self._manifest, self._clock(), self._path)


def _end(freshness: Mapping[str, dt.datetime], now: dt.datetime) -> dt.date:
    """The day of the newest invocation, or that of the newest record where invocations ended days before.

    A record that claims to come from the future moves the end no further than the clock. Sources that report
    seconds after midnight do not open a day that has no calls yet.
    """
    newest = min(max(freshness.values(), default=now), now)
    called = min(freshness.get("invocation", newest), now)
    return (called if newest - called < dt.timedelta(days=1) else newest).date()
