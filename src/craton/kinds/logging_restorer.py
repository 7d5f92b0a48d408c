"""Puts the logging of invocations back within minutes of somebody's changing it.

The hub hears of the change, assumes a role of the account where it happened, and puts there what the
account's own stack says in a parameter. That goes first when the stack goes, so that logging which is not
wanted any more stays off.

Source: docs.aws.amazon.com/lambda/latest/dg/services-eventbridge.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from craton.core.kind import Kind
from craton.core.resource import Resource, attribute, ref, sub
from craton.core.statement import allow, document
from craton.kinds.invocation_logging import CONFIGURATION, configuration
from craton.kinds.parts.function import function
from craton.kinds.parts.governance_events import LOGGING
from craton.kinds.parts.hub import ALERTS, EVENT_BUS
from craton.kinds.parts.service_role import PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent

FUNCTION: Final = "LoggingRestorer"
ROLE_NAME: Final = "CratonRestorer"
PARAMETER_NAME: Final = "/craton/invocation-logging"


def _resources(intent: Intent) -> Iterator[Resource]:
    yield from _of_the_hub()
    yield from _of_members(intent)


def _of_the_hub() -> Iterator[Resource]:
    role = f"arn:${{AWS::Partition}}:iam::*:role{PATH}{ROLE_NAME}"
    own = sub(role.replace("*", "{account}"))
    yield from function(
        *("hub", FUNCTION, "logging_restorer"),
        [allow("sts:AssumeRole", sub(role))],
        timeout=60,
        Environment={"Variables": {"ROLE": own, "PARAMETER": PARAMETER_NAME}},
    )
    yield Resource(
        template="hub",
        id="LoggingRestorerRule",
        type="AWS::Events::Rule",
        properties={
            "Description": f"{LOGGING.title}: put it back",
            "EventBusName": ref(EVENT_BUS),
            "EventPattern": LOGGING.pattern,
            "Targets": [{"Id": "restorer", "Arn": attribute(FUNCTION, "Arn")}],
        },
    )
    yield Resource(
        template="hub",
        id="LoggingRestorerPermission",
        type="AWS::Lambda::Permission",
        properties={
            "Action": "lambda:InvokeFunction",
            "FunctionName": ref(FUNCTION),
            "Principal": "events.amazonaws.com",
            "SourceArn": attribute("LoggingRestorerRule", "Arn"),
        },
    )
    yield Resource(
        template="hub",
        id="LoggingRestorerAlarm",
        type="AWS::CloudWatch::Alarm",
        properties={
            "AlarmDescription": "the logging of invocations could not be put back",
            "Namespace": "AWS/Lambda",
            "MetricName": "Errors",
            "Dimensions": [{"Name": "FunctionName", "Value": ref(FUNCTION)}],
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "GreaterThanOrEqualToThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [ref(ALERTS)],
        },
    )


def _of_members(intent: Intent) -> Iterator[Resource]:
    parameter = f"arn:${{AWS::Partition}}:ssm:*:${{AWS::AccountId}}:parameter{PARAMETER_NAME}"
    what = "ModelInvocationLoggingConfiguration"
    yield Resource(
        template="member",
        id="RestorerRole",
        type="AWS::IAM::Role",
        regions="home",
        properties={
            "Path": PATH,
            "RoleName": ROLE_NAME,
            "AssumeRolePolicyDocument": document(
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": intent.hub_account},
                    "Action": "sts:AssumeRole",
                    "Condition": {
                        "ArnLike": {
                            "aws:PrincipalArn": sub(
                                f"arn:${{AWS::Partition}}:iam::{intent.hub_account}:role{PATH}*"
                            )
                        }
                    },
                }
            ),
            "Policies": [
                {
                    "PolicyName": "craton",
                    "PolicyDocument": document(
                        allow("ssm:GetParameter", sub(parameter)),
                        allow([f"bedrock:Get{what}", f"bedrock:Put{what}"], "*"),
                        allow(
                            "iam:PassRole",
                            sub(f"arn:${{AWS::Partition}}:iam::${{AWS::AccountId}}:role{PATH}*"),
                            condition={"StringEquals": {"iam:PassedToService": "bedrock.amazonaws.com"}},
                        ),
                    ),
                }
            ],
        },
    )
    yield Resource(
        template="member",
        id="LoggingParameter",
        type="AWS::SSM::Parameter",
        depends_on=(CONFIGURATION,),
        properties={
            "Name": PARAMETER_NAME,
            "Type": "String",
            "Description": "how invocations are logged; the hub puts it back",
            "Value": sub(json.dumps(_as_text(configuration(intent)), separators=(",", ":"))),
        },
    )


def _as_text(value: Any) -> Any:
    """The value with CloudFormation's functions in the form that `Fn::Sub` fills in."""
    match value:
        case {"Ref": name}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [of, name]}:
            return f"${{{of}.{name}}}"
        case dict():
            return {key: _as_text(one) for key, one in value.items()}
        case _:
            return value


KIND: Final = Kind(name="logging_restorer", title="Restorer of logging", resources=_resources)
