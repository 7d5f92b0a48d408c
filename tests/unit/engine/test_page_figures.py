"""What pages say of a lake beside their panels."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from craton.core.filters import Filters
from craton.engine.board import Present
from craton.engine.ingestion import ingest
from craton.engine.pages import standing
from craton.engine.progress import Silent
from craton.lake.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path

ACCOUNT = "555555555555"
NOW = dt.datetime(2026, 10, 5)  # noqa: DTZ001 - times are naive UTC throughout


def test_a_failed_call_that_has_a_price_is_no_successful_one(tmp_path: Path) -> None:
    records = [_record(number, 1) for number in range(4)]
    records.append(_record(4, 1, modelId="nobody.knows-this"))
    records.append(_record(5, 1, errorCode="ModelStreamErrorException"))

    present = _present(tmp_path, records)

    assert present.query("SELECT priced_calls, unpriced_calls FROM usage_daily ORDER BY 1", {}).rows == [
        (0, 1),
        (5, 0),
    ]
    priced = standing(present, Filters()).priced
    assert (priced.part, priced.whole, priced.percent) == (4, 5, 80.0)


def _present(folder: Path, records: list[dict[str, Any]]) -> Present:
    _ingested(folder, records)
    return Present(Lake(folder / "lake"), None, NOW)


def _ingested(folder: Path, records: list[dict[str, Any]]) -> None:
    logs = folder / f"logs-{records[0]['requestId']}"
    logs.mkdir()
    (logs / "calls.json").write_text("".join(json.dumps(record) + "\n" for record in records))
    ingest([str(logs)], folder / "lake", manifest=None, now=NOW, progress=Silent(), processes=1)


def _record(number: int, day: int, **changes: Any) -> dict[str, Any]:
    told = {
        "schemaType": "ModelInvocationLog",
        "timestamp": f"2026-10-{day:02d}T12:00:00Z",
        "accountId": ACCOUNT,
        "region": "us-east-1",
        "requestId": f"00000000-0000-4000-8000-{number:012d}",
        "operation": "Converse",
        "modelId": "amazon.nova-lite-v1:0",
        "identity": {"arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/app/session"},
        "input": {"inputTokenCount": 1000},
        "output": {"outputTokenCount": 10},
    }
    return told | changes
