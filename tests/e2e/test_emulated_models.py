from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config

from craton.emulator.emulator import emulator
from craton.emulator.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ACCOUNT = "111111111111"
MODEL = "anthropic.claude-sonnet-4-6"


@pytest.fixture(scope="module")
def client() -> Iterator[Callable[[str], Any]]:
    """Clients of boto3 that call the emulator over HTTP, with a key of an administrator."""
    application = emulator(ACCOUNT)
    key, secret = application.world.new_administrator(ACCOUNT)
    with Server(application) as server:
        session = boto3.Session(key, secret, region_name="us-east-1")
        config = Config(retries={"total_max_attempts": 1})
        yield lambda name: session.client(name, endpoint_url=server.url, config=config)
        assert application.world.work.wait(60)
        assert application.world.work.failures == []


def test_a_conversation_is_answered_at_once_and_in_events(client: Callable[[str], Any]) -> None:
    runtime = client("bedrock-runtime")
    messages = [{"role": "user", "content": [{"text": "a question that takes several events to answer"}]}]
    answer = runtime.converse(modelId=f"us.{MODEL}", messages=messages)
    told = answer["output"]["message"]["content"][0]["text"]
    events = list(runtime.converse_stream(modelId=f"us.{MODEL}", messages=messages)["stream"])
    deltas = [one["contentBlockDelta"]["delta"]["text"] for one in events if "contentBlockDelta" in one]
    assert len(deltas) > 1
    assert "".join(deltas) == told


def test_bodies_of_providers_come_at_once_and_in_chunks(client: Callable[[str], Any]) -> None:
    runtime = client("bedrock-runtime")
    body = {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 50,
        "messages": [{"role": "user", "content": "hi"}],
    }
    arn = f"arn:aws:bedrock:us-east-1:{ACCOUNT}:inference-profile/us.{MODEL}"
    answer = runtime.invoke_model(modelId=arn, body=json.dumps(body), requestMetadata='{"team":"a"}')
    assert json.loads(answer["body"].read())["content"][0]["text"] == "You said: hi"
    stream = runtime.invoke_model_with_response_stream(modelId=arn, body=json.dumps(body))["body"]
    chunks = [json.loads(event["chunk"]["bytes"]) for event in stream]
    assert [chunks[0]["type"], chunks[-1]["type"]] == ["message_start", "message_stop"]


def test_a_guardrail_holds_over_http(client: Callable[[str], Any]) -> None:
    bedrock, runtime = client("bedrock"), client("bedrock-runtime")
    made = bedrock.create_guardrail(
        name="guard",
        blockedInputMessaging="not in",
        blockedOutputsMessaging="not out",
        wordPolicyConfig={"wordsConfig": [{"text": "gadget"}]},
    )
    named = {"guardrailIdentifier": made["guardrailArn"], "guardrailVersion": "DRAFT"}
    content = [{"text": {"text": "the gadget"}}]
    assert runtime.apply_guardrail(**named, source="INPUT", content=content)["outputs"] == [
        {"text": "not in"}
    ]
    events = client("cloudtrail").lookup_events(
        LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateGuardrail"}]
    )["Events"]
    event = json.loads(events[0]["CloudTrailEvent"])
    assert event["userIdentity"]["accessKeyId"].startswith("AKIA")
    assert event["userIdentity"]["userName"] == "administrator"
