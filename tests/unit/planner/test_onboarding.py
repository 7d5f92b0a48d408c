from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.compiler.manifests import SMALL, wanted

from craton.core.cloud_call import Call, Observation, Read
from craton.core.deployment import Deployment, DeploymentStep
from craton.core.errors import CloudError, UserError
from craton.engine.onboarding import checklists
from craton.planner.onboarding import Checklist, checklist
from craton.planner.seen import Seen, worked_out
from craton.views.onboarding_text import checklist_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

NOW = dt.datetime(2026, 11, 1)  # noqa: DTZ001 - times are naive UTC throughout
DEV, SPECIAL, NEW = "333333333333", "555555555555", "999999999999"


def step(operation: str, **parameters: Any) -> DeploymentStep:
    return DeploymentStep(
        phase="members",
        account="111111111111",
        region="us-east-1",
        service="organizations",
        operation=operation,
        parameters=parameters,
        because="it is wanted",
    )


DEPLOYMENT = Deployment(
    organization="o-exampleorgid",
    management_account="111111111111",
    hub_account="222222222222",
    regions=("us-east-1",),
    steps=(
        step("CreatePolicy", Name="Common", Type="SERVICE_CONTROL_POLICY"),
        step("AttachPolicy", PolicyId={"policy": "Common"}, TargetId={"root": "o-exampleorgid"}),
        step("CreatePolicy", Name="Dev", Type="SERVICE_CONTROL_POLICY"),
        step("AttachPolicy", PolicyId={"policy": "Dev"}, TargetId={"ou": "workloads/dev"}),
        step("CreatePolicy", Name="Prod", Type="SERVICE_CONTROL_POLICY"),
        step("AttachPolicy", PolicyId={"policy": "Prod"}, TargetId={"ou": "workloads/prod"}),
        step("CreateStackSet", StackSetName="enterprise-bedrock-monitoring-dev"),
        step("CreateStackSet", StackSetName="enterprise-bedrock-monitoring-prod"),
    ),
    files={},
)
UNITS = {"ou-1": ("workloads", "r-1"), "ou-2": ("dev", "ou-1"), "ou-3": ("elsewhere", "r-1")}


class World:
    """What AWS answers of one account."""

    def __init__(self, unit: str = "ou-2", status: str = "ACTIVE") -> None:
        self.unit = unit
        self.status = status
        self.attached = {"r-1": ["FullAWSAccess", "Common"], "ou-2": ["Dev"]}
        self.instance: dict[str, Any] | None = {"Status": "CURRENT"}
        self.logging: dict[str, Any] = {"loggingConfig": {"s3Config": {}}}
        self.denied = ""
        self.stack_set = "enterprise-bedrock-monitoring-dev"

    def ask(self, reads: list[Read]) -> Iterator[Observation]:
        for one in reads:
            answer = getattr(self, one.operation)(**one.parameters)
            status: Any = "absent" if answer is None else "answered"
            status = "denied" if one.operation == self.denied else status
            yield Observation(read=one, at=NOW, status=status, answer=answer)

    def DescribeAccount(self, AccountId: str) -> Any:  # noqa: N802, N803 - AWS's names
        return None if AccountId == NEW else {"Account": {"Name": "search", "Status": self.status}}

    def ListParents(self, ChildId: str) -> Any:  # noqa: N802, N803
        parent = UNITS[ChildId][1] if ChildId in UNITS else self.unit
        return {"Parents": [{"Id": parent, "Type": "ROOT" if parent == "r-1" else "ORGANIZATIONAL_UNIT"}]}

    def DescribeOrganizationalUnit(self, OrganizationalUnitId: str) -> Any:  # noqa: N802, N803
        return {"OrganizationalUnit": {"Id": OrganizationalUnitId, "Name": UNITS[OrganizationalUnitId][0]}}

    def ListRoots(self) -> Any:  # noqa: N802
        return {"Roots": [{"Id": "r-1"}]}

    def ListPoliciesForTarget(self, TargetId: str, Filter: str) -> Any:  # noqa: N802, N803
        assert Filter == "SERVICE_CONTROL_POLICY"
        return {"Policies": [{"Name": one} for one in self.attached.get(TargetId, ())]}

    def DescribeStackInstance(self, StackSetName: str, **_: Any) -> Any:  # noqa: N802, N803
        assert StackSetName == self.stack_set
        return None if self.instance is None else {"StackInstance": self.instance}

    def GetModelInvocationLoggingConfiguration(self) -> Any:  # noqa: N802
        return self.logging


class Asked:
    """The same world as a cloud that is only read."""

    def __init__(self, world: World) -> None:
        self._world = world

    def observe(self, reads: Iterable[Read]) -> Iterator[Observation]:
        return self._world.ask(list(reads))

    def act(self, call: Call) -> Any:
        raise AssertionError(call)


