from __future__ import annotations

import json
from typing import Any

import pytest
from tests.unit.emulator.rehearsal import MANAGEMENT
from tests.unit.emulator.stack_sets.sets import TEMPLATE, TRUSTED, Gate, Sets, deny_topics, refused

from craton.emulator.resources.registry import kinds


def test_an_ou_stands_for_all_accounts_below_it_but_for_the_management_account(sets: Sets) -> None:
    sets.create()
    operation = sets.deploy("a", regions=("us-east-1", "eu-west-1"))
    assert operation["Status"] == "SUCCEEDED"
    assert sets.held() == sets.held("eu-west-1") == {"a": "plain", "b": "plain"}
    assert sets.deploy("root")["Status"] == "SUCCEEDED"
    assert set(sets.held()) == {"a", "b", "c"}
    rows = sets.client.list_stack_instances(StackSetName="set")["Summaries"]
    assert MANAGEMENT not in {one["Account"] for one in rows}
    assert {one["Status"] for one in rows} == {"CURRENT"}
    assert {one["OrganizationalUnitId"] for one in rows} == {sets.units["a"], sets.units["root"]}


@pytest.mark.parametrize(
    ("kind", "named", "expected"),
    [
        ("INTERSECTION", ["b"], {"b"}),
        ("DIFFERENCE", ["b"], {"a"}),
    ],
)
def test_accounts_narrow_or_widen_an_ou(sets: Sets, kind: str, named: list[str], expected: set[str]) -> None:
    sets.create()
    narrowing = {"AccountFilterType": kind, "Accounts": [sets.accounts[one] for one in named]}
    sets.deploy("a", targets=narrowing)
    assert set(sets.held()) == expected


def test_parameters_are_the_sets_unless_an_instance_has_others(sets: Sets) -> None:
    sets.create(Parameters=[{"ParameterKey": "Shown", "ParameterValue": "all"}])
    sets.deploy("a", ParameterOverrides=[{"ParameterKey": "Shown", "ParameterValue": "some"}])
    sets.deploy("c")
    assert sets.held() == {"a": "some", "b": "some", "c": "all"}
    told = sets.client.update_stack_instances(
        StackSetName="set",
        DeploymentTargets={"OrganizationalUnitIds": [sets.units["b"]]},
        Regions=["us-east-1"],
        ParameterOverrides=[],
    )
    sets.operation(told["OperationId"])
    assert sets.held() == {"a": "some", "b": "all", "c": "all"}


def test_an_update_of_the_set_reaches_its_members(sets: Sets) -> None:
    sets.create()
    sets.deploy("root")
    parameters = [{"ParameterKey": "Shown", "ParameterValue": "new"}]
    told = sets.client.update_stack_set(StackSetName="set", UsePreviousTemplate=True, Parameters=parameters)
    assert sets.operation(told["OperationId"])["Status"] == "SUCCEEDED"
    assert sets.held() == {"a": "new", "b": "new", "c": "new"}


def test_an_update_of_some_leaves_the_others_outdated(sets: Sets) -> None:
    sets.create()
    sets.deploy("root")
    told = sets.client.update_stack_set(
        StackSetName="set",
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": "Shown", "ParameterValue": "new"}],
        DeploymentTargets={"OrganizationalUnitIds": [sets.units["c"]]},
        Regions=["us-east-1"],
    )
    sets.operation(told["OperationId"])
    assert sets.held() == {"a": "plain", "b": "plain", "c": "new"}
    rows = sets.client.list_stack_instances(StackSetName="set")["Summaries"]
    assert {sets.names[one["Account"]]: one["Status"] for one in rows} == {
        "a": "OUTDATED",
        "b": "OUTDATED",
        "c": "CURRENT",
    }


