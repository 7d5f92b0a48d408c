"""A decoded invocation record to the plain values of one row: what each provider says, in one form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import UNSET
from msgspec.structs import astuple

from craton.logs.guardrail_trace import guardrail_of
from craton.logs.invocation import Answer, Block, Event, Input, Output, Request
from craton.logs.masking import word
from craton.logs.timestamp import utc_time

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence

    from msgspec import Raw, Struct, UnsetType

    from craton.logs.invocation import Finish, GuardrailConfig, Latency, Record, Tool, Usage

FIELDS: Final = (
    "account_id",
    "region",
    "inference_region",
    "request_id",
    "event_time",
    "operation",
    "model_id",
    "principal_arn",
    "input_tokens",
    "cache_read_input_tokens",
    "cache_creation_input_tokens",
    "max_tokens",
    "service_tier",
    "tool_names",
    "content_kinds",
    "input_body_path",
    "output_tokens",
    "cache_creation_1h_input_tokens",
    "output_images",
    "latency_ms",
    "time_to_first_token_ms",
    "stop_reason",
    "guardrail_action",
    "guardrail_id",
    "guardrail_version",
    "guardrail_findings",
    "output_body_path",
    "request_metadata",
    "error_code",
    "body_logged",
    "prefix_hash",
    "input_text",
    "output_text",
)
"""The names of a row's values, in order.

