"""The role with which workloads of an environment call models, as it stands in one of its accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from craton.codec.policy_source import read_policy
from craton.core.policy import Policy
from craton.core.resource import Resource
from craton.kinds import kinds
from craton.kinds.role import PATH, boundary

if TYPE_CHECKING:
    from craton.core.intent import EnvironmentIntent, Intent

ROLE: Final = "BedrockWorkload"


class OwnRole(Struct, frozen=True, kw_only=True):
    """A role: its ARN, what its own policies allow, and the boundary that none of them goes beyond."""

    arn: str
    identity: tuple[Policy, ...]
    boundary: Policy


def own_role(intent: Intent, environment: EnvironmentIntent, account: str) -> OwnRole:
    """The role in an account. Raises: LookupError where no kind makes it."""
    made = (one for kind in kinds() if kind.name == "role" for one in kind.resources(intent))
    role = next((one for one in made if isinstance(one, Resource) and one.id == ROLE), None)
    if role is None:
        raise LookupError(f"no kind makes the role `{ROLE}`")
    own = [one["PolicyDocument"] for one in role.properties["Policies"]]
    return OwnRole(
        arn=f"arn:aws:iam::{account}:role{PATH}{ROLE}",
        identity=tuple(_policy(one, ROLE, account) for one in own),
        boundary=_policy(boundary(intent, environment), "BedrockBoundary", account),
    )


def _policy(document: dict[str, Any], name: str, account: str) -> Policy:
    """A document of a template, as CloudFormation leaves it in an account."""
    text = msgspec.json.encode(document).decode()
    text = text.replace('{"Ref":"AWS::AccountId"}', f'"{account}"')
    text = text.replace("${AWS::AccountId}", account).replace("${AWS::Partition}", "aws")
    policy, problems = read_policy(text.encode(), name, name)
    if policy is None or any(one.severity == "error" for one in problems):
        raise ValueError(f"`{name}` is no policy: {problems}")
    return policy
