from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.kinds.rehearsed import HOME, HUB, MANAGEMENT, OTHER, SEARCH, document, intent
from tests.unit.kinds.whole_hub import outputs, role

from craton.emulator.delivery.access import losses
from craton.kinds.parts.governance_events import GOVERNANCE_EVENTS, LOGGING, any_of

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.kinds.rehearsed import Rehearsed

CONFIGURATION = {
    "s3Config": {"bucketName": "somewhere"},
    "textDataDeliveryEnabled": True,
}


def listening(on: Rehearsed, region: str = HOME) -> str:
    """A queue that gets what the topic of a Region tells."""
    sqs, topic = on.client("sqs", HUB, region), outputs(on, region)["AlertTopicArn"]
    queue = sqs.create_queue(QueueName="alerts")["QueueUrl"]
    arn = f"arn:aws:sqs:{region}:{HUB}:alerts"
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": arn,
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": policy})
    on.client("sns", HUB, region).subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return str(queue)


def alerts(on: Rehearsed, queue: str, region: str = HOME) -> list[str]:
    """What the topic told."""
    on.rest()
    sqs, found = on.client("sqs", HUB, region), []
    while told := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", ()):
        for one in told:
            found.append(str(json.loads(one["Body"])["Message"]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=one["ReceiptHandle"])
    return found


def test_the_management_account_forwards_from_each_region(tmp_path: Path) -> None:
    """Policies of the organization are told of in us-east-1 alone, wherever the home Region is."""
    made = document(intent(tmp_path), "management")["Resources"]
    assert "Condition" not in made["EventForwardingRule"]
    assert "Condition" not in made["EventForwardingRole"]


def forwarding(on: Rehearsed, account: str, region: str) -> None:
    """What happens in a member goes to the bus of the hub, as the member's own stack has it."""
    bus = outputs(on, region)["EventBusArn"]
    sender = role(
        *(on, account, f"events-{region}", {"Principal": {"Service": "events.amazonaws.com"}}),
        {"Action": "events:PutEvents", "Resource": bus},
    )
    events = on.client("events", account, region)
    events.put_rule(Name="governance", EventPattern=json.dumps(any_of(*GOVERNANCE_EVENTS)))
    events.put_targets(Rule="governance", Targets=[{"Id": "hub", "Arn": bus, "RoleArn": sender}])


@pytest.mark.slow
def test_what_changes_in_a_member_is_told_in_a_sentence(hub: Rehearsed) -> None:
    queue = listening(hub, OTHER)
    forwarding(hub, SEARCH, OTHER)
    bedrock = hub.client("bedrock", SEARCH, OTHER)
    bedrock.delete_model_invocation_logging_configuration()
    made = bedrock.create_guardrail(name="g", blockedInputMessaging="in", blockedOutputsMessaging="out")
    bedrock.delete_guardrail(guardrailIdentifier=made["guardrailId"])
    bedrock.list_guardrails()
    found = sorted(alerts(hub, queue, OTHER))
    who = f"arn:aws:iam::{SEARCH}:user/administrator"
    assert [one.partition(", at ")[0] for one in found] == [
        f"{told} in {SEARCH}, {OTHER}, by {who}"
        for told in (
            '"a guardrail, or where one is enforced, was changed: DeleteGuardrail',
            '"the logging of invocations was changed: DeleteModelInvocationLoggingConfiguration',
        )
    ]
    assert losses(hub.world) == []


@pytest.mark.slow
def test_what_happens_to_policies_and_the_trail_is_told_too(hub: Rehearsed) -> None:
    queue = listening(hub)
    cloudtrail = hub.client("cloudtrail", MANAGEMENT)
    cloudtrail.stop_logging(Name="craton-bedrock")
    cloudtrail.start_logging(Name="craton-bedrock")
    organizations = hub.client("organizations", MANAGEMENT)
    content = json.dumps(
        {"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "ec2:*", "Resource": "*"}]}
    )
    made = organizations.create_policy(
        Name="one", Description="", Type="SERVICE_CONTROL_POLICY", Content=content
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=made, TargetId=SEARCH)
    organizations.detach_policy(PolicyId=made, TargetId=SEARCH)
    found = [one.partition(" in ")[0] for one in alerts(hub, queue)]
    assert sorted(found) == [
        '"a trail was stopped or changed: StopLogging',
        '"an organization policy was changed or taken away: DetachPolicy',
    ]


@pytest.mark.slow
def test_logging_that_somebody_switches_off_is_put_back(hub: Rehearsed) -> None:
    iam, region = hub.client("iam", SEARCH), HOME
    wanted = document(hub.intent, "member")["Resources"]["RestorerRole"]["Properties"]
    trust = json.loads(json.dumps(wanted["AssumeRolePolicyDocument"]).replace("${AWS::Partition}", "aws"))
    trust = _filled(trust)
    policy = _filled(wanted["Policies"][0]["PolicyDocument"])
    iam.create_role(
        Path=wanted["Path"], RoleName=wanted["RoleName"], AssumeRolePolicyDocument=json.dumps(trust)
    )
    iam.put_role_policy(RoleName=wanted["RoleName"], PolicyName="craton", PolicyDocument=json.dumps(policy))
    hub.client("s3", SEARCH).create_bucket(Bucket="somewhere")
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "bedrock.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::somewhere/*",
    }
    hub.client("s3", SEARCH).put_bucket_policy(
        Bucket="somewhere", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )
    hub.client("ssm", SEARCH).put_parameter(
        Name="/craton/invocation-logging", Type="String", Value=json.dumps(CONFIGURATION)
    )
    forwarding(hub, SEARCH, region)
    bedrock = hub.client("bedrock", SEARCH)
    bedrock.put_model_invocation_logging_configuration(loggingConfig=CONFIGURATION)
    bedrock.delete_model_invocation_logging_configuration()
    hub.rest()
    found = bedrock.get_model_invocation_logging_configuration()["loggingConfig"]
    assert {key: found[key] for key in CONFIGURATION} == CONFIGURATION
    hub.client("ssm", SEARCH).delete_parameter(Name="/craton/invocation-logging")
    bedrock.delete_model_invocation_logging_configuration()
    hub.rest()
    assert "loggingConfig" not in bedrock.get_model_invocation_logging_configuration()


def _filled(value: Any) -> Any:
    """The value with `Fn::Sub` filled in for a member."""
    match value:
        case {"Fn::Sub": str(text)}:
            return text.replace("${AWS::Partition}", "aws").replace("${AWS::AccountId}", SEARCH)
        case dict():
            return {key: _filled(one) for key, one in value.items()}
        case list():
            return [_filled(one) for one in value]
        case _:
            return value


def test_the_parameter_of_a_member_goes_before_what_it_wants_goes(tmp_path: Path) -> None:
    made = document(intent(tmp_path), "member")["Resources"]["LoggingParameter"]
    assert made["DependsOn"] == ["LoggingConfiguration"]
    told = json.loads(made["Properties"]["Value"]["Fn::Sub"])
    assert told["cloudWatchConfig"]["logGroupName"] == "${InvocationLogGroup}"
    assert told["cloudWatchConfig"]["roleArn"] == "${LoggingRole.Arn}"
    assert told["textDataDeliveryEnabled"] is True


@pytest.mark.slow
def test_a_pattern_names_its_source_and_operations() -> None:
    assert LOGGING.pattern == {
        "source": ["aws.bedrock"],
        "detail-type": ["AWS API Call via CloudTrail"],
        "detail": {
            "eventSource": ["bedrock.amazonaws.com"],
            "eventName": [
                "DeleteModelInvocationLoggingConfiguration",
                "PutModelInvocationLoggingConfiguration",
            ],
        },
    }
