from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.emulator.stacks.stacking import BROKEN, Stacking, topic

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal


@pytest.fixture
def stacks(rehearsal: Rehearsal) -> Stacking:
    rehearsal.client("s3").create_bucket(Bucket="templates")
    return Stacking(rehearsal)


def nested(stacks: Stacking, resources: dict[str, Any], key: str = "one", **more: Any) -> dict[str, Any]:
    """A stack as a resource, whose template was put into S3."""
    told = json.dumps({"Resources": resources, **more})
    stacks.rehearsal.client("s3").put_object(Bucket="templates", Key=key, Body=told.encode())
    url = f"https://templates.s3.us-east-1.amazonaws.com/{key}"
    return {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}


def test_outputs_of_a_nested_stack_are_attributes_and_the_parent_is_known(stacks: Stacking) -> None:
    inner = nested(stacks, {"A": topic("a")}, Outputs={"Name": {"Value": {"Fn::GetAtt": "A.TopicName"}}})
    outer = {"N": inner, "B": topic("b", DisplayName={"Fn::GetAtt": ["N", "Outputs.Name"]})}
    assert stacks.create(outer) == "CREATE_COMPLETE"
    told = stacks.sns.get_topic_attributes(TopicArn=stacks.ids()["B"])["Attributes"]
    assert told["DisplayName"] == "a"
    found = stacks.described(stacks.ids()["N"])
    assert found["ParentId"] == found["RootId"] == stacks.described()["StackId"]
    assert stacks.delete() == "DELETE_COMPLETE"
    assert stacks.topics() == []


def test_a_nested_stack_that_fails_fails_its_parent(stacks: Stacking) -> None:
    inner = nested(stacks, {"A": topic("a"), "B": {**BROKEN, "DependsOn": "A"}})
    assert stacks.create({"T": topic("t"), "N": {**inner, "DependsOn": "T"}}) == "ROLLBACK_COMPLETE"
    assert "was not successfully created" in stacks.reasons()["N"]
    assert stacks.topics() == []


def test_an_update_of_a_nested_stack_that_fails_puts_both_back(stacks: Stacking) -> None:
    stacks.create({"N": nested(stacks, {"A": topic("a")})})
    failing = nested(stacks, {"A": topic("a"), "B": BROKEN}, "two")
    assert stacks.update({"N": failing}) == "UPDATE_ROLLBACK_COMPLETE"
    assert stacks.topics() == ["a"]


def test_a_service_managed_set_holds_no_nested_stacks(stacks: Stacking) -> None:
    stacks.rehearsal.organization()
    stacks.client.activate_organizations_access()
    with pytest.raises(ClientError, match="Nested stacks are not supported"):
        stacks.client.create_stack_set(
            StackSetName="set",
            TemplateBody=json.dumps({"Resources": {"N": nested(stacks, {"A": topic("a")})}}),
            PermissionModel="SERVICE_MANAGED",
        )


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def role(stacks: Stacking, service: str, *actions: str) -> str:
    iam = stacks.rehearsal.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    arn = iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=policy(trust))["Role"]["Arn"]
    if actions:
        may = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        iam.put_role_policy(RoleName="deployer", PolicyName="may", PolicyDocument=policy(may))
    return str(arn)


def test_a_stack_does_what_its_role_may(stacks: Stacking) -> None:
    arn = role(stacks, "cloudformation.amazonaws.com", "sns:CreateTopic", "sns:DeleteTopic")
    queue = {"Type": "AWS::SQS::Queue", "DependsOn": "A"}
    assert stacks.create({"A": topic("a"), "Q": queue}, RoleARN=arn) == "ROLLBACK_COMPLETE"
    assert "assumed-role/deployer/AWSCloudFormation is not authorized to perform" in stacks.reasons()["Q"]
    assert stacks.topics() == []


def test_a_stack_keeps_its_role(stacks: Stacking) -> None:
    arn = role(stacks, "cloudformation.amazonaws.com", "sns:*")
    stacks.create({"A": topic("a")}, RoleARN=arn)
    assert stacks.update({"A": topic("a"), "Q": {"Type": "AWS::SQS::Queue"}}) == "UPDATE_ROLLBACK_COMPLETE"
    assert "assumed-role/deployer" in stacks.reasons()["Q"]


def test_a_role_that_does_not_trust_cloudformation_is_refused(stacks: Stacking) -> None:
    arn = role(stacks, "lambda.amazonaws.com", "sns:*")
    with pytest.raises(ClientError, match="is invalid or cannot be assumed"):
        stacks.create({"A": topic("a")}, RoleARN=arn)
