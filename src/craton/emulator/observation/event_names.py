"""What CloudTrail calls operations, where it does not call them as their model does, and what it logs at all.

Source: "CloudTrail record contents" and "Logging data events", docs.aws.amazon.com/awscloudtrail/latest/
userguide/; "Logging Amazon S3 API calls using AWS CloudTrail", docs.aws.amazon.com/AmazonS3/latest/userguide/
cloudtrail-logging-s3-info.html; "Logging AWS Lambda API calls using AWS CloudTrail", docs.aws.amazon.com/
lambda/latest/dg/logging-using-cloudtrail.html; "Monitor Amazon Bedrock API calls using CloudTrail",
docs.aws.amazon.com/bedrock/latest/userguide/logging-using-cloudtrail.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.emulator.constraints import service_model
from craton.emulator.permissions import action_of
from craton.registry.iam import iam_reference

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.call import Operation

_SOURCES: Final = {"bedrock-runtime": "bedrock", "s3control": "s3"}
"""Services whose events come from another source than their endpoint's name."""

_NAMES: Final[Mapping[tuple[str, str], str]] = {
    ("s3", "PutBucketLifecycleConfiguration"): "PutBucketLifecycle",
    ("s3", "GetBucketLifecycleConfiguration"): "GetBucketLifecycle",
    ("s3", "PutObjectLockConfiguration"): "PutBucketObjectLockConfiguration",
    ("s3", "GetObjectLockConfiguration"): "GetBucketObjectLockConfiguration",
    ("s3", "PutPublicAccessBlock"): "PutBucketPublicAccessBlock",
    ("s3", "GetPublicAccessBlock"): "GetBucketPublicAccessBlock",
    ("s3", "DeletePublicAccessBlock"): "DeleteBucketPublicAccessBlock",
    ("s3", "PutBucketNotificationConfiguration"): "PutBucketNotification",
    ("s3", "GetBucketNotificationConfiguration"): "GetBucketNotification",
    ("s3", "ListObjectsV2"): "ListObjects",
    ("lambda", "CreateFunction"): "CreateFunction20150331",
    ("lambda", "DeleteFunction"): "DeleteFunction20150331",
    ("lambda", "GetFunction"): "GetFunction20150331v2",
    ("lambda", "ListFunctions"): "ListFunctions20150331",
    ("lambda", "UpdateFunctionCode"): "UpdateFunctionCode20150331v2",
    ("lambda", "UpdateFunctionConfiguration"): "UpdateFunctionConfiguration20150331v2",
    ("lambda", "AddPermission"): "AddPermission20150331v2",
    ("lambda", "RemovePermission"): "RemovePermission20150331v2",
    ("lambda", "GetPolicy"): "GetPolicy20150331v2",
}

_S3_OBJECT: Final = "AWS::S3::Object"
_DATA: Final[Mapping[tuple[str, str], str]] = {
    **{
        ("s3", name): _S3_OBJECT
        for name in (
            *("GetObject", "PutObject", "DeleteObject", "DeleteObjects", "HeadObject", "CopyObject"),
            *(
                "ListObjects",
                "ListObjectsV2",
                "ListObjectVersions",
                "PutObjectRetention",
                "PutObjectLegalHold",
            ),
            *("GetObjectRetention", "GetObjectLegalHold", "GetObjectTagging", "PutObjectTagging"),
            *("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload", "AbortMultipartUpload"),
        )
    },
    ("lambda", "Invoke"): "AWS::Lambda::Function",
    ("bedrock-runtime", "ApplyGuardrail"): "AWS::Bedrock::Guardrail",
    ("sns", "Publish"): "AWS::SNS::Topic",
    **{
        ("sqs", name): "AWS::SQS::Queue"
        for name in (
            *("SendMessage", "SendMessageBatch", "ReceiveMessage"),
            *("DeleteMessage", "DeleteMessageBatch", "ChangeMessageVisibility"),
        )
    },
    ("kinesis", "PutRecord"): "AWS::Kinesis::Stream",
    ("kinesis", "PutRecords"): "AWS::Kinesis::Stream",
    ("kinesis", "GetRecords"): "AWS::Kinesis::Stream",
    ("cloudwatch", "PutMetricData"): "AWS::CloudWatch::Metric",
    ("cloudwatch", "GetMetricData"): "AWS::CloudWatch::Metric",
    ("cloudwatch", "GetMetricStatistics"): "AWS::CloudWatch::Metric",
    ("cloudwatch", "ListMetrics"): "AWS::CloudWatch::Metric",
}
"""Operations that are data events, and the type of their resources."""

_UNLOGGED: Final = frozenset(
    {
        ("logs", "PutLogEvents"),
        ("firehose", "PutRecord"),
        ("firehose", "PutRecordBatch"),
        ("events", "PutEvents"),
    }
)
"""Operations that CloudTrail never tells."""

GLOBAL: Final = frozenset({"iam", "organizations", "budgets", "ce", "account"})
"""Services whose events are told in us-east-1, wherever they are called from."""


def source_of(operation: Operation) -> str:
    """Where an event comes from, such as `bedrock.amazonaws.com`."""
    name = _SOURCES.get(operation.service) or service_model(operation.service).endpoint_prefix
    return f"{name.removeprefix('api.')}.amazonaws.com"


def name_of(operation: Operation) -> str:
    """What the event of an operation is called."""
    return _NAMES.get((operation.service, operation.name), operation.name)


def data_type_of(operation: Operation) -> str | None:
    """The type of the resource of a data event; None for management events."""
    return _DATA.get((operation.service, operation.name))


def is_logged(operation: Operation) -> bool:
    """Whether CloudTrail tells of an operation."""
    return (operation.service, operation.name) not in _UNLOGGED


def is_read_only(operation: Operation) -> bool:
    """Whether an operation changes nothing, by the access level of its action."""
    name = action_of(operation)
    action = iam_reference().action(name) if name else None
    if action is None:
        return operation.name.startswith(("Get", "List", "Describe", "Head"))
    return action.access_level in ("Read", "List")
