from __future__ import annotations

import pytest

from craton.linter.operators import FAMILIES, operator_of
from craton.linter.statements import carries, is_unknown_key
from craton.registry.iam import iam_reference

IAM = iam_reference()


@pytest.mark.parametrize(
    ("operator", "values", "holds"),
    [
        ("StringEquals", ("a",), False),
        ("StringNotEquals", ("a",), True),
        ("StringEqualsIfExists", ("a",), True),
        ("StringNotLikeIfExists", ("a",), True),
        ("ForAllValues:StringEquals", ("a",), True),
        ("ForAllValues:StringNotLike", ("a",), True),
        ("ForAnyValue:StringEquals", ("a",), False),
        ("ForAnyValue:StringNotEquals", ("a",), False),
        ("Null", ("true",), True),
        ("Null", ("false",), False),
        ("Bool", ("false",), False),
        ("BoolIfExists", ("false",), True),
        ("NotIpAddress", ("10.0.0.0/8",), True),
        ("ArnNotLike", ("arn:*",), True),
    ],
)
def test_an_operator_says_what_it_says_where_its_key_is_absent(
    operator: str, values: tuple[str, ...], holds: bool
) -> None:
    found = operator_of(operator)
    assert found is not None
    assert found.holds_when_absent(values) is holds


@pytest.mark.parametrize("text", ["stringEquals", "StringEqual", "NullIfExists", "AnyValue:StringLike", ""])
def test_an_operator_that_aws_does_not_have_is_none(text: str) -> None:
    assert operator_of(text) is None


@pytest.mark.parametrize("name", FAMILIES)
def test_every_operator_keeps_its_quantifier_and_its_condition_when_it_is_written_anew(name: str) -> None:
    ending = "" if name == "Null" else "IfExists"
    found = operator_of(f"ForAnyValue:{name}{ending}")
    assert found is not None
    assert found.written_as(name) == f"ForAnyValue:{name}{ending}"


@pytest.mark.parametrize(
    ("key", "unknown"),
    [
        ("aws:RequestedRegion", False),
        ("AWS:requestedregion", False),
        ("aws:PrincipalTag/team", False),
        ("bedrock:bearerTokenType", False),
        ("secretsmanager:ResourceTag/team", False),
        ("sagemaker:ResourceTag/team", False),
        ("ssm:resourceTag/team", False),
        ("token.actions.githubusercontent.com:sub", False),
        ("SAML:aud", False),
        ("${Parameter}", False),
        ("bedrock:ModelId", True),
        ("bedrock:ModelInvocationLoggingEnabled", True),
        ("aws:Region", True),
        ("bedrok:GuardrailIdentifier", True),
    ],
)
def test_a_key_is_known_as_aws_or_an_identity_provider_names_it(key: str, unknown: bool) -> None:
    assert is_unknown_key(IAM, key) is unknown


@pytest.mark.parametrize(
    ("action", "key", "carried"),
    [
        ("bedrock:InvokeModel", "bedrock:GuardrailIdentifier", True),
        ("bedrock:CreateModelInvocationJob", "bedrock:GuardrailIdentifier", False),
        ("bedrock:CreateModelInvocationJob", "bedrock:InferenceProfileArn", False),
        ("bedrock:CreateModelInvocationJob", "aws:RequestTag/team", True),
        ("bedrock:DeleteGuardrail", "aws:RequestTag/team", False),
        ("bedrock:DeleteModelInvocationLoggingConfiguration", "aws:PrincipalArn", True),
        ("bedrock-mantle:CreateInference", "bedrock-mantle:Model", True),
        ("aws-marketplace:Subscribe", "aws-marketplace:ProductId", True),
    ],
)
def test_an_action_carries_the_keys_of_its_page(action: str, key: str, carried: bool) -> None:
    found = IAM.action(action)
    assert found is not None
    assert carries(IAM, found, key) is carried
