"""A Lambda function whose program stands in `craton.kinds.functions`, with its role.

Source: docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.core.resource import Resource, attribute, sub
from craton.core.statement import allow
from craton.kinds.functions import RUNTIME, inlined
from craton.kinds.parts.service_role import service_role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from craton.core.resource import TemplateName

FUNCTION_PREFIX: Final = "craton-"
"""How the names of functions begin in the hub and in the management account; in members they have none, for
two stacks may be there while an account moves."""

_LOGS: Final = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}:log-group:/aws/lambda/*"


def function(
    template: TemplateName,
    logical_id: str,
    program: str,
    statements: Sequence[Mapping[str, Any]],
    *,
    timeout: int,
    **properties: Any,
) -> Iterator[Resource]:
    """The function and its role, which may write logs and do what the statements allow.

    Units: `timeout` in seconds.
    """
    role = f"{logical_id}Role"
    logs = allow(["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"], sub(_LOGS))
    named = {} if template == "member" else {"FunctionName": f"{FUNCTION_PREFIX}{logical_id}"}
    yield service_role(template, role, "lambda.amazonaws.com", [logs, *statements], condition=None)
    yield Resource(
        template=template,
        id=logical_id,
        type="AWS::Lambda::Function",
        properties={
            **named,
            "Code": inlined(program),
            "Handler": "index.handler",
            "Role": attribute(role, "Arn"),
            "Runtime": RUNTIME,
            "Timeout": timeout,
            **properties,
        },
    )
