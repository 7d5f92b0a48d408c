from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from craton.core.errors import UserError
from craton.engine.manifests import check, load
from craton.engine.policies import AccountPolicies, PoliciesInForce
from craton.registry.quotas import quota
from craton.simulator.authorizer import Authorizer
from craton.simulator.request import Request

if TYPE_CHECKING:
    from pathlib import Path

MANIFEST = """\
organization:
  id: o-exampleorgid
  management_account: "111111111111"
  hub_account: "222222222222"
  organizational_units:
    - path: workloads/prod/eu
    - path: sandbox
  accounts:
    - {id: "111111111111", name: management, ou: root}
    - {id: "222222222222", name: hub, ou: root}
    - id: "333333333333"
      name: app
      ou: workloads/prod/eu
      earlier: [{ou: sandbox, until: 2026-06-01}]
regions: [us-east-1]
policies:
"""


def statement(sid: str, action: str, effect: str = "Deny") -> dict[str, Any]:
    return {"Sid": sid, "Effect": effect, "Action": action, "Resource": "*"}


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    (tmp_path / "policies").mkdir()
    for sid, action in (
        ("DenyLeaving", "organizations:LeaveOrganization"),
        ("DenyModels", "bedrock:InvokeModel"),
        ("DenyGuardrails", "bedrock:CreateGuardrail"),
    ):
        write(tmp_path, sid, statement(sid, action))
    write(tmp_path, "AllowBedrock", statement("AllowBedrock", "bedrock:*", "Allow"))
    return tmp_path / "craton.yaml"


def write(folder: Path, name: str, *statements: dict[str, Any]) -> None:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    (folder / "policies" / f"{name}.json").write_text(json.dumps(document))


def in_force(manifest: Path, *attached: str) -> PoliciesInForce:
    manifest.write_text(MANIFEST + "".join(f"  - {{file: policies/{one}}}\n" for one in attached))
    return PoliciesInForce(load(manifest), manifest)


def shown(policies: AccountPolicies) -> list[tuple[str, str, list[str]]]:
    return [
        (level.kind, level.at, [policy.name for policy in level.of_type("SERVICE_CONTROL_POLICY")])
        for level in policies.levels
    ]


def decided(policies: AccountPolicies, action: str) -> str:
    request = Request(
        principal=f"arn:aws:iam::{policies.account}:role/app", action=action, resource="*", context={}
    )
    return Authorizer(policies.policy_set()).decide(request).outcome


def test_an_account_inherits_from_the_root_and_every_ou_above_it(manifest: Path) -> None:
    found = in_force(
        manifest,
        "DenyLeaving.json, at: root",
        "DenyModels.json, at: workloads",
        'DenyGuardrails.json, at: "333333333333"',
        "AllowBedrock.json, at: sandbox",
    ).of("333333333333")
    assert shown(found) == [
        ("root", "root", ["FullAWSAccess", "DenyLeaving"]),
        ("ou", "workloads", ["FullAWSAccess", "DenyModels"]),
        ("ou", "workloads/prod", ["FullAWSAccess"]),
        ("ou", "workloads/prod/eu", ["FullAWSAccess"]),
        ("account", "333333333333", ["FullAWSAccess", "DenyGuardrails"]),
    ]
    assert decided(found, "bedrock:InvokeModel") == "explicit_deny"
    assert decided(found, "bedrock:ListFoundationModels") == "allowed"


def test_each_policy_tells_its_file_and_where_it_is_attached(manifest: Path) -> None:
    found = in_force(manifest, "DenyModels.json, at: workloads")
    (policy,) = found.attached()
    assert (policy.file, policy.at, policy.policy.name) == (
        "policies/DenyModels.json",
        "workloads",
        "DenyModels",
    )
    assert policy.policy.statements[0].place.file == str(manifest.parent / "policies/DenyModels.json")


