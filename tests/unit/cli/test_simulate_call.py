"""`craton simulate` with a call of Bedrock."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from craton.cli.program import program

if TYPE_CHECKING:
    from pathlib import Path

CALL = [
    "simulate",
    "--principal=arn:aws:iam::111111111111:role/search-api",
    "--model=anthropic.claude-sonnet-4-6",
    "--region=us-west-2",
]


@pytest.fixture
def regions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "DenyOtherRegions",
                "Effect": "Deny",
                "NotAction": "iam:*",
                "Resource": "*",
                "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["us-west-2", "us-east-1"]}},
            }
        ],
    }
    (tmp_path / "regions.json").write_text(json.dumps(policy), "utf-8")


@pytest.mark.usefixtures("regions")
def test_a_call_is_drawn_leg_by_leg_and_where_it_fails_level_by_level(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert program([*CALL, "--profile=us", "--scp=regions.json@workloads"]) == 0
    sonnet, asks = "anthropic.claude-sonnet-4-6", "      bedrock:InvokeModel on arn:aws:bedrock:"
    change = "add `us-east-2` to the values of `aws:RequestedRegion` in `DenyOtherRegions`"
    assert capsys.readouterr().out.splitlines() == [
        f"explicitly denied: `search-api` calls `Converse` on `us.{sonnet}` from us-west-2",
        "",
        " 1  allowed            the inference profile in us-west-2",
        f"{asks}us-west-2:111111111111:inference-profile/us.{sonnet}",
        " 2  allowed            the model in us-west-2, the source Region",
        f"{asks}us-west-2::foundation-model/{sonnet}",
        " 3  allowed            the model in us-east-1, a destination Region",
        f"{asks}us-east-1::foundation-model/{sonnet}",
        " 4  explicitly denied  the model in us-east-2, a destination Region",
        f"{asks}us-east-2::foundation-model/{sonnet}",
        "      SCP at workloads  explicitly denied by `DenyOtherRegions`, regions.json:1:41",
        "      identity policy   allowed",
        f"      allowed if you {change} of SCP `regions` at level 1",
        "",
        "supposed: the principal's own policies allow everything",
        "supposed: `FullAWSAccess` is attached beside the SCPs, as AWS attaches it",
    ]


@pytest.mark.usefixtures("regions")
def test_the_same_as_json_holds_the_whole_context_of_every_leg(capsys: pytest.CaptureFixture[str]) -> None:
    assert program([*CALL, "--profile=global", "--scp=regions.json", "--format=json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["decision"] == "explicit_deny"
    assert [leg["context"]["aws:RequestedRegion"] for leg in told["legs"]] == [
        ["us-west-2"],
        ["us-west-2"],
        ["unspecified"],
    ]
    assert told["legs"][2]["gates"][0] == {
        "kind": "scp",
        "at": "root",
        "decision": "explicit_deny",
        "statements": [
            {
                "kind": "scp",
                "at": "root",
                "policy": "regions",
                "sid": "DenyOtherRegions",
                "number": 1,
                "effect": "Deny",
                "file": "regions.json",
                "line": 1,
                "column": 41,
            }
        ],
    }


def test_what_is_not_known_is_told_with_the_keys_that_would_settle_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policy = tmp_path / "private.json"
    statement = {
        "Effect": "Deny",
        "Action": "bedrock:*",
        "Resource": "*",
        "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-1", "aws:PrincipalTag/team": "search"}},
    }
    policy.write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}), "utf-8")
    assert program([*CALL, f"--scp={policy}@root"]) == 0
    unknown = capsys.readouterr().out
    assert "not known: `aws:PrincipalTag/team`, `aws:SourceVpce`" in unknown
    assert "SCP at root      unknown perhaps by statement 1" in unknown
    settled = [*CALL, f"--scp={policy}@root", "--context=aws:PrincipalTag/team=search", "--endpoint=public"]
    assert program(settled) == 0
    assert capsys.readouterr().out.startswith("allowed: ")
    assert (
        program([*CALL, f"--scp={policy}@root", "--absent=aws:PrincipalTag/team", "--endpoint=public"]) == 0
    )
    assert capsys.readouterr().out.startswith("explicitly denied: ")


def test_a_profile_whose_routes_are_not_known_is_said_to_be_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert program([*CALL[:2], "--model=us.anthropic.claude-opus-5-5", "--region=us-west-2"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("unknown: ")
    assert "where the inference profile `us.anthropic.claude-opus-5-5` routes to is not known" in said


def test_a_key_a_guardrail_a_tier_and_a_stream_are_told_to_the_call(
    capsys: pytest.CaptureFixture[str],
) -> None:
    said = ["--bearer=short-term", "--guardrail=abc:2", "--tier=flex", "--stream", "--at=2026-11-26"]
    assert program([*CALL, *said, "--format=json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert [leg["action"] for leg in told["legs"]] == [
        "bedrock:CallWithBearerToken",
        "bedrock:InvokeModelWithResponseStream",
        "bedrock:ApplyGuardrail",
    ]
    assert told["legs"][1]["context"]["bedrock:ServiceTier"] == ["flex"]
    assert told["legs"][1]["context"]["aws:CurrentTime"] == ["2026-11-26T00:00:00Z"]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["simulate"], "name `--cases FILE`, or a call with `--principal`"),
        (CALL[:3], "name `--cases FILE`, or a call with `--region`"),
        ([*CALL, "--context=team"], "`team` is no `KEY=VALUE`"),
        ([*CALL, "--scp=a.json@"], "`a.json@` names no target after `@`"),
        (
            [*CALL, "--scp=absent.json@root"],
            "the policy `absent.json` cannot be read: no such file or directory",
        ),
        ([*CALL, "--api=Convers"], "did you mean `Converse`?"),
        ([*CALL, "--api=CreateInference", "--guardrail=x"], "`CreateInference` takes no guardrail"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_reason(
    arguments: list[str],
    told: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert program(arguments) == 1
    assert told in capsys.readouterr().err
