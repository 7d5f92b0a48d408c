"""Records of Firehose on their way to buckets, messages of topics to queues, and keys that decide."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.emulator.deliveries import limited, objects, policy, role, stream
from tests.unit.emulator.rehearsal import MANAGEMENT

from craton.emulator.delivery.access import losses

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal

TOPIC = f"arn:aws:sns:us-east-1:{MANAGEMENT}:alerts"
QUEUE = f"arn:aws:sqs:us-east-1:{MANAGEMENT}:inbox"


def _sent(rehearsal: Rehearsal, *records: bytes) -> dict[str, bytes]:
    """The objects that these records became."""
    told = [{"Data": one} for one in records]
    rehearsal.client("firehose").put_record_batch(DeliveryStreamName="records", Records=told)
    rehearsal.rest()
    return objects(rehearsal, rehearsal.administrator, "records")


def test_records_stand_together_without_anything_between_them(rehearsal: Rehearsal) -> None:
    stream(rehearsal, rehearsal.administrator, "records")
    ((key, body),) = _sent(rehearsal, b"one", b"two").items()
    assert body == b"onetwo"
    assert key.startswith("2026/11/26/12/records-1-2026-11-26-12-00-00-")


def test_an_expression_in_the_prefix_takes_the_place_of_the_hour(rehearsal: Rehearsal) -> None:
    prefix = "day=!{timestamp:yyyy-MM-dd}/"
    more = {"ErrorOutputPrefix": "failed/", "FileExtension": ".json"}
    stream(rehearsal, rehearsal.administrator, "records", Prefix=prefix, **more)
    (key,) = _sent(rehearsal, b"one")
    assert key.startswith("day=2026-11-26/records-1-")
    assert key.endswith(".json")


def test_compressed_objects_are_gzip_and_named_so(rehearsal: Rehearsal) -> None:
    stream(rehearsal, rehearsal.administrator, "records", CompressionFormat="GZIP")
    ((key, body),) = _sent(rehearsal, b"one").items()
    assert key.endswith(".gz")
    assert gzip.decompress(body) == b"one"


def test_processors_unpack_log_events_and_divide_records(rehearsal: Rehearsal) -> None:
    extraction = [{"ParameterName": "DataMessageExtraction", "ParameterValue": "true"}]
    processors = [
        {"Type": "Decompression", "Parameters": []},
        {"Type": "CloudWatchLogProcessing", "Parameters": extraction},
        {"Type": "AppendDelimiterToRecord", "Parameters": []},
    ]
    told = {"Enabled": True, "Processors": processors}
    stream(rehearsal, rehearsal.administrator, "records", ProcessingConfiguration=told)
    data = {"messageType": "DATA_MESSAGE", "logEvents": [{"message": "one"}, {"message": "two"}]}
    control = {"messageType": "CONTROL_MESSAGE", "logEvents": [{"message": "try"}]}
    records = [gzip.compress(json.dumps(one).encode()) for one in (data, control)]
    assert list(_sent(rehearsal, *records).values()) == [b"one\ntwo\n"]


@pytest.mark.parametrize(
    ("destination", "refused"),
    [
        ({"CompressionFormat": "Snappy"}, "CompressionFormat Snappy"),
        ({"DataFormatConversionConfiguration": {"Enabled": True}}, "DataFormatConversionConfiguration"),
        ({"DynamicPartitioningConfiguration": {"Enabled": True}}, "DynamicPartitioningConfiguration"),
        ({"S3BackupMode": "Enabled"}, "S3BackupMode"),
        ({"Prefix": "!{partitionKeyFromQuery:model}/"}, "the expression !{partitionKeyFromQuery:model}"),
        ({"Prefix": "!{timestamp:EEE}/"}, "the time EEE"),
        (
            {"ProcessingConfiguration": {"Enabled": True, "Processors": [{"Type": "Lambda"}]}},
            "the Firehose processor Lambda",
        ),
    ],
)
def test_what_no_delivery_does_is_refused_by_name(
    destination: dict[str, Any], refused: str, rehearsal: Rehearsal
) -> None:
    with pytest.raises(ClientError) as raised:
        stream(rehearsal, rehearsal.administrator, "records", **destination)
    assert refused in raised.value.response["Error"]["Message"]


def test_a_stream_takes_a_role_that_firehose_can_assume(rehearsal: Rehearsal) -> None:
    other = role(rehearsal, rehearsal.administrator, "other", "lambda.amazonaws.com")
    with pytest.raises(ClientError, match="Firehose is unable to assume role"):
        rehearsal.client("firehose").create_delivery_stream(
            DeliveryStreamName="records",
            ExtendedS3DestinationConfiguration={"RoleARN": other, "BucketARN": "arn:aws:s3:::records"},
        )


def test_a_record_for_no_stream_is_refused(rehearsal: Rehearsal) -> None:
    with pytest.raises(ClientError, match="Firehose records under account 111111111111 not found"):
        rehearsal.client("firehose").put_record(DeliveryStreamName="records", Record={"Data": b"1"})


def _fan_out(rehearsal: Rehearsal, queue_policy: str | None, **attributes: str) -> Any:
    """The client of a queue that subscribed to a topic, and the URL of the queue."""
    sns, sqs = rehearsal.client("sns"), rehearsal.client("sqs")
    sns.create_topic(Name="alerts")
    given = {"Attributes": {"Policy": queue_policy}} if queue_policy else {}
    url = sqs.create_queue(QueueName="inbox", **given)["QueueUrl"]
    sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=QUEUE, Attributes=attributes)
    return url


def _received(rehearsal: Rehearsal, url: str) -> list[str]:
    rehearsal.rest()
    told = rehearsal.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [one["Body"] for one in told.get("Messages", ())]


FROM_TOPIC = policy(
    {
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": QUEUE,
        "Condition": {"ArnEquals": {"aws:SourceArn": TOPIC}},
    }
)


def test_a_message_reaches_a_queue_that_lets_the_topic_in(rehearsal: Rehearsal) -> None:
    url = _fan_out(rehearsal, FROM_TOPIC)
    rehearsal.client("sns").publish(TopicArn=TOPIC, Message="blocked", Subject="finding")
    (body,) = map(json.loads, _received(rehearsal, url))
    assert (body["Type"], body["TopicArn"]) == ("Notification", TOPIC)
    assert (body["Message"], body["Subject"]) == ("blocked", "finding")


@pytest.mark.parametrize("queue_policy", [None, FROM_TOPIC.replace(":alerts", ":others")])
def test_a_message_is_lost_where_the_queue_does_not_let_the_topic_in(
    queue_policy: str | None, rehearsal: Rehearsal
) -> None:
    url = _fan_out(rehearsal, queue_policy)
    rehearsal.client("sns").publish(TopicArn=TOPIC, Message="blocked")
    assert _received(rehearsal, url) == []
    (what,) = losses(rehearsal.world)
    assert "does not let sns.amazonaws.com send" in what


def test_raw_delivery_hands_over_the_message_alone(rehearsal: Rehearsal) -> None:
    url = _fan_out(rehearsal, FROM_TOPIC, RawMessageDelivery="true")
    rehearsal.client("sns").publish(TopicArn=TOPIC, Message="blocked")
    assert _received(rehearsal, url) == ["blocked"]


def test_a_filter_policy_keeps_messages_away(rehearsal: Rehearsal) -> None:
    filters = json.dumps({"severity": ["high"]})
    url = _fan_out(rehearsal, FROM_TOPIC, FilterPolicy=filters, RawMessageDelivery="true")
    for severity in ("low", "high"):
        attribute = {"severity": {"DataType": "String", "StringValue": severity}}
        rehearsal.client("sns").publish(TopicArn=TOPIC, Message=severity, MessageAttributes=attribute)
    assert _received(rehearsal, url) == ["high"]


def test_another_account_publishes_where_the_topic_lets_it(rehearsal: Rehearsal) -> None:
    url = _fan_out(rehearsal, FROM_TOPIC, RawMessageDelivery="true")
    member = rehearsal.into(rehearsal.member("member"))
    theirs = rehearsal.client("sns", member)
    with pytest.raises(ClientError, match="AuthorizationError"):
        theirs.publish(TopicArn=TOPIC, Message="one")
    allow = {"Principal": {"AWS": member.account}, "Action": "sns:Publish", "Resource": TOPIC}
    rehearsal.client("sns").set_topic_attributes(
        TopicArn=TOPIC, AttributeName="Policy", AttributeValue=policy(allow)
    )
    theirs.publish(TopicArn=TOPIC, Message="two")
    assert _received(rehearsal, url) == ["two"]


def test_no_text_message_leaves_the_machine(rehearsal: Rehearsal) -> None:
    with pytest.raises(ClientError, match="the parameter PhoneNumber"):
        rehearsal.client("sns").publish(PhoneNumber="+4915112345678", Message="one")


def test_the_policy_of_a_key_has_to_allow_its_use(rehearsal: Rehearsal) -> None:
    kms = rehearsal.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    user = limited(rehearsal, "user", {"Action": "kms:*", "Resource": "*"})
    assert rehearsal.client("kms", user).encrypt(KeyId=key, Plaintext=b"1")
    owner = {"Principal": {"AWS": rehearsal.administrator.arn}, "Action": "kms:*", "Resource": "*"}
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy(owner))
    with pytest.raises(ClientError, match="no resource-based policy allows the kms:Encrypt action"):
        rehearsal.client("kms", user).encrypt(KeyId=key, Plaintext=b"1")


def test_a_key_policy_does_not_lock_out_its_author(rehearsal: Rehearsal) -> None:
    kms = rehearsal.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    other = {"Principal": {"AWS": "222222222222"}, "Action": "kms:*", "Resource": "*"}
    with pytest.raises(ClientError, match="will not allow you to update the key policy in the future"):
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy(other))
    kms.put_key_policy(
        KeyId=key, PolicyName="default", Policy=policy(other), BypassPolicyLockoutSafetyCheck=True
    )


def test_a_key_that_is_disabled_or_awaits_its_deletion_is_not_used(rehearsal: Rehearsal) -> None:
    kms = rehearsal.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    sealed = kms.encrypt(KeyId=key, Plaintext=b"1")["CiphertextBlob"]
    kms.disable_key(KeyId=key)
    with pytest.raises(ClientError, match="is disabled"):
        kms.decrypt(CiphertextBlob=sealed)
    kms.enable_key(KeyId=key)
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"1"
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    with pytest.raises(ClientError, match="is pending deletion"):
        kms.encrypt(KeyId=key, Plaintext=b"1")


def test_a_key_of_another_account_is_used_by_its_arn(rehearsal: Rehearsal) -> None:
    kms = rehearsal.client("kms")
    key = kms.create_key()["KeyMetadata"]["Arn"]
    member = rehearsal.into(rehearsal.member("member"))
    owner = {"Principal": {"AWS": MANAGEMENT}, "Action": "kms:*", "Resource": "*"}
    theirs = {"Principal": {"AWS": member.account}, "Action": "kms:Encrypt", "Resource": "*"}
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=policy(owner, theirs))
    sealed = rehearsal.client("kms", member).encrypt(KeyId=key, Plaintext=b"1")["CiphertextBlob"]
    assert kms.decrypt(CiphertextBlob=sealed)["Plaintext"] == b"1"
