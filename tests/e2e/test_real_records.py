from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.faults.lake import DONE, Told, ingest_here, sql

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Services whose events a table keeps, beside those that begin with `bedrock`.
KEPT = {"iam", "sts", "organizations", "logs", "s3", "kms", "config", "cloudtrail", "budgets", "ram"}
SECRET_NAMES = {"sessionToken", "secretAccessKey", "password"}


def unwrapped(file: Path) -> list[dict[str, Any]]:
    """The records of a file, out of the wrapper in which a rule's test keeps its example."""
    values = [json.loads(line) for line in file.read_text("utf-8").splitlines() if line.strip()]
    return [value.get("log", value) for value in values]


def events_of(file: Path) -> list[dict[str, Any]]:
    """The CloudTrail events of a file as somebody published it."""
    if file.suffix == ".jsonl":
        return unwrapped(file)
    value = json.loads(file.read_text("utf-8"))
    if isinstance(value, dict):
        value = value.get("Records", [value])
    events: list[dict[str, Any]] = value
    return events


def secrets(value: object) -> Iterator[str]:
    """Every text under a name that says that it is one."""
    if isinstance(value, dict):
        for name, part in value.items():
            if name in SECRET_NAMES and isinstance(part, str):
                yield part
            yield from secrets(part)
    elif isinstance(value, list):
        for part in value:
            yield from secrets(part)


@pytest.fixture(scope="module")
def invocations(shared_data: Path) -> list[dict[str, Any]]:
    files = sorted((shared_data / "invocation").glob("*.jsonl"))
    assert files
    return [record for file in files for record in unwrapped(file)]


@pytest.fixture(scope="module")
def of_invocations(
    invocations: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Told, Path]:
    """What an ingest of all real invocation records told, and the lake."""
    folder = tmp_path_factory.mktemp("invocations")
    file = folder / "log.json"
    file.write_text("".join(json.dumps(record) + "\n" for record in invocations), "utf-8")
    return ingest_here([file], folder / "lake"), folder / "lake"


@pytest.fixture(scope="module")
def events(shared_data: Path) -> list[dict[str, Any]]:
    folder = shared_data / "cloudtrail"
    files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
    assert len(files) > 40
    return [event for file in files for event in events_of(file)]


@pytest.fixture(scope="module")
def of_events(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, Path]:
    """What an ingest of all real trail files told, as they are but for those in a wrapper, and the lake."""
    folder = tmp_path_factory.mktemp("events")
    file = folder / "unwrapped.json"
    wrapped = sorted((shared_data / "cloudtrail").glob("*.jsonl"))
    file.write_text("".join(json.dumps(event) + "\n" for one in wrapped for event in unwrapped(one)), "utf-8")
    plain = [one for one in sorted((shared_data / "cloudtrail").iterdir()) if one.suffix != ".jsonl"]
    return ingest_here([file, *plain], folder / "lake"), folder / "lake"


def test_every_real_invocation_record_becomes_a_row(
    invocations: list[dict[str, Any]], of_invocations: tuple[Told, Path]
) -> None:
    told, lake = of_invocations
    keys = {(record["accountId"], record["region"], record["requestId"]) for record in invocations}
    assert told.code == DONE
    assert told.report["documents_read"] == len(invocations)
    assert told.report["rows"] == len(keys)
    assert told.report["duplicates"] == len(invocations) - len(keys)
    assert told.report["quarantined"] == told.report["ignored"] == 0
    assert told.report["unknown_fields"] == {}
    found = sql(lake, "SELECT account_id, region, request_id FROM invocation")
    assert {(row["account_id"], row["region"], row["request_id"]) for row in found} == keys


def test_their_tokens_are_those_counted_by_hand(of_invocations: tuple[Told, Path]) -> None:
    """Three calls: Nova's with 4 and 38 tokens, one with 0 and 0, and a blocked one without counts."""
    counted = (
        "SELECT count(*) AS calls, sum(input_tokens) AS input, sum(output_tokens) AS output, "
        "count(input_tokens) AS known, sum(cache_read_input_tokens) AS cached FROM invocation"
    )
    (found,) = sql(of_invocations[1], counted)
    assert found == {"calls": 3, "input": 4, "output": 38, "known": 2, "cached": 0}


