"""The logging of invocations, switched on in each account and Region.

CloudFormation has no type for it, so a custom resource does it. A rollback leaves what somebody else set.

Source: docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

from craton.core.kind import Kind
from craton.core.resource import ACCOUNT, Resource, attribute, ref, sub
from craton.core.statement import allow
from craton.kinds.former_stack import FUNCTION
from craton.kinds.invocation_bucket import BUCKET, POLICY
from craton.kinds.invocation_log_group import LOG_GROUP, NAME, Body, logging
from craton.kinds.parts.function import function
from craton.kinds.parts.service_role import service_role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent

ROLE: Final = "LoggingRole"
CONFIGURATION: Final = "LoggingConfiguration"
PREFIX: Final = "invocations"
_STREAM: Final = "log-stream:aws/bedrock/modelinvocations"


def _resources(intent: Intent) -> Iterator[Resource]:
    to_log_group = logging(intent).transport != "replication"
    if to_log_group:
        yield _role()
    what = "ModelInvocationLoggingConfiguration"
    actions = [f"bedrock:{how}{what}" for how in ("Delete", "Get", "Put")]
    statements = [allow([*actions, "cloudformation:ListStacks"], "*")]
    if to_log_group:
        statements.append(allow("iam:PassRole", attribute(ROLE, "Arn")))
    yield from function("member", FUNCTION, "member_resources", statements, timeout=900)
    yield Resource(
        template="member",
        id=CONFIGURATION,
        type="Custom::InvocationLogging",
        depends_on=(POLICY,),
        properties={
            "ServiceToken": attribute(FUNCTION, "Arn"),
            "Configuration": configuration(intent),
        },
    )


def configuration(intent: Intent) -> dict[str, Any]:
    """What PutModelInvocationLoggingConfiguration is given, with CloudFormation's functions in it."""
    bucket = {"bucketName": ref(BUCKET), "keyPrefix": PREFIX}
    bodies = {f"{one}DataDeliveryEnabled": one in logging(intent).bodies for one in get_args(Body)}
    if logging(intent).transport == "replication":
        return {"s3Config": bucket, **bodies}
    group = {
        "logGroupName": ref(LOG_GROUP),
        "roleArn": attribute(ROLE, "Arn"),
        "largeDataDeliveryS3Config": bucket,
    }
    return {"cloudWatchConfig": group, **bodies}


def _role() -> Resource:
    source = sub("arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}:*")
    group = f"arn:${{AWS::Partition}}:logs:${{AWS::Region}}:${{AWS::AccountId}}:log-group:{NAME}"
    return service_role(
        "member",
        ROLE,
        "bedrock.amazonaws.com",
        [allow(["logs:CreateLogStream", "logs:PutLogEvents"], sub(f"{group}:{_STREAM}"))],
        condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}, "ArnLike": {"aws:SourceArn": source}},
    )


KIND: Final = Kind(
    name="invocation_logging",
    title="Logging of invocations",
    resources=_resources,
)
