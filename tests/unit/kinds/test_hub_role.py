from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.kinds.rehearsed import HOME, HUB, OTHER, SUPPORT
from tests.unit.kinds.test_delivery_of_logs import archive
from tests.unit.kinds.whole_hub import ACCESS, outputs, role

if TYPE_CHECKING:
    from tests.unit.kinds.rehearsed import Rehearsed


def assumed(on: Rehearsed, arn: str, *keys: str) -> tuple[str, str, str]:
    """The keys of a session of a role."""
    made = on.client("sts", HUB, keys=keys or None).assume_role(RoleArn=arn, RoleSessionName="craton")
    told = made["Credentials"]
    return told["AccessKeyId"], told["SecretAccessKey"], told["SessionToken"]


@pytest.mark.slow
def test_craton_reads_every_archive_and_takes_nothing_away(hub: Rehearsed) -> None:
    keys = assumed(hub, outputs(hub, stack=ACCESS)["HubRoleArn"])
    for region in (HOME, OTHER):
        s3 = hub.client("s3", HUB, region, keys=keys)
        name = s3.list_objects_v2(Bucket=archive(region))["Contents"][0]["Key"]
        assert s3.get_object(Bucket=archive(region), Key=name)["Body"].read()
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.delete_object(Bucket=archive(region), Key=name)
    results = f"craton-bedrock-results-{HUB}-{HOME}"
    hub.client("s3", HUB, keys=keys).put_object(Bucket=results, Key="lake/tables/one", Body=b"1")
    with pytest.raises(ClientError, match="AccessDenied"):
        hub.client("iam", HUB, keys=keys).list_users()


@pytest.mark.slow
def test_craton_assumes_the_reading_role_of_an_account_and_no_other(hub: Rehearsed) -> None:
    keys = assumed(hub, outputs(hub, stack=ACCESS)["HubRoleArn"])
    trust = {"Principal": {"AWS": f"arn:aws:iam::{HUB}:role/craton/CratonHub"}}
    reader = role(hub, SUPPORT, "CratonReader", trust, {"Action": "bedrock:List*", "Resource": "*"})
    other = role(hub, SUPPORT, "Other", trust, {"Action": "*", "Resource": "*"})
    hub.client("bedrock", SUPPORT, keys=assumed(hub, reader, *keys)).list_guardrails()
    with pytest.raises(ClientError, match="AccessDenied"):
        assumed(hub, other, *keys)


@pytest.mark.slow
@pytest.mark.parametrize("region", [HOME, OTHER])
def test_the_dashboard_searches_the_metrics_of_its_region(hub: Rehearsed, region: str) -> None:
    cloudwatch = hub.client("cloudwatch", HUB, region)
    told = cloudwatch.get_dashboard(DashboardName=f"craton-bedrock-{region}")["DashboardBody"]
    widgets: list[dict[str, Any]] = json.loads(told)["widgets"]
    assert {one["properties"]["region"] for one in widgets} == {region}
    places = {(one["x"], one["y"]) for one in widgets}
    assert len(places) == len(widgets)
    metrics = [one["properties"]["metrics"][0][0] for one in widgets]
    assert all(one["expression"].startswith("SEARCH('{AWS/Bedrock") for one in metrics)
    assert {one["label"] for one in metrics} == {"${PROP('AccountLabel')} ${PROP('Dim.ModelId')}"}
