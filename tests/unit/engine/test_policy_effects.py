"""What changes of policies would have made of recorded calls."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.replay.recorded_calls import APP, DEV, NOVA, SONNET, event, lake_of, write_manifest

from craton.core.deployment import Deployment
from craton.engine.manifests import load
from craton.engine.planning import saved
from craton.engine.policy_effects import DAYS, with_effects
from craton.planner.effect import Affected, PolicyEffect
from craton.planner.plan import Change, Plan
from craton.views.effect_text import effect_text
from craton.views.plan_text import plan_lines

if TYPE_CHECKING:
    from pathlib import Path

NOW = dt.datetime(2026, 11, 21)  # noqa: DTZ001 - times are naive UTC throughout
SCP, TAGS = "SERVICE_CONTROL_POLICY", "TAG_POLICY"
DEPLOYMENT = Deployment(
    organization="o-exampleorgid",
    management_account="111111111111",
    hub_account="222222222222",
    regions=("us-east-1",),
    steps=(),
    files={},
)
OWNERS = """\
owners:
  business_units:
    - name: Retail
      cost_centers:
        - name: "100"
          teams:
            - {name: search, match: {principals: [{role: app}, {role: batch}]}}
"""


def denying(model: str) -> dict[str, Any]:
    return {
        "type": SCP,
        "content": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Sid": "No",
                    "Effect": "Deny",
                    "Action": "bedrock:InvokeModel",
                    "Resource": f"arn:aws:bedrock:*::foundation-model/{model}",
                }
            ],
        },
    }


def change(address: str, action: Any, before: Any = None, after: Any = None) -> Change:
    return Change(
        address=address,
        phase="management",
        account="111111111111",
        region="us-east-1",
        action=action,
        because="it is wanted",
        risk="high",
        needs=(),
        found="absent",
        before=before,
        after=after,
    )


def attachment(policy: str, at: str, action: Any = "no-op") -> Change:
    attached = {"attached": True}
    return change(
        f"policy_attachment/{policy}/{at}",
        action,
        None if action == "create" else attached,
        None if action == "delete" else attached,
    )


def plan_of(*changes: Change, at: dt.datetime = NOW) -> Plan:
    return Plan(at=at, deployment=DEPLOYMENT, prior=None, former=None, changes=changes)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A lake of six calls on one day: four of one model by two roles of a team, one by a stranger."""
    folder = tmp_path_factory.mktemp("effects")
    write_manifest(folder, [])
    with (folder / "craton.yaml").open("a") as file:
        file.write(OWNERS)
    lake_of(
        folder,
        *(event(model=NOVA) for _ in range(3)),
        event(model=NOVA, role="batch"),
        event(model=SONNET),
        event(model=NOVA, account=DEV, role="lab"),
    )
    return folder


def effects(place: Path, plan: Plan, lake: str = "lake") -> dict[str, PolicyEffect | None]:
    manifest = place / "craton.yaml"
    told = with_effects(plan, load(manifest), manifest, place / lake)
    return {one.address: one.effect for one in told.changes} | {"all": told.effect}


def test_a_policy_that_is_attached_tells_whose_calls_it_will_deny(place: Path) -> None:
    told = effects(
        place,
        plan_of(
            change("policy/Models", "create", after=denying(NOVA)),
            attachment("Models", "workloads/prod", "create"),
        ),
    )
    assert told["policy/Models"] == PolicyEffect(
        state="none", because="it holds nowhere before it is attached"
    )
    effect = told["policy_attachment/Models/workloads/prod"]
    assert effect is not None
    assert (effect.newly_denied, effect.newly_allowed, effect.calls) == (4, 0, 6)
    assert effect.denied == (Affected(team="search", principals=2, calls=4),)
    assert (effect.days, effect.of_days) == (1, DAYS)
    assert told["all"] == effect
    assert effect_text(effect) == (
        "will newly deny 4 calls by 2 principals of team search,"
        " by replay of 6 calls of 1 of the last 30 days"
    )


def test_a_policy_that_is_rewritten_counts_where_it_is_attached_and_nowhere_else(place: Path) -> None:
    told = effects(
        place,
        plan_of(
            change("policy/Models", "update", denying(NOVA), denying(SONNET)),
            attachment("Models", "workloads/prod"),
        ),
    )
    effect = told["policy/Models"]
    assert effect is not None
    assert (effect.newly_denied, effect.newly_allowed) == (1, 4)
    assert "policy_attachment/Models/workloads/prod" in told
    assert told["policy_attachment/Models/workloads/prod"] is None


def test_what_is_detached_lets_calls_through_and_each_change_is_judged_alone(place: Path) -> None:
    told = effects(
        place,
        plan_of(
            change("policy/Old", "delete", denying(NOVA)),
            attachment("Old", APP, "delete"),
            change("policy/New", "create", after=denying(NOVA)),
            attachment("New", "root", "create"),
        ),
    )
    gone, come, together = (
        told["policy_attachment/Old/" + APP],
        told["policy_attachment/New/root"],
        told["all"],
    )
    assert gone is not None
    assert come is not None
    assert together is not None
    assert (gone.newly_denied, gone.newly_allowed) == (0, 4)
    assert (come.newly_denied, come.newly_allowed) == (1, 0)
    assert come.denied == (Affected(team=None, principals=1, calls=1),)
    assert (together.newly_denied, together.newly_allowed) == (1, 0)
    assert "by 1 principal of no known team" in effect_text(come)


def test_an_effect_that_cannot_be_told_is_unknown_and_says_why(place: Path, tmp_path: Path) -> None:
    changes = (
        change("policy/Models", "create", after=denying(NOVA)),
        attachment("Models", "root", "create"),
    )
    at = "policy_attachment/Models/root"
    manifest = place / "craton.yaml"
    told = with_effects(plan_of(*changes), load(manifest), manifest, None)
    assert told.effect == PolicyEffect(state="unknown", because="no lake is named", of_days=DAYS)
    assert "effect unknown: no lake is named" in "\n".join(plan_lines(told))
    late = effects(place, plan_of(*changes, at=NOW + dt.timedelta(days=60)))[at]
    assert late is not None
    assert late.state == "unknown"
    assert late.because == (
        "the lake's newest CloudTrail event is of 2026-11-20: it has 0 of the last 30 days"
    )
    write_manifest(tmp_path, [])
    new = effects(tmp_path, plan_of(*changes), "none")[at]
    assert new == PolicyEffect(state="unknown", because="there is no lake yet", of_days=DAYS)


def test_what_decides_no_call_has_no_effect_and_costs_no_replay(place: Path) -> None:
    plan = plan_of(
        change("policy/Tags", "create", after={"type": TAGS, "content": {"tags": {}}}),
        attachment("Tags", "root", "create"),
        change("stack/222222222222/us-east-1/hub", "create", after={"status": "stands"}),
        change(
            "policy/Same", "update", {**denying(NOVA), "managed": False}, {**denying(NOVA), "managed": True}
        ),
        attachment("Same", "root"),
    )
    told = effects(place, plan)
    assert told.pop("policy/Same") == PolicyEffect(state="none", because="it says the same as before")
    assert set(told.values()) == {None}


def test_the_same_plan_and_lake_give_the_same_bytes(place: Path) -> None:
    manifest = place / "craton.yaml"
    plan = plan_of(
        change("policy/Models", "create", after=denying(NOVA)), attachment("Models", "root", "create")
    )
    first, second = (saved(with_effects(plan, load(manifest), manifest, place / "lake")) for _ in range(2))
    assert first == second
    assert b'"newly_denied":5' in first
