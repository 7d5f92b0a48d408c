"""What was verified of an organization: each result with the calls on which it rests."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from craton.core.cloud_call import Status as ReadStatus

if TYPE_CHECKING:
    from collections.abc import Mapping

Status = Literal["passed", "failed", "unknown"]


class Evidence(Struct, frozen=True, kw_only=True):
    """A call on which a result rests. Units: `at` is naive UTC."""

    call: str
    account: str
    region: str
    at: dt.datetime
    status: ReadStatus


class Result(Struct, frozen=True, kw_only=True):
    """What a check says of one thing. `hint` is there where something is to be done."""

    check: str
    title: str
    account: str
    region: str
    of: str
    status: Status
    detail: str
    hint: str | None
    evidence: tuple[Evidence, ...]


class Verified(Struct, frozen=True, kw_only=True):
    """Every result, check by check. Units: `at` is naive UTC."""

    at: dt.datetime
    organization: str
    results: tuple[Result, ...]

    @property
    def counts(self) -> Mapping[Status, int]:
        """How many results there are of each kind."""
        told = [one.status for one in self.results]
        order: tuple[Status, ...] = ("passed", "failed", "unknown")
        return {status: told.count(status) for status in order}
