from __future__ import annotations

import json
import time
from typing import Any

import msgspec
import pytest
from botocore.exceptions import ClientError
from tests.unit.emulator.deliveries import objects, policy, put, role, stream
from tests.unit.emulator.rehearsal import MANAGEMENT, Rehearsal

from craton.emulator.delivery.access import losses
from craton.emulator.faults import Fault, Faults


def control(rehearsal: Rehearsal, method: str, what: str, told: object = None) -> tuple[int, Any]:
    """What the emulator answers at its own address."""
    environ = {"REQUEST_METHOD": method, "PATH_INFO": f"/craton-emulator/{what}", "QUERY_STRING": ""}
    answer = rehearsal.application.answer(environ, b"" if told is None else json.dumps(told).encode())
    return answer.status, json.loads(answer.body)


def add(rehearsal: Rehearsal, **fault: Any) -> int:
    status, told = control(rehearsal, "POST", "faults", {"services_too": True, **fault})
    assert status == 200
    return int(told["id"])


def refused(call: Any, **parameters: Any) -> tuple[int, str]:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    response = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


@pytest.mark.parametrize(
    ("service", "method", "throttled", "unavailable"),
    [
        ("iam", "list_users", (400, "Throttling"), (503, "ServiceUnavailable")),
        ("s3", "list_buckets", (503, "SlowDown"), (503, "ServiceUnavailable")),
        ("ec2", "describe_vpcs", (503, "RequestLimitExceeded"), (503, "Unavailable")),
        ("organizations", "list_roots", (400, "TooManyRequestsException"), (503, "ServiceException")),
        ("lambda", "list_functions", (429, "TooManyRequestsException"), (503, "ServiceException")),
        ("bedrock", "list_guardrails", (429, "ThrottlingException"), (503, "ServiceUnavailableException")),
        ("logs", "describe_log_groups", (400, "ThrottlingException"), (503, "ServiceUnavailableException")),
        ("cloudformation", "list_stacks", (400, "Throttling"), (503, "ServiceUnavailable")),
    ],
)
def test_services_throttle_and_fail_in_their_own_words(
    rehearsal: Rehearsal,
    service: str,
    method: str,
    throttled: tuple[int, str],
    unavailable: tuple[int, str],
) -> None:
    call = getattr(rehearsal.client(service), method)
    add(rehearsal, kind="throttling", service=service)
    assert refused(call) == throttled
    control(rehearsal, "DELETE", "faults")
    add(rehearsal, kind="unavailable", service=service)
    assert refused(call) == unavailable


def test_a_fault_befalls_the_calls_that_it_is_about_and_no_others(rehearsal: Rehearsal) -> None:
    add(rehearsal, kind="access_denied", service="sns", operation="ListTopics", region="eu-west-1")
    rehearsal.client("sns").list_topics()
    rehearsal.client("sns", region="eu-west-1").list_subscriptions()
    assert refused(rehearsal.client("sns", region="eu-west-1").list_topics)[1] == "AuthorizationError"
    _, told = control(rehearsal, "GET", "faults")
    assert [(one["seen"], one["befallen"]) for one in told] == [(1, 1)]


def test_a_fault_befalls_so_many_and_then_no_more(rehearsal: Rehearsal) -> None:
    add(rehearsal, kind="throttling", service="sns", times=2)
    call = rehearsal.client("sns").list_topics
    for _ in range(2):
        refused(call)
    call()


def lose(rehearsal: Rehearsal, service: str, **more: Any) -> None:
    add(rehearsal, kind="lost_delivery", service=service, **more)


def lost_ones(rehearsal: Rehearsal) -> list[str]:
    return [one for one in losses(rehearsal.world) if "a fault was asked for" in one]


def queue_for(rehearsal: Rehearsal, name: str, principal: str) -> tuple[str, str]:
    """The URL and the ARN of a new queue into which a service may send."""
    sqs = rehearsal.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = f"arn:aws:sqs:us-east-1:{MANAGEMENT}:{name}"
    let = policy({"Principal": {"Service": principal}, "Action": "sqs:SendMessage", "Resource": arn})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": let})
    return url, arn


def received(rehearsal: Rehearsal, url: str) -> list[str]:
    messages = rehearsal.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [one["Body"] for one in messages.get("Messages", ())]


def test_records_of_firehose_get_lost_once_and_then_arrive(rehearsal: Rehearsal) -> None:
    stream(rehearsal, rehearsal.administrator, "kept-here")
    lose(rehearsal, "firehose", times=1)
    firehose = rehearsal.client("firehose")
    for text in (b"one", b"two"):
        firehose.put_record(DeliveryStreamName="kept-here", Record={"Data": text})
        rehearsal.rest()
    assert list(objects(rehearsal, rehearsal.administrator, "kept-here").values()) == [b"two"]
    assert len(lost_ones(rehearsal)) == 1