`event_time` is naive UTC, or None where the record has no plausible one, `request_metadata` JSON text,
`tool_names`, `content_kinds` and `guardrail_findings` are tuples; `body_logged` says whether the request body
stood in the record. The last three stay None here: see `craton.logs.bodies`."""

_NO_INPUT = Input()
_NO_OUTPUT = Output()
_NOTHING_ASKED: tuple[None, ...] = (None,) * 4
_UNGUARDED: tuple[None, ...] = (None,) * 4
_UNANSWERED: tuple[None, ...] = (None,) * 5
_NOTHING: tuple[None, ...] = (*_UNANSWERED, *_UNGUARDED)
_GUARDED_ACTIONS = {"INTERVENED": "INTERVENED", "GUARDRAIL_INTERVENED": "INTERVENED", "NONE": "NONE"}
_EVENTS_AT_THE_END = 6
"""Metrics, stop reason and traces stand in the last events of a stream."""


def facts(records: Sequence[Record], unknown: Counter[str]) -> list[Sequence[Any]]:
    """The values of a row for each record, column by column in the order of `FIELDS`.

    None is unknown or absent. Counts in `unknown` what the traces of guardrails hold that is not known.
    """
    if not records:
        return [[] for _ in FIELDS]
    told = _values(records, records[0].__struct_fields__)
    asked = _values([one or _NO_INPUT for one in told["input"]], Input.__struct_fields__)
    answered = _values([one or _NO_OUTPUT for one in told["output"]], Output.__struct_fields__)
    bodies = asked["inputBodyJson"]
    answers = zip(answered["outputBodyJson"], bodies, strict=True)
    nothing = [None] * len(records)
    return [
        told["accountId"],
        told["region"],
        told["inferenceRegion"],
        told["requestId"],
        [utc_time(one) for one in told["timestamp"]],
        told["operation"],
        told["modelId"],
        [one.arn if one is not None else None for one in told["identity"]],
        asked["inputTokenCount"],
        asked["cacheReadInputTokenCount"],
        asked["cacheWriteInputTokenCount"],
        *zip(*[_asked(body) for body in bodies], strict=True),
        asked["inputBodyS3Path"],
        answered["outputTokenCount"],
        *zip(*[_answered(answer, body, unknown) for answer, body in answers], strict=True),
        answered["outputBodyS3Path"],
        [None if one is UNSET else bytes(one) for one in told["requestMetadata"]],
        told["errorCode"],
        [body is not None for body in bodies],
        nothing,
        nothing,
        nothing,
    ]


def _values(structs: Sequence[Struct], names: Sequence[str]) -> dict[str, Sequence[Any]]:
    """The values of the fields that are named, which come before any others; each as a column."""
    return dict(zip(names, zip(*map(astuple, structs), strict=False), strict=False))


def _asked(body: object) -> tuple[object, ...]:
    """Limit on output, tier, tools and kinds of content."""
    if body.__class__ is not Request:
        return _NOTHING_ASKED
    request: Request = body
    converse = request.inferenceConfig
    limit = request.max_tokens
    if limit is None:
        if converse is not None:
            limit = converse.maxTokens if converse.maxTokens is not None else converse.max_new_tokens
        else:
            limit = _other_limit(request)
    tier = request.serviceTier
    tools = request.tools
    if tools is None and request.toolConfig is not None:
        tools = request.toolConfig.tools
    return (
        limit,
        tier.type if tier is not None else request.service_tier,
        _tool_names(tools) if tools else None,
        _content_kinds(request),
    )


def _other_limit(request: Request) -> int | None:
    titan = request.textGenerationConfig
    for limit in (
        request.max_gen_len,
        request.max_tokens_to_sample,
        request.max_completion_tokens,
        request.maxTokens,
        titan.maxTokenCount if titan is not None else None,
    ):
        if limit is not None:
            return limit
    return None


def _tool_names(tools: Sequence[Tool]) -> tuple[str, ...] | None:
    names: dict[str, None] = {}
    for tool in tools:
        named = tool.toolSpec or tool.function or tool
        if named.name is not None:
            names[named.name] = None
    return tuple(names) or None


_KINDS = (
    ("image", "image"),
    ("document", "document"),
    ("video", "video"),
    ("audio", "audio"),
    ("toolUse", "tool_use"),
    ("toolResult", "tool_result"),
    ("guardContent", "guard_content"),
    ("reasoningContent", "reasoning"),
)
_PLAIN = Block()
"""What is read of a block that holds text alone: almost every block of Converse is one."""


def _content_kinds(request: Request) -> tuple[str, ...] | None:
    """The kinds of content asked with, sorted, each once."""
    kinds: tuple[str, ...] = ()
    if request.messages is not None:
        for message in request.messages:
            content = message if message.__class__ is str else message.content  # type: ignore[union-attr]
            if content.__class__ is list:
                for block in content:
                    kind = "text"
                    if block.__class__ is Block and block != _PLAIN:
                        kind = word(block.type) if block.type else _kind_of(block)
                    if kind not in kinds:
                        kinds += (kind,)
            elif content is not None and "text" not in kinds:
                kinds += ("text",)
    texts = request.prompt is not UNSET or request.inputText is not UNSET or request.texts is not UNSET
    if texts and "text" not in kinds:
        kinds += ("text",)
    if (request.images is not UNSET or request.inputImage is not UNSET) and "image" not in kinds:
        kinds += ("image",)
    return tuple(sorted(kinds)) if len(kinds) > 1 else kinds or None


def _kind_of(block: Block) -> str:
    return next((kind for name, kind in _KINDS if getattr(block, name) is not UNSET), "text")


def _answered(body: object, asked: object, unknown: Counter[str]) -> tuple[object, ...]:
    """From `cache_creation_1h_input_tokens` to `guardrail_findings`, which the request may name too."""
    named = asked.guardrailConfig if asked.__class__ is Request else None
    if body.__class__ is Answer:
        return _of_answer(body, named, unknown)
    if body.__class__ is list and body:
        return _of_stream(body, named, unknown)
    return _NOTHING if named is None else (*_UNANSWERED, *_guardrail(UNSET, None, None, named, unknown))


def _of_answer(body: Answer, named: GuardrailConfig | None, unknown: Counter[str]) -> tuple[object, ...]:
    stop = body.stopReason or body.stop_reason or body.finish_reason
    if stop is None:
        stop = _first_finish(body.results, body.outputs, body.choices, body.generations)
    trace = body.trace if body.invoke_trace is UNSET else body.invoke_trace
    action, usage, latency = body.action, body.usage, body.metrics
    images = body.images if body.images is not None else body.artifacts
    unguarded = trace is UNSET and action is None and stop != "guardrail_intervened" and named is None
    return (
        _one_hour(usage) if usage is not None else None,
        len(images) if images is not None else None,
        latency.latencyMs if latency is not None else None,
        None,
        word(stop) if stop else None,
        *(_UNGUARDED if unguarded else _guardrail(trace, _acted(action), stop, named, unknown)),
    )


def _guardrail(
    trace: Raw | UnsetType,
    action: str | None,
    stop: str | None,
    named: GuardrailConfig | None,
    unknown: Counter[str],
) -> tuple[object, ...]:
    if named is None:
        return guardrail_of(trace, action, stop, unknown=unknown)
    identifier, version = named.guardrailIdentifier, named.guardrailVersion
    return guardrail_of(trace, action, stop, identifier, version, unknown=unknown)


def _acted(told: str | None) -> str | None:
    """What a guardrail did, in the one spelling of it."""
    return _GUARDED_ACTIONS.get(told) if told is not None else None


class _Ending:
    """What the events of a stream tell, the last word winning."""

    __slots__ = ("action", "latency", "stop", "total", "trace", "usage")

    def __init__(self) -> None:
        self.latency: Latency | None = None
        self.total: float | None = None
        self.stop: str | None = None
        self.action: str | None = None
        self.trace: Raw | UnsetType = UNSET
        self.usage: Usage | None = None

    def hear(self, event: Event) -> None:
        """Takes in one event."""
        self.latency = event.latency or self.latency
        delta = event.delta
        if delta is not None:
            self.stop = delta.stop_reason or delta.finish_reason or self.stop
        if event.choices is not None:
            self.stop = _first_finish(event.choices) or self.stop
        if event.action is not None:
            self.action = _GUARDED_ACTIONS.get(event.action, self.action)
        if event.invoke_trace is not UNSET:
            self.trace = event.invoke_trace
        elif event.trace is not UNSET:
            self.trace = event.trace
        if event.message is not None:
            self.usage = event.message.usage or self.usage
        if event.metadata is not None:
            self._hear_metadata(event.metadata)

    def _hear_metadata(self, metadata: Answer) -> None:
        if metadata.metrics is not None:
            self.total = metadata.metrics.latencyMs
        self.usage = metadata.usage or self.usage
        if metadata.trace is not UNSET:
            self.trace = metadata.trace


def _of_stream(
    events: list[Event | str], named: GuardrailConfig | None, unknown: Counter[str]
) -> tuple[object, ...]:
    ending = _Ending()
    for item in events[:1] + events[1:][-_EVENTS_AT_THE_END:]:
        event = item if isinstance(item, Event) else _event_of(item)
        if event is not None:
            ending.hear(event)
    latency = ending.latency
    return (
        _one_hour(ending.usage) if ending.usage is not None else None,
        None,
        latency.invocationLatency if latency is not None else ending.total,
        latency.firstByteLatency if latency is not None else None,
        word(ending.stop) if ending.stop else None,
        *_guardrail(ending.trace, ending.action, ending.stop, named, unknown),
    )


_event = msgspec.json.Decoder(Event, strict=False).decode


def _event_of(text: str) -> Event | None:
    try:
        return _event(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


def _first_finish(*candidates: Sequence[Finish] | None) -> str | None:
    for some in candidates:
        for finish in some or ():
            reason = finish.stop_reason or finish.finish_reason or finish.completionReason
            if reason is not None:
                return reason
    return None


def _one_hour(usage: Usage) -> int | None:
    """Tokens written to the cache for an hour, where the body tells times to live apart."""
    if usage.cache_creation is not None:
        return usage.cache_creation.ephemeral_1h_input_tokens
    if usage.cacheDetails is None:
        return None
    return sum(detail.inputTokens or 0 for detail in usage.cacheDetails if detail.ttl == "1h")
