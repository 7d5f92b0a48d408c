"""Resource policies of guardrails and guardrail profiles.

Source: "Using resource-based policies for guardrails", docs.aws.amazon.com/bedrock/latest/userguide/
guardrails-resource-based-policies.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from craton.codec.policy_source import read_policy
from craton.core.arn import Arn
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.runtime.guardrail import guardrail_of
from craton.emulator.services.bedrock.service import SERVICE, checked, policies

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result

_ACTIONS: Final = frozenset({"bedrock:applyguardrail", "bedrock:getguardrail"})
_OF_THE_ORGANIZATION: Final = frozenset({"aws:principalorgid", "aws:principalorgpaths"})
_LONGEST: Final = 20480


@SERVICE.operation("PutResourcePolicy")
def put_resource_policy(call: Call) -> Result:
    """Sets who else may apply a guardrail."""
    checked(call)
    arn = _resource(call)
    text = str(call.parameters["resourcePolicy"])
    _check(text, arn)
    policies(call.world, arn)[arn] = text
    return {"resourceArn": arn}


@SERVICE.operation("GetResourcePolicy")
def get_resource_policy(call: Call) -> Result:
    """Tells the policy as it was put."""
    checked(call)
    arn = _resource(call)
    return {"resourcePolicy": _held(call, arn)}


@SERVICE.operation("DeleteResourcePolicy")
def delete_resource_policy(call: Call) -> Result:
    """Removes the policy."""
    checked(call)
    arn = _resource(call)
    _held(call, arn)
    del policies(call.world, arn)[arn]
    return {}


def _held(call: Call, arn: str) -> str:
    found = policies(call.world, arn).get(arn)
    if found is None:
        raise ServiceError("ResourceNotFoundException", f"There is no resource policy for {arn}.")
    return found


def _resource(call: Call) -> str:
    """The ARN of the guardrail or profile of a call, which its own account has. Raises: ServiceError."""
    text = str(call.parameters["resourceArn"])
    arn = Arn.parse(text)
    kind = arn.resource.partition("/")[0] if arn else ""
    if arn is None or arn.service != "bedrock" or arn.account != call.account or arn.region != call.region:
        raise ServiceError("ValidationException", f"The resource ARN {text} is invalid.")
    if kind in ("custom-model", "knowledge-base"):
        raise NotEmulatedError(f"resource policies of {kind}")
    if kind == "guardrail-profile":
        return text
    if kind != "guardrail" or guardrail_of(call.world, call.account, call.region, text) is None:
        raise ServiceError("ValidationException", f"The resource {text} does not exist.")
    return text


def _check(text: str, arn: str) -> None:
    """Raises: ServiceError for what a guardrail's policy may not say."""
    if not 1 <= len(text) <= _LONGEST:
        raise ServiceError("ValidationException", f"The policy must have 1 to {_LONGEST} characters.")
    policy, problems = read_policy(text.encode(), arn, arn)
    if policy is None:
        why = f": {problems[0].message}" if problems else "."
        raise ServiceError("ValidationException", f"The policy is malformed{why}")
    told = json.loads(text)["Statement"]
    for statement in told if isinstance(told, list) else [told]:
        _check_statement(statement)


def _check_statement(statement: dict[str, Any]) -> None:
    if "Principal" not in statement:
        raise ServiceError("ValidationException", "Each statement of the policy needs a Principal.")
    actions = statement.get("Action", ())
    for action in (actions,) if isinstance(actions, str) else actions:
        if str(action).lower() not in _ACTIONS:
            raise ServiceError("ValidationException", f"The policy may not name the action {action}.")
    everybody = statement["Principal"] in ("*", {"AWS": "*"}, {"AWS": ["*"]})
    keys = {key.lower() for tests in (statement.get("Condition") or {}).values() for key in tests}
    if statement.get("Effect") == "Allow" and everybody and not keys & _OF_THE_ORGANIZATION:
        raise ServiceError(
            "ValidationException",
            "A policy that allows every principal needs a condition on aws:PrincipalOrgID or"
            " aws:PrincipalOrgPaths.",
        )