def test_log_events_get_lost_on_their_way_to_who_subscribed(rehearsal: Rehearsal) -> None:
    admin = rehearsal.administrator
    arn = stream(rehearsal, admin, "kept-here")
    writer = role(
        *(rehearsal, admin, "logs-writer", "logs.amazonaws.com"),
        {"Action": "firehose:PutRecord", "Resource": arn},
    )
    logs = rehearsal.client("logs")
    logs.create_log_group(logGroupName="calls")
    logs.put_subscription_filter(
        logGroupName="calls", filterName="all", filterPattern="", destinationArn=arn, roleArn=writer
    )
    rehearsal.rest()
    before = len(objects(rehearsal, admin, "kept-here"))
    lose(rehearsal, "logs", account=MANAGEMENT)
    put(rehearsal, admin, "calls", "one")
    assert len(objects(rehearsal, admin, "kept-here")) == before
    assert len(lost_ones(rehearsal)) == 1


def test_messages_of_topics_and_no_others_get_lost(rehearsal: Rehearsal) -> None:
    url, arn = queue_for(rehearsal, "q", "sns.amazonaws.com")
    sns = rehearsal.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    lose(rehearsal, "sns", region="eu-west-1")
    sns.publish(TopicArn=topic, Message="arrives")
    rehearsal.rest()
    assert len(received(rehearsal, url)) == 1
    lose(rehearsal, "sns")
    sns.publish(TopicArn=topic, Message="is lost")
    rehearsal.rest()
    assert received(rehearsal, url) == []
    assert len(lost_ones(rehearsal)) == 1


def test_events_that_get_lost_are_in_the_queue_for_dead_letters(rehearsal: Rehearsal) -> None:
    url, arn = queue_for(rehearsal, "q", "events.amazonaws.com")
    letters, letters_arn = queue_for(rehearsal, "letters", "events.amazonaws.com")
    events = rehearsal.client("events")
    events.put_rule(Name="on", EventPattern=json.dumps({"source": ["craton"]}))
    target = {"Id": "1", "Arn": arn, "DeadLetterConfig": {"Arn": letters_arn}}
    events.put_targets(Rule="on", Targets=[target])
    lose(rehearsal, "events")
    events.put_events(Entries=[{"Source": "craton", "DetailType": "finding", "Detail": "{}"}])
    rehearsal.rest()
    assert received(rehearsal, url) == []
    assert len(received(rehearsal, letters)) == 1
    assert lost_ones(rehearsal) == []


