from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.kinds.rehearsed import HOME, HUB, SEARCH, Rehearsed, intent
from tests.unit.kinds.whole_hub import role

from craton.kinds.functions import logging_restorer

if TYPE_CHECKING:
    from collections.abc import Iterator

EVENT = {"account": SEARCH, "region": HOME}
PARAMETER = "/craton/invocation-logging"
WANTED = {"s3Config": {"bucketName": "kept"}, "textDataDeliveryEnabled": True}


@pytest.fixture(scope="module")
def on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rehearsed]:
    with Rehearsed(intent(tmp_path_factory.mktemp("manifest"))) as made:
        role(
            *(made, SEARCH, "Restorer", {"Principal": {"AWS": HUB}}),
            {"Action": ["bedrock:*", "ssm:GetParameter"], "Resource": "*"},
        )
        role(
            *(made, HUB, "Caller", {"Principal": {"AWS": HUB}}),
            {"Action": "sts:AssumeRole", "Resource": "*"},
        )
        s3 = made.client("s3", SEARCH)
        s3.create_bucket(Bucket="kept")
        statement = {
            "Effect": "Allow",
            "Principal": {"Service": "bedrock.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::kept/*",
        }
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        s3.put_bucket_policy(Bucket="kept", Policy=policy)
        yield made


@pytest.fixture
def called(on: Rehearsed, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The function, called in the hub as its role would call it."""
    made = on.client("sts", HUB).assume_role(
        RoleArn=f"arn:aws:iam::{HUB}:role/craton/Caller", RoleSessionName="function"
    )["Credentials"]
    monkeypatch.setenv("AWS_ENDPOINT_URL", on.server.url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", HOME)
    for name, key in (
        ("AWS_ACCESS_KEY_ID", "AccessKeyId"),
        ("AWS_SECRET_ACCESS_KEY", "SecretAccessKey"),
        ("AWS_SESSION_TOKEN", "SessionToken"),
    ):
        monkeypatch.setenv(name, made[key])
    monkeypatch.setenv("ROLE", "arn:aws:iam::{account}:role/craton/Restorer")
    monkeypatch.setenv("PARAMETER", PARAMETER)
    return logging_restorer.handler


@pytest.mark.slow
def test_without_a_stack_nothing_is_put(on: Rehearsed, called: Any) -> None:
    assert called(EVENT, None) == f"not wanted: {SEARCH} {HOME}"
    held = on.client("bedrock", SEARCH).get_model_invocation_logging_configuration()
    assert "loggingConfig" not in held


def test_what_the_stack_wants_is_put_once(on: Rehearsed, called: Any) -> None:
    ssm, bedrock = on.client("ssm", SEARCH), on.client("bedrock", SEARCH)
    ssm.put_parameter(Name=PARAMETER, Type="String", Value=json.dumps(WANTED))
    assert called(EVENT, None) == f"restored: {SEARCH} {HOME}"
    assert called(EVENT, None) == f"as wanted: {SEARCH} {HOME}"
    changed = {**WANTED, "textDataDeliveryEnabled": False}
    bedrock.put_model_invocation_logging_configuration(loggingConfig=changed)
    assert called(EVENT, None) == f"restored: {SEARCH} {HOME}"
    held = bedrock.get_model_invocation_logging_configuration()["loggingConfig"]
    assert {name: held[name] for name in WANTED} == WANTED
    ssm.delete_parameter(Name=PARAMETER)
    bedrock.delete_model_invocation_logging_configuration()


@pytest.mark.parametrize(
    ("wanted", "held", "is_within"),
    [
        ({"a": {"b": 1}}, {"a": {"b": 1, "c": 2}}, True),
        ({"a": {"b": 1}}, {"a": {"b": 2}}, False),
        ({"a": True}, {}, False),
        ({"a": True}, None, False),
    ],
)
def test_more_than_is_wanted_is_as_wanted(wanted: Any, held: Any, is_within: bool) -> None:
    assert logging_restorer.within(wanted, held) is is_within
