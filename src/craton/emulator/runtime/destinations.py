"""Where the invocations of an account and Region are logged, and whether Bedrock may write there."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from botocore.exceptions import ClientError

from craton.core.arn import Arn
from craton.emulator.delivery.access import LostError, in_role
from craton.emulator.delivery.service_objects import put_object
from craton.emulator.errors import ServiceError
from craton.emulator.world import World  # noqa: TC001 - a field of a tuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.call import Call

SERVICE: Final = "bedrock.amazonaws.com"
STREAM: Final = "aws/bedrock/modelinvocations"
_GREETING: Final = "Permissions are correctly set for Amazon Bedrock logs."
_PERMISSION_CHECK: Final = "amazon-bedrock-logs-permission-check"


def logging_of(world: World, account: str, region: str) -> dict[str, dict[str, Any]]:
    """The logging configuration of an account and Region under `""`, where there is one."""
    return world.shelf(account, region, "bedrock invocation logging")


def source_of(account: str, region: str) -> dict[str, str]:
    """On whose behalf Bedrock writes.

    Source: docs.aws.amazon.com/bedrock/latest/userguide/model-invocation-logging.html, retrieved 2026-11-26:
    policies are to compare aws:SourceArn with `arn:aws:bedrock:region:account:*`.
    """
    return {"source_arn": f"arn:aws:bedrock:{region}:{account}:*", "source_account": account}


def folder(account: str, prefix: str | None) -> str:
    """The folder of an account's logs in a bucket."""
    own = f"AWSLogs/{account}/BedrockModelInvocationLogs/"
    return f"{prefix.rstrip('/')}/{own}" if prefix else own


def check_log_group(call: Call, group: str, role: str) -> None:
    """Bedrock has written a line to the log group in the role. Raises: ServiceError."""
    place = Place(call.world, call.account, call.region)
    try:
        place.write_event(group, role, _GREETING, call.time)
    except (LostError, ClientError) as error:
        raise ServiceError(
            "ValidationException",
            f"Failed to validate permissions for log group: {group}, with role: {role}. Verify the IAM role"
            " permissions are correct.",
        ) from error


def check_bucket(call: Call, told: Mapping[str, Any]) -> None:
    """Bedrock has put an object without content into the bucket. Raises: ServiceError."""
    bucket = str(told["bucketName"])
    key = f"{folder(call.account, told.get('keyPrefix'))}{_PERMISSION_CHECK}"
    try:
        Place(call.world, call.account, call.region).write_object(bucket, key, b"")
    except (LostError, ClientError) as error:
        raise ServiceError(
            "ValidationException",
            f"Failed to validate permissions for S3 bucket: {bucket}. Verify the bucket policy is correct.",
        ) from error


class Place(NamedTuple):
    """An account and Region, in which Bedrock writes."""

    world: World
    account: str
    region: str

    def write_event(self, group: str, role: str, message: str, at: dt.datetime) -> None:
        """A line is in a log group of the account. Raises: LostError, ClientError where the role cannot."""
        arn = Arn.parse(role)
        if arn is None or arn.account != self.account:
            raise LostError(f"the role {role} is not of this account")
        source = source_of(self.account, self.region)
        caller = in_role(self.world, role, SERVICE, "BedrockModelInvocationLogs", **source)
        logs = self.world.inside.client("logs", self.region, caller)
        with contextlib.suppress(logs.exceptions.ResourceAlreadyExistsException):
            logs.create_log_stream(logGroupName=group, logStreamName=STREAM)
        moment = int(at.replace(tzinfo=dt.UTC).timestamp() * 1000)
        logs.put_log_events(
            logGroupName=group, logStreamName=STREAM, logEvents=[{"timestamp": moment, "message": message}]
        )

    def write_object(self, bucket: str, key: str, body: bytes) -> None:
        """An object is in a bucket of the same account and Region. Raises: LostError."""
        root = self.world.keyring.root_key(self.account).caller
        owned = self.world.inside.client("s3", self.region, root).list_buckets()["Buckets"]
        if bucket not in {one["Name"] for one in owned}:
            raise LostError(f"the bucket {bucket} is not of this account")
        put_object(
            self.world,
            SERVICE,
            bucket,
            key,
            body,
            source_arn=source_of(self.account, self.region)["source_arn"],
            source_account=self.account,
            region=self.region,
        )
