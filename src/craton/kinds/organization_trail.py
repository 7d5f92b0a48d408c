"""The trail of the organization: who called what of Bedrock in any account, and what was denied.

The management account makes it, so that nobody in the hub can stop it. It writes into a bucket of the hub, so
that nobody in the management account can take away what it wrote. Its stack follows the hub's.

Source: docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html,
docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html,
docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-required-policy-for-cloudwatch-logs.html, and
docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from msgspec import Meta

from craton.core.kind import Kind
from craton.core.manifest_section import Section
from craton.core.organization_step import OrganizationStep, trust
from craton.core.resource import Output, Resource, attribute, ref, sub
from craton.core.statement import allow
from craton.kinds.archive_bucket import Retention, lifecycle, locked
from craton.kinds.hub_key import ALIAS
from craton.kinds.parts.hub import ALERTS_NAME, KEY_ARN
from craton.kinds.parts.kept_bucket import kept_bucket, objects_of
from craton.kinds.parts.service_role import service_role
from craton.registry.trail_events import data_event_types, trail_prices

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.core.intent import Intent

TRAIL: Final = "OrganizationTrail"
TRAIL_NAME: Final = "craton-bedrock"
BUCKET: Final = "TrailBucket"
NAME: Final = "craton-bedrock-trail-${AWS::AccountId}-${AWS::Region}"
LOG_GROUP: Final = "TrailLogGroup"
NAMESPACE: Final = "Craton/Bedrock"

_PRINCIPAL: Final = "cloudtrail.amazonaws.com"
_DAYS: Final = 30
_SOURCES: Final = (
    '{ ($.eventSource = "bedrock.amazonaws.com" || $.eventSource = "bedrock-mantle.amazonaws.com")'
    ' && $.errorMessage = "*%s*" }'
)
_DENIALS: Final = {
    "DeniedByOrganizationPolicy": "service control policy",
    "DeniedByEndpoint": "VPC endpoint policy",
    "DeniedByGuardrail": "bedrock:ApplyGuardrail",
}
"""Words in the message of a denied call: why it was denied."""

Family = Literal["bedrock", "mantle", "agentcore"]


class Trail(Section, frozen=True, kw_only=True):
    """What the organization's trail takes, and when denied calls are an alarm."""

    management_events: Annotated[
        bool,
        Meta(
            description="take them, calls of models included; they cost nothing unless another trail of the"
            f" account takes them too: then USD {trail_prices()['management']} per 100,000"
        ),
    ] = True
    data_events: Annotated[
        tuple[Family, ...],
        Meta(
            description="of what data events are taken: guardrails, agents and asynchronous calls of"
            " `bedrock`, `mantle`, `agentcore`;"
            f" USD {trail_prices()['data']} per 100,000",
            examples=[["bedrock", "mantle"]],
        ),
    ] = ("bedrock", "mantle", "agentcore")
    denied_calls_alarm: Annotated[
        int, Meta(description="denied calls of one kind within five minutes that raise an alarm", ge=1)
    ] = 20


def _resources(intent: Intent) -> Iterator[Resource | Output]:
    yield from _bucket(intent)
    yield Output(
        template="hub",
        id=f"{BUCKET}Name",
        regions="home",
        value=ref(BUCKET),
        description="where the events of all accounts rest",
    )
    yield Resource(
        template="management",
        id=LOG_GROUP,
        type="AWS::Logs::LogGroup",
        regions="home",
        properties={"LogGroupName": "/craton/trail", "RetentionInDays": _DAYS},
    )
    yield service_role(
        *("management", "TrailRole", _PRINCIPAL),
        [allow(["logs:CreateLogStream", "logs:PutLogEvents"], attribute(LOG_GROUP, "Arn"))],
        regions="home",
        condition={"StringEquals": {"aws:SourceArn": _trail_arn(intent)}},
    )
    yield Resource(
        template="management",
        id=TRAIL,
        type="AWS::CloudTrail::Trail",
        regions="home",
        because="its bucket and its key stand in the hub, whose stack comes first",
        properties={
            "TrailName": TRAIL_NAME,
            "S3BucketName": sub(NAME.replace("${AWS::AccountId}", intent.hub_account)),
            "KMSKeyId": sub(f"arn:${{AWS::Partition}}:kms:${{AWS::Region}}:{intent.hub_account}:{ALIAS}"),
            "CloudWatchLogsLogGroupArn": attribute(LOG_GROUP, "Arn"),
            "CloudWatchLogsRoleArn": attribute("TrailRole", "Arn"),
            "IsLogging": True,
            "IsMultiRegionTrail": True,
            "IsOrganizationTrail": True,
            "IncludeGlobalServiceEvents": True,
            "EnableLogFileValidation": True,
            "AdvancedEventSelectors": list(_selectors(intent.section("trail", Trail))),
        },
    )
    yield from _denials(intent)


