"""CloudWatch Observability Access Manager: sinks, and links of accounts to them.

What a link shares are metrics: the sink's account reads them where it names the linked account.

Source: "CloudWatch Observability Access Manager API Reference", docs.aws.amazon.com/OAM/latest/APIReference/,
retrieved 2026-11-26.
"""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from craton.codec.policy_source import read_policy
from craton.core.arn import Arn
from craton.emulator.constraints import check_parameters
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.runtime.naming import letters
from craton.emulator.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.emulator.world import World

SERVICE = Service("oam")
METRIC: Final = "AWS::CloudWatch::Metric"
MOST_LINKS: Final = 5
_PAGE: Final = 100


@dataclass(slots=True, kw_only=True)
class Sink:
    """A sink; an account has at most one in a Region."""

    id: str
    arn: str
    name: str
    policy: str | None = None
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Link:
    """What an account shares with a sink."""

    id: str
    arn: str
    account: str
    region: str
    template: str
    label: str
    types: list[str]
    sink: str
    configuration: dict[str, Any]
    tags: dict[str, str] = field(default_factory=dict)


def _sinks(world: World, account: str, region: str) -> dict[str, Sink]:
    return world.shelf(account, region, "oam sinks")


def _links(world: World, account: str, region: str) -> dict[str, Link]:
    return world.shelf(account, region, "oam links")


def shares_metrics(world: World, owner: str, reader: str, region: str) -> bool:
    """Whether an account shares its metrics with another one in a Region."""
    sinks = {one.arn for one in _sinks(world, reader, region).values()}
    return any(one.sink in sinks and METRIC in one.types for one in _links(world, owner, region).values())


def sharing_metrics(world: World, reader: str, region: str) -> tuple[str, ...]:
    """The accounts that share their metrics with another one in a Region."""
    found = {account for account, place in world.shelves("oam links") if place == region}
    return tuple(sorted(one for one in found if shares_metrics(world, one, reader, region)))


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """A link is authorised by the sink, too, which can be another account's."""
    given, name = call.parameters, call.operation.name
    action = f"oam:{name}"
    place = f"arn:aws:oam:{call.region}:{call.account}"
    if name == "CreateLink":
        return [(action, f"{place}:link/*"), (action, str(given["SinkIdentifier"]))]
    named = given.get("Identifier") or given.get("SinkIdentifier") or given.get("ResourceArn")
    if named and str(named).startswith("arn:"):
        return [(action, str(named))]
    return [(action, f"{place}:sink/*" if name == "CreateSink" else "*")]


@SERVICE.condition_keys
def condition_keys(call: Call) -> dict[str, tuple[str, ...]]:
    """The types that a link shares."""
    types = call.parameters.get("ResourceTypes")
    return {"oam:ResourceTypes": tuple(map(str, types))} if types else {}


@SERVICE.policy_of("oam")
def sink_policy(call: Call, arn: str) -> str | None:
    """The policy of a sink."""
    told = Arn.parse(arn)
    if told is None or not told.resource.startswith("sink/"):
        return None
    found = _sinks(call.world, told.account, told.region).get(told.resource.removeprefix("sink/"))
    return found.policy if found else None


@SERVICE.operation("CreateSink")
def create_sink(call: Call) -> Result:
    """Makes the sink of the account in the Region."""
    check_parameters(call)
    held = _sinks(call.world, call.account, call.region)
    if held:
        raise ServiceError("ConflictException", "A sink exists already in this account and Region.")
    made = str(uuid.UUID(bytes=letters(f"{call.account}/{call.region}/sink", 16).encode()))
    arn = f"arn:aws:oam:{call.region}:{call.account}:sink/{made}"
    held[made] = Sink(
        id=made, arn=arn, name=str(call.parameters["Name"]), tags=dict(call.parameters.get("Tags") or {})
    )
    return _sink_row(held[made])


def _sink_row(sink: Sink) -> dict[str, Any]:
    return {"Arn": sink.arn, "Id": sink.id, "Name": sink.name, "Tags": sink.tags}


