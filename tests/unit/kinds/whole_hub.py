"""The compiled hub on the emulated organization, and a member that sends logs to it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore import xform_name
from tests.unit.kinds.rehearsed import HOME, HUB, MANAGEMENT, SEARCH, Rehearsed, document

from craton.compiler.template_text import template_text
from craton.kinds import kinds

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.organization_step import OrganizationStep
    from craton.core.resource import TemplateName

STACK = "enterprise-bedrock-hub"
ACCESS = "enterprise-bedrock-access"
GROUP = "/craton/bedrock/invocations"
STREAM = "aws/bedrock/modelinvocations"


def take_steps(on: Rehearsed, when: str = "first") -> None:
    """The management account does what the kinds want of it, each step once."""
    done = []
    for step in _steps(on, when):
        if step not in done:
            client = on.client(step.service, MANAGEMENT)
            getattr(client, xform_name(step.operation))(**step.parameters)
            done.append(step)


def _steps(on: Rehearsed, when: str) -> Iterator[OrganizationStep]:
    yield from (step for kind in kinds() for step in kind.steps(on.intent) if step.when == when)


def deploy(on: Rehearsed) -> None:
    """The hub's stack stands in every Region of the manifest, the management account's in the home Region.

    The roles of both stand as well, with the boundaries of what these stacks make.
    """
    take_steps(on)
    on.stack(ACCESS, HUB, _body(on, "hub_access"), [])
    for region in on.intent.regions:
        on.stack(STACK, HUB, _body(on, "hub"), [], region=region)
    on.stack(ACCESS, MANAGEMENT, _body(on, "management_access"), [])
    on.stack("management", MANAGEMENT, _body(on, "management"), [])


def _body(on: Rehearsed, name: TemplateName) -> str:
    return template_text(document(on.intent, name)).decode()


def outputs(on: Rehearsed, region: str = HOME, stack: str = STACK) -> dict[str, str]:
    """What a stack of the hub tells in a Region."""
    told = on.client("cloudformation", HUB, region).describe_stacks(StackName=stack)["Stacks"][0]
    return {one["OutputKey"]: one["OutputValue"] for one in told["Outputs"]}


def drifted(on: Rehearsed, account: str, stack: str, region: str = HOME) -> dict[str, list[str]]:
    """The properties that are not as a stack says, by logical id, as CloudFormation finds them."""
    stacks = on.client("cloudformation", account, region)
    asked = stacks.detect_stack_drift(StackName=stack)["StackDriftDetectionId"]
    on.rest()
    told = stacks.describe_stack_drift_detection_status(StackDriftDetectionId=asked)
    assert told["DetectionStatus"] == "DETECTION_COMPLETE", told
    told = stacks.describe_stack_resource_drifts(StackName=stack)
    rows = told["StackResourceDrifts"]
    while "NextToken" in told:
        told = stacks.describe_stack_resource_drifts(StackName=stack, NextToken=told["NextToken"])
        rows += told["StackResourceDrifts"]
    assert sum(one["StackResourceDriftStatus"] == "IN_SYNC" for one in rows) > 3
    return {
        one["LogicalResourceId"]: [each["PropertyPath"] for each in one.get("PropertyDifferences", ())]
        for one in rows
        if one["StackResourceDriftStatus"] not in ("IN_SYNC", "NOT_CHECKED")
    }


def role(on: Rehearsed, account: str, name: str, trust: dict[str, Any], *statements: dict[str, Any]) -> str:
    """The ARN of a new role below `/craton/`."""
    iam = on.client("iam", account)
    told = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", **trust}]}
    made = iam.create_role(Path="/craton/", RoleName=name, AssumeRolePolicyDocument=json.dumps(told))
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **one} for one in statements]}
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(policy))
    return str(made["Role"]["Arn"])


def log_group(on: Rehearsed, account: str = SEARCH, region: str = HOME) -> None:
    """The log group of a member into which Bedrock would write."""
    logs = on.client("logs", account, region)
    logs.create_log_group(logGroupName=GROUP)
    logs.create_log_stream(logGroupName=GROUP, logStreamName=STREAM)


def write(on: Rehearsed, record: dict[str, Any], account: str = SEARCH, region: str = HOME) -> None:
    """A record of an invocation is in the member's log group, and what goes on behind it is done."""
    now = int(on.world.now().timestamp() * 1000)
    on.client("logs", account, region).put_log_events(
        logGroupName=GROUP,
        logStreamName=STREAM,
        logEvents=[{"timestamp": now, "message": json.dumps(record)}],
    )
    on.rest()


def invocation(account: str = SEARCH, region: str = HOME, **more: Any) -> dict[str, Any]:
    """A record as Bedrock logs it."""
    return {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": "2026-11-26T12:00:00Z",
        "accountId": account,
        "region": region,
        "requestId": f"5d1b0f0e-0000-4000-8000-{account}",
        "operation": "Converse",
        "modelId": "anthropic.claude-sonnet-4-6",
        "identity": {"arn": f"arn:aws:sts::{account}:assumed-role/application/session"},
        "input": {"inputContentType": "application/json", "inputTokenCount": 25},
        "output": {"outputContentType": "application/json", "outputTokenCount": 150},
        **more,
    }
