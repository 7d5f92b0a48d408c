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
        first = columns[0].dictionary_encode("encode")
        self.combinations: list[tuple[Any, ...]] = [(value,) for value in first.dictionary.to_pylist()]
        self._rows = first.indices
        for column in columns[1:]:
            self._refine(column.dictionary_encode("encode"))

    def _refine(self, column: pa.DictionaryArray) -> None:
        """Tells the combinations apart by one more column. Codes stay below rows times rows."""
        values = column.dictionary.to_pylist()
        before, index = self._rows.cast(pa.int64()), column.indices.cast(pa.int64())
        codes = pc.add(pc.multiply(before, len(values)), index).dictionary_encode()
        self._rows = codes.indices
        pairs = [divmod(code, len(values)) for code in codes.dictionary.to_pylist()]
        self.combinations = [(*self.combinations[before], values[last]) for before, last in pairs]

    def spread(
        self, results: Sequence[Any], columns: Mapping[str, tuple[Callable[[Any], Any], pa.DataType]]
    ) -> dict[str, pa.Array]:
        """For each named column, what its function makes of the result for a row's combination.

        `results` are in the order of `combinations`.
        """
        return {
            name: pa.array(list(map(value, results)), kind).take(self._rows)
            for name, (value, kind) in columns.items()
        }

    def of_each_row(self, results: Sequence[Any]) -> list[Any]:
        """The result for each row, in the order of rows."""
        return [results[index] for index in self._rows.to_pylist()]
