"""What lies in the hub's bucket under a lock in compliance mode stays, whoever in the hub tries whatever."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from tests.e2e.emulator.deployment import BUCKET, HOME, HUB, MANAGEMENT, MANIFEST, TEMPLATES
from tests.unit.emulator.rehearsal import Clock

from craton.emulator.credentials import role_session
from craton.emulator.emulator import emulator
from craton.emulator.server import Server
from craton.engine import manifests

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Attempt = Callable[["Evidence", Any], object]

pytestmark = pytest.mark.slow

SOON = dt.timedelta(hours=1)
WHOLE = dt.timedelta(days=365 * 7)


class Evidence:
    """A hub with objects that Firehose wrote into its locked bucket, and everybody in it with their keys."""

    def __init__(self, server: Server, clock: Clock) -> None:
        self.server, self.world, self.clock = server, server.application.world, clock
        self.administrator = self._session_of("OrganizationAccountAccessRole")
        self._deploy()
        root = self.world.keyring.root_key(HUB)
        self.keys = {
            "administrator": self.administrator,
            "root user": (root.access_key_id, root.secret_access_key),
            "Firehose role": self._session_of(f"firehose-to-evidence-{HOME}"),
            "role for evidence": self._session_of("keeper"),
        }
        for number in range(3):
            self.client("firehose", *self.administrator).put_record(
                DeliveryStreamName="bedrock-logs", Record={"Data": f"record {number}\n".encode()}
            )
            assert self.world.work.wait(60)
        self.before = self.held()
        assert len(self.before) >= 3

    def client(self, service: str, *keys: str) -> Any:
        config = Config(retries={"total_max_attempts": 1})
        return boto3.Session(*keys, region_name=HOME).client(
            service, endpoint_url=self.server.url, config=config
        )

    def s3(self, who: str) -> Any:
        return self.client("s3", *self.keys[who])

    def _deploy(self) -> None:
        stacks, iam = (self.client(name, *self.administrator) for name in ("cloudformation", "iam"))
        organization = self.world.organization
        assert organization is not None
        told = {"ParameterKey": "OrganizationId", "ParameterValue": organization.id}
        body = (TEMPLATES / "hub.yaml").read_text("utf-8")
        stacks.create_stack(
            StackName="hub", TemplateBody=body, Parameters=[told], Capabilities=["CAPABILITY_NAMED_IAM"]
        )
        assert self.world.work.wait(60)
        assert stacks.describe_stacks(StackName="hub")["Stacks"][0]["StackStatus"] == "CREATE_COMPLETE"
        trust = {"Effect": "Allow", "Principal": {"AWS": HUB}, "Action": "sts:AssumeRole"}
        everything = {"Effect": "Allow", "Action": ["s3:*", "kms:*"], "Resource": "*"}
        iam.create_role(RoleName="keeper", AssumeRolePolicyDocument=_policy(trust))
        iam.put_role_policy(RoleName="keeper", PolicyName="all", PolicyDocument=_policy(everything))

    def _session_of(self, role: str) -> tuple[str, ...]:
        caller = role_session(f"arn:aws:iam::{HUB}:role/{role}", "trying")
        made = self.world.keyring.session(caller, self.world.now() + WHOLE * 2)
        return made.access_key_id, made.secret_access_key, str(made.session_token)

    def held(self) -> dict[tuple[str, str], tuple[bytes, str, dt.datetime]]:
        """Each version with its bytes, and the mode and the end of its retention."""
        s3 = self.client("s3", *self.administrator)
        found = {}
        for one in s3.list_object_versions(Bucket=BUCKET).get("Versions", ()):
            named = {"Bucket": BUCKET, "Key": one["Key"], "VersionId": one["VersionId"]}
            kept = s3.get_object_retention(**named)["Retention"]
            body = s3.get_object(**named)["Body"].read()
            found[one["Key"], one["VersionId"]] = (body, kept["Mode"], kept["RetainUntilDate"])
        return found

    def each(self) -> list[dict[str, str]]:
        return [{"Bucket": BUCKET, "Key": key, "VersionId": version} for key, version in self.before]


def _policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture
def evidence() -> Iterator[Evidence]:
    clock = Clock()
    with Server(emulator(MANAGEMENT, clock, manifests.load(MANIFEST))) as server:
        made = Evidence(server, clock)
        yield made
        assert made.world.work.failures == []
        assert list(made.world.refused) == []


def delete_versions(evidence: Evidence, s3: Any) -> None:
    for one in evidence.each():
        s3.delete_object(**one)


def delete_versions_bypassing(evidence: Evidence, s3: Any) -> None:
    for one in evidence.each():
        s3.delete_object(**one, BypassGovernanceRetention=True)


def delete_many(evidence: Evidence, s3: Any) -> None:
    objects = [{"Key": one["Key"], "VersionId": one["VersionId"]} for one in evidence.each()]
    told = s3.delete_objects(Bucket=BUCKET, Delete={"Objects": objects}, BypassGovernanceRetention=True)
    if told.get("Errors"):
        raise ClientError({"Error": told["Errors"][0]}, "DeleteObjects")


def retain_shorter(evidence: Evidence, s3: Any) -> None:
    for one in evidence.each():
        until = evidence.world.now() + SOON
        s3.put_object_retention(**one, Retention={"Mode": "COMPLIANCE", "RetainUntilDate": until})


def retain_by_governance(evidence: Evidence, s3: Any) -> None:
    for one in evidence.each():
        until = evidence.world.now() + WHOLE * 2
        told = {"Mode": "GOVERNANCE", "RetainUntilDate": until}
        s3.put_object_retention(**one, Retention=told, BypassGovernanceRetention=True)


def retain_no_more(evidence: Evidence, s3: Any) -> None:
    for one in evidence.each():
        s3.put_object_retention(**one, Retention={}, BypassGovernanceRetention=True)


def delete_bucket(_: Evidence, s3: Any) -> None:
    s3.delete_bucket(Bucket=BUCKET)


def suspend_versions(_: Evidence, s3: Any) -> None:
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Suspended"})


def unlock_bucket(_: Evidence, s3: Any) -> None:
    s3.put_object_lock_configuration(Bucket=BUCKET, ObjectLockConfiguration={})


def delete_keys(evidence: Evidence, s3: Any) -> None:
    for one in evidence.each():
        s3.delete_object(Bucket=BUCKET, Key=one["Key"])


def write_over(evidence: Evidence, s3: Any) -> None:
    for one in evidence.each():
        s3.put_object(Bucket=BUCKET, Key=one["Key"], Body=b"nothing happened")


def retain_new_ones_shortly(_: Evidence, s3: Any) -> None:
    rule = {"DefaultRetention": {"Mode": "GOVERNANCE", "Days": 1}}
    s3.put_object_lock_configuration(
        Bucket=BUCKET, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": rule}
    )


def let_everybody_in(evidence: Evidence, s3: Any) -> None:
    s3.delete_public_access_block(Bucket=BUCKET)
    arns = [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"]
    everybody = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": arns}
    s3.put_bucket_policy(Bucket=BUCKET, Policy=_policy(everybody))
    with contextlib.suppress(ClientError):
        delete_versions_bypassing(evidence, evidence.s3("Firehose role"))


def expire(evidence: Evidence, s3: Any) -> None:
    rule = {
        "ID": "away",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Expiration": {"Days": 1},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
    }
    s3.put_bucket_lifecycle_configuration(Bucket=BUCKET, LifecycleConfiguration={"Rules": [rule]})
    evidence.clock.go(days=30)


REFUSED: dict[str, Attempt] = {
    one.__name__: one
    for one in (
        *(delete_versions, delete_versions_bypassing, delete_many, delete_bucket, suspend_versions),
        *(retain_shorter, retain_by_governance, retain_no_more, unlock_bucket),
    )
}
CODES = {"AccessDenied", "BucketNotEmpty", "InvalidBucketState", "MalformedXML"}
WITHOUT_EFFECT: dict[str, Attempt] = {
    one.__name__: one for one in (delete_keys, write_over, retain_new_ones_shortly, let_everybody_in, expire)
}
"""What AWS lets an administrator do, and what does not touch the versions that are there."""


def test_nobody_in_the_hub_can_take_evidence_away(evidence: Evidence) -> None:
    for who in evidence.keys:
        for name, attempt in REFUSED.items():
            with pytest.raises(ClientError) as refused:
                attempt(evidence, evidence.s3(who))
            assert refused.value.response["Error"]["Code"] in CODES, (who, name, refused.value)
            assert evidence.held() == evidence.before, (who, name)


@pytest.mark.parametrize("name", WITHOUT_EFFECT)
def test_what_an_administrator_may_do_leaves_the_evidence_as_it_is(evidence: Evidence, name: str) -> None:
    WITHOUT_EFFECT[name](evidence, evidence.s3("administrator"))
    assert evidence.before.items() <= evidence.held().items()
    for who in evidence.keys:
        for attempt in (delete_versions_bypassing, delete_many):
            with pytest.raises(ClientError):
                attempt(evidence, evidence.s3(who))
    assert evidence.before.items() <= evidence.held().items()


def test_deleting_the_stack_leaves_bucket_and_evidence(evidence: Evidence) -> None:
    stacks = evidence.client("cloudformation", *evidence.administrator)
    stacks.delete_stack(StackName="hub")
    assert evidence.world.work.wait(60)
    s3 = evidence.client("s3", *evidence.administrator)
    listed = s3.list_object_versions(Bucket=BUCKET)["Versions"]
    assert {(one["Key"], one["VersionId"]) for one in listed} == set(evidence.before)
    with pytest.raises(ClientError, match="protected by object lock"):
        delete_versions_bypassing(evidence, s3)


def test_after_its_retention_evidence_can_be_deleted(evidence: Evidence) -> None:
    evidence.clock.go(days=7 * 365 + 1)
    delete_versions(evidence, evidence.s3("administrator"))
    assert evidence.held() == {}
