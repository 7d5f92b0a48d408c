"""Buckets: whose policies decide, what is locked, encrypted and replicated."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.emulator.deliveries import limited, objects, policy, role

from craton.emulator.delivery.access import losses

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal

LOCKED = "protected by object lock"


@pytest.fixture
def s3(rehearsal: Rehearsal) -> Any:
    return rehearsal.client("s3")


def _locked(s3: Any, mode: str) -> dict[str, str]:
    """A version in a new bucket whose default retention is of that mode."""
    s3.create_bucket(Bucket="evidence", ObjectLockEnabledForBucket=True)
    s3.put_object_lock_configuration(
        Bucket="evidence",
        ObjectLockConfiguration={
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": mode, "Days": 30}},
        },
    )
    version = s3.put_object(Bucket="evidence", Key="report", Body=b"1")["VersionId"]
    return {"Bucket": "evidence", "Key": "report", "VersionId": version}


def test_a_new_object_has_the_default_retention(s3: Any) -> None:
    told = s3.get_object_retention(**_locked(s3, "COMPLIANCE"))["Retention"]
    assert told["Mode"] == "COMPLIANCE"
    assert told["RetainUntilDate"].replace(tzinfo=None) == dt.datetime(2026, 12, 26, 12, 0)  # noqa: DTZ001


def test_nobody_deletes_a_version_in_compliance_mode(s3: Any, rehearsal: Rehearsal) -> None:
    version = _locked(s3, "COMPLIANCE")
    for client in (s3, rehearsal.client("s3", rehearsal.root)):
        with pytest.raises(ClientError, match=LOCKED):
            client.delete_object(**version)
        with pytest.raises(ClientError, match=LOCKED):
            client.delete_object(**version, BypassGovernanceRetention=True)
        told = client.delete_objects(
            Bucket="evidence",
            Delete={"Objects": [{"Key": "report", "VersionId": version["VersionId"]}]},
            BypassGovernanceRetention=True,
        )
        assert [one["Code"] for one in told["Errors"]] == ["AccessDenied"]
    assert objects(rehearsal, rehearsal.administrator, "evidence") == {"report": b"1"}


def test_nobody_shortens_a_retention_in_compliance_mode(s3: Any) -> None:
    version = _locked(s3, "COMPLIANCE")
    for mode, until in (("COMPLIANCE", dt.datetime(2026, 12, 1)), ("GOVERNANCE", dt.datetime(2027, 12, 1))):  # noqa: DTZ001
        with pytest.raises(ClientError, match=LOCKED):
            s3.put_object_retention(
                **version, Retention={"Mode": mode, "RetainUntilDate": until}, BypassGovernanceRetention=True
            )


def test_a_retention_may_be_made_longer(s3: Any) -> None:
    version = _locked(s3, "COMPLIANCE")
    until = dt.datetime(2033, 12, 1)  # noqa: DTZ001
    s3.put_object_retention(**version, Retention={"Mode": "COMPLIANCE", "RetainUntilDate": until})
    assert s3.get_object_retention(**version)["Retention"]["RetainUntilDate"].replace(tzinfo=None) == until


def test_a_version_may_be_deleted_when_its_retention_has_passed(s3: Any, rehearsal: Rehearsal) -> None:
    version = _locked(s3, "COMPLIANCE")
    rehearsal.clock.go(days=31)
    s3.delete_object(**version)
    assert "Versions" not in s3.list_object_versions(Bucket="evidence")


def test_governance_is_passed_by_with_leave_and_the_header(s3: Any, rehearsal: Rehearsal) -> None:
    version = _locked(s3, "GOVERNANCE")
    with pytest.raises(ClientError, match=LOCKED):
        s3.delete_object(**version)
    member = limited(rehearsal, "deleter", {"Action": "s3:DeleteObjectVersion", "Resource": "*"})
    with pytest.raises(ClientError, match="s3:BypassGovernanceRetention"):
        rehearsal.client("s3", member).delete_object(**version, BypassGovernanceRetention=True)
    s3.delete_object(**version, BypassGovernanceRetention=True)


def test_a_legal_hold_keeps_a_version(s3: Any) -> None:
    version = _locked(s3, "GOVERNANCE")
    s3.put_object_legal_hold(**version, LegalHold={"Status": "ON"})
    with pytest.raises(ClientError, match=LOCKED):
        s3.delete_object(**version, BypassGovernanceRetention=True)
    s3.put_object_legal_hold(**version, LegalHold={"Status": "OFF"})
    s3.delete_object(**version, BypassGovernanceRetention=True)


def test_a_bucket_with_object_lock_stays_versioned_and_is_not_deleted(s3: Any) -> None:
    _locked(s3, "COMPLIANCE")
    with pytest.raises(ClientError, match="versioning state cannot be changed"):
        s3.put_bucket_versioning(Bucket="evidence", VersioningConfiguration={"Status": "Suspended"})
    with pytest.raises(ClientError, match="BucketNotEmpty"):
        s3.delete_bucket(Bucket="evidence")


def test_a_bucket_policy_denies_even_administrators(s3: Any) -> None:
    s3.create_bucket(Bucket="guarded")
    deny = {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::guarded/*",
    }
    s3.put_bucket_policy(Bucket="guarded", Policy=policy(deny))
    with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
        s3.put_object(Bucket="guarded", Key="a", Body=b"1")


def test_another_account_writes_where_both_sides_allow_it(s3: Any, rehearsal: Rehearsal) -> None:
    member = rehearsal.into(rehearsal.member("member"))
    s3.create_bucket(Bucket="shared")
    theirs = rehearsal.client("s3", member)
    with pytest.raises(ClientError, match="no resource-based policy allows"):
        theirs.put_object(Bucket="shared", Key="a", Body=b"1")
    allow = {
        "Principal": {"AWS": f"arn:aws:iam::{member.account}:root"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::shared/*",
    }
    s3.put_bucket_policy(Bucket="shared", Policy=policy(allow))
    theirs.put_object(Bucket="shared", Key="a", Body=b"1")
    assert s3.get_object(Bucket="shared", Key="a")["Body"].read() == b"1"


def test_a_public_policy_is_refused_where_that_is_blocked(s3: Any) -> None:
    s3.create_bucket(Bucket="closed")
    s3.put_public_access_block(
        Bucket="closed",
        PublicAccessBlockConfiguration={
            "BlockPublicAcls": True,
            "BlockPublicPolicy": True,
            "IgnorePublicAcls": True,
            "RestrictPublicBuckets": True,
        },
    )
    public = {"Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::closed/*"}
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_bucket_policy(Bucket="closed", Policy=policy(public))


def test_an_encrypted_object_takes_leave_on_its_key(s3: Any, rehearsal: Rehearsal) -> None:
    key = rehearsal.client("kms").create_key()["KeyMetadata"]["Arn"]
    s3.create_bucket(Bucket="sealed")
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key}}
    s3.put_bucket_encryption(Bucket="sealed", ServerSideEncryptionConfiguration={"Rules": [rule]})
    assert s3.put_object(Bucket="sealed", Key="a", Body=b"1")["SSEKMSKeyId"] == key
    reader = limited(rehearsal, "reader", {"Action": ["s3:GetObject", "s3:PutObject"], "Resource": "*"})
    theirs = rehearsal.client("s3", reader)
    with pytest.raises(ClientError, match="kms:Decrypt"):
        theirs.get_object(Bucket="sealed", Key="a")
    with pytest.raises(ClientError, match="kms:GenerateDataKey"):
        theirs.put_object(Bucket="sealed", Key="b", Body=b"1")


def _replicated(s3: Any, rehearsal: Rehearsal, *statements: dict[str, Any]) -> None:
    for name in ("source", "replica"):
        s3.create_bucket(Bucket=name)
        s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    carrier = role(rehearsal, rehearsal.administrator, "carrier", "s3.amazonaws.com", *statements)
    s3.put_bucket_replication(
        Bucket="source",
        ReplicationConfiguration={
            "Role": carrier,
            "Rules": [
                {
                    "Status": "Enabled",
                    "Priority": 1,
                    "Filter": {"Prefix": "logs/"},
                    "DeleteMarkerReplication": {"Status": "Disabled"},
                    "Destination": {"Bucket": "arn:aws:s3:::replica"},
                }
            ],
        },
    )
    s3.put_object(Bucket="source", Key="logs/a", Body=b"1")
    s3.put_object(Bucket="source", Key="other/a", Body=b"2")
    rehearsal.rest()


READ = {"Action": "s3:GetObjectVersionForReplication", "Resource": "arn:aws:s3:::source/*"}
WRITE = {"Action": "s3:ReplicateObject", "Resource": "arn:aws:s3:::replica/*"}


def test_new_objects_under_the_prefix_are_replicated(s3: Any, rehearsal: Rehearsal) -> None:
    _replicated(s3, rehearsal, READ, WRITE)
    assert objects(rehearsal, rehearsal.administrator, "replica") == {"logs/a": b"1"}
    assert losses(rehearsal.world) == []


@pytest.mark.parametrize(
    ("statement", "lacking"),
    [(READ, "s3:ReplicateObject"), (WRITE, "s3:GetObjectVersionForReplication")],
)
def test_a_replica_is_lost_where_the_role_may_not(
    statement: dict[str, Any], lacking: str, s3: Any, rehearsal: Rehearsal
) -> None:
    _replicated(s3, rehearsal, statement)
    assert objects(rehearsal, rehearsal.administrator, "replica") == {}
    assert [lacking in one for one in losses(rehearsal.world)] == [True]


def test_replication_takes_versions_on_both_sides(s3: Any) -> None:
    for name in ("source", "replica"):
        s3.create_bucket(Bucket=name)
    rule = {"Status": "Enabled", "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::replica"}}
    told = {"Role": "arn:aws:iam::111111111111:role/carrier", "Rules": [rule]}
    with pytest.raises(ClientError, match="Versioning must be 'Enabled'"):
        s3.put_bucket_replication(Bucket="source", ReplicationConfiguration=told)
    s3.put_bucket_versioning(Bucket="source", VersioningConfiguration={"Status": "Enabled"})
    with pytest.raises(ClientError, match="Destination bucket must have versioning enabled"):
        s3.put_bucket_replication(Bucket="source", ReplicationConfiguration=told)


def test_the_owner_of_a_bucket_is_who_was_expected(s3: Any) -> None:
    s3.create_bucket(Bucket="owned")
    with pytest.raises(ClientError, match="AccessDenied"):
        s3.put_object(Bucket="owned", Key="a", Body=b"1", ExpectedBucketOwner="222222222222")


@pytest.mark.parametrize("parameter", ["GrantFullControl", "GrantRead"])
def test_what_would_be_dropped_is_refused_by_name(parameter: str, s3: Any) -> None:
    s3.create_bucket(Bucket="plain")
    with pytest.raises(ClientError, match=f"the parameter {parameter}"):
        s3.put_object(Bucket="plain", Key="a", Body=b"1", **{parameter: "id=1"})
