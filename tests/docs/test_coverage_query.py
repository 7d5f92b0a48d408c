"""The question about coverage that the guide teaches, asked of a lake that had a trail on some days only."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from tests.docs.markdown_source import blocks

from craton.engine.asking import ask
from craton.engine.ingestion import ingest
from craton.engine.progress import Silent

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = "555555555555"
ARN = f"arn:aws:sts::{ACCOUNT}:assumed-role/app/session"


def test_of_seen_calls_no_more_than_all_are_logged(tmp_path: Path, repository: Path) -> None:
    logs = tmp_path / "logs"
    logs.mkdir()
    (logs / "calls.json").write_text("".join(json.dumps(_record(day)) + "\n" for day in (1, 2, 3, 4)))
    (logs / "trail.json").write_text(json.dumps({"Records": [_event(day) for day in (4, 5)]}))
    (logs / "later.json").write_text(json.dumps(_record(6)))
    now = dt.datetime(2026, 10, 7)  # noqa: DTZ001 - times are naive UTC throughout
    ingest([str(logs)], tmp_path / "lake", manifest=None, now=now, progress=Silent(), processes=1)

    found = ask(_taught(repository), tmp_path / "lake", manifest=None)

    assert found.names == ("account_id", "region", "seen", "seen_and_logged", "calls_unseen")
    assert found.rows == [(ACCOUNT, "us-east-1", 2, 1, 3)]


def _taught(repository: Path) -> str:
    texts = [block.text for block in blocks(repository / "docs/guides/ingest-your-logs.md")]
    (asked,) = (text for text in texts if "FROM coverage" in text)
    return asked.split('"')[1]


def _record(day: int) -> dict[str, Any]:
    return {
        "schemaType": "ModelInvocationLog",
        "timestamp": f"2026-10-{day:02d}T12:00:00Z",
        "accountId": ACCOUNT,
        "region": "us-east-1",
        "requestId": _request(day),
        "operation": "Converse",
        "modelId": "amazon.nova-lite-v1:0",
        "identity": {"arn": ARN},
        "input": {"inputTokenCount": 10},
        "output": {"outputTokenCount": 10},
    }


def _event(day: int) -> dict[str, Any]:
    return {
        "eventVersion": "1.11",
        "userIdentity": {"type": "AssumedRole", "arn": ARN, "accountId": ACCOUNT},
        "eventTime": f"2026-10-{day:02d}T12:00:00Z",
        "eventSource": "bedrock.amazonaws.com",
        "eventName": "Converse",
        "awsRegion": "us-east-1",
        "requestParameters": {"modelId": "amazon.nova-lite-v1:0"},
        "requestID": _request(day),
        "eventID": f"e{_request(day)[1:]}",
        "eventType": "AwsApiCall",
        "recipientAccountId": ACCOUNT,
    }


def _request(day: int) -> str:
    return f"00000000-0000-4000-8000-{day:012d}"
