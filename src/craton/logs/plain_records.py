"""The compiled way of reading lines that are each one plain invocation record, where it was built.

It is a C extension and optional: `SCAN` is None where there was no compiler when Craton was installed, where it
was built from another source than the one that stands here, and where `CRATON_INTERPRETED` is set. Everything is
then read in Python, with the same result and more slowly.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from craton.logs.invocation_facts import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable

SWITCH: Final = "CRATON_INTERPRETED"
"""The environment variable that switches the compiled way off."""

Scanned = tuple[list[list[Any]], list[int], list[int], list[tuple[int, bytes | None, str | None]]]
Scan = "Callable[[bytes], Scanned | None]"
_SOURCE = Path(__file__).with_name("_plain_records.c")


def _scan() -> Callable[[bytes], Scanned | None] | None:
    if os.environ.get(SWITCH):
        return None
    try:
        from craton.logs import _plain_records
    except ImportError:
        return None
    return _plain_records.scanned


SCAN: Final = _scan()
