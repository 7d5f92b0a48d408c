"""The words in which AWS refuses a call.

Source: "Troubleshoot access denied error messages",
docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.emulator.errors import ServiceError

if TYPE_CHECKING:
    from craton.core.policy import PolicyKind
    from craton.emulator.call import Operation
    from craton.emulator.credentials import Caller
    from craton.simulator.decision import Decision
    from craton.simulator.request import Request

_KINDS: Final[dict[PolicyKind, str]] = {
    "scp": "service control policy",
    "rcp": "resource control policy",
    "identity": "identity-based policy",
    "boundary": "permissions boundary",
    "session": "session policy",
    "resource": "resource-based policy",
    "endpoint": "VPC endpoint policy",
}
_CODES: Final = {
    **dict.fromkeys(("s3", "s3control", "iam", "sts", "cloudformation", "cloudwatch"), "AccessDenied"),
    "ec2": "UnauthorizedOperation",
    "sns": "AuthorizationError",
    "sqs": "AccessDenied",
}
"""The code of a refusal, where it is not AccessDeniedException."""


def access_denied(service: str, message: str) -> ServiceError:
    """The refusal of a service that somebody may not do something."""
    return ServiceError(_CODES.get(service, "AccessDeniedException"), message)


def denial(caller: Caller, operation: Operation, request: Request, decision: Decision) -> ServiceError:
    """The refusal of a request that is not allowed; S3 puts the resource into quotes, EC2 says so first."""
    about = f"User: {caller.arn} is not authorized to perform: {request.action}"
    if request.resource != "*":
        resource = f'"{request.resource}"' if operation.service == "s3" else request.resource
        about += f" on resource: {resource}"
    first = "You are not authorized to perform this operation. " if operation.service == "ec2" else ""
    return access_denied(operation.service, f"{first}{about} {_because(request, decision)}".rstrip())


def _because(request: Request, decision: Decision) -> str:
    if request.action == "sts:AssumeRole" and decision.outcome == "implicit_deny":
        return ""  # STS does not say whether the role is missing, or which policy is
    if decision.outcome == "explicit_deny":
        first = decision.statements[0]
        policy = request.resource if first.kind == "resource" else first.policy
        named = f": {policy}" if policy.startswith("arn:") else ""
        article = "an" if _KINDS[first.kind][0] in "aeiou" else "a"
        return f"with an explicit deny in {article} {_KINDS[first.kind]}{named}"
    kind = decision.blocked_by[0] if decision.blocked_by else "identity"
    return f"because no {_KINDS[kind]} allows the {request.action} action"
