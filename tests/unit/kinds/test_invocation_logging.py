"""Invocations are logged in an account once its stack stands, and as somebody else wants after it is gone."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.kinds.rehearsed import HOME, HUB, OTHER, SEARCH, SUPPORT, Rehearsed, document, intent

from craton.core.statement import document as document_of
from craton.emulator.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest import TempPathFactory  # noqa: PT013 - names of types only

pytestmark = pytest.mark.slow
GROUP = "/craton/bedrock/invocations"
FUNCTION = "LoggingFunction"


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: TempPathFactory) -> Iterator[Rehearsed]:
    with Rehearsed(intent(tmp_path_factory.mktemp("manifest"))) as made:
        for region in (HOME, OTHER):
            made.hub(region)
        yield made
        assert made.world.work.failures == []


@pytest.fixture
def template(rehearsed: Rehearsed) -> dict[str, Any]:
    """The member template, whose function waits for moments only."""
    found = copy.deepcopy(document(rehearsed.intent))
    function = found["Resources"][FUNCTION]["Properties"]
    function["Code"] = {"ZipFile": function["Code"]["ZipFile"].replace("PAUSE_S = 5", "PAUSE_S = 0.05")}
    return found


def held(rehearsed: Rehearsed, account: str, region: str = HOME) -> dict[str, Any]:
    bedrock = rehearsed.client("bedrock", account, region)
    found: dict[str, Any] = bedrock.get_model_invocation_logging_configuration().get("loggingConfig", {})
    return found


def invoke(rehearsed: Rehearsed, account: str) -> str:
    """The id of a call of a model."""
    body = {
        "anthropic_version": "bedrock-2023-05-31",
        "max_tokens": 9,
        "messages": [{"role": "user", "content": "?"}],
    }
    told = rehearsed.client("bedrock-runtime", account).invoke_model(
        modelId="us.anthropic.claude-sonnet-4-6", body=json.dumps(body)
    )
    rehearsed.rest()
    return str(told["ResponseMetadata"]["RequestId"])


def remove(rehearsed: Rehearsed, account: str, region: str) -> None:
    stacks = rehearsed.client("cloudformation", account, region)
    stacks.delete_stack(StackName="member")
    rehearsed.rest()
    assert "member" not in {one["StackName"] for one in stacks.describe_stacks()["Stacks"]}


def test_an_invocation_is_logged_and_sent_to_the_hub(rehearsed: Rehearsed, template: dict[str, Any]) -> None:
    rehearsed.member(SUPPORT, "prod", document=template)
    request = invoke(rehearsed, SUPPORT)
    logs = rehearsed.client("logs", SUPPORT)
    events = logs.filter_log_events(logGroupName=GROUP, logStreamNames=["aws/bedrock/modelinvocations"])
    assert request in {
        json.loads(one["message"])["requestId"] for one in events["events"] if "{" in one["message"]
    }
    sent = rehearsed.client("s3", HUB).list_objects_v2(Bucket=f"bedrock-logs-{HUB}")
    assert sent["KeyCount"] > 0
    template["Resources"]["LoggingConfiguration"]["Properties"]["Configuration"][
        "imageDataDeliveryEnabled"
    ] = True
    rehearsed.member(SUPPORT, "prod", document=template)
    assert held(rehearsed, SUPPORT)["imageDataDeliveryEnabled"] is True
    assert rehearsed.ids(SUPPORT)["LoggingConfiguration"] == "invocation-logging"


def test_what_is_not_yet_known_everywhere_is_waited_for(
    rehearsed: Rehearsed, template: dict[str, Any]
) -> None:
    put = "PutModelInvocationLoggingConfiguration"
    rehearsed.world.faults.add(Fault(kind="throttling", service="bedrock", operation=put, times=4))
    rehearsed.member(SUPPORT, "prod", region=OTHER, document=template)
    (told,) = rehearsed.world.faults.told()
    rehearsed.world.faults.clear()
    assert told.befallen == 4
    assert held(rehearsed, SUPPORT, OTHER)["cloudWatchConfig"]["logGroupName"] == GROUP
    remove(rehearsed, SUPPORT, OTHER)
    assert held(rehearsed, SUPPORT, OTHER) == {}


def test_what_does_not_come_right_fails_with_its_reason_and_is_taken_back(
    rehearsed: Rehearsed, template: dict[str, Any]
) -> None:
    del template["Resources"]["LoggingRole"]["Properties"]["Policies"]
    template["Resources"][FUNCTION]["Properties"]["Timeout"] = 16  # the last 15 seconds are for the answer
    with pytest.raises(AssertionError, match="Failed to validate permissions for log group"):
        rehearsed.member(SEARCH, "dev", document=template)
    assert rehearsed.status("member", SEARCH) == "ROLLBACK_COMPLETE"
    assert held(rehearsed, SEARCH) == {}


def test_what_somebody_else_set_stays_when_the_stack_goes(
    rehearsed: Rehearsed, template: dict[str, Any]
) -> None:
    rehearsed.member(SEARCH, "dev", region=OTHER, document=template)
    bedrock = rehearsed.client("bedrock", SEARCH, OTHER)
    other = {**held(rehearsed, SEARCH, OTHER), "textDataDeliveryEnabled": False}
    bedrock.put_model_invocation_logging_configuration(loggingConfig=other)
    remove(rehearsed, SEARCH, OTHER)
    assert held(rehearsed, SEARCH, OTHER) == other


def test_only_the_transport_decides_what_leads_to_the_hub(tmp_path: Any) -> None:
    made = {
        transport: set(document(intent(tmp_path, f"logging: {{transport: {transport}}}\n"))["Resources"])
        for transport in ("subscription", "centralization", "replication")
    }
    log_group = {"InvocationLogGroup", "LoggingRole"}
    assert made["subscription"] - made["centralization"] == {"LogSubscription", "LogSubscriptionRole"}
    assert made["centralization"] - made["replication"] == log_group
    assert made["replication"] - made["centralization"] == {"ReplicationRole"}


def test_with_replication_whole_records_go_to_the_bucket_and_on_to_the_archive(
    rehearsed: Rehearsed, tmp_path: Any
) -> None:
    wanted = document(intent(tmp_path, "logging: {transport: replication}\n"))
    remove(rehearsed, SEARCH, HOME)
    for bucket in ("logs", "access"):  # both outlive the stack that failed before
        rehearsed.client("s3", SEARCH).delete_bucket(Bucket=f"craton-bedrock-{bucket}-{SEARCH}-{HOME}")
    archive = f"craton-bedrock-archive-{HUB}-{HOME}"
    take_replicas(rehearsed, archive)
    rehearsed.member(SEARCH, "dev", document=wanted)
    assert "cloudWatchConfig" not in held(rehearsed, SEARCH)
    invoke(rehearsed, SEARCH)
    kept = rehearsed.client("s3", HUB).list_objects_v2(Bucket=archive)["Contents"]
    assert any(f"/AWSLogs/{SEARCH}/BedrockModelInvocationLogs/{HOME}/" in one["Key"] for one in kept)


def take_replicas(rehearsed: Rehearsed, bucket: str) -> None:
    """The hub has an archive that takes replicas of the organization, under the hub's key."""
    organization = {"StringEquals": {"aws:PrincipalOrgID": rehearsed.intent.manifest.organization.id}}
    anyone = {"Effect": "Allow", "Principal": "*", "Resource": "*", "Condition": organization}
    owner = {
        "Effect": "Allow",
        "Principal": {"AWS": f"arn:aws:iam::{HUB}:root"},
        "Action": "kms:*",
        "Resource": "*",
    }
    kms, s3 = rehearsed.client("kms", HUB), rehearsed.client("s3", HUB)
    key = kms.create_key(Policy=json.dumps(document_of(owner, {**anyone, "Action": "kms:Encrypt"})))
    kms.create_alias(AliasName="alias/craton-hub", TargetKeyId=key["KeyMetadata"]["KeyId"])
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    actions = ["s3:ReplicateObject", "s3:ReplicateTags", "s3:ObjectOwnerOverrideToBucketOwner"]
    taking = {**anyone, "Action": actions, "Resource": f"arn:aws:s3:::{bucket}/*"}
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(document_of(taking)))
