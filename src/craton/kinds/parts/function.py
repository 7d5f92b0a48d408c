"""A Lambda function whose program stands in `craton.kinds.functions`, with its role.

Source: docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.core.resource import Resource, attribute, ref
from craton.core.statement import allow
from craton.kinds.functions import RUNTIME, inlined
from craton.kinds.parts.service_role import service_role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from craton.core.resource import TemplateName

FUNCTION_PREFIX: Final = "craton-"
"""How the names of functions begin in the hub and in the management account; in members they have none, for
two stacks may be there while an account moves."""

_LOG_DAYS: Final = 90


def function(
    template: TemplateName,
    logical_id: str,
    program: str,
    statements: Sequence[Mapping[str, Any]],
    *,
    timeout: int,
    **properties: Any,
) -> Iterator[Resource]:
    """The function, its log group, and its role, which may write there and do what the statements allow.

    The group goes with the stack. In members it has no name of its own, for two stacks may be there while an
    account moves. Units: `timeout` in seconds.
    """
    role, group = f"{logical_id}Role", f"{logical_id}Logs"
    is_member = template == "member"
    yield Resource(
        template=template,
        id=group,
        type="AWS::Logs::LogGroup",
        properties={
            **({} if is_member else {"LogGroupName": f"/craton/functions/{logical_id}"}),
            "RetentionInDays": _LOG_DAYS,
        },
    )
    logs = allow(["logs:CreateLogStream", "logs:PutLogEvents"], attribute(group, "Arn"))
    yield service_role(template, role, "lambda.amazonaws.com", [logs, *statements], condition=None)
    yield Resource(
        template=template,
        id=logical_id,
        type="AWS::Lambda::Function",
        properties={
            **({} if is_member else {"FunctionName": f"{FUNCTION_PREFIX}{logical_id}"}),
            "Code": inlined(program),
            "Handler": "index.handler",
            "LoggingConfig": {"LogGroup": ref(group)},
            "Role": attribute(role, "Arn"),
            "Runtime": RUNTIME,
            "Timeout": timeout,
            **properties,
        },
    )
