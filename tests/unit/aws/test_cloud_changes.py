from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.unit.aws.conftest import MANAGEMENT, MEMBER, REGION

from craton.aws.cloud import AwsCloud
from craton.core.cloud_call import Call, Until
from craton.core.errors import CloudError

if TYPE_CHECKING:
    from tests.unit.aws.conftest import Aws

ROLE = "OrganizationAccountAccessRole"
STOOD = Until(
    operation="DescribeStacks",
    parameters={"StackName": "trial"},
    path="Stacks[0].StackStatus",
    succeeded=("CREATE_COMPLETE", "UPDATE_COMPLETE"),
    failed=("CREATE_FAILED", "ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"),
    reason="Stacks[0].StackStatusReason",
)
GONE = Until(
    operation="DescribeStacks",
    parameters={"StackName": "trial"},
    path="Stacks[0].StackStatus",
    succeeded=("DELETE_COMPLETE", "absent"),
    failed=("DELETE_FAILED",),
)


def call(service: str, operation: str, parameters: dict[str, Any], **told: Any) -> Call:
    place = {"account": MEMBER, "region": REGION, **told}
    return Call(service=service, operation=operation, parameters=parameters, **place)


def template(**properties: Any) -> str:
    resource = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/trial", **properties}}
    return json.dumps({"Resources": {"Group": resource}})


def stack(operation: str, **properties: Any) -> Call:
    told = {"StackName": "trial", "TemplateBody": template(**properties)}
    return call("cloudformation", operation, told, until=STOOD, done=("No updates are to be performed",))


def remove(cloud: AwsCloud) -> None:
    cloud.act(call("cloudformation", "DeleteStack", {"StackName": "trial"}, until=GONE))


def test_a_call_is_over_when_its_operation_is(aws: Aws) -> None:
    seen: list[str] = []
    cloud = AwsCloud(changing=(ROLE,), followed=lambda _, state: seen.append(state))
    answer = cloud.act(stack("CreateStack"))
    assert answer["StackId"].split(":")[4] == MEMBER
    assert seen[-1] == "CREATE_COMPLETE"
    assert aws.client("logs", MEMBER).describe_log_groups(logGroupNamePrefix="/trial")["logGroups"]
    remove(cloud)
    assert seen[-1] in GONE.succeeded
    assert not aws.client("logs", MEMBER).describe_log_groups(logGroupNamePrefix="/trial")["logGroups"]


@pytest.mark.usefixtures("aws")
def test_what_is_so_already_is_no_error() -> None:
    cloud = AwsCloud(changing=(ROLE,))
    cloud.act(stack("CreateStack"))
    assert cloud.act(stack("UpdateStack")) == {}
    again = msgspec.structs.replace(stack("CreateStack"), occasion="another")
    with pytest.raises(CloudError, match="AlreadyExistsException") as told:
        cloud.act(again)
    assert told.value.code == "AlreadyExistsException"
    remove(cloud)


@pytest.mark.usefixtures("aws")
def test_a_stack_that_fails_tells_which_resource_and_why() -> None:
    cloud = AwsCloud(changing=(ROLE,))
    with pytest.raises(CloudError) as told:
        cloud.act(stack("CreateStack", RetentionInDays=2))
    first, *lines = told.value.message.splitlines()
    place = f"`cloudformation:CreateStack` in account {MEMBER}, {REGION}"
    assert first == f"{place} ended as `ROLLBACK_COMPLETE`"
    assert told.value.code == "ROLLBACK_COMPLETE"
    assert any(line.startswith("  Group (AWS::Logs::LogGroup): ") for line in lines)
    remove(cloud)


@pytest.mark.usefixtures("aws")
def test_a_refused_call_tells_code_words_account_and_region() -> None:
    cloud = AwsCloud(changing=(ROLE,))
    with pytest.raises(CloudError) as told:
        cloud.act(call("logs", "DeleteLogGroup", {"logGroupName": "/none"}))
    assert told.value.code == "ResourceNotFoundException"
    assert f"`logs:DeleteLogGroup` in account {MEMBER}, {REGION} was refused" in told.value.message


