"""Logs of a small organization, some of whose names are written by somebody hostile."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

Record = dict[str, Any]

DAYS = 70
LAST_DAY = dt.date(2026, 11, 23)
CALLS_A_DAY = 12
SEARCH = "333333333333"
RISK = "555555555555"
RESEARCH = "012345678901"
"""It begins with a zero, which no page may lose."""
STRANGER = "098765432109"
"""It is in no manifest."""

MARKUP = "<script>alert(1)</script>"
BREAKOUT = "<img src=x onerror=alert(2)>"
FORMULA = "=HYPERLINK(1)"
HOSTILE_TEAM = '"><b onclick=alert(3)>'
RETIRED = "anthropic.claude-3-haiku-20240307-v1:0"
LONG_ROLE = "PortalBackendServiceRoleForTheCustomerFacingFrontend_in_us-east-1"[:64]
"""As long as AWS lets a role's name be."""
MODELS = (
    "us.anthropic.claude-sonnet-4-6",
    "amazon.nova-pro-v1:0",
    "arn:aws:bedrock:us-east-1:012345678901:imported-model/abc123def456",
    MARKUP,
    RETIRED,
)
CALLERS = (
    (SEARCH, "search-app/i-0abc"),
    (RISK, "fraud-cases/ana.silva@acme.example"),
    (RESEARCH, f"{BREAKOUT}/{FORMULA}"),
    (STRANGER, f"{LONG_ROLE}/i-1"),
)
UNLOGGED_DAYS = 3
"""So many days before the last, the calls of one account are in the trail alone."""


def write_logs(folder: Path) -> Path:
    """The folder holds invocation logs, a trail and metrics; three files."""
    folder.mkdir(parents=True, exist_ok=True)
    calls = [call for left in range(DAYS) for call in _calls(LAST_DAY - dt.timedelta(days=left), left)]
    logged = [record for record, _, is_logged in calls if is_logged]
    (folder / "invocations.json").write_text("\n".join(map(json.dumps, logged)) + "\nnot json\n")
    (folder / "trail.json").write_text(json.dumps({"Records": [event for _, event, _ in calls]}))
    (folder / "metrics.json").write_text("\n".join(map(json.dumps, _metrics())))
    return folder


def more_logs(folder: Path, day: dt.date) -> Path:
    """The folder holds one more file, with the invocations of a later day."""
    folder.mkdir(parents=True, exist_ok=True)
    records = [record for record, _, _ in _calls(day, 1000)]
    (folder / f"{day}.json").write_text("\n".join(map(json.dumps, records)))
    return folder


def _calls(day: dt.date, left: int) -> list[tuple[Record, Record, bool]]:
    found = []
    for number in range(CALLS_A_DAY):
        account, caller = CALLERS[(number + left) % len(CALLERS)]
        moment = dt.datetime.combine(day, dt.time(hour=2 * number % 24, minute=left % 60))
        request = f"00000000-0000-4000-8000-{left:06d}{number:06d}"
        model = MODELS[(number + left // 7) % len(MODELS)]
        is_logged = not (account == SEARCH and left < UNLOGGED_DAYS)
        record = _record(account, caller, moment, request, model, number=number)
        found.append((record, _event(account, caller, moment, request, model), is_logged))
    return found


def _record(
    account: str, caller: str, moment: dt.datetime, request: str, model: str, *, number: int
) -> Record:
    record = {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": f"{moment.isoformat()}Z",
        "accountId": account,
        "identity": {"arn": f"arn:aws:sts::{account}:assumed-role/{caller}"},
        "region": "us-east-1",
        "requestId": request,
        "operation": "Converse",
        "modelId": model,
        "input": {"inputContentType": "application/json", "inputTokenCount": 1000 + 100 * number},
        "output": {
            "outputContentType": "application/json",
            "outputTokenCount": 200 + number,
            "outputBodyJson": {
                "stopReason": "guardrail_intervened" if number == 3 else "end_turn",
                "metrics": {"latencyMs": 800 + 150 * number},
                "usage": {"inputTokens": 1000 + 100 * number, "outputTokens": 200 + number},
            },
        },
    }
    if number == 7:
        del record["output"]
        record["errorCode"] = FORMULA if moment.day % 2 else "ThrottlingException"
    return record


def _event(account: str, caller: str, moment: dt.datetime, request: str, model: str) -> Record:
    return {
        "eventVersion": "1.11",
        "userIdentity": {
            "type": "AssumedRole",
            "arn": f"arn:aws:sts::{account}:assumed-role/{caller}",
            "accountId": account,
            "accessKeyId": "ASIAEXAMPLE000000001",
        },
        "eventTime": f"{moment.isoformat()}Z",
        "eventSource": "bedrock.amazonaws.com",
        "eventName": "Converse",
        "awsRegion": "us-east-1",
        "sourceIPAddress": "192.0.2.10",
        "userAgent": "aws-sdk-go/1.44",
        "requestParameters": {"modelId": model},
        "requestID": request,
        "eventID": f"e{request[1:]}",
        "readOnly": True,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": account,
        "eventCategory": "Management",
    }


def _metrics() -> list[Record]:
    moment = dt.datetime.combine(LAST_DAY, dt.time(), dt.UTC)
    return [
        {
            "metric_stream_name": "bedrock",
            "account_id": SEARCH,
            "region": "us-east-1",
            "namespace": "AWS/Bedrock",
            "metric_name": "InvocationThrottles",
            "dimensions": {"ModelId": "us.anthropic.claude-sonnet-4-6"},
            "timestamp": int((moment - dt.timedelta(hours=number)).timestamp() * 1000),
            "value": {"max": 1.0, "min": 1.0, "sum": 1.0, "count": 1.0},
            "unit": "Count",
        }
        for number in range(1, 5)
    ]
