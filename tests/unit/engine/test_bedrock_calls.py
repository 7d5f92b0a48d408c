"""Questions about one call, answered by policies of files and of the manifest."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from craton.core.errors import UserError
from craton.engine.bedrock_calls import CallQuestion, PolicyFile, simulate_call

if TYPE_CHECKING:
    from craton.simulator.call_report import CallReport, ToldLeg

ACCOUNT = "111111111111"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/search-api"
SONNET = "anthropic.claude-sonnet-4-6"

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(name: str, *statements: dict[str, Any]) -> Path:
        file = tmp_path / name
        file.write_text(json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2), "utf-8")
        return file

    return written


@pytest.fixture
def regions(write: Write) -> Path:
    return write(
        "regions.json",
        {
            "Sid": "DenyOtherRegions",
            "Effect": "Deny",
            "NotAction": "iam:*",
            "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": "us-west-2"}},
        },
    )


def ask(**said: Any) -> CallReport:
    made: dict[str, Any] = {"principal": ROLE, "model": SONNET, "region": "us-west-2"}
    return simulate_call(CallQuestion(**(made | said)))


def gates(leg: ToldLeg) -> list[tuple[str, str | None, str]]:
    return [(gate.kind, gate.at, gate.decision) for gate in leg.gates]


def test_every_leg_is_told_level_by_level(regions: Path) -> None:
    report = ask(profile="us", scps=(PolicyFile(regions, "workloads"), PolicyFile(regions, ACCOUNT)))
    assert report.decision == "explicit_deny"
    assert [leg.decision for leg in report.legs] == ["allowed", "allowed", "explicit_deny", "explicit_deny"]
    assert gates(report.legs[2]) == [
        ("scp", "workloads", "explicit_deny"),
        ("scp", ACCOUNT, "explicit_deny"),
        ("identity", None, "allowed"),
    ]


def test_a_denial_names_its_statement_with_its_place_and_what_would_allow_it(regions: Path) -> None:
    leg = ask(profile="us", scps=(PolicyFile(regions, "root"),)).legs[2]
    (statement,) = leg.statements
    assert (statement.sid, statement.at, statement.file) == ("DenyOtherRegions", "root", str(regions))
    assert regions.read_text("utf-8").splitlines()[statement.line - 1][statement.column - 1] == "{"
    assert leg.changed_to == "allowed"
    assert "add `us-east-1` to the values of `aws:RequestedRegion`" in str(leg.change)


def test_a_leg_cannot_be_mended_by_sending_it_to_another_region(regions: Path) -> None:
    report = ask(profile="global", scps=(PolicyFile(regions, "root"),))
    assert "add `unspecified` to the values" in str(report.legs[2].change)


def test_what_nobody_said_is_supposed_and_told(regions: Path) -> None:
    report = ask(scps=(PolicyFile(regions, "root"),))
    assert report.supposed == (
        "the principal's own policies allow everything",
        "`FullAWSAccess` is attached beside the SCPs, as AWS attaches it",
    )


def test_without_the_policy_that_allows_all_a_deny_alone_allows_nothing(regions: Path) -> None:
    report = ask(scps=(PolicyFile(regions, "root"),), full_access=False)
    assert report.decision == "implicit_deny"
    assert gates(report.legs[0])[0] == ("scp", "root", "implicit_deny")


def test_the_principals_policies_boundary_session_and_endpoint_are_read_from_files(write: Write) -> None:
    allowing = write("allowing.json", {"Effect": "Allow", "Action": "bedrock:*", "Resource": "*"})
    other = write("other.json", {"Effect": "Allow", "Action": "s3:*", "Resource": "*"})
    assert ask(identity=(allowing,)).decision == "allowed"
    assert ask(identity=(other,)).legs[0].blocked_by == ("identity",)
    assert ask(identity=(allowing,), boundaries=(other,)).legs[0].blocked_by == ("boundary",)
    assert ask(identity=(allowing,), sessions=(other,)).legs[0].blocked_by == ("session",)
    open_to_all = write(
        "endpoint.json", {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": "*"}
    )
    through = ask(identity=(allowing,), endpoint="vpce-1", endpoint_policies=(open_to_all,))
    assert through.legs[0].blocked_by == ("endpoint",)


def test_profiles_are_named_by_geography_id_or_arn() -> None:
    assert ask(profile="eu", region="eu-west-1").model == f"eu.{SONNET}"
    assert ask(model="x", profile=f"us.{SONNET}").model == f"us.{SONNET}"
    application = f"arn:aws:bedrock:us-west-2:{ACCOUNT}:application-inference-profile/a1"
    report = ask(profile=application, model=f"us.{SONNET}")
    assert report.model == application
    assert report.legs[0].kind == "application_inference_profile"
    assert len(report.legs) == 4


def test_streams_and_batches_are_other_apis() -> None:
    assert ask(stream=True).api == "ConverseStream"
    assert ask(stream=True, api="ConverseStream").api == "ConverseStream"
    assert ask(batch=True).api == "CreateModelInvocationJob"
    with pytest.raises(UserError, match="`StartAsyncInvoke` has no stream"):
        ask(stream=True, api="StartAsyncInvoke")


def test_what_is_wrong_with_a_policy_is_told_with_its_place(tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text('{"Version": "2012-10-17", "Statement": [{"Effect": "Dany"}]}', "utf-8")
    with pytest.raises(UserError, match=r"broken.json:1:\d+: error: there is no effect `Dany`"):
        ask(identity=(broken,))
    with pytest.raises(UserError, match="cannot be read: no such file"):
        ask(identity=(tmp_path / "absent.json",))


def test_a_principal_that_is_no_arn_is_refused_with_its_form() -> None:
    with pytest.raises(UserError) as refused:
        ask(principal="search-api")
    assert refused.value.hint == "write it as `arn:aws:iam::111111111111:role/NAME`"


MANIFEST = """\
organization:
  id: o-exampleorgid
  name: Example
  management_account: "999999999999"
  hub_account: "999999999999"
  organizational_units: [{path: workloads}, {path: workloads/prod}]
  accounts:
    - {id: "999999999999", name: management, ou: root}
    - {id: "111111111111", name: search-prod, ou: workloads/prod}
