from __future__ import annotations

import datetime as dt
import io
import json
import time
import zipfile
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from craton.emulator.delivery.access import losses
from craton.emulator.observation.event_pattern import PatternError, matches, read_pattern
from craton.emulator.observation.schedules import Schedule, read_schedule
from craton.emulator.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable

    from craton.emulator.world import World

ACCOUNT = "111111111111"
OTHER = "222222222222"
ORDER = {"source": ["shop"]}


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


class Heard:
    """A queue that lets EventBridge in, and what it got."""

    def __init__(self, client: Callable[..., Any], name: str = "heard", account: str = ACCOUNT) -> None:
        self._sqs = client("sqs", account=account)
        self._url = self._sqs.create_queue(QueueName=name)["QueueUrl"]
        told = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=["QueueArn"])
        self.arn: str = told["Attributes"]["QueueArn"]
        self.let_in()

    def let_in(self, service: str = "events.amazonaws.com") -> None:
        allowed = {
            "Effect": "Allow",
            "Principal": {"Service": service},
            "Action": "sqs:SendMessage",
            "Resource": self.arn,
        }
        self._sqs.set_queue_attributes(QueueUrl=self._url, Attributes={"Policy": document(allowed)})

    def bodies(self) -> list[Any]:
        got = self._sqs.receive_message(QueueUrl=self._url, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(one["Body"]) for one in got]


@pytest.fixture
def heard(client: Callable[..., Any]) -> Heard:
    return Heard(client)


def rule(client: Callable[..., Any], pattern: dict[str, Any], *targets: Any, **more: Any) -> str:
    """The ARN of a rule that hands what its pattern is about to these targets."""
    events = client("events")
    arn: str = events.put_rule(Name="rule", EventPattern=json.dumps(pattern), **more)["RuleArn"]
    told = [one if isinstance(one, dict) else {"Arn": one} for one in targets]
    bus = {"EventBusName": more["EventBusName"]} if "EventBusName" in more else {}
    events.put_targets(
        Rule="rule", Targets=[{"Id": str(number), **one} for number, one in enumerate(told)], **bus
    )
    return arn


def put(client: Callable[..., Any], **change: Any) -> dict[str, Any]:
    entry = {
        "Source": "shop",
        "DetailType": "order",
        "Detail": json.dumps({"price": 5, "who": "jo"}),
        **change,
    }
    answer: dict[str, Any] = client("events").put_events(Entries=[entry])
    return answer


class TestPatterns:
    @pytest.mark.parametrize(
        ("pattern", "is_about"),
        [
            ({"source": ["aws.bedrock"]}, True),
            ({"source": ["aws.s3"]}, False),
            ({"source": [{"prefix": "aws."}]}, True),
            ({"detail": {"name": [{"suffix": "Guardrail"}]}}, True),
            ({"detail": {"name": [{"wildcard": "Delete*rail"}]}}, True),
            ({"detail": {"name": [{"equals-ignore-case": "deleteguardrail"}]}}, True),
            ({"detail": {"name": [{"anything-but": ["DeleteGuardrail"]}]}}, False),
            ({"detail": {"name": [{"anything-but": {"prefix": "Get"}}]}}, True),
            ({"detail": {"count": [{"numeric": [">", 2, "<=", 3]}]}}, True),
            ({"detail": {"count": [{"numeric": [">", 3]}]}}, False),
            ({"detail": {"count": [3.0]}}, True),
            ({"detail": {"errorCode": [{"exists": False}]}}, True),
            ({"detail": {"name": [{"exists": False}]}}, False),
            ({"detail": {"ip": [{"cidr": "10.0.0.0/8"}]}}, True),
            ({"resources": ["b"]}, True),
            ({"detail": {"items": {"kind": ["y"]}}}, True),
            ({"$or": [{"source": ["x"]}, {"detail": {"count": [3]}}]}, True),
            ({"detail": {"yes": [True]}}, True),
            ({"detail": {"yes": [1]}}, False),
            ({"detail": {"nothing": [None]}}, True),
        ],
    )
    def test_a_pattern_is_about_events_that_it_describes(
        self,
        pattern: dict[str, Any],
        is_about: bool,
    ) -> None:
        event = {
            "source": "aws.bedrock",
            "resources": ["a", "b"],
            "detail": {
                "name": "DeleteGuardrail",
                "count": 3,
                "ip": "10.1.2.3",
                "items": [{"kind": "x"}, {"kind": "y"}],
                "yes": True,
                "nothing": None,
            },
        }
        assert matches(read_pattern(json.dumps(pattern)), event) is is_about

    @pytest.mark.parametrize("text", ["{", "{}", '{"a": "b"}', '{"a": [{"like": "b"}]}', '{"a": []}'])
    def test_what_is_no_pattern_is_refused(self, text: str) -> None:
        with pytest.raises(PatternError, match="Event pattern is not valid"):
            read_pattern(text)


