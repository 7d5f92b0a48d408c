"""The hub sees and hears of what is in an account, and reads how it is set up."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from tests.unit.kinds.rehearsed import (
    GOVERNED,
    HOME,
    HUB,
    OTHER,
    SEARCH,
    SUPPORT,
    Rehearsed,
    document,
    intent,
)
from tests.unit.kinds.whole_hub import drifted, outputs

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.slow


def observability(sinks: dict[str, str]) -> str:
    told = ", ".join(f'{region}: "{arn}"' for region, arn in sinks.items())
    return f"observability: {{sinks: {{{told}}}}}\n"


def test_what_was_just_deployed_reads_back_as_it_was_compiled(members: Rehearsed) -> None:
    assert drifted(members, SUPPORT, "member") == {}
    assert drifted(members, SEARCH, "member") == {}


def test_links_come_once_the_sinks_of_all_regions_are_told(members: Rehearsed, tmp_path: Path) -> None:
    sinks = {region: outputs(members, region)["ObservabilitySinkArn"] for region in (HOME, OTHER)}
    told = document(intent(tmp_path, GOVERNED + observability({HOME: sinks[HOME]})))
    assert "ObservabilityLink" not in told["Resources"]
    members.member(SEARCH, "dev", document=document(intent(tmp_path, GOVERNED + observability(sinks))))
    (link,) = members.client("oam", SEARCH).list_links()["Items"]
    assert link["SinkArn"] == sinks[HOME]
    attached = members.client("oam", HUB).list_attached_links(SinkIdentifier=sinks[HOME])["Items"]
    assert [one["Label"] for one in attached] == ["search"]


def test_the_hub_hears_of_a_change_in_a_member(members: Rehearsed) -> None:
    sqs, events = members.client("sqs", HUB), members.client("events", HUB)
    url = sqs.create_queue(QueueName="heard")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    letting = {"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": arn}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [letting]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    events.put_rule(Name="all", EventBusName="craton-bedrock", EventPattern='{"source": ["aws.bedrock"]}')
    events.put_targets(Rule="all", EventBusName="craton-bedrock", Targets=[{"Id": "queue", "Arn": arn}])
    bedrock = members.client("bedrock", SEARCH)
    held = bedrock.get_model_invocation_logging_configuration()["loggingConfig"]
    bedrock.put_model_invocation_logging_configuration(loggingConfig=held)
    members.rest()
    told = [json.loads(one["Body"]) for one in sqs.receive_message(QueueUrl=url)["Messages"]]
    assert ("PutModelInvocationLoggingConfiguration", SEARCH) in {
        (one["detail"]["eventName"], one["account"]) for one in told
    }
