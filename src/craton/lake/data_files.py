"""Files of the lake: rows become a synced file that is named by its content, and are read again."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from craton.lake.schema import ordering, schema_of
from craton.lake.snapshot import WHOLE, DataFile, content_name, sync_folder
from craton.registry.tables import tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

ROW_GROUP: Final = 122_880
"""So many rows are a group of a file, and are held before they are written."""

_TABLES_COMPRESSED: Final = {"compression": "zstd", "compression_level": 1}
"""The third level makes files half a percent smaller and takes a fifth longer."""

_MARTS_COMPRESSED: Final = {"compression": "snappy"}
"""All pages read marts, a sixth of a lake: a fifth larger than with zstd, they answer a fifth sooner."""

_LOOKED_UP: Final = frozenset({"account_id", "region", "event_time", "event_name", "day", "hour"})
"""Columns that queries leave out ranges by: statistics of the others would only cost."""

_UNIQUE_COLUMNS: Final = frozenset(
    {"request_id", "event_id", "event_time", "source_byte", "source_line", "latency_ms", "estimated_cost"}
)
"""Columns whose values rarely repeat: a dictionary of them would only cost."""


def write(root: Path, table: str, part: str, rows: pa.Table) -> DataFile:
    """The rows, of a table in its order, are a file of a day, or of a month of a mart."""
    described = tables().get(table)
    if described is not None:
        rows = rows.take(pc.sort_indices(rows, ordering(described)))
    file = NewFile(root, table, part, rows.schema)
    file.add(rows)
    return file.written()


class NewFile:
    """A file in the making. Rows come in their order, in as many pieces as one likes: its bytes are the same.

    No more of them than a row group is held at once.
    """

    def __init__(self, root: Path, table: str, part: str, schema: pa.Schema) -> None:
        self._root = root
        self._folder = root / "tables" / table / _folder(table, part)
        self._folder.mkdir(parents=True, exist_ok=True)
        self._temporary = self._folder / f".{os.getpid()}.parquet.tmp"
        self._held: list[pa.Table] = []
        self._waiting = 0
        self.rows = 0
        self._writer = pq.ParquetWriter(
            self._temporary,
            schema,
            **(_TABLES_COMPRESSED if table in tables() else _MARTS_COMPRESSED),
            data_page_version="2.0",
            use_dictionary=[name for name in schema.names if name not in _UNIQUE_COLUMNS],
            write_statistics=[name for name in schema.names if name in _LOOKED_UP],
            store_schema=False,
        )

    def add(self, rows: pa.Table) -> None:
        """These come next."""
        self.rows += rows.num_rows
        self._held.append(rows)
        self._waiting += rows.num_rows
        if self._waiting >= ROW_GROUP:
            self._write(self._waiting - self._waiting % ROW_GROUP)

    def written(self) -> DataFile:
        """The file, which is whole and stays there."""
        self._write(self._waiting)
        self._writer.close()
        with self._temporary.open("rb") as stream:
            os.fsync(stream.fileno())
        path = self._folder / f"{content_name(self._temporary)}.parquet"
        self._temporary.rename(path)
        sync_folder(self._folder)
        return DataFile(path.relative_to(self._root).as_posix(), self.rows, path.stat().st_size)

    def dropped(self) -> None:
        """Nothing of the file stays there."""
        self._writer.close()
        with contextlib.suppress(FileNotFoundError):
            self._temporary.unlink()

    def _write(self, count: int) -> None:
        together = pa.concat_tables(self._held)
        if count:
            whole = together.slice(0, count).combine_chunks()  # pages would else end where pieces do
            self._writer.write_table(whole, row_group_size=ROW_GROUP)
        rest = together.slice(count)
        self._held, self._waiting = [rest], rest.num_rows


def read(root: Path, table: str, files: Sequence[DataFile], columns: list[str] | None = None) -> pa.Table:
    """The rows of files of a table."""
    schema = schema_of(table)
    wanted = schema if columns is None else pa.schema([schema.field(name) for name in columns])
    found = [
        pq.read_table(root / file.path, columns=columns, partitioning=None).cast(wanted) for file in files
    ]
    return pa.concat_tables(found) if found else wanted.empty_table()


def pieces(root: Path, file: DataFile, schema: pa.Schema) -> Iterator[pa.Table]:
    """The rows of a file in the columns of the schema, no more than a row group at once."""
    with pq.ParquetFile(root / file.path) as opened:
        for batch in opened.iter_batches(ROW_GROUP, columns=schema.names):
            yield pa.Table.from_batches([batch]).select(schema.names).cast(schema)


def _folder(table: str, part: str) -> str:
    """The folder of a day of a table, of a table without days, or of a month of a mart."""
    if part == WHOLE:
        return "whole"
    return f"day={part}" if table in tables() else f"month={part}"
