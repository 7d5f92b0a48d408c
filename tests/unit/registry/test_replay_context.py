from __future__ import annotations

import re

import pytest

from craton.lake.session import connection
from craton.registry.iam import iam_reference
from craton.registry.operations import authorised_operations
from craton.registry.replay_context import RECORDED, replay_context
from craton.registry.tables import tables
from craton.replay.operations import operation_of, resource_of

COLUMN = re.compile(r"\b([ei])\.(\w+)")


def test_every_key_is_one_that_aws_knows_and_stands_there_once() -> None:
    keys = [one.key for one in replay_context().keys]
    assert len({key.lower() for key in keys}) == len(keys)
    for key in keys:
        known = iam_reference().condition_key(key)
        assert known is not None, key
        assert known.name == key


def test_every_row_says_why_and_on_whose_word() -> None:
    told = [(one.reason, one.source) for one in replay_context().keys]
    told += [(one.reason, one.source) for one in replay_context().resources]
    for reason, source in told:
        assert reason
        assert source.startswith(("https://docs.aws.amazon.com/", "botocore "))


def test_every_global_key_and_every_key_of_bedrock_calls_has_a_row() -> None:
    named = [*iam_reference().condition_keys("aws"), *iam_reference().condition_keys("bedrock")]
    assert [key.name for key in named if replay_context().of(key.name) is None] == []


def test_values_name_columns_that_are_there_and_the_engine_understands_them() -> None:
    engine = connection()
    for alias, table in (("e", "api_event"), ("i", "invocation")):
        columns = ", ".join(f'CAST(NULL AS {one.type}) AS "{one.name}"' for one in tables()[table].columns)
        engine.execute(f"CREATE VIEW {alias} AS SELECT {columns}")
    for one in replay_context().keys:
        if one.origin not in RECORDED:
            assert one.value is one.absent_when is one.unknown_when is None, one.key
            continue
        for sql in filter(None, (one.value, one.absent_when, one.unknown_when)):
            aliases = {found[0] for found in COLUMN.findall(sql)}
            assert aliases <= {"i" if one.origin == "invocation" else "e"}, one.key
            engine.execute(f"SELECT {sql} FROM e, i")


def test_a_key_with_a_hole_in_its_name_is_found_by_what_fills_it() -> None:
    found = replay_context().of("AWS:principaltag/team")
    assert found is not None
    assert found.key == "aws:PrincipalTag/${TagKey}"
    assert replay_context().of("bedrock:ModelId") is None


@pytest.mark.parametrize(
    ("source", "name", "action"),
    [
        ("bedrock", "Converse", "bedrock:InvokeModel"),
        ("bedrock", "ConverseStream", "bedrock:InvokeModelWithResponseStream"),
        ("bedrock-runtime", "InvokeModel", "bedrock:InvokeModel"),
        ("bedrock-mantle", "CreateInference", "bedrock-mantle:CreateInference"),
        ("bedrock", "UpdateGuardrail", "bedrock:UpdateGuardrail"),
        ("bedrock-agent", "CreateAgent", "bedrock:CreateAgent"),
        ("s3", "ListObjects", "s3:ListBucket"),
        ("iam", "PutRolePolicy", "iam:PutRolePolicy"),
    ],
)
def test_an_operation_is_authorised_as_the_action_that_aws_says(source: str, name: str, action: str) -> None:
    found = operation_of(f"{source}.amazonaws.com", name)
    assert found.action is not None
    assert found.action.name == action


def test_operations_without_permission_or_action_are_told_apart() -> None:
    free, strange = (
        operation_of("sts.amazonaws.com", name) for name in ("GetCallerIdentity", "DoWhatNobodyKnows")
    )
    assert (free.is_free, free.is_known) == (True, True)
    assert (strange.is_free, strange.is_known) == (False, False)
    assert authorised_operations()["s3", "HeadObject"] == "s3:GetObject"


@pytest.mark.parametrize(
    ("name", "arns", "parameters", "resource"),
    [
        ("bedrock:ListFoundationModels", (), None, "*"),
        (
            "bedrock:UpdateGuardrail",
            (),
            '{"guardrailIdentifier":"abc"}',
            "arn:aws:bedrock:us-east-1:1:guardrail/abc",
        ),
        ("bedrock:UpdateGuardrail", (), None, None),
        ("bedrock:UpdateGuardrail", (), "no json", None),
        ("sts:AssumeRole", ("arn:aws:iam::1:role/x",), None, "arn:aws:iam::1:role/x"),
        ("sts:AssumeRole", (), '{"roleArn":"arn:aws:iam::1:role/x"}', "arn:aws:iam::1:role/x"),
        ("iam:PutRolePolicy", (), '{"roleName":"x","policyName":"y"}', None),
    ],
)
def test_the_resource_is_what_records_tell_and_no_guess(
    name: str, arns: tuple[str, ...], parameters: str | None, resource: str | None
) -> None:
    action = iam_reference().action(name)
    assert action is not None
    told = resource_of(
        action, account="1", region="us-east-1", partition="aws", arns=arns, parameters=parameters
    )
    assert told == resource
