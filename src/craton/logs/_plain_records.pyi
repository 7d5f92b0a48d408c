# The compiled part: `compiled/rows.c`.

from typing import Any, TypeAlias

# Row values by column; where each line begins; the rows of lines that are not plain, of which nothing is
# told; and of each row with a guardrail, which is looked at in Python, its trace and action, and the id and
# version that its request names.
Guarded: TypeAlias = tuple[int, bytes | None, str | None, str | None, str | None]
Scanned: TypeAlias = tuple[list[list[Any]], list[int], list[int], list[Guarded]]

# The names of a row's values, which are those of `invocation_facts.FIELDS`.
COLUMNS: tuple[str, ...]

# The fields that are known of each type of `invocation.py`, by its name.
SHAPES: dict[str, tuple[str, ...]]

# See `plain_records.source_hash`.
SOURCE_HASH: str

# Any bytes are lines. One that is no record is not plain either; None where so many are not that nothing
# would be gained.
def scanned(data: bytes, /) -> Scanned | None: ...
