"""The roles in which Craton works: their names, whom they let in, and policies as large as IAM takes.

Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html, and
docs.aws.amazon.com/IAM/latest/UserGuide/access_forward_access_sessions.html, retrieved 2026-11-27.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from craton.core.deploying_roles import OWN_PATH
from craton.core.resource import Resource, ref, sub
from craton.core.statement import allow, document
from craton.kinds.parts.function import FUNCTION_PREFIX
from craton.registry.iam import iam_reference
from craton.registry.quotas import quota

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from craton.core.intent import Intent
    from craton.core.resource import TemplateName

HUB: Final = "CratonHub"
"""Reads the hub, and all other accounts by their reading roles."""

READER: Final = "CratonReader"
DEPLOYER: Final = "CratonDeployer"
_OWN: Final = (HUB, READER, DEPLOYER)

SERVICE_BOUNDARY: Final = "CratonServiceBoundary"
"""The permissions boundary of every role that the stacks of the hub and the management account make."""

_BOUNDARY_KEY: Final = "iam:PermissionsBoundary"
_UNBINDING: Final = "iam:DeleteRolePermissionsBoundary"

Statement = Mapping[str, Any]

_THROUGH: Final = {"ForAnyValue:StringEquals": {"aws:CalledVia": ["cloudformation.amazonaws.com"]}}
_SCOPES: Final[Mapping[str, tuple[str, ...]]] = {
    "iam": (
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/craton/*",
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/bedrock/*",
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/aws-service-role/*",
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/craton/*",
        "arn:${AWS::Partition}:iam::${AWS::AccountId}:policy/bedrock/*",
    ),
    "s3": ("arn:${AWS::Partition}:s3:::craton-bedrock-*",),
}
"""On what actions of a service are allowed, where all that Craton makes is called alike."""

_OF_DEPLOYERS: Final[Mapping[str, tuple[str, ...]]] = {
    **_SCOPES,
    "lambda": (f"arn:${{AWS::Partition}}:lambda:*:${{AWS::AccountId}}:function:{FUNCTION_PREFIX}*",),
}
"""The same where functions have names. Whoever changes what one runs, works in that function's role."""

_TAKING_OVER: Final = (
    *("iam:Attach*", "iam:Create*", "iam:Delete*", "iam:Detach*", "iam:PassRole", "iam:Put*", "iam:Set*"),
    *("iam:Tag*", "iam:Untag*", "iam:Update*"),
)
_READING: Final = ("Read", "List")
_ROOM_FOR_NAMES: Final = 400
"""Partition, account and names of policies are longer or shorter once they are filled in."""


def role_arn(account: str, name: str) -> Mapping[str, str]:
    """One of the roles in an account of the organization."""
    return sub(f"arn:${{AWS::Partition}}:iam::{account}:role{OWN_PATH}{name}")


def from_the_hub(intent: Intent, *names: str) -> Statement:
    """Lets roles of the hub in, whether they are there yet or not."""
    return {
        "Effect": "Allow",
        "Principal": {"AWS": sub(f"arn:${{AWS::Partition}}:iam::{intent.hub_account}:root")},
        "Action": "sts:AssumeRole",
        "Condition": {
            "ArnEquals": {"aws:PrincipalArn": [role_arn(intent.hub_account, one) for one in names]}
        },
    }


