from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.replay.recorded_calls import (
    APP,
    NOVA,
    SONNET,
    deny,
    event,
    lake_of,
    write_manifest,
    write_policy,
)

from craton.cli.program import DONE, ERROR, FOUND, program

if TYPE_CHECKING:
    from pathlib import Path

INVOKE = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
MESSAGE = (
    f"User: arn:aws:sts::{APP}:assumed-role/app/session is not authorized to perform: bedrock:InvokeModel on "
    f"resource: arn:aws:bedrock:us-east-1::foundation-model/{NOVA} "
)
MADE = event()
BY_SCP = event(
    model=NOVA,
    errorCode="AccessDeniedException",
    errorMessage=f"{MESSAGE}with an explicit deny in a service control policy",
)
BY_ROLE = event(
    errorCode="AccessDenied",
    errorMessage=f"{MESSAGE}because no identity-based policy allows the bedrock:InvokeModel action",
)
SILENT = event(errorCode="AccessDenied")
REGIONAL = event(model=f"us.{SONNET}")
TWIN = "555555555555"
ELSEWHERE = event(account=TWIN)
STRANGE = event("DoWhatNobodyKnows")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("commands")
    write_policy(
        folder / "nova.json", deny(INVOKE, f"arn:aws:bedrock:*::foundation-model/{NOVA}", sid="NoNova")
    )
    write_policy(
        folder / "west.json", deny(INVOKE, "arn:aws:bedrock:us-west-2::foundation-model/*", sid="West")
    )
    write_manifest(folder, [("nova.json", "workloads")])
    lake_of(folder, MADE, BY_SCP, BY_ROLE, SILENT, REGIONAL, STRANGE, ELSEWHERE)
    return folder


def told(place: Path, capsys: pytest.CaptureFixture[str], verb: str, *arguments: str) -> tuple[int, str, str]:
    code = program(
        [verb, *arguments, "--lake", str(place / "lake"), "--manifest", str(place / "craton.yaml")]
    )
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def as_json(
    place: Path, capsys: pytest.CaptureFixture[str], verb: str, *arguments: str
) -> tuple[int, dict[str, Any]]:
    code, out, _ = told(place, capsys, verb, *arguments, "--format", "json")
    return code, json.loads(out)


