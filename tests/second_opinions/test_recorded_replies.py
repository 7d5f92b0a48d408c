"""Replies that AWS gave, as others recorded them: the emulator tells every member that AWS told.

What is compared is the shape: which members there are and of which type, not their values.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.session import Session

from craton.emulator.catalog import all_services
from craton.emulator.emulator import emulator
from craton.emulator.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

ACCOUNT = "111111111111"
REGION = "us-east-1"
SERVICES = {"monitoring": "cloudwatch"}
"""Names in recordings of services that botocore names otherwise."""
TRUST = {"Effect": "Allow", "Principal": {"Service": "bedrock.amazonaws.com"}, "Action": "sts:AssumeRole"}
WRITE = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}
ON = {"inputEnabled": True, "outputEnabled": True, "inputAction": "BLOCK", "outputAction": "BLOCK"}
FILTERS = {
    "contentPolicyConfig": {
        "filtersConfig": [{"type": "HATE", "inputStrength": "LOW", "outputStrength": "LOW"}]
    },
    "wordPolicyConfig": {
        "wordsConfig": [{"text": "gadget", **ON}],
        "managedWordListsConfig": [{"type": "PROFANITY", **ON}],
    },
}
LEFT_OUT: dict[str, set[str]] = {
    # the project's data of models says who may be called, and nothing of these
    "bedrock.ListFoundationModels": {
        *("modelSummaries[].inputModalities[]: text", "modelSummaries[].outputModalities[]: text"),
        *("modelSummaries[].customizationsSupported[]: text", "modelSummaries[].providerName: text"),
        *("modelSummaries[].inferenceTypesSupported[]: text", "modelSummaries[].modelName: text"),
        "modelSummaries[].responseStreamingSupported: boolean",
    },
    # moto keeps no times of aliases
    "kms.ListAliases": {"Aliases[].CreationDate: time", "Aliases[].LastUpdatedDate: time"},
    # nothing moves by a lifecycle, whatever its size
    "s3.GetBucketLifecycleConfiguration": {"TransitionDefaultMinimumObjectSize: text"},
}
"""What AWS tells and the emulator does not, and why."""


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


class Account:
    """An account with one of each thing that recordings are about, on an emulator over HTTP."""

    def __init__(self, server: Server) -> None:
        world = server.application.world
        self.keys = world.new_administrator(ACCOUNT)
        self.url = server.url
        bedrock, kms, s3 = self.client("bedrock"), self.client("kms"), self.client("s3")
        tags = [{"key": "team", "value": "search"}]
        texts = {"blockedInputMessaging": "no", "blockedOutputsMessaging": "no"}
        self.guard = bedrock.create_guardrail(name="one", description="two", tags=tags, **texts, **FILTERS)
        source = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:inference-profile/us.anthropic.claude-sonnet-4-6"
        self.profile = bedrock.create_inference_profile(
            inferenceProfileName="one", description="two", modelSource={"copyFrom": source}, tags=tags
        )["inferenceProfileArn"]
        self.key = kms.create_key(Description="one")["KeyMetadata"]["KeyId"]
        kms.create_alias(AliasName="alias/one", TargetKeyId=self.key)
        s3.create_bucket(Bucket="recorded")
        s3.put_bucket_versioning(Bucket="recorded", VersioningConfiguration={"Status": "Enabled"})
        s3.put_bucket_tagging(Bucket="recorded", Tagging={"TagSet": [{"Key": "team", "Value": "search"}]})
        rule = {"ID": "one", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 7}}
        rule["NoncurrentVersionExpiration"] = {"NoncurrentDays": 7}
        abort = {**rule, "ID": "two", "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}
        s3.put_bucket_lifecycle_configuration(
            Bucket="recorded", LifecycleConfiguration={"Rules": [rule, abort]}
        )
        self._log_invocations()
        self.client("bedrock-runtime").converse(
            modelId="us.anthropic.claude-sonnet-4-6",
            messages=[{"role": "user", "content": [{"text": "one"}]}],
        )
        assert world.work.wait(60)

    def client(self, service: str) -> Any:
        config = Config(retries={"total_max_attempts": 1})
        return boto3.Session(*self.keys, region_name=REGION).client(
            service, endpoint_url=self.url, config=config
        )

    def _log_invocations(self) -> None:
        iam = self.client("iam")
        self.role = iam.create_role(RoleName="logger", AssumeRolePolicyDocument=policy(TRUST))["Role"]["Arn"]
        iam.put_role_policy(RoleName="logger", PolicyName="write", PolicyDocument=policy(WRITE))
        self.client("logs").create_log_group(logGroupName="/bedrock")
        bucket = policy(
            {
                "Effect": "Allow",
                "Principal": {"Service": "bedrock.amazonaws.com"},
                "Action": "s3:PutObject",
                "Resource": "arn:aws:s3:::recorded/*",
            }
        )
        self.client("s3").put_bucket_policy(Bucket="recorded", Policy=bucket)
        self.log()

    def log(self) -> Any:
        told = {
            "cloudWatchConfig": {
                "logGroupName": "/bedrock",
                "roleArn": self.role,
                "largeDataDeliveryS3Config": {"bucketName": "recorded", "keyPrefix": "large"},
            },
            "s3Config": {"bucketName": "recorded", "keyPrefix": "logs"},
        }
        return self.client("bedrock").put_model_invocation_logging_configuration(loggingConfig=told)

    def metric(self) -> dict[str, Any]:
        return {"Namespace": "AWS/Bedrock", "MetricName": "Invocations"}

    def span(self) -> dict[str, Any]:
        now = dt.datetime.now(dt.UTC)
        return {"StartTime": now - dt.timedelta(hours=1), "EndTime": now + dt.timedelta(hours=1)}

    def statistics(self) -> Any:
        dimensions = [{"Name": "ModelId", "Value": "us.anthropic.claude-sonnet-4-6"}]
        return self.client("cloudwatch").get_metric_statistics(
            **self.metric(), **self.span(), Dimensions=dimensions, Period=300, Statistics=["Sum", "Average"]
        )

    def data(self) -> Any:
        dimensions = [{"Name": "ModelId", "Value": "us.anthropic.claude-sonnet-4-6"}]
        one = {"Metric": {**self.metric(), "Dimensions": dimensions}, "Period": 300, "Stat": "Sum"}
        return self.client("cloudwatch").get_metric_data(
            MetricDataQueries=[{"Id": "one", "MetricStat": one}], **self.span()
        )


ASKS: dict[str, Callable[[Account], Any]] = {
    "bedrock.GetGuardrail": lambda on: on.client("bedrock").get_guardrail(
        guardrailIdentifier=on.guard["guardrailId"]
    ),
    "bedrock.ListGuardrails": lambda on: on.client("bedrock").list_guardrails(),
    "bedrock.UpdateGuardrail": lambda on: on.client("bedrock").update_guardrail(
        guardrailIdentifier=on.guard["guardrailId"],
        name="two",
        blockedInputMessaging="no",
        blockedOutputsMessaging="no",
        **FILTERS,
    ),
    "bedrock.ListInferenceProfiles": lambda on: on.client("bedrock").list_inference_profiles(
        typeEquals="APPLICATION"
    ),
    "bedrock.ListFoundationModels": lambda on: on.client("bedrock").list_foundation_models(),
    "bedrock.ListTagsForResource": lambda on: on.client("bedrock").list_tags_for_resource(
        resourceARN=on.profile
    ),
    "bedrock.TagResource": lambda on: on.client("bedrock").tag_resource(
        resourceARN=on.profile, tags=[{"key": "a", "value": "b"}]
    ),
    "bedrock.UntagResource": lambda on: on.client("bedrock").untag_resource(
        resourceARN=on.profile, tagKeys=["team"]
    ),
    "bedrock.DeleteInferenceProfile": lambda on: on.client("bedrock").delete_inference_profile(
        inferenceProfileIdentifier=on.profile
    ),
    "bedrock.GetModelInvocationLoggingConfiguration": lambda on: on.client(
        "bedrock"
    ).get_model_invocation_logging_configuration(),
    "bedrock.PutModelInvocationLoggingConfiguration": lambda on: on.log(),
    "bedrock.DeleteModelInvocationLoggingConfiguration": lambda on: on.client(
        "bedrock"
    ).delete_model_invocation_logging_configuration(),
    "cloudwatch.GetMetricStatistics": lambda on: on.statistics(),
    "cloudwatch.GetMetricData": lambda on: on.data(),
    "kms.DescribeKey": lambda on: on.client("kms").describe_key(KeyId=on.key),
    "kms.ListAliases": lambda on: on.client("kms").list_aliases(),
    "s3.GetBucketLocation": lambda on: on.client("s3").get_bucket_location(Bucket="recorded"),
    "s3.GetBucketVersioning": lambda on: on.client("s3").get_bucket_versioning(Bucket="recorded"),
    "s3.GetBucketLifecycleConfiguration": lambda on: on.client("s3").get_bucket_lifecycle_configuration(
        Bucket="recorded"
    ),
    "sts.GetCallerIdentity": lambda on: on.client("sts").get_caller_identity(),
}


def operation_of(file: Path) -> str:
    """The operation whose reply a file holds, by the names of botocore."""
    service, _, name = file.name.rpartition("_")[0].partition(".")
    return f"{SERVICES.get(service, service)}.{name}"


def shape(value: Any, at: str = "") -> Iterator[str]:
    """Every member with its type, by its path; times are told as recordings and as boto3 write them."""
    match value:
        case {"__class__": "datetime"} | dt.datetime():
            yield f"{at}: time"
        case dict():
            for name, one in value.items():
                if name != "ResponseMetadata":
                    yield from shape(one, f"{at}.{name}" if at else name)
        case list():
            for one in value:
                yield from shape(one, f"{at}[]")
        case None:
            yield f"{at}: nothing"
        case bool():
            yield f"{at}: boolean"
        case int() | float():
            yield f"{at}: number"
        case _:
            yield f"{at}: text"


@pytest.fixture
def account() -> Iterator[Account]:
    with Server(emulator(ACCOUNT)) as server:
        yield Account(server)
        assert list(server.application.world.refused) == []
        assert server.application.world.work.failures == []


@pytest.fixture(scope="module")
def recorded(shared_data: Path) -> dict[str, list[dict[str, Any]]]:
    """The replies that tell something and are no errors, by their operations."""
    found: dict[str, list[dict[str, Any]]] = {}
    for file in sorted((shared_data / "control-plane").rglob("*.json")):
        reply = json.loads(file.read_text("utf-8"))
        if reply["status_code"] < 300:
            found.setdefault(operation_of(file), []).append(reply["data"])
    return found


def test_every_recorded_operation_that_is_emulated_is_asked(
    recorded: dict[str, list[dict[str, Any]]],
) -> None:
    services = all_services()
    emulated = {f"{name}.{one}" for name, service in services.items() for one in service.operations}
    assert recorded.keys() & emulated == recorded.keys() & ASKS.keys()
    assert len(recorded.keys() & ASKS.keys()) > 15


@pytest.mark.parametrize("operation", ASKS)
def test_the_emulator_tells_what_aws_told(
    account: Account, recorded: dict[str, list[dict[str, Any]]], operation: str
) -> None:
    told = set(shape(ASKS[operation](account)))
    wanted = {one for reply in recorded[operation] for one in shape(reply)}
    assert wanted - told == LEFT_OUT.get(operation, set())


def test_recorded_replies_hold_nothing_that_botocore_does_not_know(
    recorded: dict[str, list[dict[str, Any]]],
) -> None:
    session = Session()
    for operation in sorted(recorded.keys() & ASKS.keys()):
        service, _, name = operation.partition(".")
        output = session.get_service_model(service).operation_model(name).output_shape
        known = set(output.members) if output is not None else set()
        names = {name for reply in recorded[operation] for name in reply} - {"ResponseMetadata"}
        assert names <= known, operation
