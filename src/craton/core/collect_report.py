"""What a collection of AWS's answers came to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from msgspec import Struct

if TYPE_CHECKING:
    from craton.core.cloud_call import Status

STATUSES: Final[tuple[Status, ...]] = ("answered", "absent", "denied", "unsupported", "failed")


class PlaceReport(Struct, frozen=True, kw_only=True):
    """What the reads of one account and Region came to, counted by status."""

    account: str
    region: str
    reads: int
    by_status: Mapping[str, int]


class Problem(Struct, frozen=True, kw_only=True, order=True):
    """A read that was denied or failed, and how often alike: same account, operation and error."""

    account: str
    service: str
    operation: str
    status: str
    error: str
    message: str
    times: int = 1


class CollectReport(Struct, frozen=True, kw_only=True):
    """What a collection came to. `skipped` are accounts with their state, `asked` reads of this run alone."""

    collection: str
    version: int
    places: tuple[PlaceReport, ...]
    skipped: Mapping[str, str]
    problems: tuple[Problem, ...]
    asked: int
    reads: int

    @property
    def is_whole(self) -> bool:
        """Whether nothing was denied, and nothing failed."""
        return not self.problems
