from __future__ import annotations

import contextlib
import io
import tempfile
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from tests.unit.kinds.rehearsed import HOME, HUB, OTHER, SEARCH, Rehearsed, intent
from tests.unit.kinds.whole_hub import GROUP, deploy, invocation, log_group, outputs, role, write

from craton.cli.program import program
from craton.emulator.delivery.access import losses

if TYPE_CHECKING:
    from pathlib import Path


def archive(region: str = HOME) -> str:
    return f"craton-bedrock-archive-{HUB}-{region}"


def keys(on: Rehearsed, region: str = HOME) -> list[str]:
    listed = on.client("s3", HUB, region).list_objects_v2(Bucket=archive(region))
    return [one["Key"] for one in listed.get("Contents", ())]


def ingested(on: Rehearsed, region: str = HOME) -> str:
    """The rows of the archive that `craton` reads, as CSV."""
    root = on.world.keyring.root_key(HUB)
    asked = "SELECT account_id, region, operation, input_tokens, output_tokens FROM invocation"
    told = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", on.server.url)
        patch.setenv("AWS_ACCESS_KEY_ID", root.access_key_id)
        patch.setenv("AWS_SECRET_ACCESS_KEY", root.secret_access_key)
        patch.setenv("AWS_REGION", region)
        patch.setenv("CRATON_LAKE", f"{folder}/lake")
        with contextlib.redirect_stdout(told):
            assert program(["ingest", f"s3://{archive(region)}/", "--quiet"]) == 0
            told.truncate(0)
            told.seek(0)
            assert program(["sql", asked, "--format", "csv"]) == 0
    return told.getvalue()


def subscribed(on: Rehearsed, region: str = HOME) -> None:
    trust = {"Principal": {"Service": "logs.amazonaws.com"}}
    sender = role(
        *(on, SEARCH, f"sender-{region}", trust),
        {"Action": "logs:PutLogEvents", "Resource": f"arn:aws:logs:{region}:{SEARCH}:log-group:{GROUP}:*"},
    )
    log_group(on, region=region)
    on.client("logs", SEARCH, region).put_subscription_filter(
        logGroupName=GROUP,
        filterName="hub",
        filterPattern="",
        destinationArn=outputs(on, region)["LogDestinationArn"],
        roleArn=sender,
    )


@pytest.mark.slow
@pytest.mark.parametrize("region", [HOME, OTHER])
def test_what_a_member_logs_is_read_out_of_the_archive_of_its_region(hub: Rehearsed, region: str) -> None:
    subscribed(hub, region)
    write(hub, invocation(region=region), region=region)
    assert losses(hub.world) == []
    found = keys(hub, region)
    assert found
    assert all(one.startswith("invocations/2") and one.endswith(".gz") for one in found)
    told = ingested(hub, region)
    assert told.splitlines()[1:] == [f"{SEARCH},{region},Converse,25,150"]


@pytest.mark.slow
def test_what_is_delivered_is_locked_for_seven_years_and_encrypted_by_the_key_of_the_hub(
    hub: Rehearsed,
) -> None:
    s3 = hub.client("s3", HUB)
    first = s3.list_object_versions(Bucket=archive())["Versions"][0]
    named = {"Bucket": archive(), "Key": first["Key"], "VersionId": first["VersionId"]}
    kept = s3.get_object_retention(**named)["Retention"]
    assert kept["Mode"] == "COMPLIANCE"
    assert (kept["RetainUntilDate"].replace(tzinfo=None) - hub.world.now()).days >= 7 * 365 - 1
    told = s3.head_object(**named)
    assert told["ServerSideEncryption"] == "aws:kms"
    assert told["SSEKMSKeyId"] == outputs(hub)["HubKeyArn"]
    with pytest.raises(ClientError, match="protected by object lock"):
        s3.delete_object(**named, BypassGovernanceRetention=True)


@pytest.mark.slow
def test_an_organization_may_subscribe_and_nobody_else(hub: Rehearsed) -> None:
    policy = hub.client("logs", HUB).describe_destinations()["destinations"][0]["accessPolicy"]
    assert '"aws:PrincipalOrgID":"o-rehearse01"' in policy
    assert "${" not in policy


@pytest.mark.slow
def test_what_a_rule_centralizes_is_read_out_of_the_archive(tmp_path: Path) -> None:
    wanted = intent(tmp_path, "logging: {transport: centralization}\n")
    with Rehearsed(wanted) as on:
        deploy(on)
        for region in (HOME, OTHER):
            log_group(on, region=region)
            write(on, invocation(region=region, requestId=f"one-of-{region}"), region=region)
        assert losses(on.world) == []
        assert sorted(ingested(on).splitlines()[1:]) == [
            f"{SEARCH},{HOME},Converse,25,150",
            f"{SEARCH},{OTHER},Converse,25,150",
        ]


@pytest.mark.slow
def test_replicas_of_members_come_into_the_archive_under_its_lock(tmp_path: Path) -> None:
    wanted = intent(tmp_path, "logging: {transport: replication}\nretention: {mode: GOVERNANCE, years: 1}\n")
    with Rehearsed(wanted) as on:
        deploy(on)
        s3, key = on.client("s3", SEARCH), outputs(on)["HubKeyArn"]
        s3.create_bucket(Bucket="source")
        s3.put_bucket_versioning(Bucket="source", VersioningConfiguration={"Status": "Enabled"})
        replicator = role(
            *(on, SEARCH, "replicator", {"Principal": {"Service": "s3.amazonaws.com"}}),
            {"Action": "s3:*", "Resource": "*"},
            {"Action": "kms:*", "Resource": "*"},
        )
        destination = {
            "Bucket": f"arn:aws:s3:::{archive()}",
            "Account": HUB,
            "AccessControlTranslation": {"Owner": "Destination"},
            "EncryptionConfiguration": {"ReplicaKmsKeyID": key},
        }
        rule = {
            "ID": "archive",
            "Priority": 1,
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "Destination": destination,
            "DeleteMarkerReplication": {"Status": "Disabled"},
        }
        s3.put_bucket_replication(
            Bucket="source", ReplicationConfiguration={"Role": replicator, "Rules": [rule]}
        )
        name = f"AWSLogs/{SEARCH}/BedrockModelInvocationLogs/{HOME}/2026/11/26/12/one.json"
        s3.put_object(Bucket="source", Key=name, Body=b'{"a": 1}')
        on.rest()
        assert losses(on.world) == []
        assert keys(on) == [name]
        kept = on.client("s3", HUB).get_object_retention(Bucket=archive(), Key=name)["Retention"]
        assert kept["Mode"] == "GOVERNANCE"
