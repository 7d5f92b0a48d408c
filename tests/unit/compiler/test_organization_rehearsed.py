"""The steps of the management account, taken on an emulated organization, do what the manifest says."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.compiler.manifests import TODAY
from tests.unit.kinds.rehearsed import MANAGEMENT, SEARCH, SUPPORT, Rehearsed, intent, part

from craton.compiler.compilation import compiled
from craton.compiler.organization_policies import organization_policies
from craton.compiler.template_text import template_text
from craton.core.manifest_origin import WholeFile
from craton.registry.policies import Policies

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "-----BEGIN OPENSSH PRIVATE KEY-----"
SONNET, OPUS = "anthropic.claude-sonnet-4-6", "anthropic.claude-opus-4-6-v1"


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    wanted = intent(tmp_path_factory.mktemp("organization"))
    origin = WholeFile("craton.yaml")
    made = compiled(wanted, organization_policies(wanted, Policies.load(), origin=origin, today=TODAY))
    files = {one.path: one.content.decode() for one in made.artifacts}
    with Rehearsed(wanted) as rehearsed:
        body = template_text(part(wanted, "management", "organization_guardrail")).decode()
        for region in wanted.regions:
            name = wanted.manifest.names.management_stack
            rehearsed.stack(name, MANAGEMENT, body, [], region=region)
        take(rehearsed, json.loads(files["organization.json"])["steps"], files)
        yield rehearsed
        assert list(rehearsed.world.refused) == []


def take(on: Rehearsed, steps: list[dict[str, Any]], files: dict[str, str]) -> None:
    """The steps of Organizations, with what is known there in the place of what stands for it."""
    organizations = on.client("organizations", MANAGEMENT)
    root = organizations.list_roots()["Roots"][0]["Id"]
    ids: dict[str, str] = {}
    for step in steps:
        if step["operation"] == "ActivateOrganizationsAccess":
            on.client("cloudformation", MANAGEMENT).activate_organizations_access()
        if step["service"] != "organizations":
            continue
        given = dict(step["parameters"])
        for key, value in given.items():
            if isinstance(value, dict) and "root" in value:
                given[key] = root
            elif isinstance(value, dict) and "policy" in value:
                given[key] = ids[value["policy"]]
            elif isinstance(value, dict) and "file" in value:
                given[key] = filled(on, files[value["file"]], value.get("outputs", {}))
        try:
            answer = organizations._make_api_call(step["operation"], given)
        except organizations.exceptions.PolicyTypeAlreadyEnabledException:
            continue
        if step["operation"] == "CreatePolicy":
            ids[given["Name"]] = answer["Policy"]["PolicySummary"]["Id"]


def filled(on: Rehearsed, text: str, outputs: dict[str, dict[str, str]]) -> str:
    for mark, told in outputs.items():
        stacks = on.client("cloudformation", MANAGEMENT, told["region"])
        held = stacks.describe_stacks(StackName=told["stack"])["Stacks"][0]["Outputs"]
        value = next(one["OutputValue"] for one in held if one["OutputKey"] == told["output"])
        assert mark in text
        text = text.replace(mark, value)
    assert "${us-" not in text
    return text


def said(
    on: Rehearsed, account: str, model: str, text: str = "how are you?", region: str = "us-east-1"
) -> str:
    """How a call ends that a role of an account makes, and why it is denied."""
    role = f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole"
    told = on.client("sts", MANAGEMENT).assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    keys = told["AccessKeyId"], told["SecretAccessKey"], told["SessionToken"]
    runtime = on.client("bedrock-runtime", account, region, keys=keys)
    try:
        answer = runtime.converse(modelId=model, messages=[{"role": "user", "content": [{"text": text}]}])
    except ClientError as error:
        return f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
    return str(answer["stopReason"])


@pytest.mark.slow
def test_what_is_approved_answers_where_it_is_enforced(on: Rehearsed) -> None:
    assert said(on, SUPPORT, SONNET) == "end_turn"
    assert said(on, SUPPORT, f"us.{SONNET}") == "end_turn"
    assert said(on, SUPPORT, f"global.{SONNET}", region="us-west-2") == "end_turn"


def test_what_is_not_approved_is_denied_by_the_policy(on: Rehearsed) -> None:
    for named in (OPUS, f"us.{OPUS}"):
        assert "explicit deny in a service control policy" in said(on, SUPPORT, named)
    assert "explicit deny in a service control policy" in said(on, SUPPORT, SONNET, region="us-east-2")


def test_a_person_with_a_key_and_no_mfa_is_denied_where_it_is_enforced(on: Rehearsed) -> None:
    asked = {"modelId": SONNET, "messages": [{"role": "user", "content": [{"text": "hello"}]}]}
    assert on.client("bedrock-runtime", SEARCH).converse(**asked)["stopReason"] == "end_turn"
    with pytest.raises(ClientError, match="explicit deny in a service control policy"):
        on.client("bedrock-runtime", SUPPORT).converse(**asked)


def test_an_environment_that_observes_is_stopped_by_nothing(on: Rehearsed) -> None:
    assert said(on, SEARCH, OPUS) == "end_turn"
    assert said(on, SEARCH, SONNET, KEY) == "end_turn"


def test_every_call_is_held_to_the_organization_s_guardrail_where_it_is_enforced(on: Rehearsed) -> None:
    assert said(on, SUPPORT, SONNET, KEY) == "guardrail_intervened"
    assert said(on, SUPPORT, SONNET, KEY, region="us-west-2") == "guardrail_intervened"


@pytest.mark.slow
@pytest.mark.parametrize("account", [SEARCH, SUPPORT])
def test_nobody_switches_logging_off_or_leaves_in_whatever_environment(on: Rehearsed, account: str) -> None:
    with pytest.raises(ClientError, match="explicit deny in a service control policy"):
        on.client("bedrock", account).delete_model_invocation_logging_configuration()
    with pytest.raises(ClientError, match="explicit deny in a service control policy"):
        on.client("organizations", account).leave_organization()
    with pytest.raises(ClientError, match="explicit deny in a service control policy"):
        on.client("iam", account).create_role(
            Path="/craton/",
            RoleName="mine",
            AssumeRolePolicyDocument='{"Version": "2012-10-17", "Statement": []}',
        )