def test_failures_beyond_the_tolerance_leave_the_others_out(sets: Sets) -> None:
    sets.create()
    first = min(sets.accounts, key=lambda one: sets.accounts[one])
    deny_topics(sets, first)
    operation = sets.deploy("root", regions=("us-east-1", "eu-west-1"))
    assert operation["Status"] == "FAILED"
    rows = sets.client.list_stack_set_operation_results(
        StackSetName="set", OperationId=operation["OperationId"]
    )["Summaries"]
    assert sorted(one["Status"] for one in rows) == ["CANCELLED"] * 5 + ["FAILED"]
    failed = next(one for one in rows if one["Status"] == "FAILED")
    assert "with an explicit deny in a service control policy" in failed["StatusReason"]
    assert failed["Account"] == sets.accounts[first]
    assert sets.held() == {}


def test_failures_within_the_tolerance_are_told_by_account(sets: Sets) -> None:
    sets.create()
    deny_topics(sets, "b")
    preferences = {"FailureToleranceCount": 1, "MaxConcurrentCount": 2}
    operation = sets.deploy("root", OperationPreferences=preferences)
    assert operation["Status"] == "SUCCEEDED"
    assert sets.results(operation) == {"a": "SUCCEEDED", "b": "FAILED", "c": "SUCCEEDED"}
    assert operation["StatusDetails"]["FailedStackInstancesCount"] == 1
    found = sets.client.describe_stack_instance(
        StackSetName="set", StackInstanceAccount=sets.accounts["b"], StackInstanceRegion="us-east-1"
    )["StackInstance"]
    assert (found["Status"], found["StackInstanceStatus"]["DetailedStatus"]) == ("OUTDATED", "FAILED")


def test_instances_go_by_ou_and_then_the_set_may_go(sets: Sets) -> None:
    sets.create()
    sets.deploy("root")
    assert refused(sets.client.delete_stack_set, StackSetName="set") == "StackSet is not empty"
    for unit, left in (("a", {"c"}), ("c", set())):
        told = sets.client.delete_stack_instances(
            StackSetName="set",
            DeploymentTargets={"OrganizationalUnitIds": [sets.units[unit]]},
            Regions=["us-east-1"],
            RetainStacks=False,
        )
        assert sets.operation(told["OperationId"])["Status"] == "SUCCEEDED"
        assert set(sets.held()) == left
    sets.client.delete_stack_set(StackSetName="set")
    assert refused(sets.client.describe_stack_set, StackSetName="set") == "StackSet set not found"


def test_stacks_that_are_retained_stay_and_are_of_no_set(sets: Sets) -> None:
    sets.create()
    sets.deploy("c")
    told = sets.client.delete_stack_instances(
        StackSetName="set",
        DeploymentTargets={"OrganizationalUnitIds": [sets.units["c"]]},
        Regions=["us-east-1"],
        RetainStacks=True,
    )
    sets.operation(told["OperationId"])
    assert set(sets.held()) == {"c"}
    assert sets.client.list_stack_instances(StackSetName="set")["Summaries"] == []


def test_accounts_that_come_and_go_get_and_lose_their_stacks(sets: Sets) -> None:
    sets.create(auto=True)
    sets.deploy("a", regions=("us-east-1", "eu-west-1"))
    sets.move("c", "c", "b")
    assert set(sets.held()) == set(sets.held("eu-west-1")) == {"a", "b", "c"}
    sets.move("a", "a", "c")
    assert set(sets.held()) == set(sets.held("eu-west-1")) == {"b", "c"}
    sets.accounts["d"] = sets.rehearsal.member("d", sets.units["b"])
    sets.rehearsal.rest()
    assert set(sets.held()) == {"b", "c", "d"}
    sets.organization.remove_account_from_organization(AccountId=sets.accounts["d"])
    sets.rehearsal.rest()
    assert set(sets.held()) == {"b", "c"}


def test_an_account_that_moves_between_two_targets_keeps_its_stack(sets: Sets) -> None:
    sets.create(auto=True)
    sets.deploy("a", "c")
    before = sets.client.describe_stack_instance(
        StackSetName="set", StackInstanceAccount=sets.accounts["b"], StackInstanceRegion="us-east-1"
    )["StackInstance"]["StackId"]
    sets.move("b", "b", "c")
    after = sets.client.describe_stack_instance(
        StackSetName="set", StackInstanceAccount=sets.accounts["b"], StackInstanceRegion="us-east-1"
    )["StackInstance"]["StackId"]
    assert before == after