@pytest.mark.usefixtures("aws")
def test_changes_need_a_role_that_is_named() -> None:
    with pytest.raises(CloudError, match=f"no role is named that may change anything in account {MEMBER}"):
        AwsCloud().act(call("logs", "CreateLogGroup", {"logGroupName": "/none"}))


def test_the_same_call_of_the_same_occasion_is_carried_out_once(aws: Aws) -> None:
    cloud = AwsCloud()
    names = {"StackSetName": "trial"}
    ended = Until(
        operation="DescribeStackSetOperation",
        parameters=names,
        taken={"OperationId": "OperationId"},
        path="StackSetOperation.Status",
        succeeded=("SUCCEEDED",),
        failed=("FAILED", "STOPPED"),
        reason="StackSetOperation.StatusReason",
    )
    cloudformation = aws.client("cloudformation")
    cloudformation.activate_organizations_access()
    cloudformation.create_stack_set(
        StackSetName="trial",
        TemplateBody=template(),
        PermissionModel="SERVICE_MANAGED",
        AutoDeployment={"Enabled": False},
    )
    instances = {
        **names,
        "DeploymentTargets": {"OrganizationalUnitIds": ["ou-a1b2-workloads"]},
        "Regions": [REGION],
    }
    create = call(
        "cloudformation",
        "CreateStackInstances",
        instances,
        account=MANAGEMENT,
        until=ended,
        occasion="plan-1",
    )
    first = cloud.act(create)
    assert AwsCloud().act(create) == first
    told = cloudformation.list_stack_set_operations(**names)["Summaries"]
    assert [one["OperationId"] for one in told] == [first["OperationId"]]
    assert cloud.act(msgspec.structs.replace(create, occasion="plan-2")) != first
    delete = call(
        "cloudformation",
        "DeleteStackInstances",
        {**instances, "RetainStacks": False},
        account=MANAGEMENT,
        until=ended,
    )
    cloud.act(delete)
    cloudformation.delete_stack_set(**names)


@pytest.mark.slow
def test_a_stack_set_in_which_something_goes_on_is_waited_for(aws: Aws) -> None:
    seen: list[str] = []
    cloudformation = aws.client("cloudformation")
    cloudformation.activate_organizations_access()
    cloudformation.create_stack_set(
        StackSetName="busy",
        TemplateBody=template(LogGroupName="/busy"),
        PermissionModel="SERVICE_MANAGED",
        AutoDeployment={"Enabled": False},
    )
    targets = {"OrganizationalUnitIds": ["ou-a1b2-workloads"]}
    aws.fault(kind="slow", service="logs", operation="CreateLogGroup", seconds=1.0, services_too=True)
    cloudformation.create_stack_instances(StackSetName="busy", DeploymentTargets=targets, Regions=[REGION])
    update = {"StackSetName": "busy", "TemplateBody": template(LogGroupName="/busy"), "Description": "d"}
    AwsCloud(followed=lambda _, state: seen.append(state)).act(
        call("cloudformation", "UpdateStackSet", update, account=MANAGEMENT)
    )
    assert seen[0] == "OperationInProgressException"


def test_a_stack_set_tells_in_which_accounts_it_failed(aws: Aws) -> None:
    cloudformation = aws.client("cloudformation")
    cloudformation.activate_organizations_access()
    cloudformation.create_stack_set(
        StackSetName="failing",
        TemplateBody=template(LogGroupName="/failing", RetentionInDays=2),
        PermissionModel="SERVICE_MANAGED",
        AutoDeployment={"Enabled": False},
    )
    create = call(
        "cloudformation",
        "CreateStackInstances",
        {
            "StackSetName": "failing",
            "DeploymentTargets": {"OrganizationalUnitIds": ["ou-a1b2-workloads"]},
            "Regions": [REGION],
        },
        account=MANAGEMENT,
        until=Until(
            operation="DescribeStackSetOperation",
            parameters={"StackSetName": "failing"},
            taken={"OperationId": "OperationId"},
            path="StackSetOperation.Status",
            succeeded=("SUCCEEDED",),
            failed=("FAILED", "STOPPED"),
        ),
    )
    with pytest.raises(CloudError, match="ended as `FAILED`") as told:
        AwsCloud().act(create)
    assert f"{MEMBER}, {REGION}: FAILED" in told.value.message
