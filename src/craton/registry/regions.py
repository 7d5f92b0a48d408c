"""The AWS Regions that are known, as `content/reference/regions.yaml` holds them."""

from __future__ import annotations

import datetime as dt
import functools
from importlib import resources

from msgspec import Struct

from craton.codec.decoding import decode
from craton.codec.yaml_source import read
from craton.core.errors import DataError


class _Regions(Struct, frozen=True, forbid_unknown_fields=True):
    source: str
    retrieved: dt.date
    regions: tuple[str, ...]


@functools.cache
def known_regions() -> frozenset[str]:
    """The code of every Region that is known; newer ones may exist.

    Raises: DataError where the file is damaged.
    """
    file = resources.files("craton") / "content" / "reference" / "regions.yaml"
    found = decode(read(file.read_bytes(), file.name), _Regions)
    if found.value is None:
        raise DataError(f"`{file.name}` is no list of Regions: {found.diagnostics[0]}")
    return frozenset(found.value.regions)
