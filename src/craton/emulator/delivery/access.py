"""Whether a service may do something for somebody: by the policy of the resource, or by a role."""

from __future__ import annotations

from typing import TYPE_CHECKING

from moto.iam.models import iam_backends

from craton.core.arn import Arn
from craton.emulator.authorization import organization_keys
from craton.emulator.credentials import role_session
from craton.emulator.in_force import InForce, authorizer, in_force, of_resource, organization_levels
from craton.emulator.organization import RCP
from craton.simulator.request import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.credentials import Caller
    from craton.emulator.world import World


class LostError(Exception):
    """Something could not be delivered; the text says why."""


def service_may(
    world: World,
    service: str,
    action: str,
    resource: str,
    *,
    policy: str | None,
    owner: str,
    source_arn: str,
    source_account: str,
    more: Mapping[str, tuple[str, ...]] | None = None,
) -> bool:
    """Whether the policy of a resource of the account `owner` lets a service act on behalf of its source.

    `more` are keys of the call's own.

    Source: "AWS global condition context keys", docs.aws.amazon.com/IAM/latest/UserGuide/
    reference_policies_condition-keys.html, retrieved 2026-11-26, on calls by service principals.
    """
    if policy is None:
        return False
    context: dict[str, tuple[str, ...]] = {
        "aws:SourceArn": (source_arn,),
        "aws:SourceAccount": (source_account,),
        "aws:PrincipalIsAWSService": ("true",),
        "aws:PrincipalServiceName": (service,),
        "aws:ViaAWSService": ("false",),
        "aws:SecureTransport": ("true",),
        **(more or {}),
    }
    organization = world.organization
    if organization is not None and source_account in organization.members:
        way = organization.way(source_account)[:-1]
        context["aws:SourceOrgID"] = (organization.id,)
        context["aws:SourceOrgPaths"] = ("/".join((organization.id, *way, "")),)
    policies = InForce(
        account=owner,
        resource_account=owner,
        management_account=False,
        service_linked_role=False,
        scps=(),
        rcps=organization_levels(organization, owner, RCP),
        identity=(),
        boundaries=(),
        sessions=(),
        resource=of_resource(policy),
    )
    request = Request(principal=service, action=action, resource=resource, context=context)
    return authorizer(policies).decide(request).outcome == "allowed"


def caller_may(
    world: World, caller: Caller, action: str, resource: str, *, policy: str | None, owner: str
) -> bool:
    """Whether a caller may do something that no call of it tells by itself."""
    policies = in_force(
        world.organization,
        caller,
        resource_account=owner,
        resource=of_resource(policy),
    )
    context: dict[str, tuple[str, ...]] = {
        "aws:PrincipalArn": (caller.principal_arn,),
        "aws:PrincipalAccount": (caller.account,),
        "aws:PrincipalType": (caller.type,),
        "aws:PrincipalIsAWSService": ("false",),
        "aws:ViaAWSService": ("true" if caller.via else "false",),
        "aws:SecureTransport": ("true",),
        "aws:ResourceAccount": (owner,),
        **({"aws:CalledVia": caller.via} if caller.via else {}),
        **organization_keys(world, caller.account),
    }
    asked = Request(principal=caller.arn, action=action, resource=resource, context=context)
    return authorizer(policies).decide(asked).outcome == "allowed"


def in_role(
    world: World, role_arn: str, service: str, session: str, *, source_arn: str, source_account: str
) -> Caller:
    """The caller that a service is in a role. Raises: LostError where the role does not let it in."""
    arn = Arn.parse(role_arn)
    account = arn.account if arn else ""
    held = tuple(iam_backends[account]["aws"].roles.values()) if account else ()
    role = next((one for one in held if one.arn == role_arn), None)
    if role is None:
        raise LostError(f"the role {role_arn} does not exist")
    trusted = service_may(
        world,
        service,
        "sts:AssumeRole",
        role_arn,
        policy=str(role.assume_role_policy_document),
        owner=account,
        source_arn=source_arn,
        source_account=source_account,
    )
    if not trusted:
        raise LostError(f"the role {role_arn} does not trust {service}")
    return role_session(role_arn, session, role.id)


def check_fault(world: World, service: str, account: str, region: str) -> None:
    """Raises: LostError where a fault that was asked for befalls a service's next delivery for an account."""
    if world.faults.loses(account, region, service):
        raise LostError(f"a fault was asked for: the delivery of {service} is lost")


def lost(world: World, what: str, why: object) -> None:
    """Keeps that something was not delivered, as the newest of `losses`."""
    losses(world).append(f"{what}: {why}")


def losses(world: World) -> list[str]:
    """What was not delivered, and why, in the order in which it was lost."""
    kept: list[str] = world.held(world.management_account, "", "lost deliveries", list)
    return kept
