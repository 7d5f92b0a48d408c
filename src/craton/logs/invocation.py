"""The invocation record as Bedrock writes it, decoded in one pass into just what the table keeps.

Bodies differ by provider and operation; only the named parts of them are looked at, and text is never
materialised unless the manifest stores it. Nothing that is decoded can refer to itself, so that the garbage
collector need not know of it.

Source: docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html, and recorded logs
(2026-11).
"""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import UNSET, Meta, Raw, Struct, UnsetType, field

Text = str | None
Key = Annotated[str, Meta(min_length=1)]
Count = Annotated[int, Meta(ge=0, le=1 << 53)] | None
"""A count that cannot be one (negative, or beyond what a double holds exactly) is not a count."""


class Latency(Struct, gc=False):
    """Latencies as Converse and as streams of InvokeModel tell them. Units: milliseconds."""

    latencyMs: float | None = None
    invocationLatency: float | None = None
    firstByteLatency: float | None = None


class CacheDetail(Struct, gc=False):
    """Tokens written to the prompt cache for one time to live."""

    ttl: Text = None
    inputTokens: Count = None


class CacheCreation(Struct, gc=False):
    """The same, as Anthropic's bodies tell it."""

    ephemeral_1h_input_tokens: Count = None


class Usage(Struct, gc=False):
    """Of the body's own counts, only what the log's counts do not say."""

    cacheDetails: list[CacheDetail] | None = None
    cache_creation: CacheCreation | None = None


class Finish(Struct, gc=False):
    """One candidate answer.

    Only why it ended. The names are Titan's, Anthropic's, Mistral's, OpenAI's, Cohere's.
    """

    completionReason: Text = None
    stop_reason: Text = None
    finish_reason: Text = None


class Answer(Struct, gc=False):
    """A response body, as far as it is no text."""

    metrics: Latency | None = None
    usage: Usage | None = None
    stopReason: Text = None
    stop_reason: Text = None
    finish_reason: Text = None
    results: list[Finish] | None = None
    outputs: list[Finish] | None = None
    choices: list[Finish] | None = None
    generations: list[Finish] | None = None
    images: list[Raw] | None = None
    artifacts: list[Raw] | None = None
    action: Text = field(name="amazon-bedrock-guardrailAction", default=None)
    invoke_trace: Raw | UnsetType = field(name="amazon-bedrock-trace", default=UNSET)
    trace: Raw | UnsetType = UNSET


class Event(Struct, gc=False):
    """One event of a streamed response."""

    latency: Latency | None = field(name="amazon-bedrock-invocationMetrics", default=None)
    metadata: Answer | None = None
    message: Answer | None = None
    delta: Finish | None = None
    usage: Usage | None = None
    choices: list[Finish] | None = None
    action: Text = field(name="amazon-bedrock-guardrailAction", default=None)
    invoke_trace: Raw | UnsetType = field(name="amazon-bedrock-trace", default=UNSET)
    trace: Raw | UnsetType = UNSET


class ToolName(Struct, gc=False):
    """A tool offered to the model."""

    name: Text = None


class Tool(Struct, gc=False):
    """A tool, as Converse, Anthropic and OpenAI write it."""

    name: Text = None
    toolSpec: ToolName | None = None
    function: ToolName | None = None


class ToolConfig(Struct, gc=False):
    """Converse's list of tools."""

    tools: list[Tool] | None = None


class Block(Struct, gc=False):
    """One block of a message: its kind, not its content. Converse's text blocks have none of these names."""

    type: Text = None
    image: Raw | UnsetType = UNSET
    document: Raw | UnsetType = UNSET
    video: Raw | UnsetType = UNSET
    audio: Raw | UnsetType = UNSET
    toolUse: Raw | UnsetType = UNSET
    toolResult: Raw | UnsetType = UNSET
    guardContent: Raw | UnsetType = UNSET
    reasoningContent: Raw | UnsetType = UNSET


class Message(Struct, gc=False):
    """One message of a conversation."""

    content: list[Block | str] | str | None = None


class Limits(Struct, gc=False):
    """The limit on output, in the spelling of each provider."""

    maxTokens: Count = None
    max_new_tokens: Count = None
    maxTokenCount: Count = None


class ServiceTier(Struct, gc=False):
    """The tier that the caller asked for."""

    type: Text = None


class GuardrailConfig(Struct, gc=False):
    """The guardrail that a call of Converse names. InvokeModel names it in headers, which are not logged.

    Source: docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailConfiguration.html and
    API_runtime_InvokeModel.html (2026-11).
    """

    guardrailIdentifier: Text = None
    guardrailVersion: Text = None


class Request(Struct, gc=False):
    """What a request body tells beside its text."""

    messages: list[Message | str] | None = None
    inferenceConfig: Limits | None = None
    textGenerationConfig: Limits | None = None
    max_tokens: Count = None
    max_tokens_to_sample: Count = None
    max_completion_tokens: Count = None
    max_gen_len: Count = None
    maxTokens: Count = None
    tools: list[Tool] | None = None
    toolConfig: ToolConfig | None = None
    guardrailConfig: GuardrailConfig | None = None
    serviceTier: ServiceTier | None = None
    service_tier: Text = None
    prompt: Raw | UnsetType = UNSET
    inputText: Raw | UnsetType = UNSET
    texts: Raw | UnsetType = UNSET
    images: Raw | UnsetType = UNSET
    inputImage: Raw | UnsetType = UNSET


class Identity(Struct, forbid_unknown_fields=True, gc=False):
    """Who called."""

    arn: Text = None


class Input(Struct, forbid_unknown_fields=True, gc=False):
    """The request side of a record. `inputTokenCount` leaves cached tokens out."""

    inputTokenCount: Count = None
    cacheReadInputTokenCount: Count = None
    cacheWriteInputTokenCount: Count = None
    inputContentType: Any = None
    inputBodyS3Path: Text = None
    inputBodyJson: Request | list[Any] | str | float | None = None


class Output(Struct, forbid_unknown_fields=True, gc=False):
    """The response side of a record."""

    outputTokenCount: Count = None
    outputContentType: Any = None
    outputBodyS3Path: Text = None
    outputBodyJson: Answer | list[Event | str] | str | float | None = None


class Record(Struct, forbid_unknown_fields=True, gc=False):
    """One invocation record. Every field may be missing; an unknown one is news, and counted."""

    timestamp: str
    accountId: Key
    requestId: Key
    region: Key
    schemaType: Any = None
    schemaVersion: Any = None
    operation: Text = None
    modelId: Text = None
    identity: Identity | None = None
    requestMetadata: Raw | UnsetType = UNSET
    errorCode: Text = None
    inferenceRegion: Text = None
    input: Input | None = None
    output: Output | None = None
