"""Who makes a request, and how a policy's Principal element names them.

Source: "AWS JSON policy elements: Principal" and "AWS JSON policy elements: NotPrincipal",
docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html and
reference_policies_elements_notprincipal.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from craton.core.arn import Arn

if TYPE_CHECKING:
    from craton.core.policy import Effect, PrincipalPattern, Principals

CallerKind = Literal["user", "role", "session", "federated_user", "root", "service", "federated", "anonymous"]
Standing = Literal["everyone", "self", "role", "account"]
"""How a policy names a caller: as everyone, in person, by the role of a session, or by the account."""

Grant = Literal["direct", "role", "account"]
"""How far an Allow of a resource policy reaches: to the caller, its role, or what its account allows it."""

ACCOUNT: Final = re.compile(r"\d{12}")
_SERVICE_LINKED: Final = "role/aws-service-role/"
_EXCEPTED: Final[dict[CallerKind, frozenset[Standing]]] = {
    "user": frozenset({"self", "account"}),
    "federated_user": frozenset({"self", "account"}),
    "role": frozenset({"role", "account"}),
    "session": frozenset({"self", "role", "account"}),
    "root": frozenset({"account"}),
    "service": frozenset({"self"}),
    "federated": frozenset({"self"}),
    "anonymous": frozenset({"everyone"}),
}
"""What a NotPrincipal with Deny must name to except a caller: AWS looks at account, role and session."""


class Caller(Struct, frozen=True):
    """Who makes a request. `account` and `role` are None where there is none; `role` is a bare name."""

    kind: CallerKind
    text: str
    account: str | None = None
    role: str | None = None
    service_linked: bool = False

    @property
    def is_identity(self) -> bool:
        """Whether policies of IAM and SCPs apply to it: it is a principal of an account."""
        return self.account is not None


def caller_of(principal: str) -> Caller:
    """Who is meant by a request's principal; what is no ARN of IAM is a service or an identity provider."""
    if principal == "*":
        return Caller("anonymous", principal)
    arn = Arn.parse(principal)
    if arn is None:
        service = principal.endswith((".amazonaws.com", ".amazonaws.com.cn"))
        return Caller("service" if service else "federated", principal)
    sort, _, rest = arn.resource.partition("/")
    match arn.service, sort:
        case "iam", "root" if not rest:
            return Caller("root", principal, arn.account)
        case "iam", "user":
            return Caller("user", principal, arn.account)
        case "iam", "role":
            linked = arn.resource.startswith(_SERVICE_LINKED)
            return Caller("role", principal, arn.account, rest.rpartition("/")[2], linked)
        case "sts", "assumed-role":
            return Caller("session", principal, arn.account, rest.partition("/")[0])
        case "sts", "federated-user":
            return Caller("federated_user", principal, arn.account)
        case _:
            return Caller("federated", principal)


def grant(principals: Principals | None, effect: Effect, caller: Caller, *, bounded: bool) -> Grant | None:
    """How far a statement reaches to the caller; None where it does not speak of it.

    `bounded` where the caller has a permissions boundary: a Deny with NotPrincipal always meets such a
    caller, whomever it names.
    """
    if principals is None:
        return "direct"
    named = (standing(one, caller) for one in principals.principals)
    found = frozenset(one for one in named if one is not None)
    if not principals.negated:
        return _reach(found)
    if effect == "Allow":
        return None if found else "direct"
    excepted = "everyone" in found or _EXCEPTED[caller.kind] <= found
    return None if excepted and not (bounded and caller.is_identity) else "direct"


def _reach(found: frozenset[Standing]) -> Grant | None:
    if found & {"everyone", "self"}:
        return "direct"
    if "role" in found:
        return "role"
    return "account" if found else None


def standing(pattern: PrincipalPattern, caller: Caller) -> Standing | None:
    """How one entry of a Principal element names the caller. Wildcards do not match parts of an ARN there."""
    text = pattern.pattern.text
    match pattern.kind:
        case "*":
            return "everyone"
        case "Service" | "Federated" | "CanonicalUser":
            if caller.is_identity or caller.kind == "anonymous":
                return None
            return (
                "self"
                if text == caller.text or (text == "*" and caller.kind == pattern.kind.lower())
                else None
            )
        case "AWS" if text == "*":
            return "everyone"
        case "AWS":
            return _named_by_arn(text, caller) if caller.is_identity else None


def _named_by_arn(text: str, caller: Caller) -> Standing | None:
    if text == caller.account:
        return "account"
    named = caller_of(text)
    if named.account != caller.account:
        return None
    if named.kind == "root":
        return "account"
    if named.kind == "role" and caller.kind in ("role", "session"):
        return "role" if named.role == caller.role else None
    return "self" if text == caller.text else None
