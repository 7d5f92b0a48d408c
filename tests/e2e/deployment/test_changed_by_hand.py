"""Somebody changes one thing of each kind by hand: each is found, told with who it was, and mended."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import Struct
from tests.e2e.deployment.hands import CHANGES, NOTHING_TO_CHANGE, Hands
from tests.e2e.deployment.hands_on.common import HUB, MANAGEMENT, SEARCH
from tests.e2e.deployment.operator import Operator
from tests.e2e.emulator.running import started

from craton.core.intent import intent_of
from craton.core.resource import Resource
from craton.emulator.resources.registry import is_read_back
from craton.engine.manifests import load
from craton.kinds import kinds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.deployment.hands import Change

    from craton.core.intent import Intent

pytestmark = pytest.mark.slow

MANIFEST = f"""\
organization:
  id: o-exampleorgid
  management_account: "{MANAGEMENT}"
  hub_account: "{HUB}"
  organizational_units: [{{path: workloads/prod}}]
  accounts:
    - {{id: "{MANAGEMENT}", name: management, ou: root}}
    - {{id: "{HUB}", name: hub, ou: root}}
    - {{id: "{SEARCH}", name: search-prod, ou: workloads/prod}}
regions: [us-east-1]
environments:
  prod: {{mode: enforce, organizational_units: [workloads/prod]}}
models:
  approved:
    prod: [anthropic.claude-sonnet-4-6]
owners:
  business_units:
    - name: Retail
      cost_centers:
        - name: "100"
          teams: [{{name: search, projects: [{{name: ranking}}]}}]
alerts: {{emails: [ai-platform@example.com]}}
organization_budget: {{usd_per_month: 60000, stop_at_percent: 120}}
inference_profiles:
  applications: [{{team: search, project: ranking}}]
config_rules: {{recorded: true}}
access:
  grants:
    - principal: arn:aws:iam::{SEARCH}:role/search-tracing
      environment: prod
      until: 2099-01-01
      reason: traces slow answers
      owner: search