class TestSchedules:
    @pytest.mark.parametrize(
        ("text", "first"),
        [
            ("rate(5 minutes)", "2026-11-26 12:35:30"),
            ("cron(0 12 * * ? *)", "2026-11-27 12:00:00"),
            ("cron(0/15 * * * ? *)", "2026-11-26 12:45:00"),
            ("cron(15 6 ? * MON-FRI *)", "2026-11-27 06:15:00"),
            ("cron(0 0 1 JAN,JUL ? *)", "2027-01-01 00:00:00"),
            ("cron(0 8 ? * 1 *)", "2026-11-29 08:00:00"),
            ("cron(0 8 1 1 ? 2030)", "2030-01-01 08:00:00"),
        ],
    )
    def test_a_schedule_has_a_next_time(self, text: str, first: str) -> None:
        moment = dt.datetime(2026, 11, 26, 12, 30, 30, tzinfo=dt.UTC)
        found = read_schedule(text).after(moment)
        assert f"{found:%Y-%m-%d %H:%M:%S}" == first

    @pytest.mark.parametrize(
        "text", ["rate(1 minutes)", "rate(0 minutes)", "cron(0 12 * * * *)", "cron(60 1 * * ? *)", "noon"]
    )
    def test_what_is_no_schedule_is_refused(self, client: Callable[..., Any], text: str) -> None:
        with pytest.raises(ClientError, match="ScheduleExpression is not valid"):
            client("events").put_rule(Name="rule", ScheduleExpression=text)

    def test_a_rule_fires_when_its_time_has_come(
        self, world: World, client: Callable[..., Any], heard: Heard, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        soon = lambda _, moment: moment + dt.timedelta(milliseconds=50)  # noqa: E731 - one word of a clock
        monkeypatch.setattr(Schedule, "after", soon)
        events = client("events")
        events.put_rule(Name="rule", ScheduleExpression="rate(1 minute)")
        events.put_targets(Rule="rule", Targets=[{"Id": "1", "Arn": heard.arn}])
        found: list[Any] = []
        for _ in range(200):
            time.sleep(0.05)
            found = found or heard.bodies()
            if found:
                break
        events.disable_rule(Name="rule")
        assert (found[0]["source"], found[0]["detail-type"]) == ("aws.events", "Scheduled Event")
        events.remove_targets(Rule="rule", Ids=["1"])
        events.delete_rule(Name="rule")
        assert world.work.wait(30)


class TestRules:
    def test_a_rule_hands_events_to_its_queue(
        self, world: World, client: Callable[..., Any], heard: Heard
    ) -> None:
        rule(client, ORDER, heard.arn)
        put(client)
        put(client, Source="other")
        assert world.work.wait(30)
        (event,) = heard.bodies()
        assert (event["source"], event["detail-type"], event["account"]) == ("shop", "order", ACCOUNT)
        assert event["detail"] == {"price": 5, "who": "jo"}

    def test_a_rule_that_is_disabled_hands_on_nothing(
        self, world: World, client: Callable[..., Any], heard: Heard
    ) -> None:
        rule(client, ORDER, heard.arn)
        client("events").disable_rule(Name="rule")
        put(client)
        assert world.work.wait(30)
        assert heard.bodies() == []

    def test_a_target_gets_a_part_or_a_text_of_its_own(
        self, world: World, client: Callable[..., Any], heard: Heard
    ) -> None:
        transformer = {
            "InputPathsMap": {"who": "$.detail.who", "price": "$.detail.price"},
            "InputTemplate": '{"text": "<who> pays <price>", "n": <price>, "by": "<aws.events.rule-name>"}',
        }
        rule(
            client,
            ORDER,
            {"Arn": heard.arn, "InputPath": "$.detail.who"},
            {"Arn": heard.arn, "Input": '"fixed"'},
            {"Arn": heard.arn, "InputTransformer": transformer},
        )
        put(client)
        assert world.work.wait(30)
        found = sorted(json.dumps(one) for one in heard.bodies())
        assert found == ['"fixed"', '"jo"', '{"text": "jo pays 5", "n": 5, "by": "rule"}']

    def test_a_target_that_does_not_let_eventbridge_in_is_lost_or_a_dead_letter(
        self, world: World, client: Callable[..., Any], heard: Heard
    ) -> None:
        closed = Heard(client, "closed")
        closed.let_in("sns.amazonaws.com")
        rule(client, ORDER, closed.arn, {"Arn": closed.arn, "DeadLetterConfig": {"Arn": heard.arn}})
        put(client)
        assert world.work.wait(30)
        assert "does not let events.amazonaws.com in" in losses(world)[-1]
        assert len(heard.bodies()) == 1

    def test_a_topic_is_a_target(self, world: World, client: Callable[..., Any], heard: Heard) -> None:
        sns = client("sns")
        topic = sns.create_topic(Name="orders")["TopicArn"]
        allowed = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sns:Publish",
            "Resource": topic,
        }
        sns.set_topic_attributes(TopicArn=topic, AttributeName="Policy", AttributeValue=document(allowed))
        heard.let_in("sns.amazonaws.com")
        sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=heard.arn)
        rule(client, ORDER, topic)
        put(client)
        assert world.work.wait(30)
        (envelope,) = heard.bodies()
        assert json.loads(envelope["Message"])["source"] == "shop"

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"Source": "aws.s3"}, "NotAuthorizedForSourceException"),
            ({"Detail": "no JSON"}, "MalformedDetail"),
        ],
    )
    def test_an_event_tells_what_is_wrong_with_it(
        self, client: Callable[..., Any], change: dict[str, Any], code: str
    ) -> None:
        answer = put(client, **change)
        assert (answer["FailedEntryCount"], answer["Entries"][0]["ErrorCode"]) == (1, code)

    def test_what_is_not_emulated_is_refused_by_name(self, client: Callable[..., Any]) -> None:
        events = client("events")
        events.put_rule(Name="rule", EventPattern=json.dumps(ORDER))
        project = f"arn:aws:codebuild:us-east-1:{ACCOUNT}:project/p"
        with pytest.raises(ClientError, match="targets of codebuild"):
            events.put_targets(
                Rule="rule", Targets=[{"Id": "1", "Arn": project, "RoleArn": "arn:aws:iam::1:role/r"}]
            )
        with pytest.raises(ClientError, match="the field L of a schedule"):
            events.put_rule(Name="noon", ScheduleExpression="cron(0 12 L * ? *)")

    def test_a_rule_with_targets_stays(self, client: Callable[..., Any], heard: Heard) -> None:
        rule(client, ORDER, heard.arn)
        events = client("events")
        with pytest.raises(ClientError, match="has targets"):
            events.delete_rule(Name="rule")
        events.remove_targets(Rule="rule", Ids=["0"])
        events.delete_rule(Name="rule")
        assert events.list_rules()["Rules"] == []

    def test_a_function_is_a_target(self, world: World, client: Callable[..., Any]) -> None:
        code = io.BytesIO()
        with zipfile.ZipFile(code, "w") as packed:
            packed.writestr(
                "index.py", "def handler(event, context):\n    print('got', event['detail']['who'])\n"
            )
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        iam = client("iam")
        role = iam.create_role(RoleName="fn", AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
        logs = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
        iam.attach_role_policy(RoleName="fn", PolicyArn=logs)
        functions = client("lambda")
        function = functions.create_function(
            FunctionName="fn",
            Runtime="python3.12",
            Role=role,
            Handler="index.handler",
            Code={"ZipFile": code.getvalue()},
        )["FunctionArn"]
        arn = rule(client, ORDER, function)
        functions.add_permission(
            FunctionName="fn",
            StatementId="rule",
            Action="lambda:InvokeFunction",
            Principal="events.amazonaws.com",
            SourceArn=arn,
        )
        with Server(world.inside._application):
            put(client)
            assert world.work.wait(60)
            printed = client("logs").filter_log_events(logGroupName="/aws/lambda/fn")["events"]
        assert "got jo" in [one["message"].strip() for one in printed]


class TestCalls:
    def trail(self, client: Callable[..., Any]) -> None:
        client("s3").create_bucket(Bucket="trails")
        allowed = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::trails/*",
        }
        client("s3").put_bucket_policy(Bucket="trails", Policy=document(allowed))
        client("cloudtrail").create_trail(Name="all", S3BucketName="trails")
        client("cloudtrail").start_logging(Name="all")

    def test_a_call_that_changes_something_is_an_event_where_a_trail_logs(
        self, world: World, client: Callable[..., Any], heard: Heard
    ) -> None:
        pattern = {"source": ["aws.bedrock"], "detail-type": ["AWS API Call via CloudTrail"]}
        rule(client, pattern, heard.arn)
        bedrock = client("bedrock")
        bedrock.delete_model_invocation_logging_configuration()
        assert world.work.wait(30)
        assert heard.bodies() == []
        self.trail(client)
        bedrock.delete_model_invocation_logging_configuration()
        bedrock.list_guardrails()
        assert world.work.wait(30)
        (event,) = heard.bodies()
        assert event["detail"]["eventName"] == "DeleteModelInvocationLoggingConfiguration"
        assert event["detail"]["eventSource"] == "bedrock.amazonaws.com"

    def test_calls_that_only_read_are_events_for_rules_that_want_them(
        self, world: World, client: Callable[..., Any], heard: Heard
    ) -> None:
        self.trail(client)
        every = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
        rule(client, {"detail": {"eventName": ["ListGuardrails"]}}, heard.arn, State=every)
        client("bedrock").list_guardrails()
        assert world.work.wait(30)
        assert [one["detail"]["eventName"] for one in heard.bodies()] == ["ListGuardrails"]

    def test_an_alarm_that_changes_is_an_event(
        self, world: World, client: Callable[..., Any], heard: Heard
    ) -> None:
        rule(client, {"source": ["aws.cloudwatch"]}, heard.arn)
        cloudwatch = client("cloudwatch")
        cloudwatch.put_metric_alarm(
            AlarmName="a",
            Namespace="N",
            MetricName="M",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=1,
            Threshold=1,
            ComparisonOperator="GreaterThanThreshold",
        )
        cloudwatch.set_alarm_state(AlarmName="a", StateValue="ALARM", StateReason="trying")
        assert world.work.wait(30)
        (event,) = heard.bodies()
        assert event["detail"]["state"]["value"] == "ALARM"


class TestOtherAccounts:
    def test_events_reach_the_bus_of_another_account_that_lets_them_in(
        self, world: World, client: Callable[..., Any]
    ) -> None:
        hub = client("events", account=OTHER)
        bus = hub.create_event_bus(Name="hub")["EventBusArn"]
        heard = Heard(client, account=OTHER)
        hub.put_rule(Name="all", EventBusName="hub", EventPattern=json.dumps(ORDER))
        hub.put_targets(Rule="all", EventBusName="hub", Targets=[{"Id": "1", "Arn": heard.arn}])
        iam = client("iam")
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": "events.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        role = iam.create_role(RoleName="to-hub", AssumeRolePolicyDocument=document(trust))["Role"]["Arn"]
        own = {"Effect": "Allow", "Action": "events:PutEvents", "Resource": bus}
        iam.put_role_policy(RoleName="to-hub", PolicyName="own", PolicyDocument=document(own))
        rule(client, ORDER, {"Arn": bus, "RoleArn": role})
        put(client)
        assert world.work.wait(30)
        assert "may not put events on" in losses(world)[-1]
        allowed = {
            "Sid": "members",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "events:PutEvents",
            "Resource": bus,
        }
        hub.put_permission(EventBusName="hub", Policy=document(allowed))
        put(client)
        assert world.work.wait(30)
        (event,) = heard.bodies()
        assert (event["account"], event["source"]) == (ACCOUNT, "shop")
