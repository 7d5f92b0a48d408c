"""Records for tests, in the shapes that Bedrock writes."""

from __future__ import annotations

import json
import re
from typing import Any


def invocation(number: int = 1, **changes: Any) -> dict[str, Any]:
    record = {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": "2026-10-01T12:00:00Z",
        "accountId": "111111111111",
        "identity": {"arn": "arn:aws:sts::111111111111:assumed-role/search-app/i-0abc"},
        "region": "us-east-1",
        "requestId": f"00000000-0000-4000-8000-{number:012d}",
        "operation": "Converse",
        "modelId": "amazon.nova-lite-v1:0",
        "input": {
            "inputContentType": "application/json",
            "inputBodyJson": {
                "messages": [{"role": "user", "content": [{"text": "hello"}]}],
                "inferenceConfig": {"maxTokens": 512},
            },
            "inputTokenCount": 4,
        },
        "output": {
            "outputContentType": "application/json",
            "outputBodyJson": {
                "output": {"message": {"role": "assistant", "content": [{"text": "hi"}]}},
                "stopReason": "end_turn",
                "metrics": {"latencyMs": 302},
                "usage": {"inputTokens": 4, "outputTokens": 38, "totalTokens": 42},
            },
            "outputTokenCount": 38,
        },
    }
    return record | changes


def line(number: int = 1, **changes: Any) -> bytes:
    return json.dumps(invocation(number, **changes), separators=(",", ":")).encode()


def trail_event(number: int = 1, **changes: Any) -> dict[str, Any]:
    event = {
        "eventVersion": "1.11",
        "eventTime": "2026-10-01T12:00:00Z",
        "eventSource": "bedrock.amazonaws.com",
        "eventName": "Converse",
        "awsRegion": "us-east-1",
        "eventID": f"aaaaaaaa-0000-4000-8000-{number:012d}",
        "requestID": f"00000000-0000-4000-8000-{number:012d}",
        "readOnly": True,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": "111111111111",
        "eventCategory": "Management",
        "requestParameters": {"modelId": "amazon.nova-lite-v1:0"},
        "responseElements": None,
        "userIdentity": {
            "type": "AssumedRole",
            "arn": "arn:aws:sts::111111111111:assumed-role/search-app/i-0abc",
        },
    }
    return event | changes


def envelope(*messages: str, kind: str = "DATA_MESSAGE") -> bytes:
    events = [{"id": str(n), "timestamp": 1, "message": message} for n, message in enumerate(messages)]
    return json.dumps(
        {
            "messageType": kind,
            "owner": "111111111111",
            "logGroup": "/bedrock",
            "logStream": "aws/bedrock/modelinvocations",
            "subscriptionFilters": ["to-hub"],
            "logEvents": events,
        }
    ).encode()


def starts(stored: bytes) -> list[int]:
    """Where each event of a trail begins."""
    return [match.start() for match in re.finditer(rb'\{\s*"eventVersion"', stored)]
