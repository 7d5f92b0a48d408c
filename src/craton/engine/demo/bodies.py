"""Request and response bodies: those of Converse, which is one shape for all models, and of each provider."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.engine.demo.calls import CONVERSATIONS, STREAMS
from craton.engine.demo.prose import passage
from craton.engine.demo.provider_bodies import REPLIES, REQUESTS, stream
from craton.engine.demo.traces import BLOCKED_MESSAGE, conversation_trace, invocation_trace

if TYPE_CHECKING:
    from craton.engine.demo.calls import Call
    from craton.engine.demo.dice import Dice

Body = dict[str, Any]

LONGEST_PROMPT: Final = 420
LONGEST_ANSWER: Final = 260
"""Prompts and answers are cut to this, so that ninety days fit into a minute. Units: characters."""


def request_body(dice: Dice, call: Call) -> Body:
    """The body that the caller sent."""
    prompt = passage(dice, min(LONGEST_PROMPT, 60 + (call.input_tokens or 40) * 4))
    if call.operation in CONVERSATIONS:
        return _conversation(dice, call, prompt)
    return REQUESTS[call.model.family](dice, call, prompt)


def reply_body(dice: Dice, call: Call, *, newer: bool) -> Body | list[Body] | list[str]:
    """The body that came back: of a stream of InvokeModel the array of its events, else one object."""
    length = min(LONGEST_ANSWER, 20 + (call.output_tokens or 9) * 4)
    answer = BLOCKED_MESSAGE if call.is_blocked else passage(dice, length)
    if call.operation in CONVERSATIONS:
        return _conversation_reply(dice, call, answer, newer=newer)
    if call.operation in STREAMS:
        return stream(dice, call, answer)
    body = REPLIES[call.model.family](dice, call, answer)
    return body | invocation_trace(dice, call) if call.verdict else body


def _conversation(dice: Dice, call: Call, prompt: str) -> Body:
    content: list[Body] = [{"text": prompt}]
    if call.attachment == "image":
        content.append(
            {"image": {"format": "png", "source": {"s3Location": {"uri": "s3://acme-media/page.png"}}}}
        )
    elif call.attachment == "document":
        location = {"s3Location": {"uri": "s3://acme-media/claim.pdf"}}
        content.append({"document": {"format": "pdf", "name": "claim", "source": location}})
    body: Body = {
        "messages": [{"role": "user", "content": content}],
        "system": [{"text": passage(dice, 90)}],
        "inferenceConfig": {"maxTokens": call.max_tokens, "temperature": 0.2},
        "additionalModelRequestFields": {},
    }
    if call.tools:
        specs = [
            {"toolSpec": {"name": name, "inputSchema": {"json": {"type": "object"}}}} for name in call.tools
        ]
        body["toolConfig"] = {"tools": specs}
    if call.verdict:
        verdict = call.verdict
        body["guardrailConfig"] = {
            "guardrailIdentifier": verdict.guardrail_id,
            "guardrailVersion": verdict.version,
            "trace": "enabled",
        }
    if call.service_tier:
        body["serviceTier"] = {"type": call.service_tier}
    if call.metadata:
        body["requestMetadata"] = dict(call.metadata)
    return body


def _conversation_reply(dice: Dice, call: Call, answer: str, *, newer: bool) -> Body:
    content: list[Body] = [{"text": answer}]
    if call.stop_reason == "tool_use" and call.tools:
        use = {
            "toolUseId": f"tooluse_{dice.hexadecimal(20)}",
            "name": call.tools[0],
            "input": {"n": dice.below(90)},
        }
        content.append({"toolUse": use})
    asked, answered = call.input_tokens or 0, call.output_tokens or 0
    usage: Body = {"inputTokens": asked, "outputTokens": answered, "totalTokens": asked + answered}
    if call.caches:
        usage["cacheReadInputTokens"] = call.cache_read
        usage["cacheWriteInputTokens"] = call.cache_write
        if call.cache_write:
            ttl = "1h" if call.one_hour_cache else "5m"
            usage["cacheDetails"] = [{"ttl": ttl, "inputTokens": call.cache_write}]
    body: Body = {
        "output": {"message": {"role": "assistant", "content": content}},
        "stopReason": "guardrail_intervened"
        if call.verdict and call.verdict.intervened
        else call.stop_reason,
        "metrics": {"latencyMs": call.latency_ms},
        "usage": usage,
    }
    if call.verdict:
        body["trace"] = conversation_trace(dice, call, newer=newer)
    return body
