"""The logging of invocations, switched on in each account and Region.

CloudFormation has no type for it, so a custom resource does it. A rollback leaves what somebody else set.

Source: docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

from craton.core.kind import Kind
from craton.core.resource import ACCOUNT, Resource, attribute, ref, sub
from craton.core.statement import allow, assumed_by, document
from craton.kinds.functions import RUNTIME, inlined
from craton.kinds.invocation_bucket import BUCKET, POLICY
from craton.kinds.invocation_log_group import LOG_GROUP, Body, logging

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent

ROLE: Final = "LoggingRole"
CONFIGURATION: Final = "LoggingConfiguration"
FUNCTION: Final = "LoggingFunction"
PREFIX: Final = "invocations"
_FUNCTION_ROLE: Final = "LoggingFunctionRole"
_STREAM: Final = "log-stream:aws/bedrock/modelinvocations"


def _resources(intent: Intent) -> Iterator[Resource]:
    to_log_group = logging(intent).transport != "replication"
    if to_log_group:
        yield _role()
    yield _function_role(passes_role=to_log_group)
    yield Resource(
        template="member",
        id=FUNCTION,
        type="AWS::Lambda::Function",
        properties={
            "Code": inlined("invocation_logging"),
            "Handler": "index.handler",
            "Role": attribute(_FUNCTION_ROLE, "Arn"),
            "Runtime": RUNTIME,
            "Timeout": 180,
        },
    )
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
    return Resource(
        template="member",
        id=ROLE,
        type="AWS::IAM::Role",
        properties={
            "Path": "/craton/",
            "AssumeRolePolicyDocument": assumed_by(
                "bedrock.amazonaws.com",
                {"StringEquals": {"aws:SourceAccount": ACCOUNT}, "ArnLike": {"aws:SourceArn": source}},
            ),
            "Policies": [
                {
                    "PolicyName": "write",
                    "PolicyDocument": document(
                        allow(
                            ["logs:CreateLogStream", "logs:PutLogEvents"],
                            sub(
                                "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}"
                                f":log-group:${{{LOG_GROUP}}}:{_STREAM}"
                            ),
                        )
                    ),
                }
            ],
        },
    )


def _function_role(*, passes_role: bool) -> Resource:
    statements = [
        allow(
            [
                "bedrock:DeleteModelInvocationLoggingConfiguration",
                "bedrock:GetModelInvocationLoggingConfiguration",
                "bedrock:PutModelInvocationLoggingConfiguration",
            ],
            "*",
        )
    ]
    if passes_role:
        statements.append(allow("iam:PassRole", attribute(ROLE, "Arn")))
    return Resource(
        template="member",
        id=_FUNCTION_ROLE,
        type="AWS::IAM::Role",
        properties={
            "Path": "/craton/",
            "AssumeRolePolicyDocument": assumed_by("lambda.amazonaws.com"),
            "ManagedPolicyArns": [
                sub("arn:${AWS::Partition}:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
            ],
            "Policies": [{"PolicyName": "switch", "PolicyDocument": document(*statements)}],
        },
    )


KIND: Final = Kind(
    name="invocation_logging",
    title="Logging of invocations",
    resources=_resources,
)
