"""Request and response bodies of InvokeModel, as each provider writes them."""

from __future__ import annotations

import json
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from craton.engine.demo.calls import STREAMS
from craton.engine.demo.prose import chunks, passage
from craton.engine.demo.traces import invocation_trace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from craton.engine.demo.calls import Call
    from craton.engine.demo.dice import Dice
    from craton.engine.demo.models import Family

Body = dict[str, Any]

MOST_EVENTS: Final = 6


def _claude_request(dice: Dice, call: Call, prompt: str) -> Body:
    body: Body = {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": call.max_tokens,
        "system": passage(dice, 80),
        "messages": [{"role": "user", "content": [{"type": "text", "text": prompt}]}],
    }
    if call.tools:
        body["tools"] = [{"name": name, "input_schema": {"type": "object"}} for name in call.tools]
    return body


def _nova_request(_: Dice, call: Call, prompt: str) -> Body:
    return {
        "schemaVersion": "messages-v1",
        "messages": [{"role": "user", "content": [{"text": prompt}]}],
        "inferenceConfig": {"maxTokens": call.max_tokens, "temperature": 0.3},
    }


def _llama_request(_: Dice, call: Call, prompt: str) -> Body:
    return {"prompt": prompt, "max_gen_len": call.max_tokens, "temperature": 0.5, "top_p": 0.9}


def _mistral_request(_: Dice, call: Call, prompt: str) -> Body:
    return {"prompt": f"<s>[INST]{prompt}[/INST]", "max_tokens": call.max_tokens}


def _gpt_request(_: Dice, call: Call, prompt: str) -> Body:
    messages = [{"role": "user", "content": prompt}]
    streams = call.operation in STREAMS
    return {"messages": messages, "max_completion_tokens": call.max_tokens, "stream": streams}


def _titan_embedding_request(_: Dice, __: Call, prompt: str) -> Body:
    return {"inputText": prompt, "dimensions": 1024, "normalize": True}


def _cohere_embedding_request(_: Dice, __: Call, prompt: str) -> Body:
    half = len(prompt) // 2
    return {"texts": [prompt[:half], prompt[half:]], "input_type": "search_document"}


def _rerank_request(dice: Dice, _: Call, prompt: str) -> Body:
    documents = [passage(dice, 80) for _ in range(4)]
    return {"query": prompt[:80], "documents": documents, "top_n": 3, "api_version": 2}


def _image_request(_: Dice, __: Call, prompt: str) -> Body:
    return {"prompt": prompt[:200], "mode": "text-to-image", "aspect_ratio": "16:9", "output_format": "png"}


def _async_request(_: Dice, __: Call, ___: str) -> Body:
    return {
        "inputType": "video",
        "video": {"mediaSource": {"s3Location": {"uri": "s3://acme-media/clip.mp4"}}},
    }


REQUESTS: Final[Mapping[Family, Callable[[Dice, Call, str], Body]]] = MappingProxyType(
    {
        "claude": _claude_request,
        "nova": _nova_request,
        "llama": _llama_request,
        "mistral": _mistral_request,
        "gpt": _gpt_request,
        "titan_embedding": _titan_embedding_request,
        "cohere_embedding": _cohere_embedding_request,
        "rerank": _rerank_request,
        "image": _image_request,
        "async": _async_request,
    }
)
"""How each family is asked."""


def _claude_usage(call: Call) -> Body:
    one_hour = call.cache_write if call.one_hour_cache else 0
    return {
        "input_tokens": call.input_tokens or 0,
        "cache_creation_input_tokens": call.cache_write,
        "cache_read_input_tokens": call.cache_read,
        "cache_creation": {
            "ephemeral_5m_input_tokens": call.cache_write - one_hour,
            "ephemeral_1h_input_tokens": one_hour,
        },
        "output_tokens": call.output_tokens or 0,
    }


def _claude_reply(dice: Dice, call: Call, answer: str) -> Body:
    return {
        "id": f"msg_bdrk_{dice.hexadecimal(16)}",
        "type": "message",
        "role": "assistant",
        "model": call.model.id.removeprefix("anthropic."),
        "content": [{"type": "text", "text": answer}],
        "stop_reason": call.stop_reason,
        "stop_sequence": None,
        "usage": _claude_usage(call),
    }


def _nova_reply(_: Dice, call: Call, answer: str) -> Body:
    asked, answered = call.input_tokens or 0, call.output_tokens or 0
    return {
        "output": {"message": {"content": [{"text": answer}], "role": "assistant"}},
        "stopReason": call.stop_reason,
        "usage": {"inputTokens": asked, "outputTokens": answered, "totalTokens": asked + answered},
    }


def _llama_reply(_: Dice, call: Call, answer: str) -> Body:
    return {
        "generation": answer,
        "prompt_token_count": call.input_tokens,
        "generation_token_count": call.output_tokens,
        "stop_reason": "length" if call.stop_reason == "max_tokens" else "stop",
    }


