"""Files that may stand there plain, or packed beside their plain name."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def unpacked(path: Path) -> bytes | None:
    """The bytes of a file, or of the one with `.gz` behind its name; None where neither is there."""
    if path.is_file():
        return path.read_bytes()
    packed = path.with_name(f"{path.name}.gz")
    return gzip.decompress(packed.read_bytes()) if packed.is_file() else None