def told(world: World, account: str = DEV) -> Checklist:
    manifest = wanted(text=SMALL)[0].manifest
    seen = Seen()
    return worked_out([lambda: checklist(account, manifest, DEPLOYMENT, seen)], seen, world.ask)[0]


def states(found: Checklist) -> dict[str, str]:
    return {one.title: one.state for one in found.steps}


def test_an_account_in_its_environment_is_done() -> None:
    found = told(World())
    assert found.is_done
    assert (found.organizational_unit, found.environment) == ("workloads/dev", "dev")
    assert set(states(found).values()) == {"done"}
    lines = list(checklist_lines([found]))
    assert lines[0] == "333333333333 search (workloads/dev): dev"
    assert lines[-1] == "1 of 1 account has the rules of its environment"


def test_who_needs_no_rules_is_not_said_to_have_them() -> None:
    suspended, hub = told(World(status="SUSPENDED")), told(World("r-1"), "222222222222")
    assert suspended.is_done
    assert list(checklist_lines([suspended]))[-2:] == [
        "  not needed  in the organization: it is suspended: nothing is deployed to it",
        "1 account needs no rules of an environment",
    ]
    waiting = told(World("ou-3"))
    assert list(checklist_lines([suspended, waiting, hub, told(World())]))[-2:] == [
        "1 of 2 accounts have the rules of their environment",
        "2 accounts need no rules of an environment",
    ]


@pytest.mark.parametrize("named", ["acc.yaml", "", "12345678901", "12345678901²", "1234567890123"])
def test_what_is_no_id_of_an_account_is_refused_before_anything_is_asked(named: str) -> None:
    manifest = wanted(text=SMALL)[0].manifest
    assert manifest is not None
    with pytest.raises(UserError, match="is no account: its id has 12 digits") as refused:
        checklists(manifest, DEPLOYMENT, Asked(World()), [DEV, named])
    assert refused.value.hint == "`--manifest FILE` names a manifest"


def test_an_organization_that_cannot_be_read_is_an_error_of_aws() -> None:
    manifest, world = wanted(text=SMALL)[0].manifest, World()
    assert manifest is not None
    world.denied = "ListParents"
    with pytest.raises(CloudError, match="the organization cannot be read: `organizations:ListParents`"):
        checklists(manifest, DEPLOYMENT, Asked(world), [DEV])


def test_a_policy_that_is_not_attached_is_named_and_those_of_other_units_are_not_asked_for() -> None:
    world = World()
    world.attached["ou-2"] = []
    found = told(world)
    (failed,) = [one for one in found.steps if one.state == "failed"]
    assert (failed.title, failed.detail) == ("policies in force", "not attached: Dev")


def test_what_is_under_way_is_waited_for_and_what_failed_says_why() -> None:
    world = World()
    world.instance, world.logging = None, {}
    assert states(told(world)) | {"stack in us-east-1": "waiting"} == states(told(world))
    assert states(told(world))["calls are logged in us-east-1"] == "waiting"
    world.instance = {"Status": "OUTDATED", "StackInstanceStatus": {"DetailedStatus": "RUNNING"}}
    assert states(told(world))["stack in us-east-1"] == "waiting"
    world.instance = {
        "Status": "OUTDATED",
        "StackInstanceStatus": {"DetailedStatus": "FAILED"},
        "StatusReason": "the role is denied",
    }
    (failed,) = [one for one in told(world).steps if one.state == "failed"]
    assert failed.detail == "FAILED the role is denied"


def test_what_may_not_be_read_is_unknown_and_the_rest_is_told() -> None:
    world = World()
    world.denied = "GetModelInvocationLoggingConfiguration"
    found = told(world)
    assert states(found)["calls are logged in us-east-1"] == "unknown"
    assert states(found)["stack in us-east-1"] == "done"
    assert not found.is_done


@pytest.mark.parametrize(
    ("account", "unit", "status", "environment", "last"),
    [
        (DEV, "ou-3", "ACTIVE", None, ("in an environment", "failed")),
        (DEV, "ou-2", "SUSPENDED", None, ("in the organization", "not_needed")),
        (NEW, "ou-2", "ACTIVE", None, ("in the organization", "failed")),
        ("222222222222", "r-1", "ACTIVE", None, ("in an environment", "not_needed")),
    ],
)
def test_who_is_in_no_environment_is_told_why(
    account: str, unit: str, status: str, environment: str | None, last: tuple[str, str]
) -> None:
    found = told(World(unit, status), account)
    assert found.environment == environment
    assert (found.steps[-1].title, found.steps[-1].state) == last


def test_an_account_that_the_manifest_names_is_in_that_environment_wherever_it_stands() -> None:
    world = World("ou-3")
    world.stack_set = "enterprise-bedrock-monitoring-prod"
    found = told(world, SPECIAL)
    assert (found.organizational_unit, found.environment) == ("elsewhere", "prod")
    assert found.is_done
