"""What roles of services in the hub and in the management account may do at most: their permissions boundary.

Whoever changes a stack decides which roles it makes and what they may do. The boundary is therefore not in
these stacks but beside the roles for access, where an administrator alone changes it; deployers may touch no
role that lacks it. It allows what the roles of the account are given, all together, and nothing else.

Members have none: StackSets makes their stacks as an administrator, of whatever template it is given.

Source: docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html, and
docs.aws.amazon.com/service-authorization/latest/reference/reference.html, retrieved 2026-11-27.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from craton.core.resource import Resource, sub
from craton.core.statement import document
from craton.kinds.parts.access import SERVICE_BOUNDARY, service_boundary
from craton.kinds.parts.service_role import PATH
from craton.registry.iam import iam_reference

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from craton.core.resource import Output, TemplateName

_HELD_IN: Final[Mapping[TemplateName, TemplateName]] = {
    "management": "management_access",
    "hub": "hub_access",
}
"""The templates whose roles are bounded, and where the boundary of each stands."""

_ROLE: Final = "AWS::IAM::Role"
_OF_THE_ACCOUNT: Final = "arn:${AWS::Partition}:%s:*:${AWS::AccountId}:%s"
_ARNS: Final[Mapping[str, tuple[str, str]]] = {
    "AWS::KMS::Key": (_OF_THE_ACCOUNT % ("kms", "key/"), ""),
    "AWS::KinesisFirehose::DeliveryStream": (
        _OF_THE_ACCOUNT % ("firehose", "deliverystream/"),
        "DeliveryStreamName",
    ),
    "AWS::Logs::LogGroup": (_OF_THE_ACCOUNT % ("logs", "log-group:"), "LogGroupName"),
    "AWS::S3::Bucket": ("arn:${AWS::Partition}:s3:::", "BucketName"),
}
"""How the ARN of a resource begins, and the property that ends it; none where AWS makes up the end."""

_HOLE: Final = re.compile(r"\$\{([A-Za-z0-9]+)(\.Arn)?\}")
_READING: Final = ("Read", "List")


def bounded(made: Sequence[Resource | Output]) -> tuple[Resource | Output, ...]:
    """The same, each role of the hub and the management account with its boundary, and the boundaries.

    Raises: ValueError where what a role may do is not told so that others can be held to it, or would let
    whoever makes such a role say what others may do.
    """
    boundaries = (_boundary(made, place, held_in) for place, held_in in _HELD_IN.items())
    return (*map(_with_boundary, made), *(one for one in boundaries if one is not None))


def _with_boundary(one: Resource | Output) -> Resource | Output:
    if not isinstance(one, Resource) or one.type != _ROLE or one.template not in _HELD_IN:
        return one
    return msgspec.structs.replace(
        one, properties={**one.properties, "PermissionsBoundary": service_boundary()}
    )


def _boundary(
    made: Iterable[Resource | Output], place: TemplateName, held_in: TemplateName
) -> Resource | None:
    """The policy that allows what the roles of a place are given; None where it has no roles."""
    beside = {one.id: one for one in made if isinstance(one, Resource) and one.template == place}
    roles = [one for one in beside.values() if one.type == _ROLE]
    statements = [_anywhere(one, beside) for role in roles for one in _given(role)]
    if not statements:
        return None
    return Resource(
        template=held_in,
        id="ServiceBoundary",
        type="AWS::IAM::ManagedPolicy",
        regions="home",
        because="roles of services here may do this at most",
        properties={
            "Path": PATH,
            "ManagedPolicyName": SERVICE_BOUNDARY,
            "PolicyDocument": document(*_together(statements)),
        },
    )


def _given(role: Resource) -> Iterator[Mapping[str, Any]]:
    """The statements of a role's own policies."""
    if role.properties.get("ManagedPolicyArns"):
        raise ValueError(f"what `{role.id}` may do stands in managed policies, which no boundary can follow")
    for policy in role.properties.get("Policies", ()):
        yield from policy["PolicyDocument"]["Statement"]


def _anywhere(statement: Mapping[str, Any], beside: Mapping[str, Resource]) -> dict[str, Any]:
    """The statement for every Region, with resources of the stack by what they are called."""
    told = statement["Resource"]
    resources = told if isinstance(told, list) else [told]
    found = {
        **statement,
        "Action": _list(statement["Action"]),
        "Resource": sorted({_text(one, beside) for one in resources}),
    }
    _refuse_delegating(found)
    return found


def _list(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else list(value)


def _text(value: Any, beside: Mapping[str, Resource]) -> str:
    match value:
        case {"Fn::GetAtt": [str(name), "Arn"]}:
            text = f"${{{name}.Arn}}"
        case {"Fn::Sub": str(text)} | str(text):
            pass
        case _:
            raise ValueError(f"{value} is of one stack alone, and so in no boundary")
    return _HOLE.sub(lambda hole: _named(beside[hole[1]], hole[2]), text).replace("${AWS::Region}", "*")


def _named(resource: Resource, attribute: str | None) -> str:
    """The ARN of a resource wherever it stands, or any id where AWS makes it up."""
    if attribute is None:
        return "*"
    if resource.type not in _ARNS:
        raise ValueError(f"`{resource.id}` is a {resource.type}, of whose ARN nothing is known")
    begin, name = _ARNS[resource.type]
    match resource.properties.get(name, "*") if name else "*":
        case {"Fn::Sub": str(text)} | str(text):
            # CloudWatch Logs ends the ARN of a log group in `:*`.
            return begin + text + (":*" if resource.type == "AWS::Logs::LogGroup" else "")
        case other:
            raise ValueError(f"`{resource.id}` is called {other}, which no boundary can tell")


def _refuse_delegating(statement: Mapping[str, Any]) -> None:
    """Raises: ValueError where whoever makes such a role could become others, or say what they may do."""
    names = [one.rpartition(":")[2] for one in statement["Resource"]]
    refused = {
        "iam": True,
        "organizations": "*" in names,
        "sts": any("*" in one for one in names),
    }
    for told in statement["Action"]:
        for one in iam_reference().actions_matching(told):
            changes = one.access_level not in _READING
            if changes and refused.get(one.name.partition(":")[0], False):
                raise ValueError(f"a role of a service is given `{one.name}` on {', '.join(names)}")


def _together(statements: Iterable[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """The statements, those that differ in their actions alone as one."""
    found: dict[bytes, tuple[dict[str, Any], set[str]]] = {}
    for one in statements:
        rest = {key: value for key, value in one.items() if key != "Action"}
        found.setdefault(msgspec.json.encode(rest, order="sorted"), (rest, set()))[1].update(one["Action"])
    for key in sorted(found, key=lambda one: (sorted(found[one][1]), one)):
        rest, actions = found[key]
        named = [one if one == "*" else sub(one) for one in rest["Resource"]]
        yield {
            "Effect": rest["Effect"],
            "Action": sorted(actions),
            **rest,
            "Resource": named[0] if len(named) == 1 else named,
        }
