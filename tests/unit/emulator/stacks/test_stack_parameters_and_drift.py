from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.emulator.stacks.stacking import Stacking, topic

from craton.emulator.errors import ServiceError
from craton.emulator.faults import Fault
from craton.emulator.stacks.scope import given_parameters
from craton.emulator.stacks.template import read

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal

DECLARED: dict[str, Any] = {
    "Plain": {"Type": "String"},
    "Usual": {"Type": "String", "Default": "d"},
    "Stage": {"Type": "String", "Default": "dev", "AllowedValues": ["dev", "prod"]},
    "Zone": {"Type": "String", "Default": "ab", "AllowedPattern": "[a-z]+", "MinLength": 2, "MaxLength": 4},
    "Size": {"Type": "Number", "Default": 5, "MinValue": 1, "MaxValue": 10},
    "Many": {"Type": "CommaDelimitedList", "Default": "a, b"},
}


def values(**given: str | None) -> dict[str, str]:
    body = json.dumps({"Parameters": DECLARED, "Resources": {"A": topic("a")}})
    return given_parameters(read(body), given, {"Plain": "earlier"})


def test_defaults_and_earlier_values_stand_in_for_what_is_not_given() -> None:
    assert values(Plain=None, Size="7") == {
        "Plain": "earlier",
        "Usual": "d",
        "Stage": "dev",
        "Zone": "ab",
        "Size": "7",
        "Many": "a, b",
    }


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "Parameters: [Plain] must have values"),
        ({"Plain": "x", "Other": "y"}, "Parameters: [Other] do not exist in the template"),
        ({"Plain": "x", "Stage": "test"}, "Parameter Stage must be one of AllowedValues [dev, prod]"),
        (
            {"Plain": "x", "Zone": "AB"},
            "Parameter Zone failed to satisfy constraint: must match pattern [a-z]+",
        ),
        (
            {"Plain": "x", "Zone": "abcde"},
            "Parameter Zone failed to satisfy constraint: its length must be from 2 to 4",
        ),
        ({"Plain": "x", "Size": "many"}, "Parameter Size must be a number"),
        ({"Plain": "x", "Size": "11"}, "Parameter Size is out of its range"),
        ({"Plain": "x" * 4097}, "Parameter Plain exceeds 4096 bytes"),
    ],
)
def test_a_value_that_is_not_allowed_is_refused(given: dict[str, str], message: str) -> None:
    body = json.dumps({"Parameters": DECLARED, "Resources": {"A": topic("a")}})
    with pytest.raises(ServiceError) as caught:
        given_parameters(read(body), given, {})
    assert caught.value.message == message


def test_pseudo_parameters_tell_the_stack(rehearsal: Rehearsal) -> None:
    stacks = Stacking(rehearsal)
    names = ("AccountId", "Region", "Partition", "URLSuffix", "StackName", "StackId")
    outputs = {name: {"Value": {"Ref": f"AWS::{name}"}} for name in names}
    stacks.create({"A": topic("a")}, Outputs=outputs)
    assert stacks.outputs() == {
        "AccountId": "111111111111",
        "Region": "us-east-1",
        "Partition": "aws",
        "URLSuffix": "amazonaws.com",
        "StackName": "one",
        "StackId": stacks.described()["StackId"],
    }


def test_conditions_decide_what_is_there(rehearsal: Rehearsal) -> None:
    stacks = Stacking(rehearsal)
    sections: dict[str, Any] = {
        "Parameters": {"Stage": {"Type": "String"}},
        "Conditions": {"IsProd": {"Fn::Equals": [{"Ref": "Stage"}, "prod"]}},
        "Outputs": {"B": {"Condition": "IsProd", "Value": {"Ref": "B"}}},
    }
    resources = {"A": topic("a", DependsOn="B"), "B": topic("b", Condition="IsProd")}

    def given(stage: str) -> dict[str, Any]:
        return {"Parameters": [{"ParameterKey": "Stage", "ParameterValue": stage}]}

    body = json.dumps({"Resources": resources, **sections})
    stacks.client.create_stack(StackName="one", TemplateBody=body, **given("dev"))
    rehearsal.rest()
    assert (stacks.topics(), stacks.outputs()) == (["a"], {})
    stacks.client.update_stack(StackName="one", UsePreviousTemplate=True, **given("prod"))
    rehearsal.rest()
    assert (stacks.topics(), set(stacks.outputs())) == (["a", "b"], {"B"})
    stacks.client.update_stack(StackName="one", UsePreviousTemplate=True, **given("dev"))
    rehearsal.rest()
    assert stacks.topics() == ["a"]


def test_a_secret_parameter_is_not_told(rehearsal: Rehearsal) -> None:
    stacks = Stacking(rehearsal)
    body = json.dumps(
        {"Parameters": {"S": {"Type": "String", "NoEcho": True}}, "Resources": {"A": topic("a")}}
    )
    stacks.client.create_stack(
        StackName="one", TemplateBody=body, Parameters=[{"ParameterKey": "S", "ParameterValue": "hush"}]
    )
    rehearsal.rest()
    assert stacks.described()["Parameters"] == [{"ParameterKey": "S", "ParameterValue": "****"}]