def test_without_automatic_deployment_nothing_follows_an_account(sets: Sets) -> None:
    sets.create()
    sets.deploy("a")
    sets.move("c", "c", "a")
    sets.move("b", "b", "c")
    assert set(sets.held()) == {"a", "b"}


def test_a_suspended_account_is_left_out(sets: Sets) -> None:
    sets.create()
    sets.organization.close_account(AccountId=sets.accounts["b"])
    operation = sets.deploy("a")
    assert sets.results(operation) == {"a": "SUCCEEDED"}


def test_an_account_that_was_suspended_since_is_skipped(sets: Sets) -> None:
    sets.create()
    sets.deploy("a")
    sets.organization.close_account(AccountId=sets.accounts["b"])
    told = sets.client.update_stack_set(
        StackSetName="set",
        UsePreviousTemplate=True,
        Parameters=[{"ParameterKey": "Shown", "ParameterValue": "new"}],
    )
    operation = sets.operation(told["OperationId"])
    assert operation["Status"] == "SUCCEEDED"
    found = sets.client.describe_stack_instance(
        StackSetName="set", StackInstanceAccount=sets.accounts["b"], StackInstanceRegion="us-east-1"
    )["StackInstance"]
    assert found["StackInstanceStatus"]["DetailedStatus"] == "SKIPPED_SUSPENDED_ACCOUNT"
    assert found["Status"] == "OUTDATED"


def test_drift_names_the_account(sets: Sets) -> None:
    sets.create()
    sets.deploy("root")
    caller = sets.rehearsal.world.keyring.root_key(sets.accounts["b"]).caller
    sns = sets.rehearsal.client("sns", caller)
    arn = sns.list_topics()["Topics"][0]["TopicArn"]
    sns.set_topic_attributes(TopicArn=arn, AttributeName="DisplayName", AttributeValue="by hand")
    told = sets.client.detect_stack_set_drift(StackSetName="set")
    details = sets.operation(told["OperationId"])["StackSetDriftDetectionDetails"]
    assert (details["DriftStatus"], details["DriftedStackInstancesCount"]) == ("DRIFTED", 1)
    rows = sets.client.list_stack_instances(StackSetName="set")["Summaries"]
    assert {sets.names[one["Account"]] for one in rows if one["DriftStatus"] == "DRIFTED"} == {"b"}
    filters = [{"Name": "DRIFT_STATUS", "Values": "DRIFTED"}]
    rows = sets.client.list_stack_instances(StackSetName="set", Filters=filters)["Summaries"]
    assert [sets.names[one["Account"]] for one in rows] == ["b"]


def test_a_delegated_administrator_works_on_the_sets_of_the_organization(sets: Sets) -> None:
    hub = sets.rehearsal.into(sets.accounts["c"])
    client = sets.rehearsal.client("cloudformation", hub)
    as_delegate = {"CallAs": "DELEGATED_ADMIN"}
    given = {
        "StackSetName": "set",
        "TemplateBody": json.dumps(TEMPLATE),
        "PermissionModel": "SERVICE_MANAGED",
        "AutoDeployment": {"Enabled": False},
    }
    sets.client.activate_organizations_access()
    assert "delegated administrator" in refused(client.create_stack_set, **given, **as_delegate)
    sets.organization.register_delegated_administrator(AccountId=sets.accounts["c"], ServicePrincipal=TRUSTED)
    client.create_stack_set(**given, **as_delegate)
    told = client.create_stack_instances(
        StackSetName="set",
        DeploymentTargets={"OrganizationalUnitIds": [sets.units["a"]]},
        Regions=["us-east-1"],
        **as_delegate,
    )
    assert sets.operation(told["OperationId"])["Status"] == "SUCCEEDED"
    assert set(sets.held()) == {"a", "b"}
    assert [one["StackSetName"] for one in client.list_stack_sets(**as_delegate)["Summaries"]] == ["set"]
    assert client.list_stack_sets()["Summaries"] == []