def _mistral_reply(_: Dice, __: Call, answer: str) -> Body:
    return {"outputs": [{"text": answer, "stop_reason": "stop"}]}


def _gpt_reply(dice: Dice, call: Call, answer: str) -> Body:
    asked, answered = call.input_tokens or 0, call.output_tokens or 0
    message = {"role": "assistant", "content": answer}
    return {
        "id": f"chatcmpl-{dice.hexadecimal(12)}",
        "object": "chat.completion",
        "model": call.model.id,
        "choices": [{"index": 0, "finish_reason": "stop", "message": message}],
        "usage": {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered},
    }


def _vector(dice: Dice) -> list[float]:
    return [round(dice.between(-1, 1), 5) for _ in range(6)]


def _titan_embedding_reply(dice: Dice, call: Call, _: str) -> Body:
    return {"embedding": _vector(dice), "inputTextTokenCount": call.input_tokens}


def _cohere_embedding_reply(dice: Dice, _: Call, __: str) -> Body:
    return {"embeddings": [_vector(dice), _vector(dice)], "response_type": "embeddings_floats"}


def _rerank_reply(dice: Dice, _: Call, __: str) -> Body:
    scores = [{"index": at, "relevance_score": round(dice.between(0, 1), 6)} for at in (2, 0, 1)]
    return {"results": scores}


def _image_reply(dice: Dice, _: Call, __: str) -> Body:
    return {"seeds": [dice.below(10**6)], "finish_reasons": [None], "images": ["iVBORw0KGgo="]}


def _async_reply(dice: Dice, call: Call, _: str) -> Body:
    account, job = call.caller.account_id, dice.hexadecimal(12)
    return {"invocationArn": f"arn:aws:bedrock:{call.region}:{account}:async-invoke/{job}"}


REPLIES: Final[Mapping[Family, Callable[[Dice, Call, str], Body]]] = MappingProxyType(
    {
        "claude": _claude_reply,
        "nova": _nova_reply,
        "llama": _llama_reply,
        "mistral": _mistral_reply,
        "gpt": _gpt_reply,
        "titan_embedding": _titan_embedding_reply,
        "cohere_embedding": _cohere_embedding_reply,
        "rerank": _rerank_reply,
        "image": _image_reply,
        "async": _async_reply,
    }
)
"""How each family answers at once."""


def stream(dice: Dice, call: Call, answer: str) -> list[Body] | list[str]:
    """The events of a streamed answer. Claude and Nova send objects; OpenAI's models are logged as texts."""
    parts = chunks(answer, MOST_EVENTS)
    if call.model.family == "gpt":
        return _gpt_events(parts)
    last: Body = {} if call.is_blocked else {"amazon-bedrock-invocationMetrics": _stream_metrics(call)}
    if call.verdict:
        last |= invocation_trace(dice, call)
    return (
        _nova_events(call, parts, last)
        if call.model.family == "nova"
        else _claude_events(dice, call, parts, last)
    )


def _gpt_events(parts: list[str]) -> list[str]:
    deltas: list[Body] = [{"index": 0, "delta": {"content": part}} for part in parts]
    deltas.append({"index": 0, "delta": {}, "finish_reason": "stop"})
    return [*(json.dumps({"choices": [delta]}) for delta in deltas), "[DONE]"]


def _stream_metrics(call: Call) -> Body:
    metrics: Body = {
        "inputTokenCount": call.input_tokens,
        "outputTokenCount": call.output_tokens,
        "invocationLatency": call.latency_ms,
        "firstByteLatency": call.first_token_ms,
    }
    if call.caches:
        metrics["cacheReadInputTokenCount"] = call.cache_read
        metrics["cacheWriteInputTokenCount"] = call.cache_write
    return metrics


def _nova_events(call: Call, parts: list[str], last: Body) -> list[Body]:
    deltas: list[Body] = [
        {"contentBlockDelta": {"delta": {"text": part}, "contentBlockIndex": 0}} for part in parts
    ]
    usage = {"inputTokens": call.input_tokens, "outputTokens": call.output_tokens}
    return [
        {"messageStart": {"role": "assistant"}},
        *deltas,
        {"messageStop": {"stopReason": call.stop_reason}},
        {"metadata": {"usage": usage}, **last},
    ]


def _claude_events(dice: Dice, call: Call, parts: list[str], last: Body) -> list[Body]:
    start = {"id": f"msg_bdrk_{dice.hexadecimal(16)}", "type": "message", "role": "assistant"}
    deltas: list[Body] = [
        {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": part}}
        for part in parts
    ]
    stop = {"stop_reason": call.stop_reason, "stop_sequence": None}
    return [
        {"type": "message_start", "message": start | {"usage": _claude_usage(call)}},
        *deltas,
        {"type": "message_delta", "delta": stop, "usage": {"output_tokens": call.output_tokens or 0}},
        {"type": "message_stop", **last},
    ]