def from_its_account() -> Statement:
    """Lets in whom the policies of the account itself allow it."""
    return {
        "Effect": "Allow",
        "Principal": {"AWS": sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")},
        "Action": "sts:AssumeRole",
    }


def through_cloudformation(actions: Iterable[str]) -> Iterator[Statement]:
    """Allows actions that CloudFormation takes as whoever changes a stack, and nobody else."""
    return grouped(actions, _THROUGH)


def service_boundary() -> Mapping[str, str]:
    """The ARN of the boundary in whichever account asks for it."""
    return sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:policy{OWN_PATH}{SERVICE_BOUNDARY}")


def of_bounded_roles(actions: Iterable[str]) -> Iterator[Statement]:
    """Allows the same, roles to be changed where they have the boundary, and denies to touch that itself.

    What knows no boundary, such as PassRole, is allowed as elsewhere.
    """
    told = {*actions} - {_UNBINDING}
    heeding = {one for one in told if _heeds_boundary(one)}
    yield from grouped(told - heeding, _THROUGH, _OF_DEPLOYERS)
    yield from grouped(heeding, {**_THROUGH, "ArnEquals": {_BOUNDARY_KEY: service_boundary()}})
    yield {"Effect": "Deny", "Action": _UNBINDING, "Resource": "*"}
    yield {"Effect": "Deny", "Action": list(_TAKING_OVER), "Resource": service_boundary()}


def grouped(
    actions: Iterable[str],
    condition: Mapping[str, Any] | None = None,
    scopes: Mapping[str, tuple[str, ...]] = _SCOPES,
) -> Iterator[Statement]:
    """Allows actions: on what Craton makes where that is called alike, else on everything."""
    told = sorted(set(actions), key=_prefix)
    anything = []
    for prefix, of_service in itertools.groupby(told, key=_prefix):
        mine = sorted(of_service)
        scoped = [one for one in mine if prefix in scopes and not _knows_none(one)]
        anything += [one for one in mine if one not in scoped]
        if scoped:
            yield allow(scoped, [sub(one) for one in scopes[prefix]], condition=condition)
    for part in _parts(anything):
        yield allow(part, "*", condition=condition)


def keeping_roles() -> Statement:
    """Denies changing these roles themselves: that is an administrator's."""
    own = [
        sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:{kind}{OWN_PATH}{name}")
        for kind, name in (*(("role", one) for one in _OWN), ("policy", "access-*"))
    ]
    return {"Effect": "Deny", "Action": list(_TAKING_OVER), "Resource": own}


def working_role(
    template: TemplateName, name: str, trust: Sequence[Statement], statements: Iterable[Statement]
) -> Iterator[Resource]:
    """The role with its policies, each as large as IAM takes."""
    logical_id = f"{name.removeprefix('Craton')}Role"
    parts = {f"{logical_id}Policy{number}": part for number, part in enumerate(_packed(statements), 1)}
    for policy, part in parts.items():
        yield Resource(
            template=template,
            id=policy,
            type="AWS::IAM::ManagedPolicy",
            regions="home",
            properties={
                "Path": OWN_PATH,
                "ManagedPolicyName": f"access-{policy}",
                "PolicyDocument": document(*part),
            },
        )
    yield Resource(
        template=template,
        id=logical_id,
        type="AWS::IAM::Role",
        regions="home",
        properties={
            "RoleName": name,
            "Path": OWN_PATH,
            "AssumeRolePolicyDocument": document(*trust),
            "ManagedPolicyArns": [ref(one) for one in parts],
        },
    )


def _packed(statements: Iterable[Statement]) -> list[list[Statement]]:
    """The statements in their order, in as few policies as hold them."""
    most = quota("managed_policy_characters").limit - _ROOM_FOR_NAMES
    found: list[list[Statement]] = []
    room = 0
    for one in statements:
        length = len(msgspec.json.encode(one)) + 1
        if length > room:
            found.append([])
            room = most
        found[-1].append(one)
        room -= length
    return found


def _parts(actions: Sequence[str]) -> Iterator[list[str]]:
    """The actions in pieces of which two fit into a policy."""
    most = quota("managed_policy_characters").limit // 2 - _ROOM_FOR_NAMES
    part: list[str] = []
    room = most
    for one in actions:
        if len(one) + 3 > room:
            yield part
            part, room = [], most
        part.append(one)
        room -= len(one) + 3
    if part:
        yield part


def _prefix(action: str) -> str:
    return action.partition(":")[0]


def _knows_none(action: str) -> bool:
    """Whether the action knows no resources, so that it is allowed on all or on none."""
    known = iam_reference().action(action)
    return known is None or known.is_wildcard_only


def _heeds_boundary(action: str) -> bool:
    """Whether the action changes a role, and can be held to those that have a certain boundary."""
    known = iam_reference().action(action)
    if known is None or known.access_level in _READING:
        return False
    keys = {*known.condition_keys, *(key for one in known.resource_types for key in one.condition_keys)}
    return _BOUNDARY_KEY in keys
