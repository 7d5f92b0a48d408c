"""The compiled part: `compiled/rows.c`."""

from typing import Any

Scanned = tuple[list[list[Any]], list[int], list[int], list[tuple[int, bytes | None, str | None]]]
"""Row values by column, where each line begins, the rows of which nothing is told since they are not plain, and of
each row whose guardrail is to be looked at, its trace and action."""

COLUMNS: tuple[str, ...]
"""The names of a row's values, which are those of `invocation_facts.FIELDS`."""

SHAPES: dict[str, tuple[str, ...]]
"""The fields that are known, by the name of the type in `invocation.py`."""

SOURCE_HASH: str
"""See `plain_records.source_hash`."""

def scanned(data: bytes, /) -> Scanned:
    """What is told of lines. One that is no record at all is not plain either."""
