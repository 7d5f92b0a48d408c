"""What AWS names itself comes into the manifest later, which is compiled and deployed again.

A VPC of production gets endpoints, and with them layer 3; every account gets a link to the hub's sink.
"""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from ruamel.yaml import YAML
from tests.e2e.deployment.guide import EXAMPLE
from tests.e2e.deployment.test_layers import (
    APPROVED,
    HUB,
    NOT_APPROVED,
    PROD,
    SANDBOX,
    administrator,
    ask,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.deployment.guide import Reader

pytestmark = pytest.mark.slow

REGIONS = ("us-east-1", "us-west-2")
MEMBERS = 10
"""So many accounts of the example are in an environment."""


@pytest.fixture(scope="module")
def connected(governed: Reader) -> Reader:
    """The organization after its manifest named a VPC of production and the hub's sinks."""
    folder = governed.folder / "second"
    folder.mkdir()
    manifest = YAML(typ="safe", pure=True).load(EXAMPLE)
    manifest["network"] = {"vpcs": [vpc(governed)]}
    manifest["observability"] = {"sinks": {region: sink(governed, region) for region in REGIONS}}
    deploy_again(governed, folder, manifest)
    return governed


def deploy_again(reader: Reader, folder: Path, manifest: dict[str, Any]) -> None:
    """The members' stacks are as a changed manifest says."""
    (folder / "policies").symlink_to(EXAMPLE.with_name("policies"))
    with (folder / "craton.yaml").open("w") as file:
        YAML(typ="safe", pure=True).dump(manifest, file)
    compiling = [
        sys.executable,
        "-m",
        "craton",
        "compile",
        str(folder / "craton.yaml"),
        "-o",
        str(folder / "out"),
    ]
    compiled = subprocess.run(compiling, capture_output=True, text=True, check=False)
    assert compiled.returncode == 0, compiled.stderr
    reader.administrator("s3", "mb", "s3://acme-templates")
    deployed = reader.run("scripts/deploy-stackset.sh --phase members --bucket acme-templates second/out")
    assert deployed.returncode == 0, deployed.stderr


def vpc(reader: Reader) -> dict[str, Any]:
    """A VPC of production with a subnet, as a manifest names it."""
    ec2 = reader.running.client("ec2", **administrator(reader, PROD))
    made = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    for what in ("EnableDnsSupport", "EnableDnsHostnames"):
        ec2.modify_vpc_attribute(VpcId=made, **{what: {"Value": True}})
    subnet = ec2.create_subnet(VpcId=made, CidrBlock="10.0.0.0/24")["Subnet"]["SubnetId"]
    group = ec2.create_security_group(VpcId=made, GroupName="endpoints", Description="to endpoints")
    return {
        "account": PROD,
        "region": REGIONS[0],
        "id": made,
        "subnets": [subnet],
        "security_groups": [group["GroupId"]],
    }


def sink(reader: Reader, region: str) -> str:
    """The hub's sink of a Region, as its stack tells it."""
    stacks = reader.running.client("cloudformation", region=region, **administrator(reader, HUB))
    (stack,) = stacks.describe_stacks(StackName="enterprise-bedrock-hub")["Stacks"]
    return str(
        next(one["OutputValue"] for one in stack["Outputs"] if one["OutputKey"] == "ObservabilitySinkArn")
    )


def through_the_endpoint(reader: Reader, model: str, keys: dict[str, str]) -> str:
    """Why a call through the VPC's endpoint ended."""
    ec2 = reader.running.client("ec2", **administrator(reader, PROD))
    (endpoint,) = (
        one["VpcEndpointId"]
        for one in ec2.describe_vpc_endpoints()["VpcEndpoints"]
        if one["ServiceName"].endswith(".bedrock-runtime")
    )
    runtime = boto3.client(
        "bedrock-runtime",
        region_name=REGIONS[0],
        endpoint_url=f"{reader.running.url}/craton-emulator/through/{endpoint}",
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys["SessionToken"],
        config=Config(retries={"total_max_attempts": 1}),
    )
    try:
        told = runtime.converse(modelId=model, messages=[{"role": "user", "content": [{"text": "hello"}]}])
    except ClientError as error:
        return str(error)
    return str(told["stopReason"])


def test_layer_3_the_endpoint_of_production_stops_a_model_that_no_policy_denies_the_caller(
    connected: Reader,
) -> None:
    """The sandbox is held to no policy on models, and calls through the network of production."""
    sandbox = administrator(connected, SANDBOX)
    assert ask(connected, sandbox, NOT_APPROVED).stop_reason == "end_turn"
    assert "with an explicit deny in a VPC endpoint policy" in through_the_endpoint(
        connected, NOT_APPROVED, sandbox
    )
    assert through_the_endpoint(connected, APPROVED, sandbox) == "end_turn"
    assert through_the_endpoint(connected, APPROVED, administrator(connected, PROD)) == "end_turn"


def test_every_account_is_linked_to_the_hub_in_each_region(connected: Reader) -> None:
    for region in REGIONS:
        oam = connected.running.client("oam", region=region, **administrator(connected, HUB))
        linked = oam.list_attached_links(SinkIdentifier=sink(connected, region))["Items"]
        assert len(linked) == MEMBERS