def test_without_access_of_the_organization_there_is_no_service_managed_set(sets: Sets) -> None:
    message = refused(
        sets.client.create_stack_set,
        StackSetName="set",
        TemplateBody=json.dumps(TEMPLATE),
        PermissionModel="SERVICE_MANAGED",
    )
    assert message == "You must enable organizations access to operate a service managed stack set"


def test_a_self_managed_set_needs_both_of_its_roles(sets: Sets) -> None:
    given = {"StackSetName": "set", "TemplateBody": json.dumps(TEMPLATE)}
    sets.client.create_stack_set(**given)
    accounts = [sets.accounts["a"]]

    def reason() -> str:
        told = sets.client.create_stack_instances(
            StackSetName="set", Accounts=accounts, Regions=["us-east-1"]
        )
        operation = sets.operation(told["OperationId"])
        rows = sets.client.list_stack_set_operation_results(
            StackSetName="set", OperationId=operation["OperationId"]
        )["Summaries"]
        return str(rows[0].get("StatusReason"))

    assert reason() == (
        f"Account {MANAGEMENT} should have 'AWSCloudFormationStackSetAdministrationRole' role with trust "
        "relationship to CloudFormation service."
    )
    iam = sets.rehearsal.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "cloudformation.amazonaws.com"}}
    may = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
    administration = iam.create_role(
        RoleName="AWSCloudFormationStackSetAdministrationRole",
        AssumeRolePolicyDocument=_policy({**trust, "Action": "sts:AssumeRole"}),
    )["Role"]["Arn"]
    iam.put_role_policy(
        RoleName="AWSCloudFormationStackSetAdministrationRole", PolicyName="p", PolicyDocument=_policy(may)
    )
    assert reason() == (
        f"Account {accounts[0]} should have 'AWSCloudFormationStackSetExecutionRole' role with trust "
        "relationship to Role 'AWSCloudFormationStackSetAdministrationRole'."
    )
    member = sets.rehearsal.client("iam", sets.rehearsal.into(accounts[0]))
    member.create_role(
        RoleName="AWSCloudFormationStackSetExecutionRole",
        AssumeRolePolicyDocument=_policy(
            {"Effect": "Allow", "Principal": {"AWS": administration}, "Action": "sts:AssumeRole"}
        ),
    )
    member.attach_role_policy(
        RoleName="AWSCloudFormationStackSetExecutionRole",
        PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess",
    )
    assert reason() == "None"
    assert set(sets.held()) == {"a"}


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def test_one_operation_at_a_time_unless_execution_is_managed(
    sets: Sets, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    sets.create()
    targets: dict[str, Any] = {
        "DeploymentTargets": {"OrganizationalUnitIds": [sets.units["a"]]},
        "Regions": ["us-east-1"],
    }
    first = sets.client.create_stack_instances(StackSetName="set", **targets)["OperationId"]
    gate.entered.wait(30)
    assert "is in progress" in refused(sets.client.create_stack_instances, StackSetName="set", **targets)
    sets.client.stop_stack_set_operation(StackSetName="set", OperationId=first)
    gate.opened.set()
    operation = sets.operation(first)
    assert operation["Status"] == "STOPPED"
    assert sorted(sets.results(operation).values()) == ["CANCELLED", "SUCCEEDED"]


def test_a_bug_fails_the_operation_and_is_kept(sets: Sets, monkeypatch: pytest.MonkeyPatch) -> None:
    sets.create()
    monkeypatch.setattr(type(kinds()["AWS::SNS::Topic"]), "create", lambda *_: 1 / 0)
    operation = sets.deploy("c")
    assert operation["Status"] == "FAILED"
    assert sets.results(operation) == {"c": "FAILED"}
    assert "ZeroDivisionError" in sets.rehearsal.world.work.failures.pop()
