from __future__ import annotations

import json
from typing import Any

import pytest
from botocore import xform_name
from botocore.exceptions import ClientError
from tests.unit.emulator.stack_sets.sets import AUTO, TEMPLATE, TRUSTED, Gate, Sets, refused

from craton.emulator.constraints import service_model
from craton.emulator.services.cloudformation import SERVICE

BOTH = ("us-east-1", "eu-west-1")


def begin(sets: Sets, *units: str, **more: Any) -> str:
    """The id of an operation that has begun to deploy to OUs."""
    targets = {"OrganizationalUnitIds": [sets.units[one] for one in units]}
    told = sets.client.create_stack_instances(
        StackSetName="set", DeploymentTargets=targets, **{"Regions": ["us-east-1"], **more}
    )
    return str(told["OperationId"])


def instances(sets: Sets) -> dict[str, dict[str, Any]]:
    rows = sets.client.list_stack_instances(StackSetName="set")["Summaries"]
    return {sets.names[one["Account"]]: one for one in rows}


def details(sets: Sets) -> dict[str, str]:
    return {name: one["StackInstanceStatus"]["DetailedStatus"] for name, one in instances(sets).items()}


def results(sets: Sets, operation: str, **more: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = sets.client.list_stack_set_operation_results(
        StackSetName="set", OperationId=operation, **more
    )["Summaries"]
    return rows


def told(sets: Sets, operation: str) -> dict[str, Any]:
    found: dict[str, Any] = sets.client.describe_stack_set_operation(
        StackSetName="set", OperationId=operation
    )["StackSetOperation"]
    return found


def deny(sets: Sets, action: str, *names: str, **more: Any) -> None:
    """A service control policy denies an action in accounts."""
    statement = {"Effect": "Deny", "Action": action, "Resource": "*", **more}
    policy = sets.organization.create_policy(
        Name=action.replace(":", "-"),
        Type="SERVICE_CONTROL_POLICY",
        Description="",
        Content=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
    )["Policy"]["PolicySummary"]["Id"]
    for name in names:
        sets.organization.attach_policy(PolicyId=policy, TargetId=sets.accounts[name])


def remove(sets: Sets, *units: str) -> dict[str, Any]:
    answer = sets.client.delete_stack_instances(
        StackSetName="set",
        DeploymentTargets={"OrganizationalUnitIds": [sets.units[one] for one in units]},
        Regions=["us-east-1"],
        RetainStacks=False,
    )
    return sets.operation(answer["OperationId"])


def test_an_operation_is_seen_while_it_goes_on(sets: Sets, monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate(monkeypatch)
    sets.create(ManagedExecution={"Active": True})
    first = begin(sets, "a")
    assert gate.entered.wait(30)
    second = begin(sets, "c")
    assert told(sets, first)["Status"] == "RUNNING"
    assert told(sets, second)["Status"] == "QUEUED"
    assert sorted(one["Status"] for one in results(sets, first)) == ["PENDING", "RUNNING"]
    assert sorted(details(sets).values()) == ["PENDING", "PENDING", "RUNNING"]
    assert "EndTimestamp" not in told(sets, first)
    gate.opened.set()
    assert sets.operation(first)["Status"] == sets.operation(second)["Status"] == "SUCCEEDED"
    assert set(details(sets).values()) == {"SUCCEEDED"}


def test_a_set_that_is_busy_takes_no_other_operation_and_nothing_of_it(
    sets: Sets, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    sets.create()
    first = begin(sets, "a")
    assert gate.entered.wait(30)
    with pytest.raises(ClientError) as caught:
        begin(sets, "c")
    assert caught.value.response["Error"]["Code"] == "OperationInProgressException"
    assert set(instances(sets)) == {"a", "b"}
    gate.opened.set()
    sets.operation(first)
    targets = sets.client.list_stack_set_auto_deployment_targets(StackSetName="set")["Summaries"]
    assert [one["OrganizationalUnitId"] for one in targets] == [sets.units["a"]]


def test_an_operation_that_is_over_cannot_be_stopped(sets: Sets) -> None:
    sets.create()
    operation = sets.deploy("c")
    with pytest.raises(ClientError) as caught:
        sets.client.stop_stack_set_operation(StackSetName="set", OperationId=operation["OperationId"])
    assert caught.value.response["Error"]["Code"] == "InvalidOperationException"


def test_an_operation_is_carried_out_once(sets: Sets) -> None:
    sets.create()
    sets.deploy("c", OperationId="once")
    with pytest.raises(ClientError) as caught:
        sets.deploy("c", OperationId="once")
    assert caught.value.response["Error"]["Code"] == "OperationIdAlreadyExistsException"


@pytest.mark.parametrize(
    ("preferences", "other"),
    [
        ({"RegionOrder": ["eu-west-1", "us-east-1"]}, "CANCELLED"),
        ({"RegionOrder": ["us-east-1", "eu-west-1"]}, "SUCCEEDED"),
        ({"RegionConcurrencyType": "PARALLEL"}, "SUCCEEDED"),
    ],
)
def test_a_region_that_failed_leaves_out_those_that_come_after_it(
    sets: Sets, preferences: dict[str, Any], other: str
) -> None:
    sets.create()
    deny(sets, "sns:CreateTopic", "c", Condition={"StringEquals": {"aws:RequestedRegion": "eu-west-1"}})
    operation = sets.deploy("c", regions=BOTH, OperationPreferences=preferences)
    assert operation["Status"] == "FAILED"
    assert preferences.items() <= operation["OperationPreferences"].items()
    found = {one["Region"]: one["Status"] for one in results(sets, operation["OperationId"])}
    assert found == {"eu-west-1": "FAILED", "us-east-1": other}


@pytest.mark.parametrize(("percentage", "status"), [(34, "SUCCEEDED"), (33, "FAILED")])
def test_a_share_of_accounts_may_fail_and_results_are_told_by_status(
    sets: Sets, percentage: int, status: str
) -> None:
    sets.create()
    deny(sets, "sns:CreateTopic", "b")
    preferences = {"FailureTolerancePercentage": percentage, "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE"}
    operation = sets.deploy("root", OperationPreferences={**preferences, "MaxConcurrentPercentage": 100})
    assert operation["Status"] == status
    assert operation["StatusDetails"] == {"FailedStackInstancesCount": 1}
    filters = [{"Name": "OPERATION_RESULT_STATUS", "Values": "FAILED"}]
    (failed,) = results(sets, operation["OperationId"], Filters=filters)
    assert failed["Account"] == sets.accounts["b"]
    assert failed["StatusReason"].startswith("ResourceLogicalId:T, ResourceType:AWS::SNS::Topic, ")
    assert details(sets)["b"] == "FAILED"
    assert instances(sets)["b"]["StatusReason"] == failed["StatusReason"]


def test_an_account_may_deny_the_role_of_the_set(sets: Sets) -> None:
    sets.create()
    deny(sets, "cloudformation:CreateStack", "c")
    operation = sets.deploy("c")
    (failed,) = results(sets, operation["OperationId"])
    reason = failed["StatusReason"]
    assert reason.startswith(f"User: arn:aws:sts::{sets.accounts['c']}:assumed-role/stacksets-exec-")
    assert "is not authorized to perform: cloudformation:CreateStack on resource: " in reason
    assert "with an explicit deny in a service control policy" in reason
    found = instances(sets)["c"]
    assert (found["Status"], found["StackInstanceStatus"]["DetailedStatus"]) == ("OUTDATED", "FAILED")
    assert "StackId" not in found


def test_an_account_that_is_suspended_meanwhile_is_skipped(
    sets: Sets, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    sets.create()
    operation = begin(sets, "root")
    assert gate.entered.wait(30)
    waiting = [name for name, detail in details(sets).items() if detail == "PENDING"]
    assert len(waiting) == 2
    sets.organization.close_account(AccountId=sets.accounts[waiting[0]])
    gate.opened.set()
    assert sets.operation(operation)["Status"] == "SUCCEEDED"
    assert details(sets)[waiting[0]] == "SKIPPED_SUSPENDED_ACCOUNT"
    assert details(sets)[waiting[1]] == "SUCCEEDED"
    found = {sets.names[one["Account"]]: one.get("StatusReason") for one in results(sets, operation)}
    assert found[waiting[0]] == "ACCOUNT_SUSPENDED"


def test_an_account_that_moves_away_meanwhile_loses_its_stack_again(
    sets: Sets, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    sets.create(auto=True)
    operation = begin(sets, "a")
    assert gate.entered.wait(30)
    sets.organization.move_account(
        AccountId=sets.accounts["b"],
        SourceParentId=sets.units["b"],
        DestinationParentId=sets.units["c"],
    )
    gate.opened.set()
    assert sets.operation(operation)["Status"] == "SUCCEEDED"
    assert set(sets.held()) == set(instances(sets)) == {"a"}


def test_a_stack_that_cannot_be_removed_is_inoperable_and_updates_leave_it_out(sets: Sets) -> None:
    sets.create()
    sets.deploy("root")
    deny(sets, "sns:DeleteTopic", "c")
    assert remove(sets, "c")["Status"] == "FAILED"
    found = instances(sets)["c"]
    assert (found["Status"], details(sets)["c"]) == ("INOPERABLE", "INOPERABLE")
    parameters = [{"ParameterKey": "Shown", "ParameterValue": "new"}]
    answer = sets.client.update_stack_set(StackSetName="set", UsePreviousTemplate=True, Parameters=parameters)
    operation = sets.operation(answer["OperationId"])
    assert sets.results(operation) == {"a": "SUCCEEDED", "b": "SUCCEEDED"}
    assert instances(sets)["c"]["Status"] == "INOPERABLE"


def test_accounts_alone_are_enough_for_what_is_there_but_not_to_deploy(sets: Sets) -> None:
    sets.create()
    sets.deploy("a")
    targets = {"Accounts": [sets.accounts["b"]]}
    alone: dict[str, Any] = {"DeploymentTargets": targets, "Regions": ["us-east-1"]}
    answer = sets.client.update_stack_instances(StackSetName="set", **alone)
    assert sets.results(sets.operation(answer["OperationId"])) == {"b": "SUCCEEDED"}
    create = sets.client.create_stack_instances
    assert "OrganizationalUnitIds are required" in refused(create, StackSetName="set", **alone)
    targets["OrganizationalUnitIds"] = [sets.units["a"]]
    assert "UNION is not supported" in refused(create, StackSetName="set", **alone)


def test_the_drift_of_each_resource_is_told_by_operation_and_account(sets: Sets) -> None:
    sets.create()
    sets.deploy("a")
    caller = sets.rehearsal.world.keyring.root_key(sets.accounts["b"]).caller
    sns = sets.rehearsal.client("sns", caller)
    arn = sns.list_topics()["Topics"][0]["TopicArn"]
    sns.set_topic_attributes(TopicArn=arn, AttributeName="DisplayName", AttributeValue="by hand")
    operation = sets.client.detect_stack_set_drift(StackSetName="set")["OperationId"]
    assert sets.operation(operation)["StackSetDriftDetectionDetails"]["DriftDetectionStatus"] == "COMPLETED"

    def drifts(name: str, **more: Any) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = sets.client.list_stack_instance_resource_drifts(
            StackSetName="set",
            StackInstanceAccount=sets.accounts[name],
            StackInstanceRegion="us-east-1",
            OperationId=operation,
            **more,
        )["Summaries"]
        return rows

    (drifted,) = drifts("b", StackInstanceResourceDriftStatuses=["MODIFIED"])
    assert drifted["PhysicalResourceId"] == arn
    assert drifted["PropertyDifferences"][0]["PropertyPath"] == "/DisplayName"
    assert [one["StackResourceDriftStatus"] for one in drifts("a")] == ["IN_SYNC"]
    assert drifts("a", StackInstanceResourceDriftStatuses=["MODIFIED", "DELETED"]) == []
    assert details(sets) == {"a": "SUCCEEDED", "b": "SUCCEEDED"}
    with pytest.raises(ClientError, match="No such stack instance"):
        drifts("c")


def test_drift_that_some_accounts_do_not_let_one_see_is_a_partial_success(sets: Sets) -> None:
    sets.create()
    sets.deploy("a")
    deny(sets, "cloudformation:DetectStackDrift", "b")
    answer = sets.client.detect_stack_set_drift(
        StackSetName="set", OperationPreferences={"FailureToleranceCount": 1}
    )
    found = sets.operation(answer["OperationId"])["StackSetDriftDetectionDetails"]
    assert (found["DriftDetectionStatus"], found["DriftStatus"]) == ("PARTIAL_SUCCESS", "IN_SYNC")
    assert (found["FailedStackInstancesCount"], found["InSyncStackInstancesCount"]) == (1, 1)
    assert instances(sets)["b"]["DriftStatus"] == "NOT_CHECKED"
    described = sets.client.describe_stack_set(StackSetName="set")["StackSet"]
    assert described["StackSetDriftDetectionDetails"] == found


def test_each_set_follows_accounts_in_its_own_way(sets: Sets) -> None:
    sets.create(auto=True)
    kept = json.dumps(TEMPLATE).replace("of-", "kept-")
    sets.client.create_stack_set(
        StackSetName="kept",
        TemplateBody=kept,
        PermissionModel="SERVICE_MANAGED",
        AutoDeployment={**AUTO, "RetainStacksOnAccountRemoval": True},
    )
    targets = {"OrganizationalUnitIds": [sets.units["a"]]}
    for name in ("set", "kept"):
        sets.client.create_stack_instances(
            StackSetName=name, DeploymentTargets=targets, Regions=["us-east-1"]
        )
    sets.rehearsal.rest()
    newcomer = sets.rehearsal.member("newcomer", sets.units["b"])
    sets.rehearsal.rest()
    sns = sets.rehearsal.client("sns", sets.rehearsal.world.keyring.root_key(newcomer).caller)

    def topics() -> list[str]:
        return sorted(one["TopicArn"].rpartition(":")[2] for one in sns.list_topics()["Topics"])

    assert topics() == [f"kept-{newcomer}", f"of-{newcomer}"]
    sets.organization.move_account(
        AccountId=newcomer, SourceParentId=sets.units["b"], DestinationParentId=sets.units["c"]
    )
    sets.rehearsal.rest()
    assert topics() == [f"kept-{newcomer}"]
    for name in ("set", "kept"):
        rows = sets.client.list_stack_instances(StackSetName=name)["Summaries"]
        assert newcomer not in {one["Account"] for one in rows}


def test_how_a_set_is_carried_out_changes_only_while_it_rests(
    sets: Sets, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(monkeypatch)
    sets.create(ManagedExecution={"Active": True})
    first = begin(sets, "c")
    assert gate.entered.wait(30)
    change: dict[str, Any] = {"StackSetName": "set", "UsePreviousTemplate": True}
    change |= {"ManagedExecution": {"Active": False}}
    assert "running or queued" in refused(sets.client.update_stack_set, **change)
    gate.opened.set()
    sets.operation(first)
    sets.operation(sets.client.update_stack_set(**change)["OperationId"])
    described = sets.client.describe_stack_set(StackSetName="set")["StackSet"]
    assert described["ManagedExecution"] == {"Active": False}


_CALLED: dict[str, dict[str, Any]] = {
    "GetTemplateSummary": {"StackSetName": "set"},
    "DescribeStackInstance": {"StackInstanceRegion": "us-east-1"},
    "ListStackInstanceResourceDrifts": {"StackInstanceRegion": "us-east-1"},
    "CreateStackSet": {"TemplateBody": json.dumps(TEMPLATE)},
    "UpdateStackSet": {"UsePreviousTemplate": True},
    "CreateStackInstances": {"Regions": ["us-east-1"]},
    "UpdateStackInstances": {"Regions": ["us-east-1"]},
    "DeleteStackInstances": {"Regions": ["us-east-1"], "RetainStacks": False},
}


def test_nobody_but_a_delegated_administrator_calls_as_one(sets: Sets) -> None:
    model = service_model("cloudformation")
    named = {
        name: model.operation_model(name).input_shape
        for name in model.operation_names
        if "CallAs" in getattr(model.operation_model(name).input_shape, "members", {})
    }
    assert sorted(named.keys() - SERVICE.operations) == ["ImportStacksToStackSet"]
    sets.create()
    operation = sets.deploy("a")["OperationId"]
    member = sets.rehearsal.into(sets.accounts["c"])
    client = sets.rehearsal.client("cloudformation", member)
    known = {"StackSetName": "set", "OperationId": operation, "StackInstanceAccount": sets.accounts["a"]}
    for name in sorted(named.keys() & SERVICE.operations):
        shape = named[name]
        given = {one: known[one] for one in known if one in shape.required_members}
        call = getattr(client, xform_name(name))
        message = refused(call, **given, **_CALLED.get(name, {}), CallAs="DELEGATED_ADMIN")
        assert message == "You must be a delegated administrator to use CallAs DELEGATED_ADMIN", name
    sets.organization.enable_aws_service_access(ServicePrincipal=TRUSTED)
    sets.organization.register_delegated_administrator(AccountId=sets.accounts["c"], ServicePrincipal=TRUSTED)
    told_to_it = client.describe_stack_set_operation(
        StackSetName="set", OperationId=operation, CallAs="DELEGATED_ADMIN"
    )
    assert told_to_it["StackSetOperation"]["Status"] == "SUCCEEDED"


def test_stacks_are_not_imported_into_sets(sets: Sets) -> None:
    sets.create()
    with pytest.raises(ClientError) as caught:
        sets.client.import_stacks_to_stack_set(StackSetName="set", StackIds=["x"])
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
