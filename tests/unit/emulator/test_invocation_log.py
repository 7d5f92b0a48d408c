from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.faults.lake import DONE, ingest, sql

from craton.emulator.delivery.access import losses

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from craton.emulator.world import World

MODEL = "anthropic.claude-sonnet-4-6"
ACCOUNT = "111111111111"
GROUP = "/bedrock/invocations"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/logging"
SOURCE = {
    "StringEquals": {"aws:SourceAccount": ACCOUNT},
    "ArnLike": {"aws:SourceArn": f"arn:aws:bedrock:us-east-1:{ACCOUNT}:*"},
}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture
def group(client: Callable[..., Any]) -> dict[str, Any]:
    """How a configuration names a log group that Bedrock may write to."""
    client("logs").create_log_group(logGroupName=GROUP)
    trust = {"Effect": "Allow", "Principal": {"Service": "bedrock.amazonaws.com"}, "Action": "sts:AssumeRole"}
    iam = client("iam")
    iam.create_role(RoleName="logging", AssumeRolePolicyDocument=document({**trust, "Condition": SOURCE}))
    stream = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{GROUP}:log-stream:aws/bedrock/modelinvocations"
    own = {"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": stream}
    iam.put_role_policy(RoleName="logging", PolicyName="own", PolicyDocument=document(own))
    return {"logGroupName": GROUP, "roleArn": ROLE}


@pytest.fixture
def bucket(client: Callable[..., Any]) -> dict[str, Any]:
    """How a configuration names a bucket that Bedrock may write to."""
    s3 = client("s3")
    s3.create_bucket(Bucket="invocations")
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "bedrock.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::invocations/logs/AWSLogs/{ACCOUNT}/BedrockModelInvocationLogs/*",
        "Condition": SOURCE,
    }
    s3.put_bucket_policy(Bucket="invocations", Policy=document(allowed))
    return {"bucketName": "invocations", "keyPrefix": "logs"}


def log_to(client: Callable[..., Any], **destinations: Any) -> None:
    client("bedrock").put_model_invocation_logging_configuration(
        loggingConfig={"textDataDeliveryEnabled": True, **destinations}
    )


def ask(client: Callable[..., Any], text: str = "hi", **more: Any) -> None:
    messages = [{"role": "user", "content": [{"text": text}]}]
    client("bedrock-runtime").converse(**{"modelId": MODEL, "messages": messages, **more})


def lines(world: World, client: Callable[..., Any]) -> list[str]:
    assert world.work.wait(30)
    return [one["message"] for one in client("logs").filter_log_events(logGroupName=GROUP)["events"]]


def objects(world: World, client: Callable[..., Any]) -> dict[str, bytes]:
    assert world.work.wait(30)
    s3 = client("s3")
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket="invocations").get("Contents", ())]
    return {key: s3.get_object(Bucket="invocations", Key=key)["Body"].read() for key in keys}