regions: [us-west-2]
policies:
  - {file: regions.json, at: workloads}
"""


@pytest.fixture
def manifest(tmp_path: Path, regions: Path) -> Path:
    assert regions.parent == tmp_path
    file = tmp_path / "craton.yaml"
    file.write_text(MANIFEST, "utf-8")
    return file


def test_the_policies_of_the_manifest_stand_on_the_way(manifest: Path) -> None:
    report = ask(profile="us", manifest=manifest)
    assert report.decision == "explicit_deny"
    assert report.supposed == ("the principal's own policies allow everything",)
    assert gates(report.legs[2]) == [
        ("scp", "root", "allowed"),
        ("scp", "workloads", "explicit_deny"),
        ("scp", "workloads/prod", "allowed"),
        ("scp", ACCOUNT, "allowed"),
        ("identity", None, "allowed"),
    ]
    management = "arn:aws:iam::999999999999:role/search-api"
    assert ask(principal=management, profile="us", manifest=manifest).decision == "allowed"


def test_a_candidate_stands_beside_the_policies_of_the_manifest(manifest: Path, write: Write) -> None:
    candidate = write("candidate.json", {"Effect": "Deny", "Action": "bedrock:InvokeModel", "Resource": "*"})
    report = ask(manifest=manifest, scps=(PolicyFile(candidate, "workloads/prod"),))
    assert [gate.decision for gate in report.legs[0].gates][:3] == ["allowed", "allowed", "explicit_deny"]
    with pytest.raises(UserError) as refused:
        ask(manifest=manifest, scps=(PolicyFile(candidate, "sandbox"),))
    assert refused.value.message == "`sandbox` is not above the account"
    assert refused.value.hint == f"the account stands below root, workloads, workloads/prod, {ACCOUNT}"


def test_the_manifest_tells_the_organization(manifest: Path, write: Write) -> None:
    ours = write(
        "ours.json",
        {
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:PrincipalOrgID": "o-exampleorgid"}},
        },
    )
    assert ask(manifest=manifest, identity=(), scps=(PolicyFile(ours, "root"),)).decision == "allowed"
    assert ask(scps=(PolicyFile(ours, "root"),)).decision == "unknown"
    assert ask(organization="o-other", scps=(PolicyFile(ours, "root"),)).decision == "explicit_deny"
