"""Lets a call through, or refuses it, by the policies in force and the simulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.arn import Arn
from craton.emulator.denial import denial
from craton.emulator.errors import ServiceError
from craton.emulator.in_force import Named, authorizer, in_force
from craton.emulator.permissions import action_of, resource_of
from craton.registry.iam import iam_reference
from craton.simulator.request import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.call import Call
    from craton.emulator.service import Service
    from craton.emulator.world import World

_OWN_ACCOUNT_LENGTH: Final = 12


class Authorization:
    """A stage of the application that refuses what is not allowed.

    Services say which policies their resources have, and which condition keys their calls carry.
    """

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._policies = {name: find for one in services.values() for name, find in one.policies.items()}
        self._owners = {name: find for one in services.values() for name, find in one.owners.items()}
        self._keys = {one.name: one.keys for one in services.values() if one.keys is not None}
        self._wanted = {one.name: one.wanted for one in services.values() if one.wanted is not None}

    def __call__(self, call: Call) -> None:
        """Raises: ServiceError where the call is denied."""
        if call.caller.type == "AWSService":
            return
        for action, resource in self.wanted(call):
            self.require(call, action, resource)

    def wanted(self, call: Call) -> tuple[tuple[str, str], ...]:
        """The actions that a call is authorised as, each with its resource; none where it is free."""
        find = self._wanted.get(call.operation.service)
        told = find(call) if find else None
        if told is not None:
            return tuple(told)
        name = action_of(call.operation)
        return () if name is None else ((name, resource_of(call, iam_reference().action(name))),)

    def require(self, call: Call, action: str, resource: str) -> None:
        """Refuses the call where its caller may not do this as well. Raises: ServiceError."""
        request = Request(
            principal=principal_of(call),
            action=action,
            resource=resource,
            context=self.context(call),
        )
        arn = Arn.parse(resource)
        owner = self._owner_of(call, arn)
        policies = in_force(
            call.world.organization,
            call.caller,
            resource_account=owner,
            resource=self._policy_of(call, arn),
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
        if len(arn.account) == _OWN_ACCOUNT_LENGTH:
            return arn.account
        find = self._owners.get(arn.service)
        return find(call, str(arn)) if find else None

    def _policy_of(self, call: Call, arn: Arn | None) -> Named | None:
        find = self._policies.get(arn.service) if arn else None
        text = find(call, str(arn)) if find else None
        return None if text is None else Named(str(arn), text)

    def context(self, call: Call) -> dict[str, tuple[str, ...]]:
        """The condition keys of a call."""
        own = self._keys.get(call.operation.service)
        return {**global_keys(call), **(own(call) if own else {})}


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
        "aws:PrincipalOrgPaths": ("/".join((organization.id, *organization.way(account)[:-1], "")),),
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
        "aws:ViaAWSService": ("false",),
        "aws:userid": (caller.user_id,),
        "aws:RequestedRegion": (call.region,),
        "aws:SecureTransport": ("true",),
        "aws:SourceIp": (call.environ.get("REMOTE_ADDR", "127.0.0.1"),),
        "aws:UserAgent": (call.environ.get("HTTP_USER_AGENT", ""),),
        "aws:CurrentTime": (f"{call.time:%Y-%m-%dT%H:%M:%SZ}",),
        "aws:EpochTime": (str(int(call.time.timestamp())),),
    }
    keys |= organization_keys(call.world, caller.account)
    if caller.type == "User":
        keys["aws:username"] = (caller.arn.rpartition("/")[2],)
    if caller.type == "AssumedRole":
        keys["aws:MultiFactorAuthPresent"] = ("true" if caller.mfa else "false",)
    if caller.source_identity:
        keys["aws:SourceIdentity"] = (caller.source_identity,)
    for name, value in caller.session_tags.items():
        keys[f"aws:PrincipalTag/{name}"] = (value,)
    return keys
