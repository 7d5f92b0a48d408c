"""Calls of models that are allowed for a while: a role for one principal, which ends by itself.

The date stands in the role's trust and in what it may do, so that no session outlives it. Nothing has to be
removed when the day comes.

Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html on aws:CurrentTime,
retrieved 2026-11-26.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from craton.core.arn import Arn
from craton.core.kind import Kind, Row
from craton.core.quoting import ticked
from craton.core.resource import ACCOUNT, Resource, ref
from craton.core.statement import allow, document
from craton.kinds.role import BOUNDARY, CALLING, PATH, Grant, access, session_hours

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import EnvironmentIntent, Intent

_DIGITS: Final = 6
_LONGEST_OWNER: Final = 30


class GrantedRole(Struct, frozen=True, kw_only=True):
    """The role of one grant: its name, who may assume it, and what it may do. Both end at `until`."""

    grant: Grant
    name: str
    trust: dict[str, Any]
    permissions: dict[str, Any]


def granted_roles(intent: Intent) -> Iterator[GrantedRole]:
    """The role of each grant, in the order of the manifest."""
    for grant in access(intent).grants:
        told = f"{grant.principal} {grant.environment} {grant.until}"
        owner = re.sub(r"[^A-Za-z0-9]+", "-", grant.owner)[:_LONGEST_OWNER].strip("-")
        before = {"DateLessThan": {"aws:CurrentTime": f"{grant.until}T00:00:00Z"}}
        arn = Arn.parse(grant.principal)
        account = arn.account if arn is not None else "*"
        assume = {
            "Effect": "Allow",
            "Principal": {"AWS": ACCOUNT if account == "*" else account},
            "Action": "sts:AssumeRole",
            "Condition": {"ArnLike": {"aws:PrincipalArn": grant.principal}, **before},
        }
        yield GrantedRole(
            grant=grant,
            name=f"BedrockGrant-{owner}-{hashlib.sha256(told.encode()).hexdigest()[:_DIGITS]}",
            trust=document(assume),
            permissions=document(allow(list(CALLING), "*", condition=before)),
        )


def _resources(intent: Intent) -> Iterator[Resource]:
    hours = intent.by_environment(lambda one: session_hours(intent, one) * 3600)
    for role in granted_roles(intent):
        yield Resource(
            template="member",
            id="Grant" + "".join(part.capitalize() for part in role.name.split("-")[1:]),
            type="AWS::IAM::Role",
            regions="home",
            environments=frozenset({role.grant.environment}),
            because=f"{role.grant.reason}; {role.grant.owner} answers for it",
            properties={
                "RoleName": role.name,
                "Path": PATH,
                "AssumeRolePolicyDocument": role.trust,
                "MaxSessionDuration": hours,
                "PermissionsBoundary": ref(BOUNDARY),
                "Policies": [{"PolicyName": "call", "PolicyDocument": role.permissions}],
            },
        )


def _told(intent: Intent, environment: EnvironmentIntent) -> str:
    own = [one for one in access(intent).grants if one.environment == environment.name]
    return "; ".join(f"{ticked(one.principal)} until {one.until}" for one in own) or "none"


KIND: Final = Kind(
    name="grant",
    title="Calls allowed for a while",
    resources=_resources,
    rows=(Row(title="Calls allowed for a while", value=_told, properties=("Grant*",), for_callers=True),),
)