class TestConfiguration:
    def test_it_is_told_as_it_was_put_until_it_is_removed(
        self, client: Callable[..., Any], group: dict[str, Any], bucket: dict[str, Any]
    ) -> None:
        bedrock = client("bedrock")
        assert "loggingConfig" not in bedrock.get_model_invocation_logging_configuration()
        log_to(client, cloudWatchConfig=group, s3Config=bucket)
        told = bedrock.get_model_invocation_logging_configuration()["loggingConfig"]
        assert (told["cloudWatchConfig"], told["s3Config"]) == (group, bucket)
        other = client("bedrock", "eu-west-1").get_model_invocation_logging_configuration()
        assert "loggingConfig" not in other
        bedrock.delete_model_invocation_logging_configuration()
        assert "loggingConfig" not in bedrock.get_model_invocation_logging_configuration()

    def test_a_destination_is_tried_before_it_is_taken(
        self,
        world: World,
        client: Callable[..., Any],
        group: dict[str, Any],
        bucket: dict[str, Any],
    ) -> None:
        log_to(client, cloudWatchConfig=group, s3Config=bucket)
        assert lines(world, client) == ["Permissions are correctly set for Amazon Bedrock logs."]
        (key,) = objects(world, client)
        assert key.endswith("/BedrockModelInvocationLogs/amazon-bedrock-logs-permission-check")

    @pytest.mark.parametrize(
        "wrong",
        ["no group", "no role", "no permission", "no trust", "no bucket", "no policy", "other Region"],
    )
    def test_a_destination_that_cannot_be_written_is_refused(
        self, client: Callable[..., Any], group: dict[str, Any], bucket: dict[str, Any], wrong: str
    ) -> None:
        told: dict[str, Any] = {"cloudWatchConfig": group, "s3Config": bucket}
        region = "us-east-1"
        match wrong:
            case "no group":
                told["cloudWatchConfig"] = {**group, "logGroupName": "/other"}
            case "no role":
                told["cloudWatchConfig"] = {**group, "roleArn": f"{ROLE}-other"}
            case "no permission":
                client("iam").delete_role_policy(RoleName="logging", PolicyName="own")
            case "no trust":
                client("iam").update_assume_role_policy(
                    RoleName="logging",
                    PolicyDocument=document(
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "lambda.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ),
                )
            case "no bucket":
                told = {"s3Config": {"bucketName": "elsewhere"}}
            case "no policy":
                client("s3").delete_bucket_policy(Bucket="invocations")
            case _:
                told, region = {"s3Config": bucket}, "eu-west-1"
        with pytest.raises(ClientError, match="Failed to validate permissions for"):
            client("bedrock", region).put_model_invocation_logging_configuration(loggingConfig=told)

    def test_nothing_is_logged_where_nothing_is_configured(
        self, world: World, client: Callable[..., Any], group: dict[str, Any]
    ) -> None:
        ask(client)
        assert group
        assert lines(world, client) == []


class TestRecords:
    def test_a_call_is_one_record_in_the_log_group(
        self, world: World, client: Callable[..., Any], group: dict[str, Any]
    ) -> None:
        log_to(client, cloudWatchConfig=group)
        ask(client, requestMetadata={"team": "a"})
        record = json.loads(lines(world, client)[1])
        assert record["schemaType"] == "ModelInvocationLog"
        assert record["operation"] == "Converse"
        assert record["modelId"] == MODEL
        assert record["identity"] == {"arn": f"arn:aws:iam::{ACCOUNT}:root"}
        assert record["requestMetadata"] == {"team": "a"}
        assert record["input"]["inputBodyJson"]["messages"][0]["content"] == [{"text": "hi"}]
        assert record["input"]["inputTokenCount"] == 1
        assert record["output"]["outputBodyJson"]["stopReason"] == "end_turn"
        assert record["output"]["outputTokenCount"] == 3

    def test_records_in_a_bucket_are_compressed_lines_by_the_hour(
        self, world: World, client: Callable[..., Any], bucket: dict[str, Any]
    ) -> None:
        log_to(client, s3Config=bucket)
        ask(client, "one")
        ask(client, "two")
        found = objects(world, client)
        written = [key for key in found if key.endswith(".json.gz")]
        hour = f"logs/AWSLogs/{ACCOUNT}/BedrockModelInvocationLogs/us-east-1/{world.now():%Y/%m/%d/%H}/"
        assert all(key.startswith(hour) for key in written)
        records = [json.loads(line) for key in written for line in gzip.decompress(found[key]).splitlines()]
        assert len(records) == 2

    def test_texts_are_left_out_where_they_are_not_wanted(
        self, world: World, client: Callable[..., Any], group: dict[str, Any]
    ) -> None:
        log_to(client, cloudWatchConfig=group, textDataDeliveryEnabled=False)
        ask(client)
        record = json.loads(lines(world, client)[1])
        assert record["input"] == {"inputContentType": "application/json", "inputTokenCount": 1}
        assert "outputBodyJson" not in record["output"]

    def test_vectors_are_left_out_where_they_are_not_wanted(
        self, world: World, client: Callable[..., Any], group: dict[str, Any]
    ) -> None:
        log_to(client, cloudWatchConfig=group, embeddingDataDeliveryEnabled=False)
        client("bedrock-runtime").invoke_model(
            modelId="amazon.titan-embed-text-v2:0", body=json.dumps({"inputText": "hi"})
        )
        record = json.loads(lines(world, client)[1])
        assert record["input"]["inputBodyJson"] == {"inputText": "hi"}
        assert record["output"] == {"outputContentType": "application/json"}

    def test_a_large_body_is_an_object_of_its_own(
        self, world: World, client: Callable[..., Any], group: dict[str, Any], bucket: dict[str, Any]
    ) -> None:
        log_to(client, cloudWatchConfig={**group, "largeDataDeliveryS3Config": bucket})
        ask(client, "x" * 200_000, inferenceConfig={"maxTokens": 5})
        record = json.loads(lines(world, client)[1])
        path = record["input"]["inputBodyS3Path"]
        assert "inputBodyJson" not in record["input"]
        body = gzip.decompress(objects(world, client)[path.removeprefix("s3://invocations/")])
        assert json.loads(body)["messages"][0]["content"][0]["text"] == "x" * 200_000

    def test_a_refused_call_is_logged_with_its_error(
        self, world: World, client: Callable[..., Any], group: dict[str, Any]
    ) -> None:
        log_to(client, cloudWatchConfig=group)
        with pytest.raises(ClientError):
            ask(client, modelId="anthropic.claude-nonsense")
        record = json.loads(lines(world, client)[1])
        assert record["errorCode"] == "ValidationException"
        assert "output" not in record

    def test_what_cannot_be_delivered_any_more_is_kept_as_lost(
        self, world: World, client: Callable[..., Any], group: dict[str, Any]
    ) -> None:
        log_to(client, cloudWatchConfig=group)
        client("iam").delete_role_policy(RoleName="logging", PolicyName="own")
        ask(client)
        assert len(lines(world, client)) == 1
        assert "to CloudWatch" in losses(world)[-1]
        failed = "ModelInvocationLogsCloudWatchDeliveryFailure"
        listed = client("cloudwatch").list_metrics(Namespace="AWS/Bedrock", MetricName=failed)["Metrics"]
        assert listed[0]["Dimensions"] == [{"Name": "ModelId", "Value": "Across all model IDs"}]


class TestIngest:
    def test_what_the_emulator_wrote_is_read_row_by_row(
        self, world: World, client: Callable[..., Any], bucket: dict[str, Any], tmp_path: Path
    ) -> None:
        log_to(client, s3Config=bucket)
        bedrock, runtime = client("bedrock"), client("bedrock-runtime")
        guardrail = bedrock.create_guardrail(
            name="guard",
            blockedInputMessaging="no",
            blockedOutputsMessaging="no",
            wordPolicyConfig={"wordsConfig": [{"text": "gadget"}]},
        )["guardrailId"]
        named = {"guardrailIdentifier": guardrail, "guardrailVersion": "DRAFT"}
        ask(client, "plain")
        ask(client, "a gadget", guardrailConfig={**named, "trace": "enabled"})
        body = {
            "anthropic_version": "bedrock-2023-05-31",
            "max_tokens": 9,
            "messages": [{"role": "user", "content": "hi"}],
        }
        runtime.invoke_model(modelId=f"us.{MODEL}", body=json.dumps(body))
        stream = runtime.invoke_model_with_response_stream(
            modelId=MODEL,
            body=json.dumps({**body, "messages": [{"role": "user", "content": "gadget"}]}),
            trace="ENABLED",
            **named,
        )
        list(stream["body"])
        messages = [{"role": "user", "content": [{"text": "streamed"}]}]
        list(runtime.converse_stream(modelId="amazon.nova-lite-v1:0", messages=messages)["stream"])
        with pytest.raises(ClientError):
            ask(client, modelId="anthropic.claude-nonsense")
        for key, data in objects(world, client).items():
            file = tmp_path / "bucket" / key
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        told = ingest([tmp_path / "bucket"], tmp_path / "lake")
        assert told.code == DONE, told
        assert told.report["unknown_fields"] == {}
        assert told.report["ignored_reasons"] == {"permission_check": 1}
        rows = sql(
            tmp_path / "lake",
            "SELECT operation, error_code, stop_reason, guardrail_action, guardrail_version, input_tokens,"
            " output_tokens, guardrail_id"
            " FROM invocation ORDER BY operation, output_tokens",
        )
        assert [tuple(row.values()) for row in rows] == [
            ("Converse", None, "guardrail_intervened", "INTERVENED", "DRAFT", 0, 0, guardrail),
            ("Converse", None, "end_turn", None, None, 2, 4, None),
            ("Converse", "ValidationException", None, None, None, None, None, None),
            ("ConverseStream", None, "end_turn", None, None, 2, 5, None),
            ("InvokeModel", None, "end_turn", None, None, 1, 3, None),
            ("InvokeModelWithResponseStream", None, "end_turn", "INTERVENED", None, 0, 0, guardrail),
        ]
