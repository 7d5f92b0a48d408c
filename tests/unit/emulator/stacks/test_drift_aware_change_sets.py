from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.emulator.stacks.stacking import BROKEN, Stacking, topic

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal


class Reverting(Stacking):
    """A stack whose drift is reverted by change sets."""

    def propose(self, resources: dict[str, Any], **more: Any) -> dict[str, Any]:
        """What a change set that reverts drift tells."""
        self.client.create_change_set(
            StackName="one",
            ChangeSetName="set",
            TemplateBody=json.dumps({"Resources": resources}),
            DeploymentMode="REVERT_DRIFT",
            **more,
        )
        found: dict[str, Any] = self.client.describe_change_set(StackName="one", ChangeSetName="set")
        return found

    def execute(self) -> str:
        self.client.execute_change_set(StackName="one", ChangeSetName="set")
        self.rehearsal.rest()
        return self.status()

    def name(self, topic_name: str, shown: str) -> None:
        """Somebody changes what a topic shows, behind the stack's back."""
        self.sns.set_topic_attributes(
            TopicArn=self.arn(topic_name), AttributeName="DisplayName", AttributeValue=shown
        )

    def shown(self, topic_name: str) -> str:
        told = self.sns.get_topic_attributes(TopicArn=self.arn(topic_name))
        return str(told["Attributes"]["DisplayName"])

    def arn(self, topic_name: str) -> str:
        return f"arn:aws:sns:us-east-1:111111111111:{topic_name}"


@pytest.fixture
def stack(rehearsal: Rehearsal) -> Reverting:
    return Reverting(rehearsal)


def changes(told: dict[str, Any]) -> dict[str, dict[str, Any]]:
    rows = [one["ResourceChange"] for one in told["Changes"]]
    return {one["LogicalResourceId"]: one for one in rows}


def test_what_was_changed_by_hand_is_told_and_brought_back(stack: Reverting) -> None:
    held = {"A": topic("a", DisplayName="x"), "Same": topic("same")}
    stack.create(held)
    stack.name("a", "by hand")
    told = stack.propose(held)
    assert (told["DeploymentMode"], told["StackDriftStatus"]) == ("REVERT_DRIFT", "DRIFTED")
    assert set(changes(told)) == {"A"}
    change = changes(told)["A"]
    assert (change["Action"], change["Replacement"]) == ("Modify", "False")
    assert change["ResourceDriftStatus"] == "MODIFIED"
    assert json.loads(change["PreviousDeploymentContext"])["Properties"]["DisplayName"] == "x"
    (detail,) = change["Details"]
    assert detail["ChangeSource"] == "NoModification"
    target = detail["Target"]
    assert target.pop("Drift")["DriftDetectionTimestamp"] == told["CreationTime"]
    assert target == {
        "Attribute": "Properties",
        "Name": "DisplayName",
        "RequiresRecreation": "Never",
        "Path": "/Properties/DisplayName",
        "BeforeValue": "by hand",
        "AfterValue": "x",
        "AttributeChangeType": "Modify",
        "BeforeValueFrom": "ACTUAL_STATE",
        "AfterValueFrom": "TEMPLATE",
    }
    assert stack.execute() == "UPDATE_COMPLETE"
    assert stack.shown("a") == "x"
    assert ("Same", "UPDATE_COMPLETE") not in stack.history()


def test_what_was_removed_by_hand_is_made_anew_with_all_that_refers_to_it(stack: Reverting) -> None:
    stack.create(
        {"Q": {"Type": "AWS::SQS::Queue"}, "A": topic("a", DisplayName={"Fn::GetAtt": "Q.QueueName"})}
    )
    before = stack.ids()["Q"]
    stack.sqs.delete_queue(QueueUrl=before)
    told = stack.propose(
        {"Q": {"Type": "AWS::SQS::Queue"}, "A": topic("a", DisplayName={"Fn::GetAtt": "Q.QueueName"})}
    )
    queue = changes(told)["Q"]
    assert (queue["Action"], queue["ResourceDriftStatus"]) == ("Add", "DELETED")
    assert "PhysicalResourceId" not in queue
    (detail,) = changes(told)["A"]["Details"]
    assert detail["Evaluation"] == "Dynamic"
    assert detail["Target"]["AfterValue"] == "{{changeSet:KNOWN_AFTER_APPLY}}"
    assert stack.execute() == "UPDATE_COMPLETE"
    assert stack.sqs.list_queues()["QueueUrls"] == [stack.ids()["Q"]]
    assert stack.client.detect_stack_drift(StackName="one")
    assert stack.described()["DriftInformation"]["StackDriftStatus"] == "IN_SYNC"


def test_a_template_that_follows_what_was_changed_touches_nothing(stack: Reverting) -> None:
    stack.create({"A": topic("a", DisplayName="x")})
    stack.name("a", "by hand")
    followed = {"A": topic("a", DisplayName="by hand")}
    change = changes(stack.propose(followed))["A"]
    assert change["Action"] == "SyncWithActual"
    assert change["Details"][0]["Target"]["AttributeChangeType"] == "SyncWithActual"
    assert stack.execute() == "UPDATE_COMPLETE"
    assert stack.history().count(("A", "UPDATE_COMPLETE")) == 0
    assert stack.shown("a") == "by hand"
    stack.client.detect_stack_drift(StackName="one")
    assert stack.described()["DriftInformation"]["StackDriftStatus"] == "IN_SYNC"


