"""What in AWS is no longer what Craton last brought there: who changed it, when, and what mends it.

Things of the organization are compared with the newest snapshot, and the resources of stacks with their
stacks, for which CloudFormation is asked to look. The trail tells who it was.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from craton.core.cloud_call import Call, Read
from craton.core.deployment import DeploymentStep
from craton.core.errors import CloudError
from craton.engine.planning import plan_of
from craton.engine.progress import Silent
from craton.planner.plan import Change, Plan, digest_of
from craton.planner.things.drifted_stack import REVERT, look_for_drift
from craton.planner.things.stack_set import called_as, of_operation

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from craton.core.deployment_record import Snapshot
    from craton.core.ports import Cloud
    from craton.engine.progress import Progress

_AT_ONCE: Final = 8
_GLOBAL_REGION: Final = "us-east-1"
"""Where the trail tells of calls of services that have one endpoint for all Regions.

Source: docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html, "global service events",
retrieved 2026-11-26.
"""

_GLOBAL: Final = frozenset({"IAM", "Budgets", "Organizations"})
_SOURCES: Final = {"CloudWatch": "monitoring", "KinesisFirehose": "firehose"}
"""Services whose events are named otherwise than their types of resources.

Source: docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-aws-service-specific-topics.html,
retrieved 2026-11-26.
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
    looked = _Looking(snapshot, cloud, at, shown)
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

    def __init__(self, snapshot: Snapshot, cloud: Cloud, at: dt.datetime, progress: Progress) -> None:
        self._deployment = snapshot.deployment
        self._cloud = cloud
        self._at = at
        self._progress = progress
        self.failures: list[str] = []

    def drifted(self) -> list[DeploymentStep]:
        """A step that mends it for each stack with drifted resources."""
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
                account=self._deployment.management_account,
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


class _Asked(Struct, frozen=True, kw_only=True):
    """What the trail of a place is asked for: events of a service that name one of these."""

    account: str
    region: str
    event_source: str
    names: tuple[str, ...]


def _doers(
    plan: Plan, snapshot: Snapshot, cloud: Cloud, progress: Progress
) -> Mapping[str, tuple[Doer, ...]]:
    """Who changed what drifted since the snapshot, by address: the newest first."""
    asked = {one.address: list(_asked(one, plan, cloud)) for one in plan.open_changes}
    since = f"{snapshot.at:%Y-%m-%dT%H:%M:%S}Z"
    reads = {
        (one.account, one.region, one.event_source): Read(
            account=one.account,
            region=one.region,
            service="cloudtrail",
            operation="LookupEvents",
            parameters={
                "LookupAttributes": [{"AttributeKey": "EventSource", "AttributeValue": one.event_source}],
                "StartTime": since,
            },
        )
        for wanted in asked.values()
        for one in wanted
    }
    progress.begin("asking the trail", len(reads), unit="calls")
    events: dict[str, list[tuple[Doer, str]]] = {}
    for told in cloud.observe(reads.values()):
        progress.advance(1)
        events[told.read.key] = list(_writes(told.answer or {}))
    return {
        address: tuple(
            dict.fromkeys(
                doer
                for one in wanted
                for doer, words in events[reads[one.account, one.region, one.event_source].key]
                if any(f'"{name}' in words or f'/{name}"' in words for name in one.names)
            )
        )
        for address, wanted in asked.items()
    }


def _asked(change: Change, plan: Plan, cloud: Cloud) -> Iterator[_Asked]:
    """By what the trail may tell of what drifted."""
    if change.address.startswith("drift/"):
        for one in (change.before or {}).values():
            service = one["type"].split("::")[1]
            yield _Asked(
                account=change.account,
                region=_GLOBAL_REGION if service in _GLOBAL else change.region,
                event_source=f"{_SOURCES.get(service, service.lower())}.amazonaws.com",
                names=(str(one["id"]),),
            )
    elif change.address.startswith(("policy/", "policy_attachment/")):
        yield _Asked(
            account=change.account,
            region=_GLOBAL_REGION,
            event_source="organizations.amazonaws.com",
            names=tuple(_policy_ids(change.address.split("/")[1], plan, cloud)),
        )
    elif change.address.startswith("stack"):
        yield _Asked(
            account=change.account,
            region=change.region,
            event_source="cloudformation.amazonaws.com",
            names=(change.address.split("/")[1 if "_" in change.address.split("/")[0] else -1],),
        )


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


def _writes(answer: Mapping[str, Any]) -> Iterator[tuple[Doer, str]]:
    """Who changed something, and the words of what was asked for."""
    for one in answer.get("Events", ()):
        event = msgspec.json.decode(one.get("CloudTrailEvent") or "{}")
        if one.get("ReadOnly") == "true" or event.get("errorCode"):
            continue
        by = event.get("userIdentity", {}).get("arn") or one.get("Username") or "unknown"
        words = msgspec.json.encode(event.get("requestParameters")).decode()
        doer = Doer(by=by, at=one["EventTime"], event=one["EventName"], event_id=one["EventId"])
        yield doer, words