def test_what_their_bodies_say_is_read(of_invocations: tuple[Told, Path]) -> None:
    rows = sql(of_invocations[1], "SELECT * FROM invocation ORDER BY event_time")
    nova = next(row for row in rows if row["model_id"] == "amazon.nova-lite-v1:0")
    assert (nova["latency_ms"], nova["stop_reason"], nova["max_tokens"]) == (302, "end_turn", 512)
    assert (nova["account_id"], nova["event_time"]) == ("XXXXXXXXXXXXX", "2025-03-11T00:38:02Z")
    blocked = next(row for row in rows if row["request_id"].startswith("ba78ac1f"))
    assert (blocked["guardrail_action"], blocked["guardrail_id"]) == ("INTERVENED", "h28wrktbwagn")
    assert [blocked[name] for name in ("input_tokens", "output_tokens", "estimated_cost")] == [None] * 3


def test_no_word_of_their_prompts_is_in_the_lake(of_invocations: tuple[Told, Path]) -> None:
    text = json.dumps(sql(of_invocations[1], "SELECT * FROM invocation"))
    for words in (
        "suspicious question",
        "normal question",
        "hello how are you",
        "shouldn't ask",
        "doing well",
    ):
        assert words not in text


def test_real_records_in_another_programs_wrapper_are_told_of(shared_data: Path, tmp_path: Path) -> None:
    files = sorted((shared_data / "invocation").glob("aws_*.jsonl"))
    told = ingest_here(files, tmp_path / "lake")
    report = told.report
    assert report["documents_read"] == sum(len(unwrapped(file)) for file in files)
    assert report["documents_read"] == sum(
        report[name] for name in ("rows", "duplicates", "quarantined", "ignored")
    )
    reasons = sql(tmp_path / "lake", "SELECT reason, file, line, byte FROM quarantine")
    assert len(reasons) == report["quarantined"]
    assert all(one["reason"] and one["line"] >= 1 and one["byte"] >= 0 for one in reasons)


def test_every_real_trail_event_is_a_row_or_ignored_by_name(
    events: list[dict[str, Any]], of_events: tuple[Told, Path]
) -> None:
    told, lake = of_events
    services = [event["eventSource"].partition(".")[0] for event in events]
    kept = [
        event for event, of in zip(events, services, strict=True) if of in KEPT or of.startswith("bedrock")
    ]
    ids = {event["eventID"] for event in kept}
    report = told.report
    assert report["files_failed"] == 0
    assert report["quarantined"] == 0
    assert report["by_kind"]["api_event"]["documents_read"] == len(events)
    assert report["rows"] == len(ids)
    assert report["duplicates"] == len(kept) - len(ids)
    assert report["ignored_reasons"]["other_service"] == len(events) - len(kept)
    assert {row["event_id"] for row in sql(lake, "SELECT event_id FROM api_event")} == ids


def test_what_the_events_say_is_in_their_rows(
    events: list[dict[str, Any]], of_events: tuple[Told, Path]
) -> None:
    rows = {row["event_id"]: row for row in sql(of_events[1], "SELECT * FROM api_event")}
    for event in events:
        row = rows.get(event["eventID"])
        if row is None:
            continue
        assert row["event_name"] == event["eventName"]
        assert row["event_source"] == event["eventSource"]
        assert row["region"] == event.get("awsRegion")
        assert row["error_code"] == event.get("errorCode")
        assert row["source_ip"] == event.get("sourceIPAddress")
        assert row["principal_arn"] == event["userIdentity"].get("arn")
        assert row["event_time"][:10] == event["eventTime"][:10]
        model = (event.get("requestParameters") or {}).get("modelId")
        assert row["model_id"] == model


def test_no_secret_of_an_event_is_in_the_lake(
    events: list[dict[str, Any]], of_events: tuple[Told, Path]
) -> None:
    text = json.dumps(sql(of_events[1], "SELECT * FROM api_event"))
    found = [secret for secret in secrets(events) if len(secret) > 8 and secret in text]
    assert not found