def test_actions_of_alarms_get_lost(rehearsal: Rehearsal) -> None:
    topic = rehearsal.client("sns").create_topic(Name="t")["TopicArn"]
    told: dict[str, Any] = {"AlarmName": "a", "MetricName": "m", "Namespace": "n", "AlarmActions": [topic]}
    told |= {"Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1, "Threshold": 1.0}
    cloudwatch = rehearsal.client("cloudwatch")
    cloudwatch.put_metric_alarm(**told, ComparisonOperator="GreaterThanThreshold")
    lose(rehearsal, "cloudwatch")
    cloudwatch.set_alarm_state(AlarmName="a", StateValue="ALARM", StateReason="tried")
    rehearsal.rest()
    (why,) = lost_ones(rehearsal)
    assert topic in why


@pytest.mark.slow
def test_files_of_trails_get_lost(rehearsal: Rehearsal) -> None:
    s3, cloudtrail = rehearsal.client("s3"), rehearsal.client("cloudtrail")
    s3.create_bucket(Bucket="trails")
    allowed = {"Principal": {"Service": "cloudtrail.amazonaws.com"}, "Resource": "arn:aws:s3:::trails/*"}
    s3.put_bucket_policy(Bucket="trails", Policy=policy({**allowed, "Action": "s3:PutObject"}))
    cloudtrail.create_trail(Name="all", S3BucketName="trails")
    cloudtrail.start_logging(Name="all")
    rehearsal.rest()
    before = len(objects(rehearsal, rehearsal.administrator, "trails"))
    lose(rehearsal, "cloudtrail")
    rehearsal.client("sns").create_topic(Name="t")
    rehearsal.rest()
    assert len(objects(rehearsal, rehearsal.administrator, "trails")) == before
    assert lost_ones(rehearsal)
    assert cloudtrail.get_trail_status(Name="all")["LatestDeliveryError"]


def test_replicas_get_lost(rehearsal: Rehearsal) -> None:
    admin, s3 = rehearsal.administrator, rehearsal.client("s3")
    for bucket in ("source", "copies"):
        s3.create_bucket(Bucket=bucket)
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    copier = role(rehearsal, admin, "copier", "s3.amazonaws.com", {"Action": "s3:*", "Resource": "*"})
    rule = {
        "ID": "all",
        "Status": "Enabled",
        "Priority": 1,
        "Filter": {"Prefix": ""},
        "DeleteMarkerReplication": {"Status": "Disabled"},
        "Destination": {"Bucket": "arn:aws:s3:::copies"},
    }
    s3.put_bucket_replication(Bucket="source", ReplicationConfiguration={"Role": copier, "Rules": [rule]})
    lose(rehearsal, "s3", times=1)
    for key in ("one", "two"):
        s3.put_object(Bucket="source", Key=key, Body=b"x")
        rehearsal.rest()
    assert list(objects(rehearsal, admin, "copies")) == ["two"]


def test_invocation_logs_get_lost(rehearsal: Rehearsal) -> None:
    admin, s3 = rehearsal.administrator, rehearsal.client("s3")
    s3.create_bucket(Bucket="logs")
    allowed = {"Principal": {"Service": "bedrock.amazonaws.com"}, "Resource": "arn:aws:s3:::logs/*"}
    s3.put_bucket_policy(Bucket="logs", Policy=policy({**allowed, "Action": "s3:PutObject"}))
    rehearsal.client("bedrock").put_model_invocation_logging_configuration(
        loggingConfig={"s3Config": {"bucketName": "logs"}}
    )
    before = len(objects(rehearsal, admin, "logs"))
    lose(rehearsal, "bedrock", times=1)
    for _ in range(2):
        rehearsal.client("bedrock-runtime").converse(
            modelId="amazon.nova-lite-v1:0", messages=[{"role": "user", "content": [{"text": "hello"}]}]
        )
        rehearsal.rest()
    assert len(objects(rehearsal, admin, "logs")) == before + 1


def _fallen(seed: int) -> list[int]:
    faults = Faults()
    faults.add(Fault(kind="lost_delivery", rate=0.3, seed=seed))
    return [number for number in range(200) if faults.loses(MANAGEMENT, "us-east-1", "firehose")]


def test_the_same_seed_befalls_the_same_calls_at_about_the_rate() -> None:
    assert _fallen(1) == _fallen(1)
    assert _fallen(1) != _fallen(2)
    assert 40 < len(_fallen(1)) < 80


def test_a_slow_call_is_answered_later(rehearsal: Rehearsal) -> None:
    add(rehearsal, kind="slow", service="sns", seconds=0.3)
    begun = time.monotonic()
    rehearsal.client("sns").list_topics()
    assert time.monotonic() - begun >= 0.3


def test_in_a_closed_account_nothing_can_be_done_nor_can_anybody_get_there(rehearsal: Rehearsal) -> None:
    member = rehearsal.member("dev")
    session = rehearsal.into(member)
    add(rehearsal, kind="closed_account", account=member)
    assert refused(rehearsal.client("iam", session).list_roles) == (403, "AccessDenied")
    arn = f"arn:aws:iam::{member}:role/OrganizationAccountAccessRole"
    assume = rehearsal.client("sts").assume_role
    assert refused(assume, RoleArn=arn, RoleSessionName="one") == (403, "AccessDenied")
    rehearsal.client("iam").list_roles()


def test_an_account_is_suspended_at_the_call_that_is_asked_for(rehearsal: Rehearsal) -> None:
    member = rehearsal.member("dev")
    session = rehearsal.into(member)
    add(rehearsal, kind="suspended_account", account=member, service="sns", after=2, times=1)
    states = []
    for _ in range(4):
        rehearsal.client("sns").list_topics()
        states.append(rehearsal.organization().describe_account(AccountId=member)["Account"]["State"])
    assert states == ["ACTIVE", "ACTIVE", "SUSPENDED", "SUSPENDED"]
    with pytest.raises(ClientError, match="suspended"):
        rehearsal.client("sns", session).list_topics()


def test_resources_of_a_type_fail_where_it_is_asked_for(rehearsal: Rehearsal) -> None:
    told: dict[str, Any] = {"kind": "resource_failure", "resource_type": "AWS::SNS::Topic"}
    add(rehearsal, **told, account=MANAGEMENT, region="eu-west-1", operation="CREATE")
    body = json.dumps({"Resources": {"Q": {"Type": "AWS::SQS::Queue"}, "T": {"Type": "AWS::SNS::Topic"}}})
    found = {}
    for region in ("us-east-1", "eu-west-1"):
        stacks = rehearsal.client("cloudformation", region=region)
        stacks.create_stack(StackName="one", TemplateBody=body)
        rehearsal.rest()
        found[region] = stacks.describe_stacks(StackName="one")["Stacks"][0]["StackStatus"]
    assert found == {"us-east-1": "CREATE_COMPLETE", "eu-west-1": "ROLLBACK_COMPLETE"}
    reason = 'Resource handler returned message: "a fault was asked for" '
    failed = [
        one
        for one in rehearsal.client("cloudformation", region="eu-west-1").describe_stack_events(
            StackName="one"
        )["StackEvents"]
        if one["ResourceStatus"] == "CREATE_FAILED"
    ]
    assert [(one["LogicalResourceId"], one["ResourceStatusReason"]) for one in failed] == [
        ("T", f"{reason}(HandlerErrorCode: GeneralServiceException)")
    ]


def test_a_resource_that_cannot_be_removed_keeps_its_stack(rehearsal: Rehearsal) -> None:
    stacks = rehearsal.client("cloudformation")
    stacks.create_stack(
        StackName="one", TemplateBody=json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}})
    )
    rehearsal.rest()
    add(rehearsal, kind="resource_failure", operation="DELETE", times=1)
    for status in ("DELETE_FAILED", "DELETE_COMPLETE"):
        stack_id = stacks.list_stacks()["StackSummaries"][0]["StackId"]
        stacks.delete_stack(StackName="one")
        rehearsal.rest()
        assert stacks.describe_stacks(StackName=stack_id)["Stacks"][0]["StackStatus"] == status


