from __future__ import annotations

import datetime as dt
import io
from typing import Any

import botocore.session
import pytest

from craton.aws.answer import plain
from craton.logs.masking import MASKED


def told(service: str, operation: str, answer: dict[str, Any]) -> dict[str, Any]:
    model = botocore.session.Session().get_service_model(service).operation_model(operation)
    return plain(answer, model.output_shape)


def test_the_frame_of_the_call_is_dropped_and_values_are_json() -> None:
    east = dt.timezone(dt.timedelta(hours=2))
    answer = {
        "ResponseMetadata": {"RequestId": "x"},
        "Body": io.BytesIO(b"\x00\xffabc"),
        "ContentLength": 5,
        "LastModified": dt.datetime(2026, 11, 27, 12, 0, tzinfo=east),
        "DeleteMarker": False,
        "Metadata": {"a": "b"},
    }
    assert told("s3", "GetObject", answer) == {
        "Body": "AP9hYmM=",
        "ContentLength": 5,
        "LastModified": "2026-11-27T10:00:00Z",
        "DeleteMarker": False,
        "Metadata": {"a": "b"},
    }


@pytest.mark.parametrize(
    ("service", "operation", "answer", "masked"),
    [
        (
            "lambda",
            "GetFunctionConfiguration",
            {"FunctionName": "f", "Environment": {"Variables": {"KEY": "s3cr3t"}}},
            {"FunctionName": "f", "Environment": {"Variables": MASKED}},
        ),
        (
            "lambda",
            "GetFunction",
            {"Code": {"Location": "https://x.s3.amazonaws.com/f?X-Amz-Signature=abc"}},
            {"Code": {"Location": MASKED}},
        ),
        (
            "secretsmanager",
            "GetSecretValue",
            {"Name": "n", "SecretString": "s"},
            {"Name": "n", "SecretString": MASKED},
        ),
        (
            "ssm",
            "GetParameter",
            {"Parameter": {"Name": "n", "Type": "SecureString", "Value": "s"}},
            {"Parameter": {"Name": "n", "Type": "SecureString", "Value": MASKED}},
        ),
        (
            "sts",
            "AssumeRole",
            {"Credentials": {"AccessKeyId": "ASIA1", "SecretAccessKey": "s", "SessionToken": "t"}},
            {"Credentials": {"AccessKeyId": "ASIA1", "SecretAccessKey": MASKED, "SessionToken": MASKED}},
        ),
        (
            "iam",
            "CreateServiceSpecificCredential",
            {
                "ServiceSpecificCredential": {
                    "UserName": "u",
                    "ServicePassword": "p",
                    "ServiceApiKeyValue": "k",
                }
            },
            {
                "ServiceSpecificCredential": {
                    "UserName": "u",
                    "ServicePassword": MASKED,
                    "ServiceApiKeyValue": MASKED,
                }
            },
        ),
    ],
)
def test_secrets_are_masked(
    service: str, operation: str, answer: dict[str, Any], masked: dict[str, Any]
) -> None:
    assert told(service, operation, answer) == masked


@pytest.mark.slow
@pytest.mark.parametrize(
    ("service", "operation", "answer"),
    [
        (
            "organizations",
            "ListAccounts",
            {"Accounts": [{"Id": "1", "Name": "search", "Email": "a@b.example"}]},
        ),
        (
            "bedrock",
            "GetGuardrail",
            {"name": "g", "topicPolicy": {"topics": [{"name": "t", "definition": "d", "examples": ["e"]}]}},
        ),
        ("ssm", "GetParameter", {"Parameter": {"Name": "n", "Type": "String", "Value": "open"}}),
        ("budgets", "DescribeSubscribersForNotification", {"Subscribers": [{"Address": "a@b.example"}]}),
    ],
)
def test_what_the_manifest_says_itself_is_told(service: str, operation: str, answer: dict[str, Any]) -> None:
    assert told(service, operation, answer) == answer