class TestDrift:
    @pytest.fixture
    def stacks(self, rehearsal: Rehearsal) -> Stacking:
        found = Stacking(rehearsal)
        found.create({"A": topic("a", DisplayName="x"), "B": topic("b")})
        return found

    def detected(self, stacks: Stacking) -> dict[str, str]:
        stacks.client.detect_stack_drift(StackName="one")
        rows = stacks.client.describe_stack_resource_drifts(StackName="one")["StackResourceDrifts"]
        return {one["LogicalResourceId"]: one["StackResourceDriftStatus"] for one in rows}

    def test_a_stack_that_nobody_touched_is_in_sync(self, stacks: Stacking) -> None:
        assert stacks.described()["DriftInformation"] == {"StackDriftStatus": "NOT_CHECKED"}
        assert self.detected(stacks) == {"A": "IN_SYNC", "B": "IN_SYNC"}
        assert stacks.described()["DriftInformation"]["StackDriftStatus"] == "IN_SYNC"

    def test_what_was_changed_or_removed_by_hand_is_found(self, stacks: Stacking) -> None:
        ids = stacks.ids()
        stacks.sns.set_topic_attributes(
            TopicArn=ids["A"], AttributeName="DisplayName", AttributeValue="by hand"
        )
        stacks.sns.delete_topic(TopicArn=ids["B"])
        assert self.detected(stacks) == {"A": "MODIFIED", "B": "DELETED"}
        assert stacks.described()["DriftInformation"]["StackDriftStatus"] == "DRIFTED"
        rows = stacks.client.describe_stack_resource_drifts(
            StackName="one", StackResourceDriftStatusFilters=["MODIFIED"]
        )["StackResourceDrifts"]
        assert rows[0]["PropertyDifferences"] == [
            {
                "PropertyPath": "/DisplayName",
                "ExpectedValue": '"x"',
                "ActualValue": '"by hand"',
                "DifferenceType": "NOT_EQUAL",
            }
        ]

    def test_a_stack_that_failed_is_not_looked_at(self, rehearsal: Rehearsal) -> None:
        stacks = Stacking(rehearsal)
        stacks.create({"A": topic("a", DisplayNam="x")})
        with pytest.raises(ClientError, match="ROLLBACK_COMPLETE"):
            stacks.client.detect_stack_drift(StackName="one")

    def test_drifts_come_in_pages_and_what_is_gone_has_no_properties(self, stacks: Stacking) -> None:
        stacks.sns.delete_topic(TopicArn=stacks.ids()["B"])
        self.detected(stacks)
        call = stacks.client.describe_stack_resource_drifts
        first = call(StackName="one", MaxResults=1)
        second = call(StackName="one", MaxResults=1, NextToken=first["NextToken"])
        assert "NextToken" not in second
        kept, gone = first["StackResourceDrifts"][0], second["StackResourceDrifts"][0]
        assert json.loads(kept["ExpectedProperties"]) == {"DisplayName": "x", "TopicName": "a"}
        assert "PropertyDifferences" not in kept
        assert (gone["LogicalResourceId"], gone["StackResourceDriftStatus"]) == ("B", "DELETED")
        assert gone.keys() & {"ExpectedProperties", "ActualProperties"} == set()

    def test_each_resource_tells_its_drift_and_some_types_none(self, rehearsal: Rehearsal) -> None:
        stacks = Stacking(rehearsal)
        statement = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}
        policy = {
            "Queues": [{"Ref": "Q"}],
            "PolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
        }
        stacks.create(
            {
                "Q": {"Type": "AWS::SQS::Queue"},
                "P": {"Type": "AWS::SQS::QueuePolicy", "Properties": policy},
            }
        )

        def told() -> dict[str, str]:
            rows = stacks.client.list_stack_resources(StackName="one")["StackResourceSummaries"]
            return {
                one["LogicalResourceId"]: one["DriftInformation"]["StackResourceDriftStatus"] for one in rows
            }

        assert told() == {"Q": "NOT_CHECKED", "P": "NOT_CHECKED"}
        assert self.detected(stacks) == {"Q": "IN_SYNC"}
        assert told() == {"Q": "IN_SYNC", "P": "NOT_CHECKED"}

    def test_what_may_not_be_read_is_unknown(self, stacks: Stacking) -> None:
        fault = Fault(kind="access_denied", service="sns", operation="GetTopicAttributes", services_too=True)
        stacks.rehearsal.world.faults.add(fault)
        told = stacks.client.detect_stack_drift(StackName="one")
        status = stacks.client.describe_stack_drift_detection_status(
            StackDriftDetectionId=told["StackDriftDetectionId"]
        )
        assert (status["DetectionStatus"], status["StackDriftStatus"]) == ("DETECTION_FAILED", "UNKNOWN")
        assert status["DetectionStatusReason"] == "Failed to detect drift on resources [A, B]"
        rows = stacks.client.describe_stack_resource_drifts(StackName="one")["StackResourceDrifts"]
        assert {one["StackResourceDriftStatus"] for one in rows} == {"UNKNOWN"}
        assert "GetTopicAttributes" in rows[0]["DriftStatusReason"]
