"""What pages say of a lake beside their panels."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from craton.core.filters import Filters
from craton.engine.board import Present
from craton.engine.ingestion import ingest
from craton.engine.pages import accounts, standing
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


def test_an_account_is_shown_in_the_place_where_it_was_last_known(tmp_path: Path) -> None:
    _ingested(tmp_path, [_record(1, 1)], _manifest(tmp_path, "alpha", "prod"))
    _ingested(tmp_path, [_record(2, 2)], _manifest(tmp_path, "zeta", None))
    _ingested(tmp_path, [_record(3, 3)], None)

    (account,) = accounts(Present(Lake(tmp_path / "lake"), None, NOW))

    assert (account.id, account.organizational_unit, account.environment) == (ACCOUNT, "zeta", None)


def _present(folder: Path, records: list[dict[str, Any]]) -> Present:
    _ingested(folder, records, None)
    return Present(Lake(folder / "lake"), None, NOW)


def _ingested(folder: Path, records: list[dict[str, Any]], manifest: Path | None) -> None:
    logs = folder / f"logs-{records[0]['requestId']}"
    logs.mkdir()
    (logs / "calls.json").write_text("".join(json.dumps(record) + "\n" for record in records))
    ingest([str(logs)], folder / "lake", manifest=manifest, now=NOW, progress=Silent(), processes=1)


def _manifest(folder: Path, unit: str, environment: str | None) -> Path:
    path = folder / "craton.yaml"
    path.write_text(
        "organization: {id: o-exampleorgid, management_account: '111111111111', hub_account: '222222222222',"
        " organizational_units: [{path: alpha}, {path: zeta}],"
        " accounts: [{id: '111111111111', name: management, ou: root},"
        f" {{id: '222222222222', name: hub, ou: root}}, {{id: '{ACCOUNT}', name: app, ou: {unit}}}]}}\n"
        "regions: [us-east-1]\n"
        + (
            f"environments: {{{environment}: {{mode: observe, organizational_units: [{unit}]}}}}\n"
            if environment
            else ""
        )
    )
    return path


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
