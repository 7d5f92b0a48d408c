from __future__ import annotations

import collections
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.aws.conftest import HUB, MANAGEMENT, MEMBER, REGION, read

from craton.aws.api import Api
from craton.aws.cloud import AwsCloud
from craton.aws.sessions import Sessions
from craton.core.errors import CloudError
from craton.core.statement import document

if TYPE_CHECKING:
    from tests.unit.aws.conftest import Aws

    from craton.core.cloud_call import Observation, Read


def observed(*reads: Read, **options: Any) -> list[Observation]:
    return list(AwsCloud(**options).observe(reads))


@pytest.mark.usefixtures("aws")
def test_the_callers_own_account_is_read_as_it_is() -> None:
    (told,) = observed(read("sts", "GetCallerIdentity", MANAGEMENT))
    assert told.answer["Arn"] == f"arn:aws:iam::{MANAGEMENT}:user/administrator"


@pytest.mark.usefixtures("aws")
def test_other_accounts_are_read_in_a_role_whose_session_tells_who_runs_craton() -> None:
    (told,) = observed(read("sts", "GetCallerIdentity"))
    assert told.status == "answered"
    role = "OrganizationAccountAccessRole/craton-administrator"
    assert told.answer["Arn"] == f"arn:aws:sts::{MEMBER}:assumed-role/{role}"


def test_the_first_role_that_can_be_assumed_is_taken(aws: Aws) -> None:
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{MANAGEMENT}:root"},
        "Action": "sts:AssumeRole",
    }
    iam = aws.client("iam", HUB)
    iam.create_role(
        RoleName="CratonReader", Path="/craton/", AssumeRolePolicyDocument=json.dumps(document(trust))
    )
    (told,) = observed(read("sts", "GetCallerIdentity", HUB))
    assert "/CratonReader/" in told.answer["Arn"]
    iam.delete_role(RoleName="CratonReader")


@pytest.mark.usefixtures("aws")
def test_an_account_in_which_no_role_can_be_assumed_is_denied() -> None:
    (told,) = observed(read("bedrock", "ListGuardrails"), reading=("/nobody/Reader",))
    assert (told.status, told.error) == ("denied", "AccessDenied")
    assert told.message is not None
    assert "sts:AssumeRole" in told.message
    assert told.answer is None


@pytest.mark.usefixtures("aws")
def test_equal_reads_are_asked_once() -> None:
    one = read("logs", "DescribeLogGroups", limit=5, logGroupNamePrefix="/a")
    same = read("logs", "DescribeLogGroups", logGroupNamePrefix="/a", limit=5)
    assert [told.read for told in observed(one, same, one)] == [one]


@pytest.mark.usefixtures("aws")
def test_all_pages_are_one_answer() -> None:
    whole, paged = observed(
        read("organizations", "ListAccounts", MANAGEMENT),
        read("organizations", "ListAccounts", MANAGEMENT, MaxResults=2),
    )
    assert len(whole.answer["Accounts"]) == 5
    assert sorted(one["Id"] for one in whole.answer["Accounts"]) == sorted(
        one["Id"] for one in paged.answer["Accounts"]
    )
    assert "NextToken" not in paged.answer


def test_pages_are_joined_of_operations_without_a_paginator(aws: Aws) -> None:
    logs = aws.client("logs", MEMBER)
    for name in ("one", "two", "three"):
        logs.put_query_definition(name=name, queryString="fields @message")
    (told,) = observed(read("logs", "DescribeQueryDefinitions", maxResults=1))
    assert sorted(one["name"] for one in told.answer["queryDefinitions"]) == ["one", "three", "two"]
    assert "nextToken" not in told.answer


@pytest.mark.usefixtures("aws")
def test_what_is_not_there_is_absent() -> None:
    asked = [
        read("bedrock", "GetGuardrail", guardrailIdentifier="abcdefgh1234"),
        read("cloudformation", "DescribeStacks", StackName="none"),
        read("s3", "GetBucketPolicy", Bucket="no-such-bucket-of-ours"),
        read("iam", "GetRole", RoleName="none"),
        read("cloudformation", "DescribeStackSet", MANAGEMENT, StackSetName="none"),
        read("ssm", "GetParameter", Name="/none"),
        read("glue", "GetDatabase", Name="none"),
        read("sqs", "GetQueueUrl", QueueName="none"),
        read("athena", "GetWorkGroup", WorkGroup="none"),
    ]
    told = {one.read.operation: (one.status, one.answer) for one in observed(*asked)}
    assert told == {one.operation: ("absent", None) for one in asked}


