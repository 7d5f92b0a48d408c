"""The table says exactly how environments differ: all that differs, and nothing that does not."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.unit.compiler.manifests import SMALL, TODAY, wanted
from tests.unit.compiler.resolved import Resolved, differing

from craton.compiler.compilation import templates
from craton.compiler.environment_table import ABSENT, ATTACHED, POLICIES, REPLAYED, Line, environment_table
from craton.compiler.organization_policies import OrganizationPolicies, organization_policies
from craton.compiler.template import template
from craton.core.resource import ByEnvironment, Resource
from craton.registry.policies import Policies

if TYPE_CHECKING:
    from pathlib import Path


FURTHER = """
owners:
  business_units:
    - name: Retail
      cost_centers:
        - name: CC-1001
          teams:
            - {name: search, match: {accounts: ["444444444444"]}}
inference_profiles:
  applications:
    - {team: search, project: ranking, models: [anthropic.claude-sonnet-4-6], environments: [prod]}
    - {team: search, project: menus, models: [amazon.nova-lite-v1:0]}
access:
  grants:
    - principal: arn:aws:iam::444444444444:role/on-call
      environment: prod
      until: 2030-01-01
      reason: traces slow answers
      owner: search
budgets: {stop_at_percent: 120}
alarms:
  emails: {prod: [bedrock@rehearsal.example]}
network:
  vpcs:
    - account: "444444444444"
      region: us-east-1
      id: vpc-0a1b2c3d4e5f60718
      subnets: [subnet-0a1b2c3d4e5f60718]
      security_groups: [sg-0a1b2c3d4e5f60718]
exceptions:
  - statements: [DenyUnapprovedModels]
    principals: ["arn:aws:iam::444444444444:role/evaluation"]
    until: 2027-02-01
    reason: compares models
    owner: search
"""
"""What the defaults do not say: kinds of resource that are there only where a manifest names some."""


class Told:
    """A manifest, its table, and in how far each two of its environments differ."""

    def __init__(self, text: str) -> None:
        self.intent, origin = wanted(text=text)
        self.governing = organization_policies(self.intent, Policies.load(), origin=origin, today=TODAY)
        self.lines = environment_table(self.intent, self.governing)
        document = next(one.document for one in templates(self.intent) if one.name == "member")
        names = [one.name for one in self.intent.environments]
        resolved = {name: Resolved(dict(document), name) for name in names}
        statements = {name: statements_of(self.governing, name) for name in names}
        self.pairs = {
            pair: {
                *differing(*(resolved[name] for name in pair)),
                *(
                    sid
                    for sid in set().union(*(statements[name] for name in pair))
                    if statements[pair[0]].get(sid) != statements[pair[1]].get(sid)
                ),
            }
            for pair in itertools.combinations(names, 2)
        }


def statements_of(governing: OrganizationPolicies, environment: str) -> dict[str, list[Any]]:
    """What documents say in an environment, by the Sid of the policy file, with whether it is attached."""
    origins = {
        sid: origin
        for held in governing.filled.values()
        for one in held
        for sid, origin in one.filled.origins.items()
    }
    found: dict[str, list[Any]] = {}
    for policy in governing.policies:
        if environment in policy.environments:
            for statement in msgspec.json.decode(policy.content)["Statement"]:
                found.setdefault(origins[statement["Sid"]], []).append([bool(policy.at), statement])
    return found


def claims(line: Line, place: str) -> bool:
    """Whether a line tells of a place."""
    patterns = (re.escape(one).replace(r"\*", "[A-Za-z0-9]*") for one in line.places)
    return any(re.fullmatch(pattern, place) for pattern in patterns)


@pytest.fixture(scope="module")
def example(repository: Path) -> Told:
    return Told((repository / "examples/acme-org/craton.yaml").read_text("utf-8"))


@pytest.fixture(scope="module")
def further() -> Told:
    return Told(SMALL + FURTHER)


@pytest.fixture(params=["example", "further"])
def told(request: pytest.FixtureRequest) -> Told:
    found: Told = request.getfixturevalue(request.param)
    return found


def test_what_differs_between_two_environments_is_told_by_a_line_that_differs(told: Told) -> None:
    untold = {
        f"{place} of {one} and {other}"
        for (one, other), places in told.pairs.items()
        for place in places
        if not any(claims(line, place) and line.cells[one] != line.cells[other] for line in told.lines)
    }
    assert sorted(untold) == []


def test_a_line_that_differs_between_two_environments_tells_of_a_difference(told: Told) -> None:
    idle = {
        f"{line.title} of {one} and {other}"
        for (one, other), places in told.pairs.items()
        for line in told.lines
        if line.cells[one] != line.cells[other] and not any(claims(line, place) for place in places)
    }
    assert sorted(idle) == []


def test_every_place_that_a_line_names_differs_somewhere(example: Told, further: Told) -> None:
    differ = {place for told in (example, further) for places in told.pairs.values() for place in places}
    same = {
        f"{line.title}: {pattern}"
        for line in (*example.lines, *further.lines)
        if line.about != POLICIES or line.differs
        for pattern in line.places
        if not any(claims(msgspec.structs.replace(line, places=(pattern,)), place) for place in differ)
    }
    assert sorted(same) == []


def test_a_policy_is_told_with_what_it_is_given_and_for_whom_it_does_not_hold_yet(further: Told) -> None:
    cells = next(dict(one.cells) for one in further.lines if one.title == "Only approved models answer")
    assert cells["dev"] == f"{REPLAYED}; models: `anthropic.claude-*` and `amazon.nova-lite-v1:0`"
    assert cells["prod"] == (
        f"{ATTACHED}; models: `anthropic.claude-sonnet-4-6` and `amazon.nova-lite-v1:0`; "
        "not for `arn:aws:iam::444444444444:role/evaluation` until 2027-02-01"
    )


def test_a_policy_that_also_holds_where_rules_are_observed_is_attached_there(further: Told) -> None:
    title = Policies.load().templates["logging_protected"].header.title
    cells = next(one.cells for one in further.lines if one.title == title)
    assert set(cells.values()) == {ATTACHED}


def test_a_policy_that_holds_in_one_environment_does_not_hold_in_another() -> None:
    intent, origin = wanted("statements: {tags_required: {environments: [prod]}}\n")
    policies = Policies.load()
    governing = organization_policies(intent, policies, origin=origin, today=TODAY)
    title = policies.templates["tags_required"].header.title
    (line,) = (one for one in environment_table(intent, governing) if one.title == title)
    assert dict(line.cells) == {"dev": ABSENT, "prod": ATTACHED}


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"properties": {"DisplayName": ByEnvironment({"dev": "a", "prod": "b"})}}, "Topic.DisplayName"),
        ({"properties": {"DisplayName": ByEnvironment({"dev": None, "prod": "b"})}}, "Topic.DisplayName"),
        ({"environments": frozenset({"prod"})}, "Topic"),
        ({"environments": frozenset({"prod"}), "regions": "home"}, "Topic"),
        ({"environments": frozenset({"dev"}), "accounts": frozenset({"1" * 12})}, "Topic"),
    ],
)
def test_whatever_differs_is_found(more: dict[str, Any], place: str) -> None:
    same = Resource(template="member", id="Same", type="AWS::SNS::Topic", regions="home")
    made = [same, Resource(template="member", id="Topic", type="AWS::SNS::Topic", **more)]
    built = template("member", made, description="x", environments=("dev", "prod"), home_region="us-east-1")
    document = dict(built.document)
    assert list(differing(Resolved(document, "dev"), Resolved(document, "prod"))) == [place]
