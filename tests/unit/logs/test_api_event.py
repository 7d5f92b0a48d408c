from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from craton.logs.api_event import ApiEvent, api_event_of, decode_api_event
from craton.logs.outcome import Bad, Ignored

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

INVOKE = {
    "eventVersion": "1.11",
    "userIdentity": {
        "type": "AssumedRole",
        "principalId": "AROAEXAMPLE:i-0abc",
        "arn": "arn:aws:sts::111111111111:assumed-role/search-app/i-0abc",
        "accountId": "111111111111",
        "accessKeyId": "ASIAEXAMPLE000000001",
        "sessionContext": {
            "sessionIssuer": {"type": "Role", "arn": "arn:aws:iam::111111111111:role/search-app"},
            "attributes": {"creationDate": "2026-10-01T11:00:00Z", "mfaAuthenticated": "false"},
        },
    },
    "eventTime": "2026-10-01T12:00:00Z",
    "eventSource": "bedrock.amazonaws.com",
    "eventName": "Converse",
    "awsRegion": "us-east-1",
    "sourceIPAddress": "192.0.2.10",
    "userAgent": "Boto3/1.44",
    "requestParameters": {"modelId": "us.anthropic.claude-sonnet-4-6"},
    "responseElements": None,
    "additionalEventData": {"inferenceRegion": "us-west-2", "inputTokens": 1200, "outputTokens": 300},
    "requestID": "8f2a4f5e-0000-4000-8000-000000000001",
    "eventID": "aaaaaaaa-0000-4000-8000-000000000001",
    "readOnly": True,
    "resources": [{"accountId": "111111111111", "ARN": "arn:aws:bedrock:us-east-1::foundation-model/x"}],
    "eventType": "AwsApiCall",
    "managementEvent": True,
    "recipientAccountId": "111111111111",
    "vpcEndpointId": "vpce-0abc",
    "eventCategory": "Management",
    "tlsDetails": {"clientProvidedHostHeader": "bedrock-runtime.us-east-1.amazonaws.com"},
}


def decoded(**changes: Any) -> Any:
    return decode_api_event(json.dumps(INVOKE | changes).encode())


