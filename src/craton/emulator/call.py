"""One API call on its way through the emulator."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from craton.emulator.credentials import Caller
    from craton.emulator.world import World


class Operation(Struct, frozen=True, order=True):
    """An operation of a service, both by the names that botocore gives them."""

    service: str
    name: str

    def __str__(self) -> str:
        return f"{self.service}:{self.name}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """What is called, by whom, where, and with what. `environ` is the HTTP request without its `body`.

    `endpoint` is the id of the VPC endpoint through which the call came, if it came through one.
    """

    operation: Operation
    region: str
    caller: Caller
    parameters: Mapping[str, Any]
    environ: dict[str, Any]
    body: bytes
    request_id: str
    time: dt.datetime
    world: World
    endpoint: str | None = None

    @property
    def account(self) -> str:
        """The account that the call works in: the caller's own."""
        return self.caller.account
