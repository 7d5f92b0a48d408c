"""The steps that bring a compiled manifest into an organization are AWS calls, in an order that works."""

from __future__ import annotations

import itertools
import json
from typing import Any

import boto3
import pytest
from tests.unit.compiler.manifests import TODAY, wanted

from craton.compiler.compilation import compiled
from craton.compiler.organization_policies import organization_policies
from craton.registry.policies import Policies


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    intent, origin = wanted()
    made = compiled(intent, organization_policies(intent, Policies.load(), origin=origin, today=TODAY))
    held: dict[str, Any] = json.loads(
        next(one.content for one in made.artifacts if one.path == "organization.json")
    )
    held["paths"] = {one.path for one in made.artifacts}
    return held


def calls(document: dict[str, Any], operation: str) -> list[dict[str, Any]]:
    return [one["parameters"] for one in document["steps"] if one["operation"] == operation]


@pytest.mark.slow
def test_every_step_is_a_call_that_aws_knows_with_its_own_parameters(document: dict[str, Any]) -> None:
    for step in document["steps"]:
        client = boto3.client(
            step["service"], region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x"
        )
        shape = client.meta.service_model.operation_model(step["operation"]).input_shape
        members = shape.members if shape is not None else {}
        assert set(step["parameters"]) <= set(members), step["operation"]
        assert set(shape.required_members if shape is not None else ()) <= set(step["parameters"])


def test_what_a_step_needs_is_made_before_it(document: dict[str, Any]) -> None:
    types: set[str] = set()
    policies: set[str] = set()
    sets: set[str] = set()
    for step in document["steps"]:
        given = step["parameters"]
        match step["operation"]:
            case "EnablePolicyType":
                types.add(given["PolicyType"])
            case "CreatePolicy":
                assert given["Type"] in types
                policies.add(given["Name"])
            case "AttachPolicy":
                assert given["PolicyId"]["policy"] in policies
            case "CreateStackSet":
                sets.add(given["StackSetName"])
            case "CreateStackInstances":
                assert given["StackSetName"] in sets
            case _:
                pass
    assert types == {"SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY", "TAG_POLICY", "BEDROCK_POLICY"}
    environments = {"enterprise-bedrock-monitoring-dev", "enterprise-bedrock-monitoring-prod"}
    assert sets == {"enterprise-bedrock-access", *environments}


def test_every_file_that_a_step_names_is_among_the_artifacts(document: dict[str, Any]) -> None:
    named = {
        value["file"]
        for step in document["steps"]
        for value in step["parameters"].values()
        if isinstance(value, dict) and "file" in value
    }
    assert {one for one in named if one.startswith("governance/")} <= document["paths"]
    assert "governance/scp-bedrock-enterprise-controls.json" in named
    assert not any("dev" in one for one in named), (
        "an environment that observes is held to nothing of its own"
    )


def test_targets_are_ids_where_they_are_known(document: dict[str, Any]) -> None:
    targets = [one["TargetId"] for one in calls(document, "AttachPolicy")]
    assert {"root": "o-exampleorgid"} in targets
    assert {"ou": "workloads/prod"} in targets
    assert "555555555555" in targets


def test_an_account_that_is_named_by_itself_is_reached_as_a_part_of_its_ou(document: dict[str, Any]) -> None:
    wanted = [
        {"OrganizationalUnitIds": ["ou-a1b2-workdev01"]},
        {"OrganizationalUnitIds": [{"ou": "workloads/prod"}]},
        {
            "OrganizationalUnitIds": [{"ou": "special"}],
            "Accounts": ["555555555555"],
            "AccountFilterType": "INTERSECTION",
        },
    ]
    deployed = calls(document, "CreateStackInstances")
    access = [one for one in deployed if one["StackSetName"] == "enterprise-bedrock-access"]
    of_environments = [one for one in deployed if one not in access]
    for steps in (access, of_environments):
        assert [one["DeploymentTargets"] for one in steps] == wanted


def test_roles_are_at_home_alone_and_the_hub_deploys_all_stack_sets(document: dict[str, Any]) -> None:
    for step in document["steps"]:
        given = step["parameters"]
        if given.get("StackSetName") == "enterprise-bedrock-access" and "Regions" in given:
            assert given["Regions"] == ["us-east-1"]
        if "StackSetName" in given:
            assert (step["account"], given["CallAs"]) == ("222222222222", "DELEGATED_ADMIN")
    registered = calls(document, "RegisterDelegatedAdministrator")
    stack_sets = "member.org.stacksets.cloudformation.amazonaws.com"
    assert {"AccountId": "222222222222", "ServicePrincipal": stack_sets} in registered


def test_roles_come_before_what_they_change(document: dict[str, Any]) -> None:
    names = [
        (step["account"], step["parameters"]["StackName"])
        for step in document["steps"]
        if step["operation"] == "CreateStack"
    ]
    assert names[:2] == [(one, "enterprise-bedrock-access") for one in ("111111111111", "222222222222")]


def test_a_stack_set_s_own_default_names_the_environment(document: dict[str, Any]) -> None:
    parameters = [one["Parameters"] for one in calls(document, "CreateStackSet") if "Parameters" in one]
    assert parameters == [
        [{"ParameterKey": "Environment", "ParameterValue": "dev"}],
        [{"ParameterKey": "Environment", "ParameterValue": "prod"}],
    ]
    assert all(one["AutoDeployment"]["Enabled"] for one in calls(document, "CreateStackSet"))


def test_phases_follow_each_other_so_that_each_can_be_run_by_itself(document: dict[str, Any]) -> None:
    phases = [one["phase"] for one in document["steps"]]
    assert [name for name, _ in itertools.groupby(phases)] == ["management", "hub", "members"]
