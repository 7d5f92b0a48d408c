"""What stands in an organization that an operator governs, asked of AWS and of the hub."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.e2e.deployment.operator import Operator

HUB = "222222222222"
COMMON = "BedrockEnterpriseControls"


def policies(operator: Operator) -> dict[str, str]:
    told = operator.running.client("organizations").list_policies(Filter="SERVICE_CONTROL_POLICY")
    return {one["Name"]: one["Id"] for one in told["Policies"] if not one["AwsManaged"]}


def policy_of_prod(held: dict[str, str]) -> str:
    return next(one for one in held if one.startswith(f"{COMMON}-prod"))


def root_of(operator: Operator) -> str:
    return str(operator.running.client("organizations").list_roots()["Roots"][0]["Id"])


def client(operator: Operator, service: str, account: str, region: str = "us-east-1") -> Any:
    keys = operator.running.session(f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole")
    return operator.running.client(service, region=region, **keys)


def snapshot(operator: Operator) -> dict[str, Any]:
    """What the hub remembers of the newest apply."""
    s3 = client(operator, "s3", HUB)
    held = s3.get_object(Bucket=f"craton-bedrock-results-{HUB}-us-east-1", Key="state/snapshot.json")
    told: dict[str, Any] = json.loads(held["Body"].read())
    return told


def applied_content(operator: Operator, policy: str) -> Any:
    """The content of the policy as it was applied last."""
    deployment = snapshot(operator)["deployment"]
    (file,) = (
        one["parameters"]["Content"]["file"]
        for one in deployment["steps"]
        if one["operation"] == "CreatePolicy" and one["parameters"]["Name"] == policy
    )
    return json.loads(deployment["files"][file])
