"""Calls as records of the model invocation log, in each of the forms that real logs show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from craton.engine.demo.bodies import reply_body, request_body
from craton.engine.demo.calls import CONVERSATIONS, iso, slashes
from craton.engine.demo.models import WITHOUT_COUNTS, WITHOUT_OUTPUT_COUNT

if TYPE_CHECKING:
    from craton.engine.demo.calls import Call
    from craton.engine.demo.dice import Dice

Record = dict[str, Any]

_OLDER_ORDER: Final = (
    "schemaType",
    "schemaVersion",
    "timestamp",
    "accountId",
    "identity",
    "region",
    "requestId",
    "operation",
    "modelId",
    "requestMetadata",
    "input",
    "output",
    "errorCode",
    "inferenceRegion",
)


class Dialect(Struct, frozen=True):
    """How an account's log tells the same things.

    `time` is `z` as Bedrock writes it; the others are of copies that a log shipper wrote anew. `text` says
    whether text delivery is on. `older` records have the key order and the traces of before mid 2025.
    `account_id` stands for an account id that somebody masked. `forwarder` is a field that the shipper adds.
    """

    time: Literal["z", "seven_digits", "nine_digits", "space"] = "z"
    text: bool = True
    older: bool = False
    account_id: str | None = None
    forwarder: str | None = None


AS_BEDROCK_WRITES: Final = Dialect()


def invocation_record(dice: Dice, call: Call, dialect: Dialect = AS_BEDROCK_WRITES) -> Record:
    """The record of one call."""
    record: Record = {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": timestamp(call.at, dialect),
        "accountId": dialect.account_id or call.caller.account_id,
        "region": call.region,
        "requestId": call.request_id,
        "operation": call.operation,
        "modelId": call.model_id,
        "input": _input(dice, call, text=dialect.text),
    }
    if call.error is None:
        record["output"] = _output(dice, call, text=dialect.text, newer=not dialect.older)
    else:
        record["errorCode"] = call.error
    record["identity"] = {"arn": call.caller.arn}
    if call.metadata:
        record["requestMetadata"] = dict(call.metadata)
    if call.inference_region:
        record["inferenceRegion"] = call.inference_region
    if dialect.forwarder:
        record["forwarder"] = dialect.forwarder
    return {key: record[key] for key in _OLDER_ORDER if key in record} if dialect.older else record


def timestamp(milliseconds: int, dialect: Dialect) -> str:
    """The moment in the dialect's form."""
    text = iso(milliseconds)
    match dialect.time:
        case "z":
            return f"{text}Z"
        case "seven_digits":
            return f"{text}.{milliseconds % 1000:03d}0000Z"
        case "nine_digits":
            return f"{text}.{milliseconds % 1000:03d}000000Z"
        case "space":
            return f"{text.replace('T', ' ')}.000000000"


def body_key(call: Call, side: Literal["input", "output"]) -> str:
    """The key of the object that holds a body too large for the log."""
    return f"{log_prefix(call.caller.account_id, call.region, call.at)}/data/{call.request_id}_{side}.json.gz"


def log_prefix(account_id: str, region: str, milliseconds: int) -> str:
    """Where Bedrock puts what it logs in an hour."""
    return f"AWSLogs/{account_id}/BedrockModelInvocationLogs/{region}/{slashes(milliseconds)}"


def bucket(account_id: str, region: str) -> str:
    """The bucket of an account and Region that Bedrock logs to."""
    return f"acme-bedrock-logs-{account_id}-{region}"


def _pointer(call: Call, side: Literal["input", "output"]) -> str:
    return f"s3://{bucket(call.caller.account_id, call.region)}/{body_key(call, side)}"


def _input(dice: Dice, call: Call, *, text: bool) -> Record:
    part: Record = {"inputContentType": "application/json"}
    if call.large:
        part["inputBodyS3Path"] = _pointer(call, "input")
    elif text:
        part["inputBodyJson"] = request_body(dice, call)
    if call.error is not None or call.model.family in WITHOUT_COUNTS or _is_uncounted(call):
        return part
    part["inputTokenCount"] = call.input_tokens
    if call.caches:
        part["cacheReadInputTokenCount"] = call.cache_read
        part["cacheWriteInputTokenCount"] = call.cache_write
    return part


def _output(dice: Dice, call: Call, *, text: bool, newer: bool) -> Record:
    family = call.model.family
    part: Record = {"outputContentType": "application/json"}
    if family == "async" or (call.large and family == "image"):
        part["outputBodyS3Path"] = _pointer(call, "output")
    elif text or call.verdict is not None:
        part["outputBodyJson"] = reply_body(dice, call, newer=newer)
    if family not in WITHOUT_COUNTS and family not in WITHOUT_OUTPUT_COUNT and not _is_uncounted(call):
        part["outputTokenCount"] = call.output_tokens
    return part


def _is_uncounted(call: Call) -> bool:
    """A request of InvokeModel that a guardrail blocked reached no model, and its record counts nothing."""
    return call.is_blocked and call.operation not in CONVERSATIONS
