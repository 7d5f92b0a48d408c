"""A call that was made, as CloudTrail remembers it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from craton.emulator.call import Operation
from craton.emulator.credentials import Caller
from craton.emulator.wire import Answer


class Record(Struct, frozen=True, kw_only=True):
    """One answered call. `error_code` is None where it succeeded; `region` where it was made.

    `answer` is kept of calls that changed something, because CloudTrail tells it; `host` is the address that
    was called.
    """

    event_id: str
    request_id: str
    time: dt.datetime
    operation: Operation
    caller: Caller
    region: str
    parameters: Mapping[str, Any]
    answer: Answer | None
    error_code: str | None
    error_message: str | None
    source_ip: str
    user_agent: str
    vpc_endpoint_id: str | None
    access_key_id: str | None
    host: str
