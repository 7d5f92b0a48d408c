"""Lets a call through, or refuses it, by the policies in force and the simulator."""

from __future__ import annotations

from calendar import timegm
from typing import TYPE_CHECKING, Final

from craton.core.arn import Arn
from craton.emulator.denial import access_denied, denial
from craton.emulator.endpoints import endpoint_keys, endpoint_of, policy_of_endpoint
from craton.emulator.errors import ServiceError
from craton.emulator.in_force import Named, authorizer, in_force, of_resource
from craton.emulator.passing import PASS_ROLE, passed_roles
from craton.emulator.permissions import action_of, resource_of
from craton.emulator.tagging import tag_keys
from craton.registry.iam import iam_reference
from craton.simulator.request import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.call import Call
    from craton.emulator.service import Service
    from craton.emulator.world import World

_OWN_ACCOUNT_LENGTH: Final = 12
_OF_DELEGATES: Final = "organizations"
"""What is the management account's, and asked of by delegated administrators without a policy of its own.

Source: "Delegated administrator for AWS services that work with Organizations", docs.aws.amazon.com/
organizations/latest/userguide/orgs_integrate_delegated_admin.html, retrieved 2026-11-27.
"""

_NO_KEYS: Final[Mapping[str, tuple[str, ...]]] = {}


class Authorization:
    """A stage of the application that refuses what is not allowed.

    Services say which policies and tags their resources have, and which condition keys their calls carry.
    """

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._policies = {name: find for one in services.values() for name, find in one.policies.items()}
        self._owners = {name: find for one in services.values() for name, find in one.owners.items()}
        self._tags = {name: find for one in services.values() for name, find in one.tags.items()}
        self._keys = {one.name: one.keys for one in services.values() if one.keys is not None}
        self._wanted = {one.name: one.wanted for one in services.values() if one.wanted is not None}

    def __call__(self, call: Call) -> None:
        """Raises: ServiceError where the call is denied."""
        if call.caller.type == "AWSService":
            return
        if is_closed(call.world, call.account):
            raise access_denied(call.operation.service, f"The account {call.account} is suspended")
        for action, resource in self.wanted(call):
            self.require(call, action, resource)
        for passed in passed_roles(call):
            self.require(call, PASS_ROLE, passed.role, passed.keys())

    def wanted(self, call: Call) -> tuple[tuple[str, str], ...]:
        """The actions that a call is authorised as, each with its resource; none where it is free."""
        find = self._wanted.get(call.operation.service)
        told = find(call) if find else None
        if told is not None:
            return tuple((action, "*" if _knows_none(action) else resource) for action, resource in told)
        name = action_of(call.operation)
        return () if name is None else ((name, resource_of(call, iam_reference().action(name))),)

    def require(
        self, call: Call, action: str, resource: str, more: Mapping[str, tuple[str, ...]] = _NO_KEYS
    ) -> None:
        """Refuses the call where its caller may not do this as well. Raises: ServiceError.

        `more` are condition keys of this action alone.
        """
        arn = Arn.parse(resource)
        owner = self._owner_of(call, arn)
        request = Request(
            principal=principal_of(call),
            action=action,
            resource=resource,
            context={**self.context(call), **self._resource_keys(call, arn, owner), **more},
        )
        endpoint = endpoint_of(call)
        policies = in_force(
            call.world.organization,
            call.caller,
            resource_account=owner,
            resource=self._policy_of(call, arn),
            endpoints=() if endpoint is None else (policy_of_endpoint(endpoint),),
        )
        decision = authorizer(policies).decide(request)
        if decision.outcome == "unknown":
            keys = ", ".join(decision.unknown_keys)
            raise ServiceError("InternalFailure", f"the emulator cannot tell {keys}, which decide")
        if decision.outcome != "allowed":
            raise denial(call.caller, call.operation, request, decision)

    def _owner_of(self, call: Call, arn: Arn | None) -> str | None:
        if arn is None:
            return None
        if arn.service == _OF_DELEGATES:
            return call.account
        if len(arn.account) == _OWN_ACCOUNT_LENGTH:
            return arn.account
        find = self._owners.get(arn.service)
        return find(call, str(arn)) if find else None

    def _policy_of(self, call: Call, arn: Arn | None) -> Named | None:
        find = self._policies.get(arn.service) if arn else None
        text = find(call, str(arn)) if find else None
        return of_resource(text)

    def _resource_keys(self, call: Call, arn: Arn | None, owner: str | None) -> dict[str, tuple[str, ...]]:
        """The condition keys that tell of the resource: its tags, its account and that one's organization."""
        keys: dict[str, tuple[str, ...]] = {}
        find = self._tags.get(arn.service) if arn else None
        for name, value in (find(call, str(arn)) if find else {}).items():
            keys[f"aws:ResourceTag/{name}"] = (value,)
        if owner is None:
            return keys
        keys["aws:ResourceAccount"] = (owner,)
        organization = call.world.organization
        if organization is not None and owner in organization.members:
            keys["aws:ResourceOrgID"] = (organization.id,)
            keys["aws:ResourceOrgPaths"] = (organization.path(owner),)
        return keys

    def context(self, call: Call) -> dict[str, tuple[str, ...]]:
        """The condition keys of a call."""
        own = self._keys.get(call.operation.service)
        return {**global_keys(call), **tag_keys(call), **(own(call) if own else {})}