def _trail_arn(intent: Intent) -> dict[str, str]:
    return sub(
        f"arn:${{AWS::Partition}}:cloudtrail:{intent.home_region}:{intent.management_account}"
        f":trail/{TRAIL_NAME}"
    )


def _bucket(intent: Intent) -> Iterator[Resource]:
    retention, organization = intent.section("retention", Retention), intent.manifest.organization.id
    of_the_trail = {"aws:SourceArn": _trail_arn(intent)}
    told: Mapping[str, Any] = {"Effect": "Allow", "Principal": {"Service": _PRINCIPAL}}
    yield from kept_bucket(
        BUCKET,
        NAME,
        organization=organization,
        key=KEY_ARN,
        regions="home",
        lifecycle=lifecycle(retention),
        statements=[
            {
                **told,
                "Sid": "TrailLooks",
                "Action": "s3:GetBucketAcl",
                "Resource": attribute(BUCKET, "Arn"),
                "Condition": {"StringEquals": of_the_trail},
            },
            {
                **told,
                "Sid": "TrailWrites",
                "Action": "s3:PutObject",
                "Resource": [
                    objects_of(BUCKET, f"AWSLogs/{organization}/"),
                    objects_of(BUCKET, f"AWSLogs/{intent.management_account}/"),
                ],
                "Condition": {"StringEquals": {**of_the_trail, "s3:x-amz-acl": "bucket-owner-full-control"}},
            },
        ],
        **locked(retention),
    )


def _selectors(chosen: Trail) -> Iterator[dict[str, Any]]:
    """One selector for all management events, and one for each type, as a selector takes but one."""
    if chosen.management_events:
        yield _selector(eventCategory="Management")
    for one in data_event_types():
        if one.family in chosen.data_events:
            yield _selector(**{"eventCategory": "Data", "resources.type": one.resource_type})


def _selector(**fields: str) -> dict[str, Any]:
    return {"FieldSelectors": [{"Field": name, "Equals": [value]} for name, value in fields.items()]}


def _denials(intent: Intent) -> Iterator[Resource]:
    """Denied calls, counted by why they were denied, and an alarm when they are many."""
    threshold = intent.section("trail", Trail).denied_calls_alarm
    topic = sub(f"arn:${{AWS::Partition}}:sns:${{AWS::Region}}:{intent.hub_account}:{ALERTS_NAME}")
    for name, words in _DENIALS.items():
        yield Resource(
            template="management",
            id=f"{name}Filter",
            type="AWS::Logs::MetricFilter",
            regions="home",
            properties={
                "LogGroupName": ref(LOG_GROUP),
                "FilterPattern": _SOURCES % words,
                "MetricTransformations": [
                    {
                        "MetricNamespace": NAMESPACE,
                        "MetricName": name,
                        "MetricValue": "1",
                        "DefaultValue": 0,
                        "Unit": "Count",
                    }
                ],
            },
        )
        yield Resource(
            template="management",
            id=f"{name}Alarm",
            type="AWS::CloudWatch::Alarm",
            regions="home",
            properties={
                "AlarmDescription": f"calls of Bedrock in the organization were denied: {words}",
                "Namespace": NAMESPACE,
                "MetricName": name,
                "Statistic": "Sum",
                "Period": 300,
                "EvaluationPeriods": 1,
                "Threshold": threshold,
                "ComparisonOperator": "GreaterThanOrEqualToThreshold",
                "TreatMissingData": "notBreaching",
                "AlarmActions": [topic],
            },
        )


def _steps(_: Intent) -> Iterator[OrganizationStep]:
    yield trust(_PRINCIPAL, "the trail takes the events of all accounts")


KIND: Final = Kind(
    name="organization_trail",
    title="Trail of the organization",
    section=("trail", Trail),
    resources=_resources,
    steps=_steps,
)