def _existing_sink(call: Call, name: str) -> Sink:
    for sink in _sinks(call.world, call.account, call.region).values():
        if name in (sink.arn, sink.id):
            return sink
    raise ServiceError("ResourceNotFoundException", f"The sink {name} does not exist.")


@SERVICE.operation("GetSink")
def get_sink(call: Call) -> Result:
    """Tells a sink."""
    return _sink_row(_existing_sink(call, str(call.parameters["Identifier"])))


@SERVICE.operation("ListSinks")
def list_sinks(call: Call) -> Result:
    """Lists the sink of the account."""
    rows = [
        {"Arn": one.arn, "Id": one.id, "Name": one.name}
        for one in _sinks(call.world, call.account, call.region).values()
    ]
    return {"Items": rows}


@SERVICE.operation("DeleteSink")
def delete_sink(call: Call) -> Result:
    """Removes a sink that nothing is linked to."""
    sink = _existing_sink(call, str(call.parameters["Identifier"]))
    if _attached(call.world, sink):
        raise ServiceError("ConflictException", "The sink has links.")
    del _sinks(call.world, call.account, call.region)[sink.id]
    return {}


@SERVICE.operation("PutSinkPolicy")
def put_sink_policy(call: Call) -> Result:
    """Says who may link to a sink."""
    sink = _existing_sink(call, str(call.parameters["SinkIdentifier"]))
    text = str(call.parameters["Policy"])
    policy, problems = read_policy(text.encode(), sink.arn, sink.arn)
    if policy is None:
        why = problems[0].message if problems else "it is no policy"
        raise ServiceError("InvalidParameterException", f"The policy is invalid: {why}")
    sink.policy = json.dumps(json.loads(text))
    return {"Policy": sink.policy, "SinkArn": sink.arn, "SinkId": sink.id}


@SERVICE.operation("GetSinkPolicy")
def get_sink_policy(call: Call) -> Result:
    """Tells who may."""
    sink = _existing_sink(call, str(call.parameters["SinkIdentifier"]))
    if sink.policy is None:
        raise ServiceError("ResourceNotFoundException", "The sink has no policy.")
    return {"Policy": sink.policy, "SinkArn": sink.arn, "SinkId": sink.id}


def _attached(world: World, sink: Sink) -> list[Link]:
    return [
        link
        for held in world.shelves("oam links").values()
        for link in held.values()
        if link.sink == sink.arn
    ]


@SERVICE.operation("ListAttachedLinks")
def list_attached_links(call: Call) -> Result:
    """Lists what is linked to a sink."""
    sink = _existing_sink(call, str(call.parameters["SinkIdentifier"]))
    rows = [
        {"Label": one.label, "LinkArn": one.arn, "ResourceTypes": one.types}
        for one in _attached(call.world, sink)
    ]
    start = int(call.parameters.get("NextToken") or 0)
    size = int(call.parameters.get("MaxResults") or _PAGE)
    more = {"NextToken": str(start + size)} if start + size < len(rows) else {}
    return {"Items": rows[start : start + size], **more}


@SERVICE.operation("CreateLink")
def create_link(call: Call) -> Result:
    """Shares what the account has with a sink, whose policy let it."""
    check_parameters(call)
    given = call.parameters
    told = Arn.parse(str(given["SinkIdentifier"]))
    sinks = _sinks(call.world, told.account, told.region) if told and told.region == call.region else {}
    sink = next((one for one in sinks.values() if one.arn == given["SinkIdentifier"]), None)
    if sink is None:
        raise ServiceError("InvalidParameterException", f"The sink {given['SinkIdentifier']} does not exist.")
    held = _links(call.world, call.account, call.region)
    if any(one.sink == sink.arn for one in held.values()):
        raise ServiceError("ConflictException", "A link to the sink exists already.")
    if len(held) >= MOST_LINKS:
        raise ServiceError("ServiceQuotaExceededException", f"An account may have {MOST_LINKS} links.")
    made = str(uuid.UUID(bytes=letters(f"{call.account}/{call.region}/{sink.arn}", 16).encode()))
    link = Link(
        id=made,
        arn=f"arn:aws:oam:{call.region}:{call.account}:link/{made}",
        account=call.account,
        region=call.region,
        template=str(given["LabelTemplate"]),
        label=_label(call, str(given["LabelTemplate"])),
        types=[str(one) for one in given["ResourceTypes"]],
        sink=sink.arn,
        configuration=dict(given.get("LinkConfiguration") or {}),
        tags=dict(given.get("Tags") or {}),
    )
    if link.configuration:
        raise NotEmulatedError("the parameter LinkConfiguration")
    held[made] = link
    return _link_row(link)


