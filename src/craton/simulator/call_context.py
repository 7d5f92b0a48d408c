"""The condition keys that the legs of a call carry, and those of which nothing is known."""

from __future__ import annotations

import datetime as dt
import functools
import re
from typing import TYPE_CHECKING, Final

from craton.core.arn import Arn
from craton.simulator.bedrock_call import PUBLIC
from craton.simulator.caller import caller_of
from craton.simulator.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from craton.core.policy import Policy
    from craton.registry.iam import IamReference
    from craton.simulator.bedrock_call import BedrockCall

Context = dict[str, tuple[str, ...]]

_PRINCIPAL_TYPES: Final = {
    "user": "User",
    "role": "AssumedRole",
    "session": "AssumedRole",
    "federated_user": "FederatedUser",
    "root": "Account",
}
"""Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html, "Principal key values",
retrieved 2026-11-26."""

_OF_SERVICES: Final = (
    "aws:SourceArn",
    "aws:SourceAccount",
    "aws:SourceOwner",
    "aws:SourceOrgID",
    "aws:SourceOrgPaths",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:CalledVia",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:ChatbotSourceArn",
    "aws:AssumedRoot",
)
"""Keys that are there only where a service calls, or is called through, or root acts for an account.

Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, retrieved 2026-11-26.
"""

_OF_ENDPOINTS: Final = (
    "aws:SourceVpce",
    "aws:SourceVpc",
    "aws:SourceVpcArn",
    "aws:VpcSourceIp",
    "aws:VpceAccount",
    "aws:VpceOrgID",
    "aws:VpceOrgPaths",
)
_NOT_OURS: Final = ("aws:ResourceAccount", "aws:ResourceOrgID", "aws:ResourceOrgPaths", "aws:ResourceTag/*")
"""Keys that ask whose a resource is. AWS owns the foundation models, and such conditions fail on them.

Source: docs.aws.amazon.com/bedrock/latest/userguide/batch-inference-permissions.html, retrieved 2026-11-26.
"""

_VARIABLE: Final = re.compile(r"\$\{\s*([^},\s]+)")


class LegContext:
    """Fills in the context of one call's legs, for policies that ask for certain keys.

    A key that the policies ask for, that the action may carry, and of which nothing is said is unknown. Any
    other key that is not in the context is absent.
    """

    def __init__(self, call: BedrockCall, reference: IamReference, asked: Iterable[str]) -> None:
        self._call = call
        self._reference = reference
        self._asked = _as_spelled(frozenset(asked))
        self._said, self._absent = _of_caller(
            call.principal, call.account, call.organization, call.endpoint, call.at, call.absent
        )

    def request(
        self,
        action: str,
        resource: str,
        *,
        region: str | None = None,
        own: Mapping[str, str] | None = None,
        absent: Iterable[str] = (),
    ) -> Request:
        """A leg's request. `own` are the keys that this leg brings, `absent` those that it does not."""
        arn = Arn.parse(resource)
        context: Context = {**self._said, "aws:RequestedRegion": (region or self._call.region,)}
        context |= {key: (value,) for key, value in (own or {}).items()}
        gone = {*self._absent, *(key.lower() for key in absent)}
        if arn is not None and arn.account:
            context["aws:ResourceAccount"] = (arn.account,)
            if arn.account == self._call.account and self._call.organization is not None:
                context["aws:ResourceOrgID"] = (self._call.organization,)
        elif arn is not None:
            gone.update(key.lower() for key in _NOT_OURS)
        context |= self._call.context
        stated = {key.lower() for key in context}
        unsaid = (
            written
            for key, written in self._asked.items()
            if key not in stated and self._may_carry(action, key, gone)
        )
        return Request(
            principal=self._call.principal,
            action=action,
            resource=resource,
            context={key: values for key, values in context.items() if key.lower() not in gone},
            unknown_keys=frozenset(unsaid),
        )

    def _may_carry(self, action: str, key: str, gone: set[str]) -> bool:
        if key in gone or f"{key.partition('/')[0]}/*" in gone:
            return False
        return _carries(self._reference, action, key)


@functools.lru_cache(maxsize=64)
def _as_spelled(asked: frozenset[str]) -> Mapping[str, str]:
    """The keys by their lower-case names."""
    return {key.lower(): key for key in sorted(asked)}


@functools.lru_cache(maxsize=4096)
def _carries(reference: IamReference, action: str, key: str) -> bool:
    """Whether a request for the action may carry the key; many calls ask the same."""
    known = reference.action(action)
    return known is not None and reference.supports(known, key)


def asked_keys(policies: Iterable[Policy]) -> frozenset[str]:
    """Every condition key that policies ask for, in conditions and variables, as they spell it."""
    return frozenset(key for policy in policies for key in _keys(policy))


def _keys(policy: Policy) -> Iterator[str]:
    for statement in policy.statements:
        for condition in statement.conditions:
            yield condition.key.text
            for value in condition.values:
                yield from _VARIABLE.findall(value.text)
        for resource in statement.resources.patterns if statement.resources else ():
            yield from _VARIABLE.findall(resource.text)


@functools.lru_cache(maxsize=64)
def _of_caller(  # noqa: PLR0917 - what many calls have in common, to be asked for by
    principal: str,
    account: str,
    organization: str | None,
    endpoint: str | None,
    at: dt.datetime | None,
    absent: frozenset[str],
) -> tuple[Mapping[str, tuple[str, ...]], frozenset[str]]:
    """What is said of who calls, from where and when, and which keys are not there; nobody said the rest."""
    caller = caller_of(principal)
    said: Context = {
        "aws:PrincipalArn": (_principal_arn(principal),),
        "aws:PrincipalAccount": (account,),
        "aws:PrincipalIsAWSService": ("false",),
        "aws:ViaAWSService": ("false",),
        "aws:SecureTransport": ("true",),
    }
    gone = {*_OF_SERVICES, *absent}
    if caller.kind in _PRINCIPAL_TYPES:
        said["aws:PrincipalType"] = (_PRINCIPAL_TYPES[caller.kind],)
    if caller.kind == "user":
        said["aws:username"] = (principal.rpartition("/")[2],)
    else:
        gone.add("aws:username")
    if organization is not None:
        said["aws:PrincipalOrgID"] = (organization,)
    if at is not None:
        said["aws:CurrentTime"] = (at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),)
        said["aws:EpochTime"] = (str(int(at.timestamp())),)
    if endpoint == PUBLIC:
        gone.update(_OF_ENDPOINTS)
    elif endpoint is not None:
        said["aws:SourceVpce"] = (endpoint,)
        gone.add("aws:SourceIp")
    return said, frozenset(key.lower() for key in gone)


def _principal_arn(principal: str) -> str:
    """What aws:PrincipalArn holds: of a session, the ARN of its role, as far as the session tells it.

    Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, retrieved
    2026-11-26.
    """
    caller = caller_of(principal)
    arn = Arn.parse(principal)
    if caller.kind != "session" or arn is None:
        return principal
    return f"arn:{arn.partition}:iam::{caller.account}:role/{caller.role}"
