"""What in AWS is no longer what Craton last brought there: who changed it, when, and what mends it.

Things of the organization are compared with the newest snapshot, and the resources of stacks with their
stacks, for which CloudFormation is asked to look. The trail tells who it was.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from craton.core.cloud_call import Call, Read, Until
from craton.core.deployment import DeploymentStep
from craton.core.errors import CloudError
from craton.engine.planning import plan_of
from craton.engine.progress import Silent
from craton.planner.plan import Change, Plan, digest_of
from craton.planner.things.drifted_stack import REVERT, look_for_drift

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from craton.core.deployment_record import Snapshot
    from craton.core.ports import Cloud
    from craton.engine.progress import Progress

_AT_ONCE: Final = 8
_ORGANIZATION_REGION: Final = "us-east-1"
"""Where the trail tells of calls of Organizations.

Source: docs.aws.amazon.com/organizations/latest/userguide/orgs_cloudtrail-integration.html.
"""


class Doer(Struct, frozen=True, kw_only=True):
    """Who changed something, as the trail tells it. Units: `at` is ISO 8601 in UTC."""

    by: str
    at: str
    event: str
    event_id: str


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
    looked = _Looking(snapshot, cloud, shown)
    drifted = looked.drifted()
    plan = plan_of(snapshot.deployment, None, cloud, at=at, progress=shown, mending=drifted)
    plan = msgspec.structs.replace(plan, prior=digest_of(snapshot.deployment))
    doers = _doers(plan, snapshot, cloud, shown)
    return Drifts(
        plan=plan,
        drifts=tuple(Drift(change=one, doers=doers.get(one.address, ())) for one in plan.open_changes),
        not_looked_at=tuple(looked.failures),
    )


class _Looking:
    """Has CloudFormation look for drift in every stack of a deployment."""

    def __init__(self, snapshot: Snapshot, cloud: Cloud, progress: Progress) -> None:
        self._deployment = snapshot.deployment
        self._cloud = cloud
        self._progress = progress
        self.failures: list[str] = []

    def drifted(self) -> list[DeploymentStep]:
        """A step that mends it for each stack with drifted resources."""
        looks = [*self._own_stacks(), *self._stack_sets()]
        self._progress.begin("looking for drift", len(looks), unit="stacks")
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for _ in pool.map(self._look, looks):
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
            yield look_for_drift(one.account, one.region, one.parameters["StackName"])

    def _stack_sets(self) -> Iterator[Call]:
        for one in self._steps("CreateStackSet"):
            name = one.parameters["StackSetName"]
            yield Call(
                account=one.account,
                region=one.region,
                service="cloudformation",
                operation="DetectStackSetDrift",
                parameters={"StackSetName": name},
                until=Until(
                    operation="DescribeStackSetOperation",
                    parameters={"StackSetName": name},
                    taken={"OperationId": "OperationId"},
                    path="StackSetOperation.Status",
                    succeeded=("SUCCEEDED",),
                    failed=("FAILED", "STOPPED"),
                    reason="StackSetOperation.StatusReason",
                ),
            )

    def _of_stacks(self) -> Iterator[DeploymentStep]:
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
            if any(one.get("DriftInformation", {}).get("StackDriftStatus") == "DRIFTED" for one in stacks):
                yield _mending("hub", told.read.account, told.read.region, told.read.parameters["StackName"])

    def _of_instances(self) -> Iterator[DeploymentStep]:
        reads = [
            Read(
                account=one.account,
                region=one.region,
                service="cloudformation",
                operation="ListStackInstances",
                parameters={"StackSetName": one.parameters["StackSetName"]},
            )
            for one in self._steps("CreateStackSet")
        ]
        for told in sorted(self._cloud.observe(reads), key=lambda one: one.read.key):
            for one in (told.answer or {}).get("Summaries", ()):
                if one.get("DriftStatus") == "DRIFTED":
                    yield _mending("members", one["Account"], one["Region"], one["StackId"])


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


def _doers(
    plan: Plan, snapshot: Snapshot, cloud: Cloud, progress: Progress
) -> Mapping[str, tuple[Doer, ...]]:
    """Who changed what drifted since the snapshot, by address: the newest first."""
    asked: dict[str, list[str]] = {}
    reads: dict[str, Read] = {}
    for change in plan.open_changes:
        for read in _lookups(change, plan, snapshot.at, cloud):
            reads[read.key] = read
            asked.setdefault(change.address, []).append(read.key)
    progress.begin("asking the trail", len(reads), unit="calls")
    found: dict[str, tuple[Doer, ...]] = {}
    for told in cloud.observe(reads.values()):
        progress.advance(1)
        found[told.read.key] = tuple(_told(told.answer or {}))
    return {
        address: tuple(dict.fromkeys(one for key in keys for one in found[key]))
        for address, keys in asked.items()
    }


def _lookups(change: Change, plan: Plan, since: dt.datetime, cloud: Cloud) -> Iterable[Read]:
    names = _resource_names(change, plan, cloud)
    region = change.region if change.address.startswith(("drift/", "stack")) else _ORGANIZATION_REGION
    for name in names:
        yield Read(
            account=change.account,
            region=region,
            service="cloudtrail",
            operation="LookupEvents",
            parameters={
                "LookupAttributes": [{"AttributeKey": "ResourceName", "AttributeValue": name}],
                "StartTime": f"{since:%Y-%m-%dT%H:%M:%S}Z",
            },
        )


def _resource_names(change: Change, plan: Plan, cloud: Cloud) -> Iterable[str]:
    """By which names the trail may know what drifted."""
    if change.address.startswith("drift/"):
        return [one["id"] for one in (change.before or {}).values() if one.get("id")]
    if change.address.startswith(("policy/", "policy_attachment/")):
        return _policy_ids(change.address.split("/")[1], plan, cloud)
    return [change.address.rpartition("/")[2]]


def _policy_ids(name: str, plan: Plan, cloud: Cloud) -> Iterable[str]:
    step = next(
        one
        for one in plan.deployment.steps
        if one.operation == "CreatePolicy" and one.parameters["Name"] == name
    )
    read = Read(
        account=step.account,
        region=step.region,
        service="organizations",
        operation="ListPolicies",
        parameters={"Filter": step.parameters["Type"]},
    )
    for told in cloud.observe([read]):
        yield from (one["Id"] for one in (told.answer or {}).get("Policies", ()) if one["Name"] == name)


def _told(answer: Mapping[str, Any]) -> Iterator[Doer]:
    for one in answer.get("Events", ()):
        if one.get("ReadOnly") == "true":
            continue
        event = msgspec.json.decode(one.get("CloudTrailEvent") or "{}")
        by = event.get("userIdentity", {}).get("arn") or one.get("Username") or "unknown"
        yield Doer(by=by, at=one["EventTime"], event=one["EventName"], event_id=one["EventId"])
