"""What in AWS is no longer what Craton last brought there: who changed it, when, and what mends it.

Things of the organization are compared with the newest snapshot, and the resources of stacks with their
stacks, for which CloudFormation is asked to look. What it does not look at, Craton reads itself. The trail
tells who it was.
"""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from craton.core.cloud_call import Call, Read
from craton.core.deployment import DeploymentStep
from craton.core.errors import CloudError
from craton.engine.drift_doers import Doer, doers
from craton.engine.planning import plan_of
from craton.engine.progress import Silent
from craton.engine.replaced_code import FUNCTION, replaced_code
from craton.planner.plan import Change, Plan, digest_of
from craton.planner.things.drifted_stack import REVERT, look_for_drift
from craton.planner.things.invocation_logging import RESOURCE_TYPE, InvocationLogging
from craton.planner.things.stack_set import called_as, of_operation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.core.deployment_record import Snapshot
    from craton.core.ports import Cloud
    from craton.engine.progress import Progress

_AT_ONCE: Final = 8
_ASKED_ABOUT: Final = dt.timedelta(days=7)
"""So far back the trail is asked at least: what somebody changed may drift through further applies."""


class Drift(Struct, frozen=True, kw_only=True):
    """One thing that is not what it was. Without `doers` the trail tells of nobody."""

    change: Change
    doers: tuple[Doer, ...]


class Drifts(Struct, frozen=True, kw_only=True):
    """Everything that drifted, and the plan that mends it. `not_looked_at` says where it cannot be told."""

    plan: Plan
    drifts: tuple[Drift, ...]
    not_looked_at: tuple[str, ...]


def drifts(snapshot: Snapshot, cloud: Cloud, *, at: dt.datetime, progress: Progress | None = None) -> Drifts:
    """What drifted since the newest apply."""
    shown = progress or Silent()
    looked = _Looking(snapshot, cloud, at, shown)
    drifted = looked.drifted()
    plan = plan_of(snapshot.deployment, None, cloud, at=at, progress=shown, mending=drifted)
    plan = msgspec.structs.replace(plan, prior=digest_of(snapshot.deployment))
    told = doers(plan, min(snapshot.at, at - _ASKED_ABOUT), snapshot.by, cloud, shown)
    code = replaced_code(looked.with_functions(), snapshot.at, cloud)
    return Drifts(
        plan=plan,
        drifts=tuple(Drift(change=one, doers=told.get(one.address, ())) for one in plan.open_changes),
        not_looked_at=(*looked.failures, *code, *_left_open(snapshot, plan)),
    )


def _left_open(snapshot: Snapshot, plan: Plan) -> Iterator[str]:
    if plan.open_changes and not snapshot.is_whole:
        yield (
            f"whether it was ever otherwise: the apply of {snapshot.at:%Y-%m-%d %H:%M} UTC left things open, "
            "which `craton plan` tells"
        )


