"""The reference of IAM's actions, resource types and condition keys."""

from __future__ import annotations

import pytest

from craton.registry.iam import ConditionKey, Service, iam_reference

REFERENCE = iam_reference()


def test_an_action_is_found_whatever_its_case_and_told_as_aws_spells_it() -> None:
    action = REFERENCE.action("BEDROCK:invokemodelwithresponsestream")
    assert action is not None
    assert action.name == "bedrock:InvokeModelWithResponseStream"
    assert "foundation-model" in {use.type for use in action.resource_types}
    assert "bedrock:GuardrailIdentifier" in action.condition_keys


@pytest.mark.parametrize("name", ["bedrock:Converse", "bedrok:InvokeModel", "InvokeModel", "bedrock:", ""])
def test_what_aws_does_not_have_is_not_found(name: str) -> None:
    assert REFERENCE.action(name) is None


@pytest.mark.parametrize(
    "key", ["bedrock:ModelId", "bedrock:ModelInvocationLoggingEnabled", "aws:Region", "x"]
)
def test_a_condition_key_that_does_not_exist_is_not_found(key: str) -> None:
    assert REFERENCE.condition_key(key) is None


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("BEDROCK:guardrailidentifier", ConditionKey("bedrock:GuardrailIdentifier", "ARN", False, None)),
        ("aws:TagKeys", ConditionKey("aws:TagKeys", "String", True, "request")),
        ("aws:PrincipalTag/team", ConditionKey("aws:PrincipalTag/${TagKey}", "String", False, "principal")),
        ("aws:SourceIp", ConditionKey("aws:SourceIp", "IPAddress", False, "network")),
        ("saml:aud", ConditionKey("saml:aud", "String", False, None)),
        ("s3:ExistingObjectTag/x", ConditionKey("s3:ExistingObjectTag/<key>", "String", False, None)),
        (
            "kms:EncryptionContext:aws:s3:arn",
            ConditionKey("kms:EncryptionContext:${EncryptionContextKey}", "String", False, None),
        ),
        (
            "token.actions.githubusercontent.com:actor",
            ConditionKey("token.actions.githubusercontent.com:actor", "String", False, None),
        ),
    ],
)
def test_a_condition_key_tells_its_type_and_whether_it_holds_several_values(
    key: str, expected: ConditionKey
) -> None:
    assert REFERENCE.condition_key(key) == expected


def test_a_key_with_a_hole_needs_something_in_it() -> None:
    assert REFERENCE.condition_key("aws:PrincipalTag/") is None


def test_a_pattern_covers_the_actions_of_its_services() -> None:
    names = [action.name for action in REFERENCE.actions_matching("bedrock:InvokeModel*")]
    assert names == ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
    assert [a.name for a in REFERENCE.actions_matching("sts:AssumeRol?")] == ["sts:AssumeRole"]
    assert REFERENCE.actions_matching("bedrok:*") == ()
    assert REFERENCE.actions_matching("bedrock") == ()
    prefixes = {action.name.partition(":")[0] for action in REFERENCE.actions_matching("bedrock*:*")}
    assert prefixes == {"bedrock", "bedrock-agentcore", "bedrock-mantle", "bedrock-websearch"}


def test_batch_knows_no_guardrail_and_logging_no_key_of_its_own_at_all() -> None:
    batch = REFERENCE.action("bedrock:CreateModelInvocationJob")
    logging = REFERENCE.action("bedrock:PutModelInvocationLoggingConfiguration")
    invoke = REFERENCE.action("bedrock:InvokeModel")
    assert batch
    assert logging
    assert invoke
    assert REFERENCE.supports(invoke, "bedrock:GuardrailIdentifier")
    assert not REFERENCE.supports(batch, "bedrock:GuardrailIdentifier")
    assert REFERENCE.supports(batch, "aws:RequestTag/team")
    assert REFERENCE.supports(invoke, "aws:ResourceTag/team")
    assert REFERENCE.supports(logging, "aws:PrincipalArn")
    assert not REFERENCE.supports(logging, "aws:ResourceTag/team")
    assert not REFERENCE.supports(invoke, "bedrock:ModelId")
    assert logging.is_wildcard_only
    assert not invoke.is_wildcard_only


def test_resource_types_tell_the_form_of_their_arn() -> None:
    forms = {one.name: one.arn for one in REFERENCE.resource_types("bedrock")}
    assert forms["foundation-model"] == "arn:${Partition}:bedrock:${Region}::foundation-model/${ResourceId}"
    assert REFERENCE.resource_types("bedrok") == ()


def test_a_use_of_a_resource_brings_its_own_keys() -> None:
    action = REFERENCE.action("ec2:RunInstances")
    assert action
    uses = {use.type: use for use in action.resource_types}
    assert uses["image"].required
    assert "ec2:LaunchTemplate" in uses["image"].condition_keys
    assert "ec2:LaunchTemplate" in REFERENCE.keys_of(action)


def test_resource_control_policies_reach_the_log_bucket_and_not_the_models() -> None:
    reached = {prefix: service(prefix).reached_by_rcps for prefix in ("s3", "kms", "logs", "bedrock")}
    assert reached == {"s3": True, "kms": True, "logs": True, "bedrock": False}


def test_every_file_is_read_without_a_fault_and_every_key_that_an_action_names_has_a_type() -> None:
    for prefix in REFERENCE.prefixes:
        for action in service(prefix).actions.values():
            unknown = [key for key in REFERENCE.keys_of(action) if REFERENCE.condition_key(key) is None]
            assert not unknown, action.name


def service(prefix: str) -> Service:
    found = REFERENCE.service(prefix)
    assert found is not None
    return found


def test_the_keys_of_a_prefix_are_told_for_spelling_help() -> None:
    names = {key.name for key in REFERENCE.condition_keys("bedrock-mantle")}
    assert "bedrock-mantle:Model" in names
    assert "aws:SourceVpce" in {key.name for key in REFERENCE.condition_keys("aws")}