"""


ACCESS = "/enterprise-bedrock-access"


class Course(Struct, frozen=True, kw_only=True):
    """What happened: by name of a change what AWS told before, after, and once it was mended."""

    found: dict[str, Any]
    outcomes: dict[str, Any]
    before: dict[str, Any]
    changed: dict[str, Any]
    mended: dict[str, Any]
    begun: dt.datetime
    ended: dt.datetime
    after: dict[str, Any]


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Course]:
    """An organization in which everything was changed by hand, looked for and mended, once."""
    folder = tmp_path_factory.mktemp("hands")
    (folder / "craton.yaml").write_text(MANIFEST)
    with started("--accounts", str(folder / "craton.yaml"), folder=folder) as running:
        operator, hands = Operator(running, folder, MANIFEST), Hands(running)
        for account in (MANAGEMENT, HUB, SEARCH):
            recorder = {"name": "default", "roleARN": f"arn:aws:iam::{account}:role/recorder"}
            hands.client("config", account).put_configuration_recorder(ConfigurationRecorder=recorder)
        operator.plan()
        operator.run("apply", "plan.json", "--quiet", exits=2)  # tags are known once stacks bear them
        operator.settle()
        known = hands.physical_ids()

        def told() -> dict[str, Any]:
            return {one.name: _told(one, hands, known) for one in CHANGES}

        before, begun = told(), dt.datetime.now(dt.UTC)
        for one in CHANGES:
            one.changed(hands.client(one.service, one.account, one.role), known[one.account, one.logical_id])
        changed, ended = told(), dt.datetime.now(dt.UTC)
        found = json.loads(operator.run("drift", "-o", "plan.json", "--format", "json", exits=2))
        outcomes = _mend(operator, hands, [one["address"] for one in found["drifts"]])
        known = hands.physical_ids()
        yield Course(
            found=found,
            outcomes=outcomes,
            before=before,
            changed=changed,
            mended=told(),
            begun=begun,
            ended=ended,
            after=json.loads(operator.run("drift", "--format", "json")),
        )
        assert running.state() == {"refused": [], "failures": []}


def _mend(operator: Operator, hands: Hands, addresses: list[str]) -> dict[str, Any]:
    """What became of the plan, which two carry out: nobody's role may change what it may do itself.

    The roles that Craton works in are mended by an administrator, everything else by the hub's deployer.
    """
    targets = [word for one in addresses if one.endswith(ACCESS) for word in ("--target", one)]
    operator.apply("--why", "nobody was asked", *targets)
    own = operator.environment
    operator.environment = {**own, **hands.in_role(HUB, "craton/CratonDeployer")}
    outcomes = operator.apply("--why", "nobody was asked")
    operator.environment = own
    return outcomes


def _told(change: Change, hands: Hands, known: dict[tuple[str, str], str]) -> Any:
    return change.told(hands.client(change.service, change.account), known[change.account, change.logical_id])


@pytest.fixture(scope="module")
def intent(tmp_path_factory: pytest.TempPathFactory) -> Intent:
    file: Path = tmp_path_factory.mktemp("intent") / "craton.yaml"
    file.write_text(MANIFEST)
    return intent_of(load(file))


each = pytest.mark.parametrize("change", CHANGES, ids=lambda one: one.name)


@each
def test_it_is_changed(course: Course, change: Change) -> None:
    assert course.changed[change.name] != course.before[change.name]


@each
def test_it_is_found_with_who_did_it_and_when(course: Course, change: Change) -> None:
    drift = _drift(course, change)
    assert drift is not None, f"{change.name} is not found"
    told = [one for one in drift["doers"] if _is_of(one, change)]
    mine = [one for one in told if f"assumed-role/{change.role}/" in one["by"]]
    assert mine, f"nobody is told to have changed {change.name}: {told}"
    at = dt.datetime.fromisoformat(mine[0]["at"])
    at = at if at.tzinfo else at.replace(tzinfo=dt.UTC)
    assert course.begun <= at <= course.ended


def test_it_is_told_what_a_guardrail_stops_no_longer(course: Course) -> None:
    change = next(one for one in CHANGES if one.kind == "guardrail")
    drift = _drift(course, change)
    assert drift is not None
    told = [one for one in drift["opens"] if one.startswith("the guardrail stops less: ")]
    assert any("of `/ContentPolicyConfig/FiltersConfig` are gone" in one for one in told), drift["opens"]
    assert any("of `/TopicPolicyConfig" in one for one in told)


@each
def test_it_is_mended(course: Course, change: Change) -> None:
    assert course.mended[change.name] == course.before[change.name]


def test_the_plan_that_mends_is_done_as_a_whole(course: Course) -> None:
    results = {address: one["result"] for address, one in course.outcomes.items()}
    mended = {address: "already" if address.endswith(ACCESS) else "done" for address in results}
    assert results == mended


def test_nothing_was_left_out_and_nothing_is_otherwise_afterwards(course: Course) -> None:
    assert course.found["not_looked_at"] == []
    assert (course.after["drifts"], course.after["not_looked_at"]) == ([], [])


def test_each_kind_that_is_deployed_is_changed(intent: Intent) -> None:
    deployed = {
        kind.name for kind in kinds() if any(isinstance(one, Resource) for one in kind.resources(intent))
    }
    assert deployed == {one.kind for one in CHANGES} | {*NOTHING_TO_CHANGE}


def test_everything_that_is_deployed_is_looked_at_by_cloudformation_or_by_craton(intent: Intent) -> None:
    unseen = {
        (kind.name, one.type)
        for kind in kinds()
        for one in kind.resources(intent)
        if isinstance(one, Resource) and not is_read_back(one.type)
    }
    assert unseen == {
        ("former_stack", "Custom::FormerStack"),
        ("invocation_logging", "Custom::InvocationLogging"),
    }


def _drift(course: Course, change: Change) -> dict[str, Any] | None:
    """What is told of the thing, wherever it stands."""
    for one in course.found["drifts"]:
        is_of_stack = one["address"].startswith(f"drift/{change.account}/")
        if (is_of_stack and change.logical_id in one["is"]) or one["address"] == change.address:
            return dict(one)
    return None


def _is_of(doer: dict[str, Any], change: Change) -> bool:
    return change.address is not None or change.logical_id in doer["resources"]