class _Looking:
    """Has CloudFormation look for drift in every stack of a deployment."""

    def __init__(self, snapshot: Snapshot, cloud: Cloud, at: dt.datetime, progress: Progress) -> None:
        self._deployment = snapshot.deployment
        self._cloud = cloud
        self._at = at
        self._progress = progress
        self.failures: list[str] = []
        self._with_functions: dict[tuple[str, str], list[str]] = {}

    def with_functions(self) -> Mapping[tuple[str, str], tuple[str, ...]]:
        """The stacks that were seen to have functions, by account and Region."""
        return {place: tuple(stacks) for place, stacks in self._with_functions.items()}

    def drifted(self) -> list[DeploymentStep]:
        """A step that mends each stack with drifted resources, and what CloudFormation does not look at."""
        looks = [*self._own_stacks(), *self._stack_sets()]
        self._progress.begin("looking for drift", len(looks), unit="stacks")
        calls = [msgspec.structs.replace(one, occasion=f"{self._at}") for one in looks]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for _ in pool.map(self._look, calls):
                self._progress.advance(1)
        return [*self._of_stacks(), *self._of_instances()]

    def _look(self, call: Call) -> None:
        try:
            self._cloud.act(call)
        except CloudError as error:
            self.failures.append(str(error))

    def _steps(self, operation: str) -> Iterator[DeploymentStep]:
        return (one for one in self._deployment.steps if one.operation == operation)

    def _own_stacks(self) -> Iterator[Call]:
        for one in self._steps("CreateStack"):
            look = look_for_drift(one.account, one.region, one.parameters["StackName"])
            yield msgspec.structs.replace(look, looks=True)

    def _stack_sets(self) -> Iterator[Call]:
        for one in self._steps("CreateStackSet"):
            name = one.parameters["StackSetName"]
            yield Call(
                account=one.account,
                region=one.region,
                service="cloudformation",
                operation="DetectStackSetDrift",
                parameters={"StackSetName": name, **called_as(one)},
                until=of_operation(name, called_as(one)),
                looks=True,
            )

    def _note(self, account: str, region: str, stack: str) -> None:
        self._with_functions.setdefault((account, region), []).append(stack)

    def _of_stacks(self) -> Iterator[DeploymentStep]:
        functions = {
            one.parameters["StackName"] for one in self._steps("CreateStack") if self._has(one, FUNCTION)
        }
        reads = [
            Read(
                account=one.account,
                region=one.region,
                service="cloudformation",
                operation="DescribeStacks",
                parameters={"StackName": one.parameters["StackName"]},
            )
            for one in self._steps("CreateStack")
        ]
        for told in sorted(self._cloud.observe(reads), key=lambda one: one.read.key):
            stacks = (told.answer or {}).get("Stacks", ())
            if told.read.parameters["StackName"] in functions:
                for one in stacks:
                    self._note(told.read.account, told.read.region, one["StackId"])
            if any(one.get("DriftInformation", {}).get("StackDriftStatus") == "DRIFTED" for one in stacks):
                yield _mending("hub", told.read.account, told.read.region, told.read.parameters["StackName"])

    def _of_instances(self) -> Iterator[DeploymentStep]:
        reads = [
            Read(
                account=self._deployment.management_account,
                region=one.region,
                service="cloudformation",
                operation="ListStackInstances",
                parameters={"StackSetName": one.parameters["StackSetName"]},
            )
            for one in self._steps("CreateStackSet")
        ]
        logs, functions = (
            {one.parameters["StackSetName"] for one in self._steps("CreateStackSet") if self._has(one, kind)}
            for kind in (RESOURCE_TYPE, FUNCTION)
        )
        for told in sorted(self._cloud.observe(reads), key=lambda one: one.read.key):
            for one in (told.answer or {}).get("Summaries", ()):
                if one.get("DriftStatus") == "DRIFTED":
                    yield _mending("members", one["Account"], one["Region"], one["StackId"])
                if one.get("StackId") and told.read.parameters["StackSetName"] in functions:
                    self._note(one["Account"], one["Region"], one["StackId"])
                if one.get("StackId") and told.read.parameters["StackSetName"] in logs:
                    yield _logging(one["Account"], one["Region"], one["StackId"])

    def _has(self, step: DeploymentStep, kind: str) -> bool:
        """Whether the template of the step has a resource of that type."""
        return kind in self._deployment.files[step.parameters["TemplateBody"]["file"]]


def _mending(phase: Any, account: str, region: str, stack: str) -> DeploymentStep:
    return DeploymentStep(
        phase=phase,
        account=account,
        region=region,
        service="cloudformation",
        operation=REVERT,
        parameters={"StackName": stack},
        because="somebody changed resources of the stack by hand",
    )


def _logging(account: str, region: str, stack: str) -> DeploymentStep:
    return DeploymentStep(
        phase="members",
        account=account,
        region=region,
        service="bedrock",
        operation=InvocationLogging.operation,
        parameters={"StackName": stack},
        because="somebody changed by hand what is logged of invocations",
    )