def test_a_policy_in_the_place_of_full_access_allows_what_it_allows_and_nothing_else(manifest: Path) -> None:
    found = in_force(manifest, "AllowBedrock.json, at: workloads/prod, replaces: FullAWSAccess").of(
        "333333333333"
    )
    assert shown(found)[2] == ("ou", "workloads/prod", ["AllowBedrock"])
    assert decided(found, "bedrock:InvokeModel") == "allowed"
    assert decided(found, "s3:GetObject") == "implicit_deny"


def test_a_resource_control_policy_stands_beside_its_own_full_access(manifest: Path) -> None:
    found = in_force(manifest, "DenyModels.json, at: root, type: RESOURCE_CONTROL_POLICY").of("333333333333")
    root = found.levels[0]
    assert [one.name for one in root.of_type("RESOURCE_CONTROL_POLICY")] == ["RCPFullAWSAccess", "DenyModels"]
    assert [one.name for one in root.of_type("SERVICE_CONTROL_POLICY")] == ["FullAWSAccess"]


def test_no_scp_holds_for_the_management_account(manifest: Path) -> None:
    found = in_force(manifest, "DenyModels.json, at: root")
    assert found.of("111111111111").is_management
    assert decided(found.of("111111111111"), "bedrock:InvokeModel") == "allowed"
    assert decided(found.of("222222222222"), "bedrock:InvokeModel") == "explicit_deny"


def test_what_was_in_force_is_told_by_where_the_account_stood(manifest: Path) -> None:
    found = in_force(manifest, "DenyModels.json, at: sandbox")
    assert decided(found.of("333333333333", dt.date(2026, 5, 31)), "bedrock:InvokeModel") == "explicit_deny"
    assert decided(found.of("333333333333", dt.date(2026, 6, 1)), "bedrock:InvokeModel") == "allowed"


def test_every_account_is_listed(manifest: Path) -> None:
    found = in_force(manifest, "DenyModels.json, at: root")
    assert [one.name for one in found.every()] == ["management", "hub", "app"]


def test_an_account_of_nobody_is_told(manifest: Path) -> None:
    found = in_force(manifest, "DenyModels.json, at: root")
    with pytest.raises(UserError, match="333333333334") as told:
        found.of("333333333334")
    assert told.value.hint == "did you mean `333333333333`?"


def test_a_policy_that_went_away_or_broke_after_validation_stops(manifest: Path) -> None:
    in_force(manifest, "DenyModels.json, at: root")
    known = load(manifest)
    file = manifest.parent / "policies/DenyModels.json"
    file.write_text('{"Statement": [}')
    with pytest.raises(UserError, match=r"DenyModels\.json:1"):
        PoliciesInForce(known, manifest)
    file.unlink()
    with pytest.raises(UserError, match="cannot be read"):
        PoliciesInForce(known, manifest)


def test_more_policies_than_aws_attaches_are_told_at_the_first_too_many(manifest: Path) -> None:
    limit = quota("scps_per_target").limit
    names = [f"Deny{number}" for number in range(limit)]
    for name in names:
        write(manifest.parent, name, statement(name, "s3:*"))
    manifest.write_text(
        MANIFEST + "".join(f"  - {{file: policies/{name}.json, at: sandbox}}\n" for name in names)
    )
    (found,) = check(manifest)[1]
    assert found.rule == "too_many_policies"
    assert found.place.line == MANIFEST.count("\n") + limit
    assert "`FullAWSAccess` among them" in str(found.hint)


def test_a_policy_larger_than_its_quota_is_told_without_the_spaces_that_aws_does_not_see(
    manifest: Path,
) -> None:
    limit = quota("scp_characters").limit
    write(manifest.parent, "Large", statement("Large", "s3:" + "x" * limit))
    manifest.write_text(f"{MANIFEST}  - {{file: policies/Large.json, at: root}}\n")
    (found,) = check(manifest)[1]
    assert found.rule == "policy_too_large"
    write(manifest.parent, "Large", statement("Large", "s3:*"))
    file = manifest.parent / "policies/Large.json"
    file.write_text(file.read_text().replace("{", "{" + " " * limit, 1))
    assert check(manifest)[1] == ()
