"""A call that was made, as CloudTrail remembers it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from craton.emulator.call import Operation
from craton.emulator.credentials import Caller


class Record(Struct, frozen=True, kw_only=True):
    """One answered call. `error_code` is None where it succeeded; `region` where it was made."""

    event_id: str
    request_id: str
    time: dt.datetime
    operation: Operation
    caller: Caller
    region: str
    parameters: Mapping[str, Any]
    response: Mapping[str, Any] | None
    error_code: str | None
    error_message: str | None
    source_ip: str
    user_agent: str
    vpc_endpoint_id: str | None