def real_events(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every event of the real trails, by the name of its file."""
    for file in sorted((folder / "cloudtrail").rglob("*")):
        if not file.is_file():
            continue
        text = file.read_text("utf-8")
        if file.suffix == ".jsonl":
            events = [json.loads(line)["log"] for line in text.splitlines()]
        else:
            value = json.loads(text)
            events = value.get("Records", [value]) if isinstance(value, dict) else value
        yield from ((file.name, event) for event in events)


def test_every_column_of_an_event_is_read() -> None:
    assert decoded() == ApiEvent(
        event_id="aaaaaaaa-0000-4000-8000-000000000001",
        event_time=dt.datetime(2026, 10, 1, 12, 0, 0),  # noqa: DTZ001 - naive UTC
        account_id="111111111111",
        region="us-east-1",
        event_source="bedrock.amazonaws.com",
        event_name="Converse",
        event_type="AwsApiCall",
        event_category="Management",
        request_id="8f2a4f5e-0000-4000-8000-000000000001",
        principal_arn="arn:aws:sts::111111111111:assumed-role/search-app/i-0abc",
        principal_type="AssumedRole",
        session_issuer="arn:aws:iam::111111111111:role/search-app",
        access_key_id="ASIAEXAMPLE000000001",
        bearer_token=False,
        mfa=False,
        source_ip="192.0.2.10",
        user_agent="Boto3/1.44",
        vpc_endpoint_id="vpce-0abc",
        tls_host="bedrock-runtime.us-east-1.amazonaws.com",
        read_only=True,
        management_event=True,
        error_code=None,
        error_message=None,
        model_id="us.anthropic.claude-sonnet-4-6",
        inference_region="us-west-2",
        input_tokens=1200,
        output_tokens=300,
        request_parameters='{"modelId":"us.anthropic.claude-sonnet-4-6"}',
        resources=["arn:aws:bedrock:us-east-1::foundation-model/x"],
    )


def test_every_real_event_is_a_row_or_of_another_service(shared_data: Path) -> None:
    rows = others = 0
    for name, event in real_events(shared_data):
        outcome = decode_api_event(json.dumps(event).encode())
        if isinstance(outcome, ApiEvent):
            rows += 1
            assert outcome.unknown == (), name
            assert outcome.event_id == event["eventID"]
            assert outcome.event_time.isoformat() == event["eventTime"][:19].replace(" ", "T")
            assert outcome.account_id == event["recipientAccountId"]
            assert outcome.read_only is event["readOnly"]
            assert outcome.principal_arn == event["userIdentity"]["arn"]
        else:
            assert outcome == Ignored("other_service"), name
            others += 1
    assert (rows, others) == (117, 36)


def test_real_events_read_the_same_with_patience(shared_data: Path) -> None:
    for name, event in real_events(shared_data):
        assert decode_api_event(json.dumps(event).encode()) == api_event_of(event), name


def test_the_logging_configuration_deleted_by_a_real_attacker_names_him(shared_data: Path) -> None:
    file = shared_data / "cloudtrail" / "aws_bedrock_deletemodelinvocationloggingconfiguration.jsonl"
    event = decode_api_event(json.dumps(json.loads(file.read_text("utf-8").splitlines()[0])["log"]).encode())
    assert isinstance(event, ApiEvent)
    assert event.principal_arn == "arn:aws:sts::123123123123:assumed-role/DevAdmin/dr.evil"
    assert event.source_ip == "161.97.249.211"
    assert event.request_parameters is None
    assert event.mfa is False


@pytest.mark.parametrize(
    "source",
    [
        "bedrock.amazonaws.com",
        "bedrock-agent.amazonaws.com",
        "bedrock-agentcore.amazonaws.com",
        "bedrock-mantle.amazonaws.com",
        "iam.amazonaws.com",
        "sts.amazonaws.com",
        "organizations.amazonaws.com",
        "logs.amazonaws.com",
        "s3.amazonaws.com",
        "kms.amazonaws.com",
        "config.amazonaws.com",
        "cloudtrail.amazonaws.com",
        "budgets.amazonaws.com",
        "ram.amazonaws.com",
    ],
)
def test_services_that_tell_of_governance_are_kept(source: str) -> None:
    assert isinstance(decoded(eventSource=source), ApiEvent)


@pytest.mark.parametrize(
    "source", ["ec2.amazonaws.com", "signin.amazonaws.com", "s3express.amazonaws.com", ""]
)
def test_other_services_are_ignored_whatever_else_they_carry(source: str) -> None:
    assert decoded(eventSource=source, eventTime="never", recipientAccountId=[]) == Ignored("other_service")


def test_responses_with_session_tokens_are_not_kept() -> None:
    event = decoded(
        eventSource="sts.amazonaws.com",
        eventName="AssumeRole",
        requestParameters={"roleArn": "arn:aws:iam::111111111111:role/x", "roleSessionName": "deploy"},
        responseElements={
            "credentials": {"accessKeyId": "ASIA1", "sessionToken": "IQoJb3JpZ2luX2VjEPlanted"}
        },
    )
    assert isinstance(event, ApiEvent)
    assert "Planted" not in repr(event)
    assert (
        event.request_parameters
        == '{"roleArn":"arn:aws:iam::111111111111:role/x","roleSessionName":"deploy"}'
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-10-01T12:00:00Z", dt.datetime(2026, 10, 1, 12)),  # noqa: DTZ001
        ("2026-10-01T12:00:00.1234567Z", dt.datetime(2026, 10, 1, 12, 0, 0, 123456)),  # noqa: DTZ001
        ("2026-10-01 12:00:00.000000000", dt.datetime(2026, 10, 1, 12)),  # noqa: DTZ001
        ("2026-10-01T14:00:00+02:00", dt.datetime(2026, 10, 1, 12)),  # noqa: DTZ001
    ],
)
def test_times_are_read_in_every_form_that_was_seen(text: str, expected: dt.datetime) -> None:
    event = decoded(eventTime=text)
    assert isinstance(event, ApiEvent)
    assert event.event_time == expected


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"eventTime": None}, "no_time"),
        ({"eventTime": "yesterday"}, "bad_time"),
        ({"eventTime": "2026-10-01"}, "bad_time"),
        ({"eventTime": "0001-01-01T00:00:00+14:00"}, "bad_time"),
        ({"eventTime": "9998-01-01T00:00:00Z"}, "bad_time"),
        ({"eventTime": 1759320000}, "bad_time"),
        ({"recipientAccountId": None, "userIdentity": None}, "no_account"),
        ({"eventName": None}, "unrecognised"),
        ({"eventName": ["Converse"]}, "unrecognised"),
        ({"eventSource": None}, "unrecognised"),
        ({"eventSource": 5}, "bad_type"),
        ({"eventSource": ["iam.amazonaws.com"]}, "bad_type"),
    ],
)
def test_an_event_without_what_a_row_needs_says_what_is_missing(changes: dict[str, Any], reason: str) -> None:
    outcome = decoded(**changes)
    assert isinstance(outcome, Bad)
    assert (outcome.kind, outcome.reason) == ("api_event", reason)


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (b"[]", "not_an_object"),
        (b"12", "not_an_object"),
        (b"", "not_json"),
        (b'{"eventSource": "iam.amazonaws.com"', "not_json"),
        (b'{"eventSource":"iam.amazonaws.com","requestParameters":1e999}', "bad_type"),
        (b'{"eventSource":' * 20_000, "nested_too_deeply"),
    ],
)
def test_what_is_no_event_is_named(document: bytes, reason: str) -> None:
    outcome = decode_api_event(document)
    assert isinstance(outcome, Bad)
    assert outcome.reason == reason


def test_a_digest_of_a_trail_is_told_from_an_event() -> None:
    digest = {
        "awsAccountId": "111111111111",
        "digestPublicKeyFingerprint": "31e8b5433410dfb61a9dc45cc65b22ff",
    }
    assert api_event_of(digest) == Ignored("digest")


def test_drifted_types_cost_their_field_at_most() -> None:
    event = decoded(
        readOnly="true",
        managementEvent="False",
        recipientAccountId=111111111111,
        additionalEventData={"inputTokens": "1200", "outputTokens": 3e2, "inferenceRegion": ["x"]},
        tlsDetails="none",
        resources={"ARN": "arn:aws:s3:::b"},
        userIdentity={"type": "AssumedRole", "arn": "arn:x", "sessionContext": {"attributes": "none"}},
        errorCode=404,
        sourceIPAddress={},
    )
    assert isinstance(event, ApiEvent)
    assert (event.read_only, event.management_event) == (True, False)
    assert event.account_id == "111111111111"
    assert (event.input_tokens, event.output_tokens, event.inference_region) == (1200, 300, None)
    assert (event.tls_host, event.resources) == (None, ["arn:aws:s3:::b"])
    assert (event.principal_arn, event.session_issuer, event.mfa) == ("arn:x", None, None)
    assert (event.error_code, event.source_ip) == ("404", None)


@pytest.mark.parametrize("count", [-1, 1.5, "many", 1 << 60, True, [1]])
def test_a_count_that_cannot_be_one_is_unknown(count: object) -> None:
    event = decoded(additionalEventData={"inputTokens": count, "outputTokens": 7})
    assert isinstance(event, ApiEvent)
    assert (event.input_tokens, event.output_tokens) == (None, 7)


def test_a_user_identity_that_is_a_text_is_the_principal() -> None:
    event = decoded(userIdentity="arn:aws:iam::111111111111:user/u")
    assert isinstance(event, ApiEvent)
    assert event.principal_arn == "arn:aws:iam::111111111111:user/u"


@pytest.mark.parametrize(
    "identity", [None, {}, [], {"sessionContext": None}, {"sessionContext": {"sessionIssuer": {}}}]
)
def test_a_missing_identity_leaves_the_principal_unknown(identity: object) -> None:
    event = decoded(userIdentity=identity)
    assert isinstance(event, ApiEvent)
    assert (event.principal_arn, event.session_issuer, event.mfa) == (None, None, None)
    assert event.account_id == "111111111111"


def test_the_account_of_the_caller_stands_in_for_a_recipient_that_is_no_field() -> None:
    told = INVOKE | {"userIdentity": {"accountId": "222222222222"}}
    event = api_event_of({key: value for key, value in told.items() if key != "recipientAccountId"})
    assert isinstance(event, ApiEvent)
    assert event.account_id == "222222222222"


@pytest.mark.parametrize(
    "changes",
    [
        {"additionalEventData": {"callWithBearerToken": True}},
        {"additionalEventData": {"callWithBearerToken": "true"}},
        {
            "eventSource": "bedrock-mantle.amazonaws.com",
            "requestParameters": {"model": "m", "callWithBearerToken": True, "bearerTokenType": "ABSK"},
        },
    ],
)
def test_a_call_by_api_key_is_marked(changes: dict[str, Any]) -> None:
    event = decoded(**changes)
    assert isinstance(event, ApiEvent)
    assert event.bearer_token is True


def test_a_call_to_mantle_names_its_model() -> None:
    event = decoded(
        eventSource="bedrock-mantle.amazonaws.com",
        eventName="CreateInference",
        requestParameters={
            "model": "anthropic.claude-opus-4-7",
            "stream": True,
            "metadata": {"team": "platform"},
        },
    )
    assert isinstance(event, ApiEvent)
    assert event.model_id == "anthropic.claude-opus-4-7"
    assert event.request_parameters == (
        '{"metadata":{"team":"platform"},"model":"anthropic.claude-opus-4-7","stream":true}'
    )


def test_a_denied_call_keeps_its_reason_and_may_lack_the_message() -> None:
    message = (
        "User: arn:aws:sts::111111111111:assumed-role/app/i-0 is not authorized to perform: "
        "bedrock:InvokeModel on resource: arn:aws:bedrock:us-east-1::foundation-model/x "
        "with an explicit deny in a service control policy"
    )
    denied = decoded(errorCode="AccessDenied", errorMessage=message)
    assert isinstance(denied, ApiEvent)
    assert (denied.error_code, denied.error_message) == ("AccessDenied", message)
    silent = decoded(errorCode="AccessDeniedException")
    assert isinstance(silent, ApiEvent)
    assert (silent.error_code, silent.error_message) == ("AccessDeniedException", None)


def test_fields_that_nobody_knew_are_news() -> None:
    event = decoded(newField=1, anotherField={"x": 1})
    assert isinstance(event, ApiEvent)
    assert event.unknown == ("anotherField", "newField")
    assert event.event_name == "Converse"


def test_a_lone_surrogate_does_not_stop_a_decoded_value() -> None:
    event = api_event_of(INVOKE | {"userAgent": "cut \ud83d", "requestParameters": {"modelId": "\ud83d"}})
    assert isinstance(event, ApiEvent)
    assert event.user_agent == "cut ?"
    assert event.model_id is not None
    (event.request_parameters or "").encode()


@pytest.mark.parametrize("no_id", [None, "", 5, 5.5, True, ["a"], {"a": 1}])
def test_an_event_without_an_id_is_still_an_event(no_id: object) -> None:
    event = decoded(eventID=no_id)
    assert isinstance(event, ApiEvent)
    assert event.event_id is None
    assert event == msgspec.structs.replace(decoded(), event_id=None)