def test_a_replay_that_changes_something_exits_two_and_tells_why(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    west = str(place / "west.json")
    code, out, _ = told(place, capsys, "replay", "--candidate", west, "--at", "workloads/prod")
    assert code == FOUND
    assert "1 newly denied" in out
    assert f"by `West` of SCP `west` at workloads/prod, {west}:2" in out
    assert REGIONAL["eventID"] in out
    assert "`the action`: it cannot be told which action authorises the operation" in out
    assert "1 call of bedrock.amazonaws.com DoWhatNobodyKnows" in out


def test_a_replay_that_changes_nothing_exits_zero(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = as_json(place, capsys, "replay")
    assert code == DONE
    assert found["tally"] == {"newly_denied": 0, "newly_allowed": 0, "unchanged": 6, "unknown": 1}


def test_a_policy_can_be_detached_and_an_evaluator_chosen(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for evaluator in ("sql", "masks"):
        removal = ("--remove", "nova.json@workloads", "--evaluator", evaluator)
        code, found = as_json(place, capsys, "replay", *removal)
        assert code == FOUND
        assert found["tally"]["newly_allowed"] == 1
        assert found["reasons"][0]["statements"][0]["sid"] == "NoNova"


def test_csv_has_a_row_for_each_account_principal_model_and_day(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    candidate = ("--candidate", str(place / "west.json"), "--at", APP)
    _, out, _ = told(place, capsys, "replay", *candidate, "--format", "csv")
    rows = list(csv.DictReader(out.splitlines()))
    assert {row["by"] for row in rows} == {"account", "principal", "model", "day"}
    account = next(row for row in rows if row["by"] == "account")
    assert (account["name"], account["newly_denied"]) == (APP, "1")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--candidate", "west.json"), "give one --at for each --candidate"),
        (("--remove", "nova.json"), "write --remove as POLICY@TARGET"),
        (("--since", "soon"), "`soon` is no time"),
        (("--candidate", "none.json", "--at", "root"), "cannot be read"),
    ],
)
def test_what_cannot_be_replayed_is_an_error(
    place: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], message: str
) -> None:
    code, _, problem = told(place, capsys, "replay", *arguments)
    assert code == ERROR
    assert message in problem


def test_without_events_a_replay_says_how_to_get_some(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_manifest(tmp_path)
    (tmp_path / "empty.json").write_text("")
    program(["ingest", str(tmp_path / "empty.json"), "--lake", str(tmp_path / "lake"), "--quiet"])
    code, _, problem = told(tmp_path, capsys, "replay")
    assert code == ERROR
    assert "holds no CloudTrail events" in problem
    assert "`craton ingest`" in problem


def test_what_aws_says_and_what_denies_today_are_told_together(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, found = as_json(place, capsys, "explain", BY_SCP["eventID"])
    assert code == DONE
    assert (found["said"]["by"], found["said"]["is_explicit"]) == ("scp", True)
    assert found["decision"] == "explicit_deny"
    (leg,) = found["legs"]
    assert (leg["statements"][0]["sid"], leg["statements"][0]["at"]) == ("NoNova", "workloads")
    assert leg["statements"][0]["file"] == str(place / "nova.json")
    assert "`NoNova`" in leg["change"]
    assert [(gate["at"], gate["decision"]) for gate in leg["gates"] if gate["kind"] == "scp"] == [
        ("root", "allowed"),
        ("workloads", "explicit_deny"),
        ("workloads/prod", "allowed"),
        (APP, "allowed"),
    ]
    _, out, _ = told(place, capsys, "explain", BY_SCP["eventID"])
    assert (
        "AWS says that a service control policy denied it; an organization policy of today denies it" in out
    )


def test_what_an_identity_policy_refused_is_not_looked_for_among_organization_policies(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, found = as_json(place, capsys, "explain", BY_ROLE["eventID"])
    assert found["decision"] == "allowed"
    assert "no identity-based policy allowed it" in found["conclusion"]
    assert "look there for `bedrock:InvokeModel`" in found["not_known"][0]


def test_a_refusal_without_a_message_says_what_is_not_recorded(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, found = as_json(place, capsys, "explain", SILENT["eventID"])
    assert found["conclusion"].startswith("the call was refused, and the event does not say by which policy")
    assert "the principal's own policies" in found["not_known"][0]


def test_every_leg_of_a_call_through_a_profile_is_told(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, found = as_json(place, capsys, "explain", REGIONAL["eventID"])
    assert found["decision"] == "allowed"
    assert {leg["kind"] for leg in found["legs"]} == {"inference_profile", "foundation_model"}
    assert found["conclusion"] == "the call succeeded; the organization policies of today allow it"


def test_the_levels_are_those_of_the_account_that_called(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, found = as_json(place, capsys, "explain", ELSEWHERE["eventID"])
    gates = [gate["at"] for gate in found["legs"][0]["gates"] if gate["kind"] == "scp"]
    assert gates == ["root", "workloads", "workloads/prod", TWIN]


def test_an_operation_that_nobody_knows_is_unknown(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, found = as_json(place, capsys, "explain", STRANGE["eventID"])
    assert found["decision"] == "unknown"
    assert found["legs"][0]["missing"] == "it cannot be told which action authorises the operation"


def test_an_event_that_is_not_there_is_an_error_with_the_nearest(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, problem = told(place, capsys, "explain", MADE["eventID"][:-1] + "x")
    assert code == ERROR
    assert "did you mean `00000000-0000-4000-8000-" in problem
    code, _, problem = told(place, capsys, "explain", "nothing")
    assert code == ERROR
    assert "`craton replay` names events as examples" in problem