def test_one_account_that_denies_costs_no_other(aws: Aws) -> None:
    aws.fault(kind="access_denied", account=MEMBER, service="bedrock")
    told = {
        one.read.account: one.status
        for one in observed(
            *(read("bedrock", "ListGuardrails", account) for account in (MANAGEMENT, HUB, MEMBER))
        )
    }
    assert told == {MANAGEMENT: "answered", HUB: "answered", MEMBER: "denied"}


@pytest.mark.usefixtures("aws")
def test_what_the_emulated_aws_does_not_have_is_unsupported() -> None:
    (told,) = observed(read("bedrock", "ListModelCustomizationJobs"))
    assert told.status == "unsupported"


def test_throttled_calls_are_made_again_until_all_are_answered(aws: Aws) -> None:
    aws.fault(kind="throttling", service="bedrock", rate=0.3, seed=7)  # STS is asked again by botocore itself
    api = aws.api()
    for _ in range(40):
        assert "guardrails" in api.ask_all(MEMBER, REGION, "bedrock", "ListGuardrails", {})
    befallen = aws.world.faults.told()[0].befallen
    assert befallen > 5
    assert len(aws.pauses) >= befallen
    assert max(aws.pauses) <= 20


def test_throttling_without_an_end_is_told(aws: Aws) -> None:
    aws.fault(kind="throttling", operation="ListGuardrails", account=MEMBER)
    api = aws.api()
    with pytest.raises(Exception, match="ThrottlingException"):
        api.ask(MEMBER, REGION, "bedrock", "ListGuardrails", {})
    assert aws.world.faults.told()[0].befallen == 12


def test_a_service_that_is_down_for_a_moment_is_asked_again(aws: Aws) -> None:
    aws.fault(kind="unavailable", operation="ListGuardrails", times=3)
    assert aws.api().ask(MEMBER, REGION, "bedrock", "ListGuardrails", {}) == {"guardrails": []}


@pytest.mark.slow
def test_a_throttled_session_is_no_denied_account(aws: Aws) -> None:
    aws.fault(kind="throttling", service="sts", operation="AssumeRole", times=2)
    assert "guardrails" in aws.api().ask(MEMBER, REGION, "bedrock", "ListGuardrails", {})


@pytest.mark.slow
def test_one_session_serves_all_reads_of_an_account(aws: Aws) -> None:
    before = len(aws.events("AssumeRole"))
    told = observed(
        *(read("logs", "DescribeLogGroups", logGroupNamePrefix=f"/{number}") for number in range(30))
    )
    assert collections.Counter(one.status for one in told) == {"answered": 30}
    # The reading role is refused before the role of the organization is taken.
    assert len(aws.events("AssumeRole")) - before == 2


def test_a_session_is_renewed_before_it_ends(aws: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    api = Api(Sessions(reading=("OrganizationAccountAccessRole",)))
    clock = aws.world.now
    with monkeypatch.context() as earlier:
        earlier.setattr(aws.world, "now", lambda: clock() - dt.timedelta(minutes=55))
        first = api.ask(MEMBER, REGION, "sts", "GetCallerIdentity", {})
    before = len(aws.events("AssumeRole"))
    assert api.ask(MEMBER, REGION, "sts", "GetCallerIdentity", {}) == first
    assert api.ask(MEMBER, REGION, "sts", "GetCallerIdentity", {}) == first
    assert len(aws.events("AssumeRole")) - before == 1


@pytest.mark.usefixtures("aws")
def test_wrong_credentials_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
    with pytest.raises(CloudError, match="AWS does not tell who is calling") as told:
        Sessions()
    assert told.value.hint is not None
    assert "AWS_PROFILE" in told.value.hint
