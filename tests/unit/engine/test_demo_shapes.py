"""Every shape that real records were seen to have occurs in the demonstration."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.engine import demo_records as demo

from craton.engine.demo.prose import CANARY

if TYPE_CHECKING:
    from collections.abc import Callable

Record = dict[str, Any]


def body(record: Record, side: str) -> Any:
    return record.get(side, {}).get(f"{side}BodyJson")


def converse_trace(record: Record) -> Record:
    reply = body(record, "output")
    if not isinstance(reply, dict):
        return {}
    found: Record = reply.get("trace", {}).get("guardrail", {})
    return found


def invoke_trace(record: Record) -> Record:
    reply = body(record, "output")
    parts = reply if isinstance(reply, list) else [reply]
    last = parts[-1] if parts and isinstance(parts[-1], dict) else {}
    found: Record = last.get("amazon-bedrock-trace", {}).get("guardrail", {})
    return found


def told(record: Record) -> str:
    return str(converse_trace(record) or invoke_trace(record))


def is_model_arn(record: Record, kind: str) -> bool:
    return re.fullmatch(rf"arn:aws:bedrock:[\w-]+:\d{{12}}:{kind}/.+", record["modelId"]) is not None


def is_text(record: Record) -> bool:
    return not any(word in record["modelId"] for word in ("embed", "rerank", "image", "marengo"))


INVOCATIONS: dict[str, Callable[[Record], Any]] = {
    "cached tokens stand beside the input tokens": lambda r: "cacheReadInputTokenCount" in r["input"],
    "cached tokens are larger by orders of magnitude": lambda r: (
        r["input"].get("cacheReadInputTokenCount", 0) > 100 * r["input"].get("inputTokenCount", 1e9)
    ),
    "an embedding has no output count": lambda r: (
        "titan-embed" in r["modelId"] and "output" in r and "outputTokenCount" not in r["output"]
    ),
    "a rerank has no output count": lambda r: (
        "rerank" in r["modelId"] and "output" in r and "outputTokenCount" not in r["output"]
    ),
    "a call blocked by a guardrail carries no counts at all": lambda r: (
        "BLOCKED" in told(r) and "inputTokenCount" not in r["input"] and "outputTokenCount" not in r["output"]
    ),
    "a model ran far from the calling Region": lambda r: (
        r["region"].startswith("us-") and r.get("inferenceRegion", "").startswith(("eu-", "ap-"))
    ),
    "a bare model id": lambda r: r["modelId"].startswith("amazon.nova"),
    "a profile of the US": lambda r: r["modelId"].startswith("us."),
    "a profile of the EU": lambda r: r["modelId"].startswith("eu."),
    "a profile of Asia and the Pacific": lambda r: r["modelId"].startswith("apac."),
    "a global profile": lambda r: r["modelId"].startswith("global."),
    "a foundation-model ARN with an empty account": lambda r: re.fullmatch(
        r"arn:aws:bedrock:[\w-]+::foundation-model/.+", r["modelId"]
    ),
    "an inference-profile ARN": lambda r: is_model_arn(r, "inference-profile"),
    "an application-inference-profile ARN": lambda r: is_model_arn(r, "application-inference-profile"),
    "a provisioned model ARN": lambda r: is_model_arn(r, "provisioned-model"),
    "an imported model ARN": lambda r: is_model_arn(r, "imported-model"),
    "a SageMaker endpoint ARN": lambda r: r["modelId"].startswith("arn:aws:sagemaker:"),
    "the response body is an object": lambda r: (
        r["operation"] == "InvokeModel" and isinstance(body(r, "output"), dict)
    ),
    "the response body is an array of stream events": lambda r: (
        isinstance(body(r, "output"), list) and isinstance(body(r, "output")[0], dict)
    ),
    "the response body is an array of strings": lambda r: (
        isinstance(body(r, "output"), list) and isinstance(body(r, "output")[0], str)
    ),
    "a ConverseStream is one assembled object": lambda r: (
        r["operation"] == "ConverseStream" and isinstance(body(r, "output"), dict)
    ),
    "bodies are absent where text delivery is off": lambda r: (
        is_text(r)
        and "output" in r
        and not {"inputBodyJson", "inputBodyS3Path"} & r["input"].keys()
        and "outputBodyJson" not in r["output"]
    ),
    "a request body lies in S3": lambda r: r["input"].get("inputBodyS3Path", "").startswith("s3://"),
    "a response body lies in S3": lambda r: (
        r.get("output", {}).get("outputBodyS3Path", "").startswith("s3://")
    ),
    "a guardrail's trace in a Converse reply": converse_trace,
    "a guardrail's trace in an InvokeModel reply": lambda r: (
        invoke_trace(r) and isinstance(body(r, "output"), dict)
    ),
    "a guardrail's trace in the last event of a stream": lambda r: (
        invoke_trace(r) and isinstance(body(r, "output"), list)
    ),
    "outputAssessments is an array": lambda r: isinstance(converse_trace(r).get("outputAssessments"), list),
    "outputAssessments is an object": lambda r: isinstance(converse_trace(r).get("outputAssessments"), dict),
    "a guardrail masked and did not block": lambda r: "ANONYMIZED" in told(r) and "BLOCKED" not in told(r),
    "a guardrail detected without action": lambda r: "'action': 'NONE', 'detected': True" in told(r),
    "a match holds the very text found": lambda r: f"'match': '{CANARY}" in told(r),
    "modelOutput holds the very text withheld": lambda r: CANARY in str(converse_trace(r).get("modelOutput")),
    "the key order of before mid 2025": lambda r: list(r).index("identity") < list(r).index("region"),
    "the key order of since mid 2025": lambda r: list(r).index("identity") > list(r).index("region"),
    "a masked account id": lambda r: r["accountId"] == "XXXXXXXXXXXX",
    "an account id with a leading zero": lambda r: r["accountId"].startswith("0"),
    "a time as ISO with Z": lambda r: re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", r["timestamp"]),
    "a time with seven fractional digits": lambda r: re.search(r"\.\d{7}Z$", r["timestamp"]),
    "a time with nine fractional digits": lambda r: re.search(r"\.\d{9}Z$", r["timestamp"]),
    "a time with a space": lambda r: " " in r["timestamp"],
    "request metadata": lambda r: r.get("requestMetadata"),
    "a field of a log shipper that AWS does not know": lambda r: "forwarder" in r,
    "an image": lambda r: "stable-image" in r["modelId"] and body(r, "output")["images"],
    "an asynchronous call": lambda r: r["operation"] == "StartAsyncInvoke",
    "an InvokeModel": lambda r: r["operation"] == "InvokeModel",
    "an InvokeModelWithResponseStream": lambda r: r["operation"] == "InvokeModelWithResponseStream",
    "a Converse": lambda r: r["operation"] == "Converse",
    "a ConverseStream": lambda r: r["operation"] == "ConverseStream",
    "a throttled call": lambda r: r.get("errorCode") == "ThrottlingException" and "output" not in r,
    "a call of a retired model": lambda r: r.get("errorCode") == "ResourceNotFoundException",
    "a document asked with": lambda r: "'document'" in str(body(r, "input")),
    "tools offered to the model": lambda r: "toolSpec" in str(body(r, "input")),
    "tokens kept in the cache for one hour": lambda r: (
        "'ephemeral_1h_input_tokens': 1" in str(body(r, "output")) or "'ttl': '1h'" in str(body(r, "output"))
    ),
    "a service tier asked for": lambda r: (
        isinstance(body(r, "input"), dict) and body(r, "input").get("serviceTier")
    ),
    "a caller who signs with an API key": lambda r: "user/BedrockAPIKey-" in r["identity"]["arn"],
    "a person of IAM Identity Center": lambda r: "AWSReservedSSO_" in r["identity"]["arn"],
}

EVENTS: dict[str, Callable[[Record], Any]] = {
    "a call to a model is a management event that reads": lambda e: (
        e["eventName"] == "Converse" and e["managementEvent"] and e["readOnly"] is True
    ),
    "a call tells its tokens": lambda e: "inputTokens" in (e.get("additionalEventData") or {}),
    "a call tells where the model ran": lambda e: "inferenceRegion" in (e.get("additionalEventData") or {}),
    "a call was signed with an API key": lambda e: (e.get("additionalEventData") or {}).get(
        "callWithBearerToken"
    ),
    "an error with its message": lambda e: e.get("errorCode") and e.get("errorMessage"),
    "an error without a message": lambda e: e.get("errorCode") and "errorMessage" not in e,
    "AccessDenied": lambda e: e.get("errorCode") == "AccessDenied",
    "AccessDeniedException": lambda e: e.get("errorCode") == "AccessDeniedException",
    "AssumeRole carries session tokens": lambda e: (
        e["eventName"] == "AssumeRole" and CANARY in e["responseElements"]["credentials"]["sessionToken"]
    ),
    "logging is switched on": lambda e: e["eventName"] == "PutModelInvocationLoggingConfiguration",
    "logging is switched off, without parameters": lambda e: (
        e["eventName"] == "DeleteModelInvocationLoggingConfiguration" and e["requestParameters"] is None
    ),
    "a call through mantle is a data event": lambda e: (
        e["eventSource"] == "bedrock-mantle.amazonaws.com" and not e["managementEvent"]
    ),
    "a spoken conversation": lambda e: e["eventName"] == "InvokeModelWithBidirectionalStream",
    "an asynchronous call": lambda e: e["eventName"] == "StartAsyncInvoke" and e["eventCategory"] == "Data",
    "a batch job": lambda e: e["eventName"] == "CreateModelInvocationJob",
    "a guardrail's evaluation, the text found included": lambda e: (
        e["eventName"] == "ApplyGuardrail" and CANARY in str(e["responseElements"])
    ),
    "a policy document": lambda e: "policyDocument" in (e["requestParameters"] or {}),
    "an event of a service that no table keeps": lambda e: e["eventSource"] == "ec2.amazonaws.com",
    "a sign-in": lambda e: e["eventSource"] == "signin.amazonaws.com",
    "a call through an interface endpoint": lambda e: "vpcEndpointId" in e,
    "a call that a service made": lambda e: e["userIdentity"].get("invokedBy") == "bedrock.amazonaws.com",
    "an IAM user": lambda e: e["userIdentity"]["type"] == "IAMUser",
    "somebody with MFA": lambda e: "'mfaAuthenticated': 'true'" in str(e["userIdentity"]),
    "a Bedrock API key is made": lambda e: e["eventName"] == "CreateServiceSpecificCredential",
}


@pytest.mark.slow
@pytest.mark.parametrize("shape", INVOCATIONS)
def test_invocation_records_show(shape: str) -> None:
    assert any(INVOCATIONS[shape](record) for record in demo.invocations())


@pytest.mark.parametrize("shape", EVENTS)
def test_trail_events_show(shape: str) -> None:
    assert any(EVENTS[shape](event) for event in demo.events())


def test_one_question_to_a_knowledge_base_makes_two_or_three_records() -> None:
    asked = [r for r in demo.s3_records() if "/DocumentRetrieval-" in r["identity"]["arn"]]
    answers = sum("claude" in record["modelId"] for record in asked)
    assert 2 * answers <= len(asked) - 30 <= 3 * answers


def test_masking_is_an_intervention_to_converse_and_to_invoke_model_alike() -> None:
    masked = [record for record in demo.invocations() if "ANONYMIZED" in told(record)]
    by_operation = [(record["operation"], str(body(record, "output"))) for record in masked]
    conversed = [reply for operation, reply in by_operation if operation.startswith("Converse")]
    invoked = [reply for operation, reply in by_operation if operation.startswith("Invoke")]
    assert conversed
    assert invoked
    assert all("'stopReason': 'guardrail_intervened'" in reply for reply in conversed)
    assert all("'amazon-bedrock-guardrailAction': 'INTERVENED'" in reply for reply in invoked)


def test_a_log_group_holds_a_plain_line() -> None:
    plain = [message for message in demo.messages() if not message.startswith("{")]
    assert set(plain) == {"Permissions are correctly set for Amazon Bedrock logs."}


def test_a_subscription_is_asked_whether_it_is_there() -> None:
    assert any(envelope["messageType"] == "CONTROL_MESSAGE" for envelope in demo.envelopes())


def test_envelopes_touch_each_other_within_gzip_within_gzip() -> None:
    file = next((demo.archive() / "firehose").rglob("*.gz"))
    inner = demo.unpacked(file)
    assert file.read_bytes()[:2] == inner[:2] == b"\x1f\x8b"
    assert b"\n" not in gzip.decompress(inner)


def test_buckets_hold_permission_checks_bodies_and_media() -> None:
    files = list((demo.archive() / "bedrock").rglob("*"))
    checks = [file for file in files if file.name == "amazon-bedrock-logs-permission-check"]
    assert checks
    assert all(file.stat().st_size == 0 for file in checks)
    assert any(file.parent.name == "data" and file.name.endswith("_input.json.gz") for file in files)
    assert any(file.name.endswith("_input_media_00.pdf") for file in files)


def test_keys_have_the_form_that_aws_gives_them() -> None:
    forms = {
        "bedrock": r"AWSLogs/\d{12}/BedrockModelInvocationLogs/[a-z0-9-]+/\d{4}/\d\d/\d\d/\d\d/.+",
        "firehose": r"\d{4}/\d\d/\d\d/\d\d/acme-bedrock-logs-1-\d{4}(-\d\d){5}-[0-9a-f-]{36}\.gz",
        "trail": r"AWSLogs/o-[a-z0-9]+/\d{12}/CloudTrail(-Digest)?/[a-z0-9-]+/\d{4}/\d\d/\d\d/.+\.json\.gz",
        "metrics": r"\d{4}/\d\d/\d\d/\d\d/acme-bedrock-metrics-1-.+\.gz",
    }
    for transport, form in forms.items():
        folder = demo.archive() / transport
        keys = [file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file()]
        assert keys
        assert [key for key in keys if not re.fullmatch(form, key)] == []


def test_some_accounts_deliver_by_s3_some_by_cloudwatch_and_one_by_both() -> None:
    by_s3 = {record["requestId"] for record in demo.s3_records()}
    by_logs = {record["requestId"] for record in demo.invocations()[len(demo.s3_records()) :]}
    assert by_s3 - by_logs
    assert by_logs - by_s3
    twice = {r["accountId"] for r in demo.s3_records() if r["requestId"] in by_logs}
    assert twice == {"555555555555"}


def test_metrics_of_bedrock_of_guardrails_and_of_others_are_streamed() -> None:
    names = {(point["namespace"], point["metric_name"]) for point in demo.points()}
    assert {namespace for namespace, _ in names} == {"AWS/Bedrock", "AWS/Bedrock/Guardrails", "AWS/EC2"}
    assert {
        *(("AWS/Bedrock", name) for name in ("Invocations", "InvocationThrottles", "TimeToFirstToken")),
        *(("AWS/Bedrock", name) for name in ("LegacyModelInvocations", "EstimatedTPMQuotaUsage")),
        ("AWS/Bedrock", "ModelInvocationLogsCloudWatchDeliveryFailure"),
        ("AWS/Bedrock/Guardrails", "InvocationsIntervened"),
    } <= names


def test_every_value_of_a_point_agrees_with_the_others() -> None:
    for point in demo.points():
        value = point["value"]
        assert value["min"] <= value["sum"] / value["count"] + 1e-6
        assert value["sum"] / value["count"] <= value["max"] + 1e-6


def test_what_people_write_stands_in_the_logs_so_that_its_absence_in_a_lake_says_something() -> None:
    held = sum(CANARY in str(record) for record in demo.invocations())
    assert held > len(demo.invocations()) / 10
