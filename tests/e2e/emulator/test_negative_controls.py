"""Each flaw turns the deployment red, at the step where AWS would show it, and none before."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from tests.e2e.emulator.deployment import STEPS, Deployment, Flaw, RedError

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.emulator.aws_cli import AwsCli

pytestmark = pytest.mark.slow

LARGEST_TEMPLATE = 51_200


def without_resource(text: str, name: str) -> str:
    return re.sub(rf"(?m)^  {name}:\n(?:    .*\n)+", "", text, count=1)


def not_exempt(text: str) -> str:
    policy = json.loads(text)
    spared = policy["Statement"][0]["Condition"]["ArnNotLike"]["aws:PrincipalArn"]
    spared.remove("arn:aws:iam::*:role/bedrock-logging-switch-*")
    return json.dumps(policy)


FLAWS = {
    "the destination lets in another organization": (
        Flaw("hub.yaml", lambda text: text.replace('"${OrganizationId}"', '"o-elsewhere00"')),
        "instances",
        "is not authorized to perform: logs:PutSubscriptionFilter",
    ),
    "the subscription filter has no role": (
        Flaw("member.yaml", lambda text: text.replace("      RoleArn: !GetAtt SenderRole.Arn\n", "")),
        "instances",
        "Role ARN is required when creating subscription filter against",
    ),
    "the role of the custom resource is not exempt from the policy": (
        Flaw("service_control_policy.json", not_exempt),
        "instances",
        "bedrock:PutModelInvocationLoggingConfiguration with an explicit deny in a service control policy",
    ),
    "a property is misspelt": (
        Flaw("hub.yaml", lambda text: text.replace("      DeliveryStreamName:", "      DeliveryStreamNme:")),
        "hub",
        "DeliveryStreamNme",
    ),
    "the capability is not acknowledged": (
        Flaw(without=("--capabilities",)),
        "hub",
        "CAPABILITY_NAMED_IAM",
    ),
    "the guardrail has no version": (
        Flaw("member.yaml", lambda text: without_resource(text, "GuardVersion")),
        "invocation",
        "The guardrail identifier or version provided in the request does not exist",
    ),
    "the template is larger than a call may carry": (
        Flaw("member.yaml", lambda text: f"{text}# {'x' * (LARGEST_TEMPLATE - len(text) - 1)}"),
        "stack set",
        "less than or equal to 51200",
    ),
}


@pytest.mark.parametrize("name", FLAWS)
def test_a_flaw_turns_the_deployment_red_where_it_shows(aws: AwsCli, tmp_path: Path, name: str) -> None:
    flaw, step, why = FLAWS[name]
    deployment = Deployment(aws, tmp_path, flaw)
    with pytest.raises(RedError) as red:
        deployment.run()
    assert red.value.step == step, red.value
    assert why in red.value.why
    assert deployment.done == list(STEPS)[: list(STEPS).index(step)]
