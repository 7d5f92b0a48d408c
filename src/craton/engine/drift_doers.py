"""Who changed what drifted, and when: the trail's events that name it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from craton.aws.sessions import AGENT
from craton.codec.json_document import decoded
from craton.core.arn import Arn
from craton.core.cloud_call import Read

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from craton.core.ports import Cloud
    from craton.engine.progress import Progress
    from craton.planner.plan import Change, Plan

_GLOBAL_REGION: Final = "us-east-1"
"""Where the trail tells of calls of services that have one endpoint for all Regions.

Source: docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-concepts.html, "global service events",
retrieved 2026-11-26.
"""

_GLOBAL: Final = frozenset({"IAM", "Budgets", "Organizations"})
_SOURCES: Final = {
    "BCMDataExports": "bcm-data-exports",
    "CloudWatch": "monitoring",
    "KinesisFirehose": "firehose",
}
"""Services whose events are named otherwise than their types of resources.

Source: docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-aws-service-specific-topics.html,
retrieved 2026-11-26.
"""

_CLOUDFORMATION: Final = "cloudformation.amazonaws.com"
_ID_OF_TYPE: Final = re.compile(r"[\w-]+/(?P<id>[\w-]+)")
"""What an ARN says of a thing that has an id of its own among those of its type, as a guardrail."""

_OF_ORGANIZATION: Final = ("policy_type", "service_access", "delegated_administrator")
"""Things of which the calls name what stands in their addresses."""

_BY_EVENT: Final = {
    "cost_allocation_tags": ("ce", ("UpdateCostAllocationTagsStatus",)),
    "invocation_logging": (
        "bedrock",
        ("DeleteModelInvocationLoggingConfiguration", "PutModelInvocationLoggingConfiguration"),
    ),
    "organizations_access": ("cloudformation", ("DeactivateOrganizationsAccess",)),
}
"""Things that an account has once, of which no call says the name: the service, and its names of changes."""


class Doer(Struct, frozen=True, kw_only=True):
    """Who changed something, as the trail tells it.

    `resources` are the logical ids of what of a stack the call names; `is_own` says that it is Craton, or
    CloudFormation for somebody. Units: `at` is ISO 8601 in UTC.
    """

    by: str
    at: str
    event: str
    event_id: str
    resources: tuple[str, ...] = ()
    is_own: bool = False


class _Asked(Struct, frozen=True, kw_only=True):
    """What the trail of a place is asked for: events of a service that name each of these.

    `events` are the only names of events, where not any will do; `resource` is the logical id of what of a
    stack is asked for.
    """

    account: str
    region: str
    service: str
    names: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    resource: str | None = None

    def is_told_by(self, doer: Doer, words: str) -> bool:
        """Whether the event is one of those."""
        if self.events and doer.event not in self.events:
            return False
        return all(_is_named(one, words) for one in self.names)


def _is_named(name: str, words: str) -> bool:
    """Whether the words of a call name that: as it is, or a thing with an ARN by its id alone.

    The id then is a whole value, since as a part of another it may be anything.
    """
    if re.search(rf'(?<=["/:]){re.escape(name)}(?=["/:\\])', words):
        return True
    arn = Arn.parse(name)
    of_type = _ID_OF_TYPE.fullmatch(arn.resource) if arn else None
    return of_type is not None and f':"{of_type["id"]}"' in words


def doers(
    plan: Plan, since: dt.datetime, by: str, cloud: Cloud, progress: Progress
) -> Mapping[str, tuple[Doer, ...]]:
    """Who changed what drifted, by address: the newest first, back to when Craton itself last changed it.

    `since` is how far back the trail is asked, `by` who applied last. Units: `since` is UTC.
    """
    asked = {one.address: list(_asked(one, plan, cloud)) for one in plan.open_changes}
    reads = {
        (one.account, one.region, one.service): Read(
            account=one.account,
            region=one.region,
            service="cloudtrail",
            operation="LookupEvents",
            parameters={
                "LookupAttributes": [
                    {"AttributeKey": "EventSource", "AttributeValue": f"{one.service}.amazonaws.com"}
                ],
                "StartTime": f"{since:%Y-%m-%dT%H:%M:%S}Z",
            },
        )
        for wanted in asked.values()
        for one in wanted
    }
    progress.begin("asking the trail", len(reads), unit="calls")
    events: dict[str, list[tuple[Doer, str]]] = {}
    for told in cloud.observe(reads.values()):
        progress.advance(1)
        writes = _writes(told.answer or {}, by)
        events[told.read.key] = sorted(writes, key=lambda one: one[0].at, reverse=True)
    places = {place: events[read.key] for place, read in reads.items()}
    return {address: tuple(_who(wanted, places)) for address, wanted in asked.items()}


def _who(
    wanted: list[_Asked], events: Mapping[tuple[str, str, str], list[tuple[Doer, str]]]
) -> Iterator[Doer]:
    """Each event once, with every resource that it names; of each resource those after the newest own one."""
    found: dict[str, Doer] = {}
    resources: dict[str, list[str]] = {}
    for one in wanted:
        for doer, words in events[one.account, one.region, one.service]:
            if one.is_told_by(doer, words):
                if doer.is_own:
                    break
                found.setdefault(doer.event_id, doer)
                named = resources.setdefault(doer.event_id, [])
                if one.resource is not None and one.resource not in named:
                    named.append(one.resource)
    for doer in sorted(found.values(), key=lambda one: one.at, reverse=True):
        yield msgspec.structs.replace(doer, resources=tuple(resources[doer.event_id]))


def _asked(change: Change, plan: Plan, cloud: Cloud) -> Iterator[_Asked]:
    """By what the trail may tell of what drifted."""
    kind, *parts = change.address.split("/")
    if kind == "drift":
        for name, one in (change.before or {}).items():
            yield _of_resource(change, name, one)
    elif kind in ("policy", "policy_attachment"):
        for known in _policy_ids(parts[0], plan, cloud):
            yield _of_organization(change, known)
        if kind == "policy_attachment":
            detached = _of_organization(change, _policy_type(parts[0], plan))
            yield msgspec.structs.replace(detached, events=("DisablePolicyType",))
    elif kind in _OF_ORGANIZATION:
        yield _of_organization(change, *parts)
    elif kind in _BY_EVENT:
        service, events = _BY_EVENT[kind]
        region = _GLOBAL_REGION if service == "ce" else change.region
        yield _Asked(account=change.account, region=region, service=service, events=events)
    elif kind.startswith("stack"):
        name = parts[-1] if kind == "stack" else parts[0]
        yield _Asked(account=change.account, region=change.region, service="cloudformation", names=(name,))


def _of_resource(change: Change, name: str, resource: Mapping[str, Any]) -> _Asked:
    """What of a stack drifted. An id of several parts is named by all of them."""
    service = resource["type"].split("::")[1]
    return _Asked(
        account=change.account,
        region=_GLOBAL_REGION if service in _GLOBAL else change.region,
        service=_SOURCES.get(service, service.lower()),
        names=tuple(str(resource["id"]).split("|")),
        resource=name,
    )


def _of_organization(change: Change, *names: str) -> _Asked:
    return _Asked(account=change.account, region=_GLOBAL_REGION, service="organizations", names=names)


def _policy_type(name: str, plan: Plan) -> str:
    return next(
        str(one.parameters["Type"])
        for one in plan.deployment.steps
        if one.operation == "CreatePolicy" and one.parameters["Name"] == name
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


def _writes(answer: Mapping[str, Any], applier: str) -> Iterator[tuple[Doer, str]]:
    """Who changed something, and the words of what was asked for."""
    for one in answer.get("Events", ()):
        told = str(one.get("CloudTrailEvent"))
        event = _event(told)
        if one.get("ReadOnly") == "true" or event.get("errorCode"):
            continue
        by = event.get("userIdentity", {}).get("arn") or one.get("Username") or "unknown"
        words = msgspec.json.encode(event.get("requestParameters")).decode() if event else told
        own = _is_own(event, by, applier)
        doer = Doer(by=by, at=one["EventTime"], event=one["EventName"], event_id=one["EventId"], is_own=own)
        yield doer, words


def _event(told: str) -> dict[str, Any]:
    """The event; nothing where it cannot be read, which what LookupEvents tells beside it makes up for."""
    try:
        return decoded(told, dict[str, Any])
    except msgspec.DecodeError:
        return {}


def _is_own(event: Mapping[str, Any], by: str, applier: str) -> bool:
    """Whether Craton did it, by who applied last, or CloudFormation. Anybody may call himself Craton."""
    if event.get("userIdentity", {}).get("invokedBy") == _CLOUDFORMATION:
        return True
    is_craton = str(event.get("userAgent")).endswith(f" {AGENT}")
    return is_craton and by.rpartition("/")[2] == applier.rpartition("/")[2]
