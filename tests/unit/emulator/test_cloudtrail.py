from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.faults.lake import DONE, ingest, sql

from craton.emulator.authentication import user_of
from craton.emulator.credentials import role_session
from craton.emulator.delivery.access import losses

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from craton.emulator.world import World

ACCOUNT = "111111111111"
MODEL = "anthropic.claude-sonnet-4-6"
MESSAGES = [{"role": "user", "content": [{"text": "hi"}]}]


def document(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


@pytest.fixture
def bucket(client: Callable[..., Any]) -> str:
    """A bucket that lets CloudTrail write for the trails of the account, and of its organization."""
    client("s3").create_bucket(Bucket="trails")
    allowed = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": "arn:aws:s3:::trails/AWSLogs/*",
        "Condition": {
            "StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"},
            "ArnLike": {"aws:SourceArn": f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/*"},
        },
    }
    client("s3").put_bucket_policy(Bucket="trails", Policy=document(allowed))
    return "trails"


def trail(client: Callable[..., Any], bucket: str, **more: Any) -> Any:
    cloudtrail = client("cloudtrail")
    cloudtrail.create_trail(Name="all", S3BucketName=bucket, **more)
    cloudtrail.start_logging(Name="all")
    return cloudtrail


def files(world: World, client: Callable[..., Any]) -> dict[str, list[dict[str, Any]]]:
    """The events of every file of the trail, by key."""
    assert world.work.wait(30)
    s3 = client("s3")
    keys = [one["Key"] for one in s3.list_objects_v2(Bucket="trails").get("Contents", ())]
    bodies = {key: s3.get_object(Bucket="trails", Key=key)["Body"].read() for key in keys if key[-1] != "/"}
    return {key: json.loads(gzip.decompress(body))["Records"] for key, body in bodies.items()}


def events(world: World, client: Callable[..., Any]) -> list[dict[str, Any]]:
    return [event for found in files(world, client).values() for event in found]


def looked_up(client: Callable[..., Any], name: str, **more: Any) -> list[dict[str, Any]]:
    wanted = [{"AttributeKey": "EventName", "AttributeValue": name}]
    found = client("cloudtrail", **more).lookup_events(LookupAttributes=wanted)["Events"]
    return [json.loads(one["CloudTrailEvent"]) for one in found]


class TestHistory:
    def test_a_call_of_a_model_tells_its_model_and_nothing_that_was_said(
        self, client: Callable[..., Any]
    ) -> None:
        client("bedrock-runtime").converse(modelId=MODEL, messages=MESSAGES)
        (event,) = looked_up(client, "Converse")
        assert event["eventSource"] == "bedrock.amazonaws.com"
        assert event["requestParameters"] == {"modelId": MODEL}
        assert event["responseElements"] is None
        assert (event["readOnly"], event["managementEvent"]) == (True, True)
        assert event["userIdentity"]["type"] == "Root"

    def test_a_session_tells_its_role(self, world: World, client: Callable[..., Any]) -> None:
        iam = client("iam")
        trust = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
        iam.create_role(RoleName="reader", AssumeRolePolicyDocument=document(trust))
        caller = role_session(f"arn:aws:iam::{ACCOUNT}:role/reader", "session")
        with pytest.raises(ClientError):
            world.inside.client("bedrock", "us-east-1", caller).list_guardrails()
        (event,) = looked_up(client, "ListGuardrails")
        identity = event["userIdentity"]
        assert identity["type"] == "AssumedRole"
        assert identity["arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/session"
        issuer = identity["sessionContext"]["sessionIssuer"]
        assert issuer["arn"] == f"arn:aws:iam::{ACCOUNT}:role/reader"
        assert event["errorCode"] == "AccessDenied"
        assert "is not authorized to perform: bedrock:ListGuardrails" in event["errorMessage"]

    def test_what_was_changed_is_told_and_sensitive_texts_are_not(self, client: Callable[..., Any]) -> None:
        made = client("bedrock").create_guardrail(
            name="secret-name", blockedInputMessaging="in", blockedOutputsMessaging="out"
        )
        (event,) = looked_up(client, "CreateGuardrail")
        assert event["requestParameters"] == {"name": "HIDDEN_DUE_TO_SECURITY_REASONS"}
        assert event["responseElements"]["guardrailId"] == made["guardrailId"]
        assert event["readOnly"] is False

    def test_session_tokens_are_masked(self, world: World, client: Callable[..., Any]) -> None:
        key, secret = world.new_administrator(ACCOUNT)
        assert secret
        trust = {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
        client("iam").create_role(RoleName="reader", AssumeRolePolicyDocument=document(trust))
        held = client("iam").list_access_keys(UserName="administrator")["AccessKeyMetadata"]
        assert [one["AccessKeyId"] for one in held] == [key]
        user = user_of(key)
        assert user is not None
        sts = world.inside.client("sts", "us-east-1", user)
        given = sts.assume_role(RoleArn=f"arn:aws:iam::{ACCOUNT}:role/reader", RoleSessionName="session")
        (event,) = looked_up(client, "AssumeRole")
        told = event["responseElements"]["credentials"]
        assert told["accessKeyId"] == given["Credentials"]["AccessKeyId"]
        assert given["Credentials"]["SessionToken"] not in json.dumps(event)
        assert given["Credentials"]["SecretAccessKey"] not in json.dumps(event)

    def test_the_history_is_that_of_a_region_and_of_management_events(
        self, client: Callable[..., Any]
    ) -> None:
        client("s3").create_bucket(Bucket="some")
        client("s3").put_object(Bucket="some", Key="a", Body=b"x")
        client("bedrock", "eu-west-1").list_guardrails()
        assert looked_up(client, "PutObject") == []
        assert len(looked_up(client, "CreateBucket")) == 1
        assert looked_up(client, "ListGuardrails") == []
        assert len(looked_up(client, "ListGuardrails", region="eu-west-1")) == 1

    def test_calls_of_iam_are_told_in_one_region(self, client: Callable[..., Any]) -> None:
        client("iam", "eu-west-1").list_roles()
        assert len(looked_up(client, "ListRoles")) == 1

    def test_where_a_call_ran_is_told_if_it_is_elsewhere(self, client: Callable[..., Any]) -> None:
        runtime = client("bedrock-runtime")
        for _ in range(30):
            runtime.converse(modelId=f"us.{MODEL}", messages=MESSAGES)
        regions = [
            event["additionalEventData"]["inferenceRegion"]
            for event in looked_up(client, "Converse")
            if "additionalEventData" in event
        ]
        assert regions
        assert set(regions) <= {"us-east-2", "us-west-2"}


class TestTrails:
    def test_a_trail_writes_compressed_files_by_account_region_and_day(
        self, world: World, client: Callable[..., Any], bucket: str
    ) -> None:
        trail(client, bucket)
        client("bedrock").list_guardrails()
        client("bedrock", "eu-west-1").list_guardrails()
        found = files(world, client)
        day = f"{world.now():%Y/%m/%d}"
        assert all(
            key.startswith(f"AWSLogs/{ACCOUNT}/CloudTrail/us-east-1/{day}/{ACCOUNT}_") for key in found
        )
        assert all(key.endswith(".json.gz") for key in found)
        assert "ListGuardrails" in [event["eventName"] for event in events(world, client)]

    def test_a_trail_of_all_regions_takes_all_of_them(
        self, world: World, client: Callable[..., Any], bucket: str
    ) -> None:
        trail(client, bucket, IsMultiRegionTrail=True)
        client("bedrock", "eu-west-1").list_guardrails()
        assert "eu-west-1" in {event["awsRegion"] for event in events(world, client)}

    def test_a_trail_that_stopped_takes_nothing(
        self, world: World, client: Callable[..., Any], bucket: str
    ) -> None:
        cloudtrail = trail(client, bucket)
        cloudtrail.stop_logging(Name="all")
        client("bedrock").list_guardrails()
        assert "ListGuardrails" not in {event["eventName"] for event in events(world, client)}
        status = cloudtrail.get_trail_status(Name="all")
        assert (status["IsLogging"], "StopLoggingTime" in status) == (False, True)

    def test_data_events_are_taken_where_they_are_selected(
        self, world: World, client: Callable[..., Any], bucket: str
    ) -> None:
        cloudtrail = trail(client, bucket)
        guardrail = client("bedrock").create_guardrail(
            name="g", blockedInputMessaging="in", blockedOutputsMessaging="out"
        )["guardrailId"]
        runtime = client("bedrock-runtime")
        content = [{"text": {"text": "hi"}}]
        named = {"guardrailIdentifier": guardrail, "guardrailVersion": "DRAFT"}
        runtime.apply_guardrail(**named, source="INPUT", content=content)
        fields = [
            {"Field": "eventCategory", "Equals": ["Data"]},
            {"Field": "resources.type", "Equals": ["AWS::Bedrock::Guardrail"]},
        ]
        cloudtrail.put_event_selectors(TrailName="all", AdvancedEventSelectors=[{"FieldSelectors": fields}])
        runtime.apply_guardrail(**named, source="OUTPUT", content=content)
        client("bedrock").list_guardrails()
        applied = [one for one in events(world, client) if one["eventName"] == "ApplyGuardrail"]
        (event,) = applied
        assert (event["eventCategory"], event["managementEvent"]) == ("Data", False)
        assert event["requestParameters"] == {**named, "source": "OUTPUT"}
        assert event["resources"][0]["ARN"].endswith(f":guardrail/{guardrail}")
        assert event["responseElements"]["action"] == "NONE"
        assert "ListGuardrails" not in {one["eventName"] for one in events(world, client)}

    def test_a_bucket_that_does_not_let_cloudtrail_in_is_refused(
        self, client: Callable[..., Any], bucket: str
    ) -> None:
        with pytest.raises(ClientError, match="S3BucketDoesNotExistException"):
            client("cloudtrail").create_trail(Name="all", S3BucketName="nowhere")
        client("s3").delete_bucket_policy(Bucket=bucket)
        with pytest.raises(ClientError, match="InsufficientS3BucketPolicyException"):
            client("cloudtrail").create_trail(Name="all", S3BucketName=bucket)

    def test_what_cannot_be_delivered_any_more_is_told(
        self, world: World, client: Callable[..., Any], bucket: str
    ) -> None:
        cloudtrail = trail(client, bucket)
        assert world.work.wait(30)
        client("s3").delete_bucket_policy(Bucket=bucket)
        assert world.work.wait(30)
        assert cloudtrail.get_trail_status(Name="all")["LatestDeliveryError"] == "AccessDenied"
        assert "does not let cloudtrail.amazonaws.com put" in losses(world)[-1]

    def test_parameters_that_would_do_more_are_refused_by_name(
        self, client: Callable[..., Any], bucket: str
    ) -> None:
        with pytest.raises(ClientError, match="the parameter SnsTopicName"):
            client("cloudtrail").create_trail(Name="all", S3BucketName=bucket, SnsTopicName="topic")

    def test_a_trail_encrypts_with_a_key_that_lets_it(
        self, world: World, client: Callable[..., Any], bucket: str
    ) -> None:
        key = client("kms").create_key()["KeyMetadata"]["Arn"]
        with pytest.raises(ClientError, match="InsufficientEncryptionPolicyException"):
            client("cloudtrail").create_trail(Name="all", S3BucketName=bucket, KmsKeyId=key)
        own = {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "kms:*",
            "Resource": "*",
        }
        service = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": "kms:GenerateDataKey*",
            "Resource": "*",
            "Condition": {
                "StringLike": {
                    "kms:EncryptionContext:aws:cloudtrail:arn": f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*"
                }
            },
        }
        client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=document(own, service))
        trail(client, bucket, KmsKeyId=key)
        (name, *_) = files(world, client)
        assert client("s3").head_object(Bucket=bucket, Key=name)["SSEKMSKeyId"] == key


class TestOrganization:
    def test_a_trail_of_the_organization_takes_every_account(
        self, world: World, client: Callable[..., Any], bucket: str, join: Callable[[str], str]
    ) -> None:
        organizations = client("organizations")
        organizations.create_organization(FeatureSet="ALL")
        account, organization = join("m"), organizations.describe_organization()["Organization"]["Id"]
        with pytest.raises(ClientError, match="CloudTrailAccessNotEnabledException"):
            client("cloudtrail").create_trail(Name="all", S3BucketName=bucket, IsOrganizationTrail=True)
        organizations.enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
        trail(client, bucket, IsOrganizationTrail=True, IsMultiRegionTrail=True)
        client("bedrock", account=account).list_guardrails()
        found = files(world, client)
        member = f"AWSLogs/{organization}/{account}/CloudTrail/us-east-1/"
        assert any(key.startswith(member) for key in found)
        seen = client("cloudtrail", account=account)
        assert [one["IsOrganizationTrail"] for one in seen.describe_trails()["trailList"]] == [True]
        arn = f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/all"
        with pytest.raises(ClientError, match=r"AccessDenied|NotOrganizationMasterAccountException"):
            seen.stop_logging(Name=arn)

    def test_a_delegated_administrator_makes_a_trail_that_the_management_account_owns(
        self, world: World, client: Callable[..., Any], bucket: str, join: Callable[[str], str]
    ) -> None:
        organizations = client("organizations")
        organizations.create_organization(FeatureSet="ALL")
        account, cloudtrail = join("m"), client("cloudtrail")
        with pytest.raises(ClientError, match="CloudTrailAccessNotEnabledException"):
            cloudtrail.register_organization_delegated_admin(MemberAccountId=account)
        organizations.enable_aws_service_access(ServicePrincipal="cloudtrail.amazonaws.com")
        cloudtrail.register_organization_delegated_admin(MemberAccountId=account)
        with pytest.raises(ClientError, match="AccountRegisteredException"):
            cloudtrail.register_organization_delegated_admin(MemberAccountId=account)
        hub = client("cloudtrail", account=account)
        made = hub.create_trail(Name="all", S3BucketName=bucket, IsOrganizationTrail=True)
        assert made["TrailARN"] == f"arn:aws:cloudtrail:us-east-1:{ACCOUNT}:trail/all"
        hub.start_logging(Name="all")
        client("bedrock").list_guardrails()
        assert any(f"/{ACCOUNT}/CloudTrail/us-east-1/" in key for key in files(world, client))
        cloudtrail.deregister_organization_delegated_admin(DelegatedAdminAccountId=account)
        with pytest.raises(ClientError, match="NotOrganizationMasterAccountException"):
            hub.create_trail(Name="other", S3BucketName=bucket, IsOrganizationTrail=True)


class TestLogGroup:
    @pytest.fixture
    def group(self, client: Callable[..., Any]) -> dict[str, str]:
        client("logs").create_log_group(logGroupName="/trail")
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        made = client("iam").create_role(RoleName="trail", AssumeRolePolicyDocument=document(trust))
        return {
            "CloudWatchLogsLogGroupArn": f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/trail:*",
            "CloudWatchLogsRoleArn": made["Role"]["Arn"],
        }

    def test_events_are_in_the_log_group_too(
        self, world: World, client: Callable[..., Any], bucket: str, group: dict[str, str]
    ) -> None:
        allowed = {"Effect": "Allow", "Action": "logs:*", "Resource": "*"}
        client("iam").put_role_policy(RoleName="trail", PolicyName="own", PolicyDocument=document(allowed))
        cloudtrail = trail(client, bucket, **group)
        client("bedrock").list_guardrails()
        assert world.work.wait(30)
        rows = client("logs").filter_log_events(logGroupName="/trail")["events"]
        assert "ListGuardrails" in {json.loads(one["message"])["eventName"] for one in rows}
        assert {one["logStreamName"] for one in rows} == {f"{ACCOUNT}_CloudTrail_us-east-1"}
        assert losses(world) == []
        told = cloudtrail.get_trail(Name="all")["Trail"]
        assert told["CloudWatchLogsRoleArn"] == group["CloudWatchLogsRoleArn"]

    def test_a_role_that_may_not_write_is_refused(
        self, client: Callable[..., Any], bucket: str, group: dict[str, str]
    ) -> None:
        with pytest.raises(ClientError, match="InvalidCloudWatchLogsRoleArnException"):
            client("cloudtrail").create_trail(Name="all", S3BucketName=bucket, **group)
        del group["CloudWatchLogsRoleArn"]
        with pytest.raises(ClientError, match="InvalidParameterCombinationException"):
            client("cloudtrail").create_trail(Name="all", S3BucketName=bucket, **group)


class TestIngest:
    def test_what_a_trail_wrote_is_read_row_by_row(
        self, world: World, client: Callable[..., Any], bucket: str, tmp_path: Path
    ) -> None:
        trail(client, bucket)
        runtime = client("bedrock-runtime")
        runtime.converse(modelId=MODEL, messages=MESSAGES)
        with pytest.raises(ClientError):
            runtime.converse(modelId="anthropic.claude-nonsense", messages=MESSAGES)
        client("bedrock").delete_model_invocation_logging_configuration()
        assert world.work.wait(30)
        s3 = client("s3")
        for key in files(world, client):
            file = tmp_path / "bucket" / key
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(s3.get_object(Bucket="trails", Key=key)["Body"].read())
        told = ingest([tmp_path / "bucket"], tmp_path / "lake")
        assert told.code == DONE, told
        assert told.report["unknown_fields"] == {}
        assert told.report["quarantined"] == 0
        rows = sql(
            tmp_path / "lake",
            "SELECT event_name, model_id, error_code, read_only FROM api_event"
            " WHERE event_source = 'bedrock.amazonaws.com' ORDER BY event_name, error_code NULLS FIRST",
        )
        assert [tuple(row.values()) for row in rows] == [
            ("Converse", MODEL, None, True),
            ("Converse", "anthropic.claude-nonsense", "ValidationException", True),
            ("DeleteModelInvocationLoggingConfiguration", None, None, False),
        ]
