from __future__ import annotations

import datetime as dt
import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.kinds.rehearsed import HOME, HUB, MANAGEMENT, OTHER, SEARCH, SUPPORT, document, intent
from tests.unit.kinds.whole_hub import outputs

from craton.emulator.delivery.access import losses
from craton.registry.trail_events import data_event_types

if TYPE_CHECKING:
    from pathlib import Path

    from tests.unit.kinds.rehearsed import Rehearsed

BUCKET = f"craton-bedrock-trail-{HUB}-{HOME}"
MODEL = "anthropic.claude-sonnet-4-6"


def events(on: Rehearsed) -> list[dict[str, Any]]:
    """Every event in the trail's bucket."""
    on.rest()
    s3 = on.client("s3", HUB)
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET)
    keys = [one["Key"] for page in pages for one in page.get("Contents", ()) if one["Size"]]
    bodies = [s3.get_object(Bucket=BUCKET, Key=key)["Body"].read() for key in keys]
    return [event for body in bodies for event in json.loads(gzip.decompress(body))["Records"]]


def selected(wanted: dict[str, Any]) -> set[str]:
    """The categories, and types of data events, that the trail takes."""
    selectors = wanted["Resources"]["OrganizationTrail"]["Properties"]["AdvancedEventSelectors"]
    return {selector["FieldSelectors"][-1]["Equals"][0] for selector in selectors}


@pytest.mark.slow
def test_calls_in_any_account_and_region_are_in_the_bucket_of_the_hub(hub: Rehearsed) -> None:
    for account, region in ((SEARCH, OTHER), (SUPPORT, HOME)):
        hub.client("bedrock", account, region).list_guardrails()
    found = {(one["recipientAccountId"], one["awsRegion"], one["eventName"]) for one in events(hub)}
    assert {(SEARCH, OTHER, "ListGuardrails"), (SUPPORT, HOME, "ListGuardrails")} <= found
    told = hub.client("cloudtrail", MANAGEMENT).describe_trails()["trailList"]
    assert [one["TrailARN"] for one in told] == [
        f"arn:aws:cloudtrail:{HOME}:{MANAGEMENT}:trail/craton-bedrock"
    ]
    assert outputs(hub)["TrailBucketName"] == BUCKET


@pytest.mark.slow
def test_what_guardrails_judge_is_a_data_event_that_the_trail_takes(hub: Rehearsed) -> None:
    made = hub.client("bedrock", SUPPORT).create_guardrail(
        name="g", blockedInputMessaging="in", blockedOutputsMessaging="out"
    )
    hub.client("bedrock-runtime", SUPPORT).apply_guardrail(
        guardrailIdentifier=made["guardrailId"],
        guardrailVersion="DRAFT",
        source="INPUT",
        content=[{"text": {"text": "hi"}}],
    )
    assert "ApplyGuardrail" in {one["eventName"] for one in events(hub)}


@pytest.mark.slow
def test_calls_that_an_organization_policy_denies_are_counted_and_raise_an_alarm(hub: Rehearsed) -> None:
    organizations = hub.client("organizations", MANAGEMENT)
    statement = {"Effect": "Deny", "Action": "bedrock:InvokeModel", "Resource": "*"}
    content = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    made = organizations.create_policy(
        Name="denied", Description="", Type="SERVICE_CONTROL_POLICY", Content=content
    )["Policy"]["PolicySummary"]["Id"]
    organizations.attach_policy(PolicyId=made, TargetId=SUPPORT)
    messages = [{"role": "user", "content": [{"text": "hi"}]}]
    before = hub.world.now()
    for _ in range(20):
        with pytest.raises(ClientError, match="service control policy"):
            hub.client("bedrock-runtime", SUPPORT).converse(modelId=MODEL, messages=messages)
    organizations.detach_policy(PolicyId=made, TargetId=SUPPORT)
    hub.rest()
    cloudwatch = hub.client("cloudwatch", MANAGEMENT)
    told = cloudwatch.get_metric_statistics(
        Namespace="Craton/Bedrock",
        MetricName="DeniedByOrganizationPolicy",
        StartTime=before - dt.timedelta(minutes=5),
        EndTime=before + dt.timedelta(minutes=30),
        Period=3600,
        Statistics=["Sum"],
    )["Datapoints"]
    assert sum(one["Sum"] for one in told) == 20
    alarms = cloudwatch.describe_alarms()["MetricAlarms"]
    denied = next(one for one in alarms if one["MetricName"] == "DeniedByOrganizationPolicy")
    assert denied["Threshold"] == 20
    assert denied["AlarmActions"] == [outputs(hub)["AlertTopicArn"]]
    assert losses(hub.world) == []


def test_every_type_of_data_event_is_taken_unless_the_manifest_takes_fewer(tmp_path: Path) -> None:
    every = selected(document(intent(tmp_path), "management"))
    assert every == {"Management"} | {one.resource_type for one in data_event_types()}
    chosen = "trail: {management_events: false, data_events: [mantle]}\n"
    fewer = selected(document(intent(tmp_path, chosen), "management"))
    assert fewer == {one.resource_type for one in data_event_types() if one.family == "mantle"}
