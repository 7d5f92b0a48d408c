"""Values worked out once for each distinct combination of columns, and spread over the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


class Distinct:
    """The distinct combinations of columns of equal length. `combinations` are tuples of plain values."""

    def __init__(self, columns: Sequence[pa.Array]) -> None:
        self.combinations: list[tuple[Any, ...]] = [()]
        self._rows = pa.repeat(pa.scalar(0, pa.int64()), len(columns[0]))
        for column in columns:
            self._refine(column)

    def _refine(self, column: pa.Array) -> None:
        """Tells the combinations apart by one more column. Codes stay below rows times rows."""
        encoded = column.dictionary_encode()
        values = [*encoded.dictionary.to_pylist(), None]
        index = pc.fill_null(encoded.indices.cast(pa.int64()), len(values) - 1)
        codes = pc.add(pc.multiply(self._rows, len(values)), index).dictionary_encode()
        self._rows = codes.indices.cast(pa.int64())
        pairs = [divmod(code, len(values)) for code in codes.dictionary.to_pylist()]
        self.combinations = [(*self.combinations[before], values[last]) for before, last in pairs]

    def spread(
        self, results: Sequence[Any], columns: Mapping[str, tuple[Callable[[Any], Any], pa.DataType]]
    ) -> dict[str, pa.Array]:
        """For each named column, what its function makes of the result for a row's combination.

        `results` are in the order of `combinations`.
        """
        return {
            name: pa.array([value(result) for result in results], kind).take(self._rows)
            for name, (value, kind) in columns.items()
        }

    def of_each_row(self, results: Sequence[Any]) -> list[Any]:
        """The result for each row, in the order of rows."""
        return [results[index] for index in self._rows.to_pylist()]