def test_all_that_an_account_calls_is_denied_and_nothing_of_others(rehearsal: Rehearsal) -> None:
    member = rehearsal.member("dev")
    session = rehearsal.into(member)
    add(rehearsal, kind="access_denied", account=member)
    assert refused(rehearsal.client("iam", session).list_roles) == (403, "AccessDenied")
    assert refused(rehearsal.client("logs", session).describe_log_groups)[1] == "AccessDeniedException"
    rehearsal.client("iam").list_roles()


def test_a_share_of_all_calls_is_throttled_in_the_words_of_each_service(rehearsal: Rehearsal) -> None:
    rehearsal.organization()
    add(rehearsal, kind="throttling", rate=0.3, seed=7)
    codes = []
    for _ in range(40):
        for service, method in (("sns", "list_topics"), ("organizations", "list_roots")):
            try:
                getattr(rehearsal.client(service), method)()
            except ClientError as error:
                codes.append(error.response["Error"]["Code"])
    assert 12 <= len(codes) <= 36
    assert set(codes) == {"Throttling", "TooManyRequestsException"}


def test_calls_of_services_are_spared_unless_they_are_meant(rehearsal: Rehearsal) -> None:
    control(rehearsal, "POST", "faults", {"kind": "throttling", "service": "sns"})
    rehearsal.client("sns").list_topics()


def test_no_fault_is_left_after_they_are_removed(rehearsal: Rehearsal) -> None:
    add(rehearsal, kind="throttling")
    control(rehearsal, "DELETE", "faults")
    rehearsal.client("sns").list_topics()
    assert control(rehearsal, "GET", "faults") == (200, [])


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "earthquake"},
        {"kind": "slow", "rate": 2},
        {"kind": "slow", "account": "1"},
        {"sort": "slow"},
        {"kind": "slow", "after": -1},
        {"kind": "suspended_account"},
        {"kind": "throttling", "resource_type": "AWS::SNS::Topic"},
        5,
    ],
)
def test_a_fault_that_is_none_is_refused_with_its_problem(rehearsal: Rehearsal, fault: object) -> None:
    status, told = control(rehearsal, "POST", "faults", fault)
    assert status == 400
    assert told["problem"]


def test_every_kind_of_fault_can_be_asked_for() -> None:
    kinds = msgspec.json.schema(Fault)["$defs"]["Fault"]["properties"]["kind"]["enum"]
    assert set(kinds) == {
        *("throttling", "unavailable", "access_denied"),
        *("slow", "closed_account", "lost_delivery", "suspended_account", "resource_failure"),
    }


def test_a_reset_forgets_all_that_was_done_and_keeps_what_was_at_the_start(rehearsal: Rehearsal) -> None:
    rehearsal.organization()
    rehearsal.client("sns").create_topic(Name="one")
    rehearsal.client("s3").create_bucket(Bucket="some-bucket")
    add(rehearsal, kind="slow", seconds=0)
    assert control(rehearsal, "POST", "reset") == (200, {})
    assert control(rehearsal, "GET", "faults") == (200, [])
    assert rehearsal.world.organization is None
    root = rehearsal.world.keyring.root_key(MANAGEMENT).caller
    assert rehearsal.client("sns", root).list_topics()["Topics"] == []
    assert rehearsal.client("s3", root).list_buckets()["Buckets"] == []
    assert rehearsal.client("iam", root).list_users()["Users"] == []


def test_what_was_refused_and_what_failed_is_told(rehearsal: Rehearsal) -> None:
    with pytest.raises(ClientError):
        rehearsal.client("sns").create_platform_application(Name="a", Platform="GCM", Attributes={})
    status, told = control(rehearsal, "GET", "state")
    assert status == 200
    assert told == {"refused": ["sns:CreatePlatformApplication is not emulated"], "failures": []}
