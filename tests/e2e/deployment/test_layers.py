"""After the guide was followed, each of the four layers stops a call by itself, and approved work goes on.

Beside each call that is stopped stands the same call without that layer, which is answered; where an
environment observes, in dev and test, the call that production stops is answered, too. Layer 3 comes
with what AWS names itself, which is put into the manifest later: it is compiled and deployed again, a VPC of
production gets endpoints, and every account a link to the hub's sink.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from botocore.exceptions import ClientError
from ruamel.yaml import YAML
from tests.clients import client
from tests.e2e.deployment.guide import EXAMPLE
from tests.e2e.emulator.deployment import messages_in

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.deployment.guide import Reader

pytestmark = pytest.mark.slow

HUB, PROD, TEST, DEV, SANDBOX = "222222222222", "333333333333", "888888888888", "999999999999", "012345678901"
ENVIRONMENTS = {"dev": DEV, "test": TEST, "prod": PROD}
APPROVED = "us.anthropic.claude-sonnet-4-6"
NOT_APPROVED = "us.meta.llama4-maverick-17b-instruct-v1:0"
PLAIN = "what is rehearsed here"
WITHIN_S = 120.0
REGIONS = ("us-east-1", "us-west-2")
MEMBERS = 4
"""So many accounts are in an environment."""


class Answer(NamedTuple):
    stop_reason: str
    text: str


def administrator(reader: Reader, account: str) -> dict[str, str]:
    return reader.running.session(f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole")


def ask(reader: Reader, keys: dict[str, str], model: str = APPROVED, text: str = PLAIN) -> Answer:
    """What a model answers to whoever has the keys."""
    told = reader.running.client("bedrock-runtime", **keys).converse(
        modelId=model, messages=[{"role": "user", "content": [{"text": text}]}]
    )
    return Answer(told["stopReason"], told["output"]["message"]["content"][0]["text"])


def why_not(reader: Reader, keys: dict[str, str], model: str) -> str:
    """Why a call is refused."""
    with pytest.raises(ClientError) as refused:
        ask(reader, keys, model)
    assert refused.value.response["Error"]["Code"] == "AccessDeniedException"
    return str(refused.value)


@pytest.fixture(scope="module")
def applications(governed: Reader) -> dict[str, dict[str, str]]:
    """By environment, an application that may do everything of Bedrock, under the boundary of every role."""
    return {name: application(governed, account) for name, account in ENVIRONMENTS.items()}


def application(reader: Reader, account: str) -> dict[str, str]:
    own = administrator(reader, account)
    iam = reader.running.client("iam", **own)
    trust = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
    leave = {"Effect": "Allow", "Action": "bedrock:*", "Resource": "*"}
    iam.create_role(
        RoleName="application",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        PermissionsBoundary=f"arn:aws:iam::{account}:policy/bedrock/BedrockBoundary",
    )
    iam.put_role_policy(
        RoleName="application",
        PolicyName="own",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [leave]}),
    )
    return reader.running.session(f"arn:aws:iam::{account}:role/application", **own)


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_an_approved_model_answers_everybody(
    governed: Reader, applications: dict[str, dict[str, str]], environment: str
) -> None:
    for keys in (administrator(governed, ENVIRONMENTS[environment]), applications[environment]):
        assert ask(governed, keys) == Answer("end_turn", f"You said: {PLAIN}")


def test_layer_1_a_service_control_policy_stops_a_model_that_is_not_approved_where_it_is_enforced(
    governed: Reader,
) -> None:
    why = why_not(governed, administrator(governed, PROD), NOT_APPROVED)
    assert "with an explicit deny in a service control policy" in why
    for account in (TEST, DEV, SANDBOX):
        assert ask(governed, administrator(governed, account), NOT_APPROVED).stop_reason == "end_turn"


@pytest.mark.parametrize(
    ("environment", "by"),
    [
        ("dev", "a permissions boundary"),
        ("test", "a permissions boundary"),
        ("prod", "a service control policy"),
    ],
)
def test_layer_2_the_boundary_stops_a_role_where_no_policy_is_attached(
    governed: Reader, applications: dict[str, dict[str, str]], environment: str, by: str
) -> None:
    """In production the policy above it is looked at first."""
    why = why_not(governed, applications[environment], NOT_APPROVED)
    assert f"with an explicit deny in {by}" in why


@pytest.mark.parametrize("text", ["write to jane@example.com", "this is for internal only use"])
def test_layer_4_a_guardrail_stops_what_is_said_though_the_call_names_none(
    governed: Reader, text: str
) -> None:
    prod = administrator(governed, PROD)
    assert ask(governed, prod, text=text).stop_reason == "guardrail_intervened"
    for account in (TEST, DEV):
        answer = ask(governed, administrator(governed, account), text=text)
        assert answer == Answer("end_turn", f"You said: {text}"), "an environment that observes only looks"


def test_an_approved_call_is_answered_and_its_record_reaches_the_archive(governed: Reader) -> None:
    answer = ask(governed, administrator(governed, PROD), text="how far is the archive")
    assert answer.stop_reason == "end_turn"
    deadline = time.monotonic() + WITHIN_S
    while not (found := [one for one in archived(governed) if "how far is the archive" in json.dumps(one)]):
        assert time.monotonic() < deadline, "no record came"
        time.sleep(0.2)
    (record,) = found
    assert (record["accountId"], record["region"], record["modelId"]) == (PROD, "us-east-1", APPROVED)


def archived(reader: Reader) -> list[dict[str, Any]]:
    """The records of invocations in the archive of the home Region."""
    s3 = reader.running.client("s3", **administrator(reader, HUB))
    bucket = f"craton-bedrock-archive-{HUB}-us-east-1"
    found: list[dict[str, Any]] = []
    for one in s3.list_objects_v2(Bucket=bucket, Prefix="invocations/").get("Contents", ()):
        found += messages_in(s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read())
    return found


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
    runtime = client(
        "bedrock-runtime",
        f"{reader.running.url}/craton-emulator/through/{endpoint}",
        REGIONS[0],
        keys["AccessKeyId"],
        keys["SecretAccessKey"],
        keys["SessionToken"],
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