def _knows_none(action: str) -> bool:
    """Whether an action knows no resources."""
    known = iam_reference().action(action)
    return known is not None and known.is_wildcard_only


def is_closed(world: World, account: str) -> bool:
    """Whether an account is a member that is suspended or closed, so that nobody in it can do anything."""
    member = world.organization.members.get(account) if world.organization else None
    return member is not None and member.state != "ACTIVE"


def principal_of(call: Call) -> str:
    """The caller as policies name it: for a role session the session's ARN."""
    return call.caller.arn


def organization_keys(world: World, account: str) -> dict[str, tuple[str, ...]]:
    """The condition keys that tell the organization of a principal's account; none where it is in none."""
    organization = world.organization
    if organization is None or account not in organization.members:
        return {}
    return {
        "aws:PrincipalOrgID": (organization.id,),
        "aws:PrincipalOrgPaths": (organization.path(account),),
        "aws:PrincipalOrgMasterAccountId": (organization.management_account,),
    }


def global_keys(call: Call) -> dict[str, tuple[str, ...]]:
    """The global condition keys of a call.

    Source: "AWS global condition context keys",
    docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, retrieved 2026-11-26.
    """
    caller = call.caller
    keys: dict[str, tuple[str, ...]] = {
        "aws:PrincipalArn": (caller.principal_arn,),
        "aws:PrincipalAccount": (caller.account,),
        "aws:PrincipalType": (caller.type,),
        "aws:PrincipalIsAWSService": ("false",),
        "aws:ViaAWSService": ("true" if caller.via else "false",),
        "aws:userid": (caller.user_id,),
        "aws:RequestedRegion": (call.region,),
        "aws:SecureTransport": ("true",),
        "aws:SourceIp": (call.environ.get("REMOTE_ADDR", "127.0.0.1"),),
        "aws:UserAgent": (call.environ.get("HTTP_USER_AGENT", ""),),
        "aws:CurrentTime": (f"{call.time:%Y-%m-%dT%H:%M:%SZ}",),
        "aws:EpochTime": (str(timegm(call.time.timetuple())),),
    }
    keys |= organization_keys(call.world, caller.account)
    if caller.via:
        keys["aws:CalledVia"] = caller.via
        keys["aws:CalledViaFirst"] = (caller.via[0],)
        keys["aws:CalledViaLast"] = (caller.via[-1],)
    if caller.type == "User":
        keys["aws:username"] = (caller.arn.rpartition("/")[2],)
    if caller.type == "AssumedRole":
        keys["aws:MultiFactorAuthPresent"] = ("true" if caller.mfa else "false",)
    if caller.source_identity:
        keys["aws:SourceIdentity"] = (caller.source_identity,)
    for name, value in caller.session_tags.items():
        keys[f"aws:PrincipalTag/{name}"] = (value,)
    endpoint = endpoint_of(call)
    if endpoint is not None:
        keys |= endpoint_keys(endpoint)
    return keys