def _label(call: Call, template: str) -> str:
    member = call.world.organization.members.get(call.account) if call.world.organization else None
    name = member.name if member else call.account
    email = member.email if member else call.account
    return (
        template.replace("$AccountName", name)
        .replace("$AccountEmailNoDomain", email.partition("@")[0])
        .replace("$AccountEmail", email)
    )


def _link_row(link: Link) -> dict[str, Any]:
    return {
        "Arn": link.arn,
        "Id": link.id,
        "Label": link.label,
        "LabelTemplate": link.template,
        "ResourceTypes": link.types,
        "SinkArn": link.sink,
        "Tags": link.tags,
    }


def _existing_link(call: Call, name: str) -> Link:
    for link in _links(call.world, call.account, call.region).values():
        if name in (link.arn, link.id):
            return link
    raise ServiceError("ResourceNotFoundException", f"The link {name} does not exist.")


@SERVICE.operation("GetLink")
def get_link(call: Call) -> Result:
    """Tells a link."""
    return _link_row(_existing_link(call, str(call.parameters["Identifier"])))


@SERVICE.operation("ListLinks")
def list_links(call: Call) -> Result:
    """Lists the links of the account."""
    rows = [
        {"Arn": one.arn, "Id": one.id, "Label": one.label, "ResourceTypes": one.types, "SinkArn": one.sink}
        for one in _links(call.world, call.account, call.region).values()
    ]
    return {"Items": rows}


@SERVICE.operation("UpdateLink")
def update_link(call: Call) -> Result:
    """Shares other types from now on."""
    if call.parameters.get("LinkConfiguration"):
        raise NotEmulatedError("the parameter LinkConfiguration")
    link = _existing_link(call, str(call.parameters["Identifier"]))
    link.types = [str(one) for one in call.parameters["ResourceTypes"]]
    return _link_row(link)


@SERVICE.operation("DeleteLink")
def delete_link(call: Call) -> Result:
    """Shares nothing more."""
    link = _existing_link(call, str(call.parameters["Identifier"]))
    del _links(call.world, call.account, call.region)[link.id]
    return {}


@SERVICE.tags_of("oam")
def tags_of(call: Call, arn: str) -> dict[str, str]:
    """The tags of a sink or link."""
    return dict(_tagged(call, arn) or {})


def _tagged(call: Call, arn: str) -> dict[str, str] | None:
    held: list[Sink | Link] = [
        *_sinks(call.world, call.account, call.region).values(),
        *_links(call.world, call.account, call.region).values(),
    ]
    return next((one.tags for one in held if one.arn == arn), None)


@SERVICE.operation("TagResource", "UntagResource", "ListTagsForResource")
def tag_resource(call: Call) -> Result:
    """Sets, removes or tells tags."""
    arn = str(call.parameters["ResourceArn"])
    held = _tagged(call, arn)
    if held is None:
        raise ServiceError("ResourceNotFoundException", f"The resource {arn} does not exist.")
    if call.operation.name == "ListTagsForResource":
        return {"Tags": held}
    held.update(call.parameters.get("Tags") or {})
    for key in call.parameters.get("TagKeys") or ():
        held.pop(str(key), None)
    return {}
