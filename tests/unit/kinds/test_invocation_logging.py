"""Invocations are logged in an account once its stack stands, and as somebody else wants after it is gone."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.kinds.rehearsed import HOME, HUB, OTHER, SEARCH, SUPPORT, Rehearsed, document, intent

from craton.emulator.faults import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pytest import TempPathFactory  # noqa: PT013 - names of types only

pytestmark = pytest.mark.slow
GROUP = "/craton/bedrock/invocations"
ARCHIVE = f"craton-bedrock-archive-{HUB}-{HOME}"
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
    sent = rehearsed.client("s3", HUB).list_objects_v2(Bucket=ARCHIVE)
    assert sent["KeyCount"] > 0
    template["Resources"]["LoggingConfiguration"]["Properties"]["Configuration"][
        "imageDataDeliveryEnabled"
    ] = True
    rehearsed.member(SUPPORT, "prod", document=template)
    assert held(rehearsed, SUPPORT)["imageDataDeliveryEnabled"] is True
    assert rehearsed.ids(SUPPORT)["LoggingConfiguration"] == "LoggingConfiguration"


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


def test_only_the_transport_decides_what_leads_to_the_hub(tmp_path: Path) -> None:
    made = {
        transport: {
            name
            for name in document(intent(tmp_path, f"logging: {{transport: {transport}}}\n"))["Resources"]
            if not name.startswith("Alarm")
        }
        for transport in ("subscription", "centralization", "replication")
    }
    log_group = {"InvocationLogGroup", "LoggingRole"}
    assert made["subscription"] - made["centralization"] == {"LogSubscription", "LogSubscriptionRole"}
    assert made["centralization"] - made["replication"] == log_group
    assert made["replication"] - made["centralization"] == {"ReplicationRole"}


def test_with_replication_whole_records_go_to_the_bucket_and_on_to_the_archive(tmp_path: Path) -> None:
    with Rehearsed(intent(tmp_path, "logging: {transport: replication}\n")) as on:
        on.hub()
        on.member(SEARCH, "dev")
        assert "cloudWatchConfig" not in held(on, SEARCH)
        invoke(on, SEARCH)
        kept = on.client("s3", HUB).list_objects_v2(Bucket=ARCHIVE)["Contents"]
        assert any(f"/AWSLogs/{SEARCH}/BedrockModelInvocationLogs/{HOME}/" in one["Key"] for one in kept)
        assert on.world.work.failures == []
