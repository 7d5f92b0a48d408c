from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from tests.unit.kinds.rehearsed import HUB, MANAGEMENT, SEARCH
from tests.unit.kinds.test_delivery_of_logs import archive, keys
from tests.unit.kinds.whole_hub import STACK, drifted, outputs

from craton.emulator.delivery.access import losses
from craton.kinds.oam_sink import SHARED

if TYPE_CHECKING:
    from tests.unit.kinds.rehearsed import Rehearsed


@pytest.mark.slow
def test_what_was_just_deployed_reads_back_as_it_was_compiled(hub: Rehearsed) -> None:
    for region in hub.intent.regions:
        assert drifted(hub, HUB, STACK, region) == {}
    # CloudTrail tells the key for which the alias stands, whose id nobody knows before it is there.
    assert drifted(hub, MANAGEMENT, "management") == {"OrganizationTrail": ["/KMSKeyId"]}


@pytest.mark.slow
def test_metrics_of_a_linked_account_come_into_the_archive_with_their_percentiles(hub: Rehearsed) -> None:
    oam, sink = hub.client("oam", SEARCH), outputs(hub)["ObservabilitySinkArn"]
    with pytest.raises(ClientError, match="AccessDenied"):
        oam.create_link(LabelTemplate="$AccountName", ResourceTypes=["AWS::XRay::Trace"], SinkIdentifier=sink)
    oam.create_link(LabelTemplate="$AccountName", ResourceTypes=list(SHARED), SinkIdentifier=sink)
    hub.client("cloudwatch", SEARCH).put_metric_data(
        Namespace="Own", MetricData=[{"MetricName": "InvocationLatency", "Value": 1}]
    )
    hub.client("bedrock-runtime", SEARCH).converse(
        modelId="anthropic.claude-sonnet-4-6", messages=[{"role": "user", "content": [{"text": "hi"}]}]
    )
    hub.rest()
    assert losses(hub.world) == []
    found = [one for one in keys(hub) if one.startswith("metrics/")]
    assert found
    assert all(one.endswith(".json.gz") for one in found)
    s3 = hub.client("s3", HUB)
    bodies = [s3.get_object(Bucket=archive(), Key=one)["Body"].read() for one in found]
    lines = [json.loads(line) for body in bodies for line in gzip.decompress(body).splitlines()]
    assert {one["namespace"] for one in lines} == {"AWS/Bedrock"}
    assert {one["account_id"] for one in lines} == {SEARCH}
    (latency,) = [one["value"] for one in lines if one["metric_name"] == "InvocationLatency"]
    assert {"p50", "p90", "p99"} <= latency.keys()


@pytest.mark.slow
def test_the_aggregator_looks_at_every_account_in_the_regions_of_the_manifest(hub: Rehearsed) -> None:
    told = hub.client("config", HUB).describe_configuration_aggregators()["ConfigurationAggregators"]
    (source,) = [one["OrganizationAggregationSource"] for one in told]
    assert source["AwsRegions"] == list(hub.intent.regions)
    assert source["RoleArn"].startswith(f"arn:aws:iam::{HUB}:role/craton/")
