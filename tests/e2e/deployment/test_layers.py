"""After the guide was followed, each of the four layers stops a call by itself, and approved work goes on.

Beside each call that is stopped stands the same call without that layer, which is answered.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from botocore.exceptions import ClientError
from tests.e2e.emulator.deployment import messages_in

if TYPE_CHECKING:
    from tests.e2e.deployment.guide import Reader

pytestmark = pytest.mark.slow

HUB, PROD, DEV, SANDBOX = "222222222222", "333333333333", "999999999999", "012345678901"
APPROVED = "us.anthropic.claude-sonnet-4-6"
NOT_APPROVED = "us.meta.llama4-maverick-17b-instruct-v1:0"
PLAIN = "what is rehearsed here"
WITHIN_S = 120.0


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
def application(governed: Reader) -> dict[str, str]:
    """An application in dev with leave for everything of Bedrock, under the boundary that every role has."""
    own = administrator(governed, DEV)
    iam = governed.running.client("iam", **own)
    trust = {"Effect": "Allow", "Principal": {"AWS": DEV}, "Action": "sts:AssumeRole"}
    leave = {"Effect": "Allow", "Action": "bedrock:*", "Resource": "*"}
    iam.create_role(
        RoleName="application",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [trust]}),
        PermissionsBoundary=f"arn:aws:iam::{DEV}:policy/bedrock/BedrockBoundary",
    )
    iam.put_role_policy(
        RoleName="application",
        PolicyName="own",
        PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [leave]}),
    )
    return governed.running.session(f"arn:aws:iam::{DEV}:role/application", **own)


def test_layer_1_a_service_control_policy_stops_a_model_that_is_not_approved(governed: Reader) -> None:
    why = why_not(governed, administrator(governed, PROD), NOT_APPROVED)
    assert "with an explicit deny in a service control policy" in why
    assert ask(governed, administrator(governed, SANDBOX), NOT_APPROVED).stop_reason == "end_turn"


def test_layer_2_the_boundary_stops_a_role_where_no_policy_is_attached(
    governed: Reader, application: dict[str, str]
) -> None:
    assert "with an explicit deny in a permissions boundary" in why_not(governed, application, NOT_APPROVED)
    assert ask(governed, application, APPROVED).stop_reason == "end_turn"
    assert ask(governed, administrator(governed, DEV), NOT_APPROVED).stop_reason == "end_turn"


@pytest.mark.parametrize("text", ["write to jane@example.com", "this is for internal only use"])
def test_layer_4_a_guardrail_stops_what_is_said_though_the_call_names_none(
    governed: Reader, text: str
) -> None:
    prod = administrator(governed, PROD)
    assert ask(governed, prod, text=text).stop_reason == "guardrail_intervened"
    answer = ask(governed, administrator(governed, DEV), text=text)
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
