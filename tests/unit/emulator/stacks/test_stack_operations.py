from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.emulator.stacks.stacking import BROKEN, Stacking, topic

from craton.emulator.errors import ServiceError
from craton.emulator.resources.registry import kinds

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal


@pytest.fixture
def stacks(rehearsal: Rehearsal) -> Stacking:
    return Stacking(rehearsal)


def refused(call: Any, *args: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(*args, **parameters)
    return str(caught.value.response["Error"]["Message"])


class TestCreation:
    def test_resources_are_made_after_those_that_they_need(self, stacks: Stacking) -> None:
        resources = {
            "A": topic("a", DisplayName={"Fn::GetAtt": ["B", "TopicName"]}),
            "B": topic("b", DependsOn="C"),
            "C": topic("c"),
        }
        assert stacks.create(resources) == "CREATE_COMPLETE"
        made = [name for name, status in stacks.history() if status == "CREATE_COMPLETE"]
        assert made == ["C", "B", "A", "one"]
        told = stacks.sns.get_topic_attributes(TopicArn=stacks.ids()["A"])["Attributes"]
        assert told["DisplayName"] == "b"

    def test_what_has_no_name_gets_one_of_its_own(self, stacks: Stacking) -> None:
        assert stacks.create({"A": topic(), "B": topic()}) == "CREATE_COMPLETE"
        names = stacks.topics()
        assert len(names) == 2
        assert all(name.startswith(("one-A-", "one-B-")) for name in names)

    def test_a_parameter_that_is_a_text_goes_for_a_number(self, stacks: Stacking) -> None:
        properties = {"QueueName": "q", "DelaySeconds": {"Ref": "Delay"}}
        declared = {"Delay": {"Type": "Number", "Default": 7}}
        resources = {"Q": {"Type": "AWS::SQS::Queue", "Properties": properties}}
        body = json.dumps({"Parameters": declared, "Resources": resources})
        stacks.client.create_stack(StackName="one", TemplateBody=body)
        stacks.rehearsal.rest()
        told = stacks.sqs.get_queue_attributes(QueueUrl=stacks.ids()["Q"], AttributeNames=["All"])
        assert told["Attributes"]["DelaySeconds"] == "7"

    def test_a_property_that_is_misspelt_fails_the_stack(self, stacks: Stacking) -> None:
        assert stacks.create({"A": topic("a"), "B": topic("b", DisplayNam="x")}) == "ROLLBACK_COMPLETE"
        assert stacks.reasons()["B"].startswith(
            "Properties validation failed for resource with message: [#/DisplayNam: Additional properties "
            "are not allowed"
        )
        assert stacks.topics() == []

    def test_a_failure_takes_everything_back(self, stacks: Stacking) -> None:
        assert stacks.create({"A": topic("a"), "B": {**BROKEN, "DependsOn": "A"}}) == "ROLLBACK_COMPLETE"
        assert stacks.topics() == []
        assert stacks.history() == [
            ("one", "CREATE_IN_PROGRESS"),
            ("A", "CREATE_IN_PROGRESS"),
            ("A", "CREATE_COMPLETE"),
            ("B", "CREATE_IN_PROGRESS"),
            ("B", "CREATE_FAILED"),
            ("one", "ROLLBACK_IN_PROGRESS"),
            ("A", "DELETE_IN_PROGRESS"),
            ("A", "DELETE_COMPLETE"),
            ("one", "ROLLBACK_COMPLETE"),
        ]
        assert stacks.reasons()["B"].startswith('Resource handler returned message: "')
        assert refused(stacks.update, {"A": topic("a")}).endswith(
            "is in ROLLBACK_COMPLETE state and can not be updated."
        )
        assert stacks.delete() == "DELETE_COMPLETE"

    @pytest.mark.parametrize("how", [{"OnFailure": "DO_NOTHING"}, {"DisableRollback": True}])
    def test_a_failure_leaves_what_is_there_where_that_is_wanted(
        self, stacks: Stacking, how: dict[str, Any]
    ) -> None:
        assert stacks.create({"A": topic("a"), "B": {**BROKEN, "DependsOn": "A"}}, **how) == "CREATE_FAILED"
        assert stacks.topics() == ["a"]
        assert stacks.delete() == "DELETE_COMPLETE"
        assert stacks.topics() == []

    def test_a_failure_removes_the_stack_where_that_is_wanted(self, stacks: Stacking) -> None:
        with pytest.raises(ClientError, match="Stack with id one does not exist"):
            stacks.create({"A": topic("a"), "B": BROKEN}, OnFailure="DELETE")
        assert stacks.topics() == []

    @pytest.mark.parametrize(
        ("policy", "left"), [("Retain", ["a"]), ("RetainExceptOnCreate", []), ("Delete", [])]
    )
    def test_what_is_retained_stays_when_a_creation_is_rolled_back(
        self, stacks: Stacking, policy: str, left: list[str]
    ) -> None:
        resources = {"A": topic("a", DeletionPolicy=policy), "B": {**BROKEN, "DependsOn": "A"}}
        assert stacks.create(resources) == "ROLLBACK_COMPLETE"
        assert stacks.topics() == left

    def test_a_name_is_taken_until_its_stack_is_gone(self, stacks: Stacking) -> None:
        stacks.create({"A": topic("a")})
        assert refused(stacks.create, {"A": topic("b")}) == "Stack [one] already exists"
        first = stacks.described()["StackId"]
        assert stacks.delete() == "DELETE_COMPLETE"
        assert stacks.create({"A": topic("b")}) == "CREATE_COMPLETE"
        assert stacks.status(first) == "DELETE_COMPLETE"

    def test_a_bug_of_a_resource_type_fails_the_stack_and_is_kept(
        self, stacks: Stacking, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(type(kinds()["AWS::SNS::Topic"]), "create", lambda *_: 1 / 0)
        assert stacks.create({"A": topic("a")}) == "CREATE_FAILED"
        assert stacks.described()["StackStatusReason"] == "Internal Failure"
        failures = stacks.rehearsal.world.work.failures
        assert "ZeroDivisionError" in failures.pop()

    def test_tags_of_a_stack_come_to_its_resources(self, stacks: Stacking) -> None:
        tags = [{"Key": "team", "Value": "search"}, {"Key": "own", "Value": "stack"}]
        own = [{"Key": "own", "Value": "topic"}]
        assert stacks.create({"A": topic("a", Tags=own)}, Tags=tags) == "CREATE_COMPLETE"
        arn = stacks.ids()["A"]
        held = {
            one["Key"]: one["Value"] for one in stacks.sns.list_tags_for_resource(ResourceArn=arn)["Tags"]
        }
        assert held == {"team": "search", "own": "topic"}
        assert stacks.update({"A": topic("a", Tags=own)}, Tags=[]) == "UPDATE_COMPLETE"
        held = {
            one["Key"]: one["Value"] for one in stacks.sns.list_tags_for_resource(ResourceArn=arn)["Tags"]
        }
        assert held == {"own": "topic"}


class TestUpdates:
    def test_what_changes_in_place_keeps_its_id(self, stacks: Stacking) -> None:
        stacks.create({"A": topic("a", DisplayName="x")})
        before = stacks.ids()
        assert stacks.update({"A": topic("a", DisplayName="y")}) == "UPDATE_COMPLETE"
        assert stacks.ids() == before
        assert stacks.sns.get_topic_attributes(TopicArn=before["A"])["Attributes"]["DisplayName"] == "y"

    def test_what_only_creation_sets_replaces_the_resource_and_whoever_refers_follows(
        self, stacks: Stacking
    ) -> None:
        def resources(name: str) -> dict[str, Any]:
            return {"A": topic(name), "B": topic("b", DisplayName={"Fn::GetAtt": ["A", "TopicName"]})}

        stacks.create(resources("a"))
        b = stacks.ids()["B"]
        assert stacks.update(resources("c")) == "UPDATE_COMPLETE"
        assert stacks.topics() == ["b", "c"]
        assert stacks.sns.get_topic_attributes(TopicArn=b)["Attributes"]["DisplayName"] == "c"
        history = stacks.history()
        assert history.index(("one", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")) < history.index(
            ("A", "DELETE_COMPLETE")
        )

    @pytest.mark.parametrize(("policy", "left"), [("Retain", ["a", "b"]), ("Delete", ["b"])])
    def test_what_was_replaced_stays_where_that_is_wanted(
        self, stacks: Stacking, policy: str, left: list[str]
    ) -> None:
        stacks.create({"A": topic("a", UpdateReplacePolicy=policy)})
        assert stacks.update({"A": topic("b", UpdateReplacePolicy=policy)}) == "UPDATE_COMPLETE"
        assert stacks.topics() == left

    @pytest.mark.parametrize(("policy", "left"), [("Retain", ["a", "b"]), ("Delete", ["b"])])
    def test_what_is_left_out_is_removed_unless_it_is_retained(
        self, stacks: Stacking, policy: str, left: list[str]
    ) -> None:
        stacks.create({"A": topic("a", DeletionPolicy=policy), "B": topic("b")})
        assert stacks.update({"B": topic("b")}) == "UPDATE_COMPLETE"
        assert stacks.topics() == left
        assert set(stacks.ids()) == {"B"}

    def test_another_type_under_the_same_name_replaces_it(self, stacks: Stacking) -> None:
        stacks.create({"A": topic("a")})
        queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "a"}}
        assert stacks.update({"A": queue}) == "UPDATE_COMPLETE"
        assert stacks.topics() == []
        assert stacks.ids()["A"].endswith("/a")

    def test_what_has_no_name_of_its_own_is_replaced_under_another(self, stacks: Stacking) -> None:
        def role(path: str) -> dict[str, Any]:
            statement = {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
            trust = {"Version": "2012-10-17", "Statement": [statement]}
            return {
                "R": {
                    "Type": "AWS::IAM::Role",
                    "Properties": {"Path": path, "AssumeRolePolicyDocument": trust},
                }
            }

        able: dict[str, Any] = {"Capabilities": ["CAPABILITY_IAM"]}
        stacks.create(role("/"), **able)
        first = stacks.ids()["R"]
        assert stacks.update(role("/x/"), **able) == "UPDATE_COMPLETE"
        iam = stacks.rehearsal.client("iam")
        assert [one["RoleName"] for one in iam.list_roles()["Roles"]] == [stacks.ids()["R"]] != [first]

    def test_a_failed_update_puts_everything_back(self, stacks: Stacking) -> None:
        def resources(*, changed: bool) -> dict[str, Any]:
            same = {"Gone": topic("gone"), "Fails": topic("fails")}
            if not changed:
                return {"Place": topic("p", DisplayName="x"), "Replaced": topic("r"), **same}
            return {
                "Place": topic("p", DisplayName="y"),
                "Replaced": topic("r2"),
                "New": topic("new"),
                "Fails": {**BROKEN, "DependsOn": ["Place", "Replaced", "New"]},
            }

        stacks.create(resources(changed=False))
        before, template = stacks.ids(), stacks.client.get_template(StackName="one")["TemplateBody"]
        assert stacks.update(resources(changed=True)) == "UPDATE_ROLLBACK_COMPLETE"
        assert stacks.ids() == before
        assert stacks.topics() == ["fails", "gone", "p", "r"]
        assert stacks.sns.get_topic_attributes(TopicArn=before["Place"])["Attributes"]["DisplayName"] == "x"
        assert stacks.client.get_template(StackName="one")["TemplateBody"] == template
        assert stacks.update(resources(changed=False) | {"New": topic("n")}) == "UPDATE_COMPLETE"

    def test_a_reference_that_comes_to_nothing_leaves_no_trace_after_the_rollback(
        self, stacks: Stacking
    ) -> None:
        stacks.create({"A": topic("a")})
        lost = topic("b", DisplayName={"Fn::ImportValue": "nowhere"})
        assert stacks.update({"A": topic("a"), "B": lost}) == "UPDATE_ROLLBACK_COMPLETE"
        assert set(stacks.ids()) == {"A"}
        assert stacks.reasons()["B"] == "No export named nowhere found."

    @pytest.mark.parametrize("skips", [False, True])
    def test_a_rollback_that_fails_can_be_carried_on_with(
        self, stacks: Stacking, monkeypatch: pytest.MonkeyPatch, skips: bool
    ) -> None:
        kind = type(kinds()["AWS::SNS::Topic"])
        update, called = kind.update, []

        def failing(*given: Any) -> Any:
            called.append(1)
            if len(called) == 2:
                raise ServiceError("Throttling", "Rate exceeded")
            return update(*given)

        stacks.create({"A": topic("a", DisplayName="x")})
        monkeypatch.setattr(kind, "update", failing)
        changed = {
            "A": topic("a", DisplayName="y"),
            "N": topic("n"),
            "B": {**BROKEN, "DependsOn": ["A", "N"]},
        }
        assert stacks.update(changed) == "UPDATE_ROLLBACK_FAILED"
        assert stacks.topics() == ["a", "n"]
        more = {"ResourcesToSkip": ["A"]} if skips else {}
        stacks.client.continue_update_rollback(StackName="one", **more)
        stacks.rehearsal.rest()
        assert stacks.status() == "UPDATE_ROLLBACK_COMPLETE"
        assert stacks.topics() == ["a"]
        told = stacks.sns.get_topic_attributes(TopicArn=stacks.ids()["A"])["Attributes"]
        assert told["DisplayName"] == ("y" if skips else "x")

    def test_a_failed_update_stays_as_it_is_where_that_is_wanted(self, stacks: Stacking) -> None:
        stacks.create({"A": topic("a")})
        failing = {"A": topic("a", DisplayName="x"), "B": {**BROKEN, "DependsOn": "A"}}
        assert stacks.update(failing, DisableRollback=True) == "UPDATE_FAILED"
        told = stacks.sns.get_topic_attributes(TopicArn=stacks.ids()["A"])["Attributes"]
        assert told["DisplayName"] == "x"
        assert stacks.update({"A": topic("a", DisplayName="x"), "B": topic("b")}) == "UPDATE_COMPLETE"

    def test_a_resource_that_names_itself_is_not_replaced_under_its_name(self, stacks: Stacking) -> None:
        def role(path: str) -> dict[str, Any]:
            statement = {
                "Effect": "Allow",
                "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
            trust = {"Version": "2012-10-17", "Statement": [statement]}
            properties = {"RoleName": "r", "Path": path, "AssumeRolePolicyDocument": trust}
            return {"R": {"Type": "AWS::IAM::Role", "Properties": properties}}

        able: dict[str, Any] = {"Capabilities": ["CAPABILITY_NAMED_IAM"]}
        stacks.create(role("/"), **able)
        assert stacks.update(role("/x/"), **able) == "UPDATE_ROLLBACK_COMPLETE"
        assert stacks.reasons()["R"] == (
            "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
            "Rename r and update the stack again."
        )

    @pytest.mark.parametrize(
        "more", [{"Description": "another"}, {"Metadata": {"a": 1}}, {"Mappings": {"M": {"a": {"b": "c"}}}}]
    )
    def test_an_update_that_changes_nothing_is_refused(self, stacks: Stacking, more: dict[str, Any]) -> None:
        stacks.create({"A": topic("a")})
        assert refused(stacks.update, {"A": topic("a")}, **more) == "No updates are to be performed."

    def test_outputs_and_metadata_and_tags_alone_are_something_to_update(self, stacks: Stacking) -> None:
        stacks.create({"A": topic("a")})
        with_output: dict[str, Any] = {"Outputs": {"Name": {"Value": {"Fn::GetAtt": ["A", "TopicName"]}}}}
        assert stacks.update({"A": topic("a")}, **with_output) == "UPDATE_COMPLETE"
        assert stacks.outputs() == {"Name": "a"}
        assert stacks.update({"A": topic("a", Metadata={"x": 1})}, **with_output) == "UPDATE_COMPLETE"
        tags = [{"Key": "team", "Value": "search"}]
        assert (
            stacks.update({"A": topic("a", Metadata={"x": 1})}, **with_output, Tags=tags) == "UPDATE_COMPLETE"
        )
        assert stacks.described()["Tags"] == tags


class TestDeletion:
    def test_what_is_retained_stays(self, stacks: Stacking) -> None:
        stacks.create({"A": topic("a", DeletionPolicy="Retain"), "B": topic("b")})
        assert stacks.delete() == "DELETE_COMPLETE"
        assert stacks.topics() == ["a"]

    def test_termination_protection_keeps_a_stack(self, stacks: Stacking) -> None:
        stacks.create({"A": topic("a")}, EnableTerminationProtection=True)
        assert refused(stacks.delete) == (
            "Stack [one] cannot be deleted while TerminationProtection is enabled"
        )
        stacks.client.update_termination_protection(StackName="one", EnableTerminationProtection=False)
        assert stacks.delete() == "DELETE_COMPLETE"

    def test_what_cannot_be_removed_fails_the_deletion_until_it_is_left(self, stacks: Stacking) -> None:
        bucket = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "some-full-bucket"}}
        stacks.create({"A": topic("a"), "B": bucket})
        stacks.rehearsal.client("s3").put_object(Bucket="some-full-bucket", Key="one", Body=b"1")
        assert stacks.delete() == "DELETE_FAILED"
        assert stacks.described()["StackStatusReason"].strip() == (
            "The following resource(s) failed to delete: [B]."
        )
        assert "not empty" in stacks.reasons()["B"]
        assert stacks.delete(RetainResources=["B"]) == "DELETE_COMPLETE"
        assert stacks.topics() == []
        assert stacks.rehearsal.client("s3").list_buckets()["Buckets"][0]["Name"] == "some-full-bucket"

    def test_resources_are_only_left_where_they_failed_before(self, stacks: Stacking) -> None:
        stacks.create({"A": topic("a")})
        assert "RetainResources" in refused(stacks.delete, RetainResources=["A"])

    def test_a_stack_that_is_not_there_is_gone_already(self, stacks: Stacking) -> None:
        stacks.client.delete_stack(StackName="never")


OUT: dict[str, Any] = {"Outputs": {"O": {"Value": {"Ref": "A"}, "Export": {"Name": "shared"}}}}
USER: dict[str, Any] = {"B": topic("b", DisplayName={"Fn::ImportValue": "shared"})}


class TestExports:
    def test_a_value_in_use_can_neither_change_nor_go(self, stacks: Stacking) -> None:
        stacks.create({"A": topic("a")}, **OUT)
        assert stacks.create(USER, name="two") == "CREATE_COMPLETE"
        assert stacks.client.list_imports(ExportName="shared")["Imports"] == ["two"]
        assert stacks.delete() == "DELETE_FAILED"
        assert stacks.described()["StackStatusReason"] == (
            "Export shared cannot be deleted as it is in use by two"
        )
        assert stacks.topics() == ["a", "b"]
        other = stacks.described("two")["StackId"]
        assert stacks.update({"B": topic("b")}, name="two") == "UPDATE_COMPLETE", other
        assert stacks.delete() == "DELETE_COMPLETE"

    def test_an_update_that_would_change_a_value_in_use_is_rolled_back(self, stacks: Stacking) -> None:
        stacks.create({"A": topic("a")}, **OUT)
        stacks.create(USER, name="two")
        assert stacks.update({"A": topic("c")}, **OUT) == "UPDATE_ROLLBACK_COMPLETE"
        assert "Export shared cannot be updated as it is in use by two" in [
            one.get("ResourceStatusReason")
            for one in stacks.client.describe_stack_events(StackName="one")["StackEvents"]
        ]
        assert stacks.topics() == ["a", "b"]

    def test_two_stacks_cannot_export_the_same_name(self, stacks: Stacking) -> None:
        stacks.create({"A": topic("a")}, **OUT)
        assert stacks.create({"A": topic("c")}, name="two", **OUT) == "ROLLBACK_COMPLETE"
        assert [one["Name"] for one in stacks.client.list_exports()["Exports"]] == ["shared"]

    def test_looking_at_a_change_set_uses_nothing(self, stacks: Stacking) -> None:
        stacks.create({"A": topic("a")}, **OUT)
        body = json.dumps({"Resources": USER})
        stacks.client.create_change_set(
            StackName="two", ChangeSetName="look", ChangeSetType="CREATE", TemplateBody=body
        )
        assert stacks.delete() == "DELETE_COMPLETE"


def test_a_call_with_the_same_token_is_carried_out_once(rehearsal: Rehearsal) -> None:
    stacks = Stacking(rehearsal)
    body = json.dumps({"Resources": {"A": topic("a")}})
    create = {"StackName": "one", "TemplateBody": body, "ClientRequestToken": "first"}
    stacks.client.create_stack(**create)
    rehearsal.rest()
    for call, given in (
        (stacks.client.create_stack, create),
        (stacks.client.update_stack, {**create, "TemplateBody": body.replace('"a"', '"b"')}),
        (stacks.client.delete_stack, {"StackName": "one", "ClientRequestToken": "first"}),
    ):
        with pytest.raises(ClientError) as caught:
            call(**given)
        assert caught.value.response["Error"]["Code"] == "TokenAlreadyExistsException"
    assert stacks.topics() == ["a"]
    with pytest.raises(ClientError, match="No updates"):
        stacks.client.update_stack(**{**create, "ClientRequestToken": "second"})
    changed = {**create, "TemplateBody": body.replace('"a"', '"b"'), "ClientRequestToken": "second"}
    stacks.client.update_stack(**changed)
    rehearsal.rest()
    assert stacks.topics() == ["b"]
