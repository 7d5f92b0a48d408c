"""VPCs reach Bedrock through endpoints that let in the organization, and approved models where rules hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.compiler.resolved import Resolved
from tests.unit.kinds.judging import allowed_call, policy
from tests.unit.kinds.rehearsed import OTHER, SUPPORT, Rehearsed, document, intent

from craton.kinds.endpoint import vpc_ids
from craton.simulator.policy_set import PolicySet

if TYPE_CHECKING:
    from pathlib import Path

ORGANIZATION = "o-rehearse01"
SONNET, NOVA = "us.anthropic.claude-sonnet-4-6", "us.amazon.nova-lite-v1:0"
ALL = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}


def network(vpc: str, subnet: str, group: str, account: str = SUPPORT, region: str = OTHER) -> str:
    return (
        f'network:\n  vpcs:\n    - {{account: "{account}", region: {region}, id: {vpc}, subnets: [{subnet}],'
        f" security_groups: [{group}]}}\n"
    )


def endpoints(wanted: dict[str, Any]) -> dict[str, Any]:
    return {name: one for name, one in wanted["Resources"].items() if one["Type"] == "AWS::EC2::VPCEndpoint"}


NAMED = network("vpc-0123456789abcdef0", "subnet-0123456789abcdef0", "sg-0123456789abcdef0")


def test_no_endpoint_is_made_where_no_vpc_is_named(tmp_path: Path) -> None:
    assert endpoints(document(intent(tmp_path))) == {}


def test_every_service_has_an_endpoint_where_the_vpc_is_and_nowhere_else(tmp_path: Path) -> None:
    wanted = intent(tmp_path, NAMED)
    found = endpoints(document(wanted))
    assert {one["Condition"] for one in found.values()} == {f"At{SUPPORT}UsWest2"}
    services = {one["Properties"]["ServiceName"]["Fn::Sub"].rpartition(".")[2] for one in found.values()}
    assert services == {
        "bedrock",
        "bedrock-agent",
        "bedrock-agent-runtime",
        "bedrock-mantle",
        "bedrock-runtime",
    }
    by_name = {one.name: one for one in wanted.environments}
    assert vpc_ids(wanted, by_name["prod"]) == ("vpc-0123456789abcdef0",)
    assert vpc_ids(wanted, by_name["dev"]) == ()


@pytest.mark.parametrize(
    ("environment", "model", "organization", "outcome"),
    [
        ("prod", SONNET, ORGANIZATION, "allowed"),
        ("prod", NOVA, ORGANIZATION, "explicit_deny"),
        ("dev", "us.meta.llama4-maverick-17b-instruct-v1:0", ORGANIZATION, "allowed"),
        ("prod", SONNET, "o-somebodyelse1", "implicit_deny"),
    ],
)
def test_an_endpoint_lets_through_what_its_environment_enforces(
    tmp_path: Path, environment: str, model: str, organization: str, outcome: str
) -> None:
    told = Resolved(document(intent(tmp_path, NAMED)), environment)
    held = told.resources["EndpointBedrockRuntime"]["PolicyDocument"]
    policies = PolicySet(
        account=SUPPORT, identity=(policy(ALL, SUPPORT),), endpoints=(policy(held, SUPPORT),)
    )
    outcome_of = allowed_call(policies, model, OTHER, endpoint="vpce-1", organization=organization)
    assert outcome_of == outcome


@pytest.mark.slow
def test_calls_through_an_endpoint_are_held_to_approved_models(members: Rehearsed, tmp_path: Path) -> None:
    ec2 = members.client("ec2", SUPPORT, OTHER)
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(GroupName="bedrock", Description="bedrock", VpcId=vpc)["GroupId"]
    wanted = document(intent(tmp_path, network(vpc, subnet, group)))
    members.member(SUPPORT, "prod", region=OTHER, document=wanted)
    endpoint = members.ids(SUPPORT, OTHER)["EndpointBedrockRuntime"]
    runtime = members.client("bedrock-runtime", SUPPORT, OTHER, through=endpoint)
    asked: dict[str, Any] = {"messages": [{"role": "user", "content": [{"text": "?"}]}]}
    assert runtime.converse(modelId=SONNET, **asked)["stopReason"] == "end_turn"
    with pytest.raises(ClientError, match="in a VPC endpoint policy"):
        runtime.converse(modelId=NOVA, **asked)
