"""What a reader hands on at once: rows by kind and column, and what became no row."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from craton.logs.outcome import BadReason, IgnoredReason, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

_PLACES: Final = 4
"""Transport, byte, line and record hash stand behind the fields of each row."""


class Quarantined(Struct, frozen=True):
    """A document that could not become a row: where it begins and how long it is in the unpacked stream."""

    kind: Kind
    reason: BadReason
    detail: str | None
    byte: int
    line: int
    raw: bytes


class Rows:
    """Rows of one kind, column by column: its fields, then transport, byte, line and record hash."""

    def __init__(self) -> None:
        self.columns: list[list[Any]] = []
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def transports(self) -> list[str]:
        """How each row came."""
        return self.columns[-_PLACES] if self.columns else []

    def add(self, columns: Sequence[Sequence[Any]]) -> None:
        """Further rows, as their columns."""
        if len(columns[0]):
            self.columns = self.columns or [[] for _ in columns]
            for column, more in zip(self.columns, columns, strict=True):
                column.extend(more)
            self._count += len(columns[0])

    def add_row(self, *values: Any) -> None:
        """One row more."""
        self.columns = self.columns or [[] for _ in values]
        for column, value in zip(self.columns, values, strict=True):
            column.append(value)
        self._count += 1

    def join(self, others: Rows) -> None:
        """The rows of others after these."""
        if others.columns:
            self.add(others.columns)


class Batch(Struct):
    """What one span gave."""

    rows: dict[Kind, Rows]
    quarantined: list[Quarantined]
    ignored: Counter[tuple[Kind, IgnoredReason]]
    lines: int
    unpacked: int

    @property
    def holds_documents(self) -> bool:
        """Whether there is anything in it to be counted."""
        return bool(self.quarantined or self.ignored or any(map(len, self.rows.values())))


def new_batch() -> Batch:
    """A batch that holds nothing yet."""
    return Batch({"invocation": Rows(), "api_event": Rows(), "metric": Rows()}, [], Counter(), 0, 0)
