from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from craton.core.cloud_call import Observation, Read
from craton.core.deployment import Deployment, DeploymentStep
from craton.core.errors import UserError
from craton.engine.planning import PlanFile, loaded, nothing_of, save, saved
from craton.planner.plan import Plan, planned
from craton.planner.seen import Seen
from craton.planner.thing import OWNER_TAG
from craton.views.plan_text import plan_lines, summary

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

NOW = dt.datetime(2026, 11, 1)  # noqa: DTZ001 - times are naive UTC throughout
ROOT = "r-ab12"
WORDS = {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "bedrock:*", "Resource": "*"}]}


def step(operation: str, **parameters: Any) -> DeploymentStep:
    return DeploymentStep(
        phase="management",
        account="111111111111",
        region="us-east-1",
        service="organizations",
        operation=operation,
        parameters=parameters,
        because="it is wanted",
    )


POLICY = step(
    "CreatePolicy",
    Name="Deny",
    Type="SERVICE_CONTROL_POLICY",
    Description="told",
    Content={"file": "governance/deny.json"},
)
TYPE = step("EnablePolicyType", RootId={"root": "o-1"}, PolicyType="SERVICE_CONTROL_POLICY")
ATTACHMENT = step("AttachPolicy", PolicyId={"policy": "Deny"}, TargetId={"root": "o-1"})


def deployment(*steps: DeploymentStep, words: Any = WORDS) -> Deployment:
    return Deployment(
        organization="o-1",
        management_account="111111111111",
        hub_account="222222222222",
        regions=("us-east-1",),
        steps=steps,
        files={"governance/deny.json": json.dumps(words, indent=2)},
    )


def organization(*, policy: Any = None, attached: bool = False, tagged: bool = True, denied: str = "") -> Any:
    """What AWS answers of an organization with at most one policy."""
    told = {
        "ListRoots": {"Roots": [{"Id": ROOT, "PolicyTypes": [_type("ENABLED")] if policy else []}]},
        "ListPolicies": {"Policies": [{"Id": "p-1", "Name": "Deny"}] if policy else []},
        "DescribePolicy": {
            "Policy": {
                "PolicySummary": {"Type": "SERVICE_CONTROL_POLICY", "Description": "told"},
                "Content": json.dumps(policy),
            }
        },
        "ListTagsForResource": {"Tags": [OWNER_TAG] if tagged else []},
        "ListTargetsForPolicy": {"Targets": [{"TargetId": ROOT}] if attached else []},
    }

    def ask(reads: list[Read]) -> Iterable[Observation]:
        for one in reads:
            if one.operation == denied:
                yield Observation(read=one, at=NOW, status="denied", error="AccessDeniedException")
            else:
                yield Observation(read=one, at=NOW, status="answered", answer=told[one.operation])

    return ask


def _type(status: str) -> dict[str, str]:
    return {"Type": "SERVICE_CONTROL_POLICY", "Status": status}


def plan(desired: Deployment, ask: Any, prior: Deployment | None = None) -> Plan:
    return planned(desired, prior, Seen(), ask, at=NOW)


def actions(made: Plan) -> dict[str, str]:
    return {one.address: one.action for one in made.changes}


def test_in_an_empty_organization_everything_is_created_in_its_order() -> None:
    made = plan(deployment(TYPE, POLICY, ATTACHMENT), organization())
    assert list(actions(made).items()) == [
        ("policy_type/SERVICE_CONTROL_POLICY", "create"),
        ("policy/Deny", "create"),
        ("policy_attachment/Deny/root", "create"),
    ]
    assert summary(made) == "3 to create; 0 as they should be"


def test_what_is_as_it_should_be_is_no_change_whatever_its_layout() -> None:
    made = plan(deployment(TYPE, POLICY, ATTACHMENT), organization(policy=WORDS, attached=True))
    assert made.open_changes == ()
    assert list(plan_lines(made)) == ["no changes: 3 of 3 things are as they should be"]


