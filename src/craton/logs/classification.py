"""What a JSON document is, told by what it holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType, field

if TYPE_CHECKING:
    from collections.abc import Iterator

Shape = Literal[
    "invocation",
    "api_event",
    "metric",
    "trail_file",
    "log_envelope",
    "log_event",
    "array",
    "control_message",
    "permission_check",
    "digest",
    "body",
    "unrecognised",
]
"""What a document can be; `trail_file`, `log_envelope`, `log_event` and `array` hold other documents."""


class Probe(Struct):
    """Only the names that tell shapes apart; their values stay unread."""

    schemaType: Any = None
    requestId: Raw | UnsetType = UNSET
    modelId: Raw | UnsetType = UNSET
    operation: Raw | UnsetType = UNSET
    timestamp: Raw | UnsetType = UNSET
    accountId: Raw | UnsetType = UNSET
    records: Raw | UnsetType = field(name="Records", default=UNSET)
    messageType: Any = None
    logEvents: Raw | UnsetType = UNSET
    message: Raw | UnsetType = UNSET
    id: Raw | UnsetType = UNSET
    eventSource: Raw | UnsetType = UNSET
    eventName: Raw | UnsetType = UNSET
    eventVersion: Raw | UnsetType = UNSET
    metric_name: Raw | UnsetType = UNSET
    namespace: Raw | UnsetType = UNSET
    digestS3Bucket: Raw | UnsetType = UNSET
    logFiles: Raw | UnsetType = UNSET
    messages: Raw | UnsetType = UNSET
    prompt: Raw | UnsetType = UNSET
    inputText: Raw | UnsetType = UNSET
    anthropic_version: Raw | UnsetType = UNSET
    output: Raw | UnsetType = UNSET
    content: Raw | UnsetType = UNSET
    embedding: Raw | UnsetType = UNSET
    results: Raw | UnsetType = UNSET
    completion: Raw | UnsetType = UNSET
    generation: Raw | UnsetType = UNSET


_NOTICE: Final = b"Permissions are correctly set for Amazon Bedrock logs."
"""What Bedrock writes into a log group when logging is switched on.

Source: log groups as public projects show them (2024 to 2026), retrieved 2026-11-26.
"""

_probe = msgspec.json.Decoder(Probe).decode
_generic = msgspec.json.Decoder().decode
_raws = msgspec.json.Decoder(list[Raw]).decode


class _LogEvent(Struct):
    message: str


_log_event = msgspec.json.Decoder(_LogEvent).decode


def shape_of(raw: bytes) -> tuple[Shape, Probe | None]:
    """What a sound JSON document is, and what was found in it; the one plain line that Bedrock writes, too.

    Raises: msgspec.DecodeError, UnicodeError, RecursionError where it is no JSON that can be read.
    """
    if raw.lstrip()[:1] == b"[":
        return "array", None
    if raw.strip() == _NOTICE:
        return "permission_check", None
    try:
        probe = _probe(raw)
    except msgspec.ValidationError:
        _generic(raw)
        return "unrecognised", None
    return _shape(probe), probe


def _shape(probe: Probe) -> Shape:
    if probe.records is not UNSET and bytes(memoryview(probe.records)[:1]) == b"[":
        return "trail_file"
    if probe.messageType is not None and probe.logEvents is not UNSET:
        return "control_message" if probe.messageType == "CONTROL_MESSAGE" else "log_envelope"
    if probe.schemaType == "ModelInvocationLog":
        return "invocation"
    if probe.eventSource is not UNSET and probe.eventName is not UNSET:
        return "api_event"
    if probe.metric_name is not UNSET and probe.namespace is not UNSET:
        return "metric"
    if probe.digestS3Bucket is not UNSET and probe.logFiles is not UNSET:
        return "digest"
    named = probe.modelId is not UNSET or probe.operation is not UNSET
    if probe.timestamp is not UNSET and (
        named or (probe.requestId is not UNSET and probe.accountId is not UNSET)
    ):
        return "invocation"
    if probe.message is not UNSET and probe.id is not UNSET and probe.timestamp is not UNSET:
        return "log_event"
    if _is_body(probe):
        return "body"
    return "unrecognised"


def _is_body(probe: Probe) -> bool:
    names = (
        "messages",
        "prompt",
        "inputText",
        "anthropic_version",
        "output",
        "content",
        "embedding",
        "results",
    )
    return any(getattr(probe, name) is not UNSET for name in (*names, "completion", "generation"))


def is_record(value: object) -> bool:
    """Whether a decoded value is a record, or holds records, by its own signs alone."""
    if not isinstance(value, dict):
        return False
    return (
        value.get("schemaType") == "ModelInvocationLog"
        or ("eventSource" in value and "eventName" in value)
        or ("metric_name" in value and "namespace" in value)
        or ("messageType" in value and "logEvents" in value)
        or ("timestamp" in value and "requestId" in value)
        or ("timestamp" in value and "message" in value and "id" in value)
    )


def members(raw: bytes, shape: Shape, probe: Probe | None) -> Iterator[tuple[bytes, int]]:
    """The documents that a document holds, each with where it begins within `raw`.

    A log envelope holds log events, and a log event holds the one document that is its message.

    Raises: msgspec.ValidationError where what should hold them is of another type; msgspec.DecodeError,
    UnicodeError, RecursionError where it cannot be read.
    """
    if shape == "log_event":
        message = _log_event(raw).message
        yield message.encode(), 0
        return
    held: object = raw
    if probe is not None:
        held = probe.records if shape == "trail_file" else probe.logEvents
    at = 0
    for member in _raws(held):  # type: ignore[arg-type]
        text = bytes(member)
        at = raw.find(text, at)
        yield text, at
        at += len(text)
