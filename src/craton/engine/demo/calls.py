"""One call to a model, before any log has written about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final, Literal

from msgspec import Struct

from craton.engine.demo.models import Model

Operation = Literal[
    "Converse", "ConverseStream", "InvokeModel", "InvokeModelWithResponseStream", "StartAsyncInvoke"
]

STREAMS: Final = frozenset({"ConverseStream", "InvokeModelWithResponseStream"})
CONVERSATIONS: Final = frozenset({"Converse", "ConverseStream"})

EPOCH: Final = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
DAY_MS: Final = 86_400_000


class Caller(Struct, frozen=True):
    """Who calls, as both logs see it."""

    account_id: str
    arn: str
    kind: Literal["AssumedRole", "IAMUser"]
    principal_id: str
    access_key_id: str
    source_ip: str
    user_agent: str
    role_arn: str | None = None
    vpc_endpoint_id: str | None = None
    mfa: bool = False
    bearer_token: bool = False
    invoked_by: str | None = None


class Verdict(Struct, frozen=True):
    """What a guardrail decided about a call, on which side, and by which policy."""

    guardrail_id: str
    version: str
    outcome: Literal["passed", "detected", "masked", "blocked"]
    side: Literal["input", "output"] = "input"
    policy: Literal["content", "topic", "word", "pii", "regex", "grounding"] = "content"

    @property
    def intervened(self) -> bool:
        """Whether the guardrail changed anything."""
        return self.outcome in ("masked", "blocked")


class Call(Struct, kw_only=True):
    """One call. `at` is the time of the request. Units: milliseconds since 1970; tokens; milliseconds.

    A count that is None stands in no log: the model was never asked, or counts nothing of the kind.
    """

    at: int
    caller: Caller
    region: str
    model: Model
    model_id: str
    operation: Operation
    request_id: str
    inference_region: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None
    cache_read: int = 0
    cache_write: int = 0
    one_hour_cache: bool = False
    max_tokens: int | None = None
    latency_ms: int = 0
    first_token_ms: int = 0
    stop_reason: str = "end_turn"
    error: str | None = None
    verdict: Verdict | None = None
    metadata: Mapping[str, str] | None = None
    tools: tuple[str, ...] = ()
    attachment: Literal["image", "document"] | None = None
    service_tier: str | None = None
    large: bool = False

    @property
    def caches(self) -> bool:
        """Whether the call touched the prompt cache."""
        return bool(self.cache_read or self.cache_write)

    @property
    def is_blocked(self) -> bool:
        """Whether a guardrail stopped it."""
        return self.verdict is not None and self.verdict.outcome == "blocked"


def iso(milliseconds: int) -> str:
    """The moment as `2026-10-01T12:00:00`."""
    return _moment(milliseconds).strftime("%Y-%m-%dT%H:%M:%S")


def _moment(milliseconds: int) -> dt.datetime:
    return EPOCH + dt.timedelta(milliseconds=milliseconds)


def compact(milliseconds: int) -> str:
    """The moment as `20261001T1200`, as names of files have it."""
    return _moment(milliseconds).strftime("%Y%m%dT%H%M")


def slashes(milliseconds: int) -> str:
    """The hour as `2026/10/01/12`, as keys of objects have it."""
    return _moment(milliseconds).strftime("%Y/%m/%d/%H")