def test_without_drift_there_is_nothing_to_revert(stack: Reverting) -> None:
    held = {"A": topic("a", DisplayName="x")}
    stack.create(held)
    told = stack.propose(held)
    assert (told["Status"], told["StackDriftStatus"]) == ("FAILED", "IN_SYNC")
    assert told["Changes"] == []


def test_another_change_set_leaves_what_was_changed_by_hand(stack: Reverting) -> None:
    stack.create({"A": topic("a", DisplayName="x")})
    stack.name("a", "by hand")
    body = json.dumps({"Resources": {"A": topic("a", DisplayName="x"), "B": topic("b")}})
    stack.client.create_change_set(StackName="one", ChangeSetName="set", TemplateBody=body)
    told = stack.client.describe_change_set(StackName="one", ChangeSetName="set")
    assert set(changes(told)) == {"B"}
    assert "DeploymentMode" not in told
    assert "ResourceDriftStatus" not in changes(told)["B"]
    assert stack.execute() == "UPDATE_COMPLETE"
    assert stack.shown("a") == "by hand"


def test_tags_that_no_template_set_are_left(stack: Reverting) -> None:
    held = {"A": topic("a", DisplayName="x", Tags=[{"Key": "team", "Value": "search"}])}
    stack.create(held)
    stack.sns.tag_resource(
        ResourceArn=stack.arn("a"),
        Tags=[{"Key": "team", "Value": "other"}, {"Key": "owner", "Value": "somebody"}],
    )
    (detail,) = changes(stack.propose(held))["A"]["Details"]
    assert detail["Target"]["Attribute"] == "Tags"
    assert stack.execute() == "UPDATE_COMPLETE"
    tags = stack.sns.list_tags_for_resource(ResourceArn=stack.arn("a"))["Tags"]
    assert {one["Key"]: one["Value"] for one in tags} == {"team": "search", "owner": "somebody"}
    assert stack.propose(held)["Status"] == "FAILED"


def test_a_failure_leaves_resources_as_somebody_had_changed_them(stack: Reverting) -> None:
    stack.create({"A": topic("a", DisplayName="x"), "B": topic("b")})
    stack.name("a", "by hand")
    stack.sns.delete_topic(TopicArn=stack.arn("b"))
    broken = {**BROKEN, "DependsOn": ["A", "B"]}
    stack.propose({"A": topic("a", DisplayName="x"), "B": topic("b"), "C": broken})
    assert stack.execute() == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.shown("a") == "by hand"
    assert stack.topics() == ["a"]
    stack.client.detect_stack_drift(StackName="one")
    rows = stack.client.describe_stack_resource_drifts(StackName="one")["StackResourceDrifts"]
    found = {one["LogicalResourceId"]: one["StackResourceDriftStatus"] for one in rows}
    assert found == {"A": "MODIFIED", "B": "DELETED"}


def test_a_type_that_cannot_be_looked_at_is_compared_with_what_was_deployed(stack: Reverting) -> None:
    def policy(sid: str) -> dict[str, Any]:
        statement = {"Sid": sid, "Effect": "Allow", "Principal": "*", "Action": "sns:Publish"}
        document = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": {"Ref": "A"}}]}
        topics = [{"Ref": "A"}]
        return {"Type": "AWS::SNS::TopicPolicy", "Properties": {"Topics": topics, "PolicyDocument": document}}

    stack.create({"A": topic("a"), "P": policy("One")})
    empty = json.dumps({"Version": "2012-10-17", "Statement": []})
    stack.sns.set_topic_attributes(TopicArn=stack.arn("a"), AttributeName="Policy", AttributeValue=empty)
    assert stack.propose({"A": topic("a"), "P": policy("One")})["StackDriftStatus"] == "IN_SYNC"
    stack.client.delete_change_set(StackName="one", ChangeSetName="set")
    change = changes(stack.propose({"A": topic("a"), "P": policy("Two")}))["P"]
    assert change["ResourceDriftStatus"] == "UNSUPPORTED"
    assert change["Details"][0]["Target"]["BeforeValueFrom"] == "PREVIOUS_DEPLOYMENT_STATE"


def test_a_change_set_tells_values_and_contexts_if_asked(stack: Reverting) -> None:
    stack.create({"A": topic("a", DisplayName="x")})
    body = json.dumps({"Resources": {"A": topic("a", DisplayName="y")}})
    named = {"StackName": "one", "ChangeSetName": "set"}
    stack.client.create_change_set(**named, TemplateBody=body)
    change = changes(stack.client.describe_change_set(**named, IncludePropertyValues=True))["A"]
    target = change["Details"][0]["Target"]
    assert (target["BeforeValue"], target["AfterValue"]) == ("x", "y")
    assert "BeforeValueFrom" not in target
    assert json.loads(change["BeforeContext"])["Properties"] == {"DisplayName": "x", "TopicName": "a"}
    assert json.loads(change["AfterContext"])["Properties"] == {"DisplayName": "y", "TopicName": "a"}


def test_a_stack_that_is_not_there_has_no_drift_to_revert(stack: Reverting) -> None:
    with pytest.raises(ClientError, match="the parameter DeploymentMode"):
        stack.propose({"A": topic("a")}, ChangeSetType="CREATE")
