"""Statements packed into as few policy documents as the quotas of Organizations let stand at one place.

White space counts where a file is saved as it is, so that a document is measured as it stands on disk. It is
laid out for readers as long as that fits, and closely where it must.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from craton.registry.quotas import Quota

VERSION: Final = "2012-10-17"


class Packed(Struct, frozen=True):
    """Documents in the order of their statements. `fits` says whether they are few and small enough."""

    documents: tuple[bytes, ...]
    fits: bool


def packed(units: Sequence[Sequence[Mapping[str, Any]]], size: Quota, room: int) -> Packed:
    """Documents that hold the statements of all units, each unit in one document where it fits into one.

    `size` limits the characters of a document, `room` is how many may stand.
    """
    wanted = size.warn_above or size.limit
    attempts: tuple[tuple[Callable[[Any], bytes], int], ...] = (
        (laid_out, wanted),
        (closely, wanted),
        (closely, size.limit),
    )
    found: tuple[bytes, ...] = ()
    for text, most in attempts:
        found = tuple(text(_document(one)) for one in _bins(units, text, most))
        if len(found) <= room and all(len(one.decode()) <= most for one in found):
            return Packed(found, fits=True)
    return Packed(found, fits=False)


def laid_out(document: Mapping[str, Any]) -> bytes:
    """The document with each item on a line, in the order in which a policy is read."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2) + b"\n"


def closely(document: Mapping[str, Any]) -> bytes:
    """The document on one line."""
    return msgspec.json.encode(document)


def _bins(
    units: Sequence[Sequence[Mapping[str, Any]]], text: Callable[[Any], bytes], most: int
) -> list[list[Mapping[str, Any]]]:
    """The statements in bins: largest units first, each into the first bin that has room."""

    def size(statements: Sequence[Mapping[str, Any]]) -> int:
        return len(text(_document(statements)).decode())

    pieces = [
        piece for unit in units for piece in ([unit] if size(unit) <= most else [[one] for one in unit])
    ]
    order = sorted(range(len(pieces)), key=lambda number: (-size(pieces[number]), number))
    bins: list[list[int]] = []
    for number in order:
        for one in bins:
            together = [statement for index in sorted([*one, number]) for statement in pieces[index]]
            if size(together) <= most:
                one.append(number)
                break
        else:
            bins.append([number])
    return [
        [statement for index in sorted(one) for statement in pieces[index]] for one in sorted(bins, key=min)
    ]


def _document(statements: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"Version": VERSION, "Statement": list(statements)}