def test_an_update_tells_each_place_that_differs() -> None:
    other = {**WORDS, "Statement": [{**WORDS["Statement"][0], "Action": "bedrock:InvokeModel"}]}  # type: ignore[dict-item]
    made = plan(deployment(TYPE, POLICY, ATTACHMENT), organization(policy=other, attached=True))
    (change,) = made.open_changes
    assert (change.address, change.action, change.risk) == ("policy/Deny", "update", "high")
    assert list(plan_lines(made))[1:3] == [
        "  ~ policy/Deny (high risk): it is wanted",
        "      content.Statement.0.Action: bedrock:InvokeModel becomes bedrock:*",
    ]


def test_what_people_made_under_the_same_name_is_taken_over_by_its_tag() -> None:
    made = plan(deployment(TYPE, POLICY), organization(policy=WORDS, tagged=False))
    (change,) = made.open_changes
    assert [(one.path, one.before, one.after) for one in change.differences] == [("managed", False, True)]


def test_what_is_wanted_no_more_goes_the_last_first_and_what_others_may_rest_on_stays() -> None:
    prior = deployment(TYPE, POLICY, ATTACHMENT)
    made = plan(nothing_of(prior), organization(policy=WORDS, attached=True), prior)
    assert list(actions(made).items()) == [
        ("policy_attachment/Deny/root", "delete"),
        ("policy/Deny", "delete"),
        ("policy_type/SERVICE_CONTROL_POLICY", "no-op"),
    ]
    assert made.former == prior


def test_what_does_not_bear_the_tag_is_never_deleted() -> None:
    prior = deployment(TYPE, POLICY)
    made = plan(nothing_of(prior), organization(policy=WORDS, tagged=False), prior)
    assert made.open_changes == ()


def test_what_may_not_be_read_is_unknown_and_the_rest_is_planned() -> None:
    made = plan(
        deployment(TYPE, POLICY, ATTACHMENT), organization(policy=WORDS, denied="ListTargetsForPolicy")
    )
    assert actions(made)["policy/Deny"] == "no-op"
    (change,) = made.open_changes
    assert change.action == "unknown"
    assert change.unknown == (
        "`organizations:ListTargetsForPolicy` in 111111111111 us-east-1: AccessDeniedException"
    )


def test_a_saved_plan_is_the_plan_and_a_changed_one_is_refused(tmp_path: Path) -> None:
    made = plan(deployment(TYPE, POLICY, ATTACHMENT), organization())
    file = tmp_path / "plan.json"
    file.write_bytes(saved(made))
    assert loaded(file) == made
    assert saved(made) == saved(loaded(file))
    held = msgspec.json.decode(file.read_bytes(), type=PlanFile)
    other = msgspec.structs.replace(held, plan=msgspec.structs.replace(made, changes=made.changes[:2]))
    file.write_bytes(msgspec.json.encode(other))
    with pytest.raises(UserError, match="was changed after it was saved"):
        loaded(file)
    for damaged in (b"{}", b'{"digest": "\xff"}', b'{"a": %s}' % (b"[" * 100_000 + b"]" * 100_000)):
        file.write_bytes(damaged)
        with pytest.raises(UserError, match="is no saved plan"):
            loaded(file)
    with pytest.raises(UserError, match="cannot be read: no such file or directory"):
        loaded(tmp_path / "none.json")


def test_a_plan_is_saved_for_its_owner_alone_over_whatever_was_there(tmp_path: Path) -> None:
    made = plan(deployment(TYPE, POLICY, ATTACHMENT), organization())
    file = tmp_path / "plans" / "plan.json"
    for _ in range(2):
        save(made, file)
        assert oct(file.stat().st_mode & 0o777) == "0o600"
        assert loaded(file) == made
        file.chmod(0o644)
    assert list(file.parent.iterdir()) == [file]
    with pytest.raises(UserError, match="cannot be written: is a directory"):
        save(made, tmp_path)
