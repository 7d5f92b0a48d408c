"""The parts of a bucket: how each is put, told and removed, in the words of the API and of templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from botocore.exceptions import ClientError
from msgspec import Struct

from craton.emulator.errors import NotEmulatedError
from craton.emulator.resources.s3_bucket.rules import (
    lifecycle_in_api,
    lifecycle_in_template,
    replication_in_api,
    replication_in_template,
)

Form = Callable[[Any], Any]


class Part(Struct, frozen=True, kw_only=True):
    """One part: the methods of the API, the parameter, and how the property becomes it and back.

    `inner` tells that the answer holds what is in the parameter. `absent` are the codes of errors, or the
    value, that say that there is no such part; `off` is what is put to remove it, where no method does.
    """

    name: str
    puts: str
    gets: str
    parameter: str
    into: Form
    back: Form
    deletes: str | None = None
    off: Mapping[str, Any] | None = None
    inner: bool = False
    absent: tuple[str, ...] = ()

    def put(self, s3: Any, bucket: str, wanted: Any) -> None:
        """The bucket has the part."""
        getattr(s3, self.puts)(Bucket=bucket, **{self.parameter: self.into(wanted)})

    def remove(self, s3: Any, bucket: str) -> None:
        """The bucket has no such part. Raises: NotEmulatedError where S3 has no way to remove it."""
        if self.deletes:
            getattr(s3, self.deletes)(Bucket=bucket)
        elif self.off is not None:
            getattr(s3, self.puts)(Bucket=bucket, **{self.parameter: self.off})
        else:
            raise NotEmulatedError(f"the removal of {self.name} from a bucket")

    def told(self, s3: Any, bucket: str) -> Any:
        """The property, as S3 tells it; None where the bucket has no such part."""
        try:
            answer = getattr(s3, self.gets)(Bucket=bucket)
        except ClientError as error:
            if error.response["Error"]["Code"] in self.absent:
                return None
            raise
        told = {key: value for key, value in answer.items() if key != "ResponseMetadata"}
        held = told if self.inner else told.get(self.parameter)
        return self.back(held) if held else None


def _same(value: Any) -> Any:
    return value


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """The value with some of its keys called otherwise, however deep."""
    if isinstance(value, dict):
        return {names.get(key, key): _renamed(one, names) for key, one in value.items()}
    return [_renamed(one, names) for one in value] if isinstance(value, list) else value


_ENCRYPTION: Final = {
    "ServerSideEncryptionConfiguration": "Rules",
    "ServerSideEncryptionByDefault": "ApplyServerSideEncryptionByDefault",
}
_LOGGING: Final = {"DestinationBucketName": "TargetBucket", "LogFilePrefix": "TargetPrefix"}


def _back(names: Mapping[str, str]) -> dict[str, str]:
    return {value: key for key, value in names.items()}


def _logging_in_api(value: Any) -> Any:
    told = {_LOGGING[key]: one for key, one in value.items() if key in _LOGGING}
    if len(told) != len(value):
        raise NotEmulatedError("TargetObjectKeyFormat of a bucket's logging")
    return {"LoggingEnabled": {"TargetPrefix": "", **told}}


def _logging_in_template(value: Any) -> Any:
    return _renamed(value["LoggingEnabled"], _back(_LOGGING)) if value.get("LoggingEnabled") else None


PARTS: Final = (
    Part(
        name="VersioningConfiguration",
        puts="put_bucket_versioning",
        gets="get_bucket_versioning",
        parameter="VersioningConfiguration",
        into=_same,
        back=lambda told: {"Status": told["Status"]} if told.get("Status") else None,
        off={"Status": "Suspended"},
        inner=True,
    ),
    Part(
        name="BucketEncryption",
        puts="put_bucket_encryption",
        gets="get_bucket_encryption",
        deletes="delete_bucket_encryption",
        parameter="ServerSideEncryptionConfiguration",
        into=lambda value: _renamed(value, _ENCRYPTION),
        back=lambda told: _renamed(told, _back(_ENCRYPTION)),
        absent=("ServerSideEncryptionConfigurationNotFoundError",),
    ),
    Part(
        name="OwnershipControls",
        puts="put_bucket_ownership_controls",
        gets="get_bucket_ownership_controls",
        deletes="delete_bucket_ownership_controls",
        parameter="OwnershipControls",
        into=_same,
        back=_same,
        absent=("OwnershipControlsNotFoundError",),
    ),
    Part(
        name="PublicAccessBlockConfiguration",
        puts="put_public_access_block",
        gets="get_public_access_block",
        deletes="delete_public_access_block",
        parameter="PublicAccessBlockConfiguration",
        into=_same,
        back=_same,
        absent=("NoSuchPublicAccessBlockConfiguration",),
    ),
    Part(
        name="ObjectLockConfiguration",
        puts="put_object_lock_configuration",
        gets="get_object_lock_configuration",
        parameter="ObjectLockConfiguration",
        into=lambda value: {"ObjectLockEnabled": "Enabled", **value},
        back=_same,
        absent=("ObjectLockConfigurationNotFoundError",),
    ),
    Part(
        name="LifecycleConfiguration",
        puts="put_bucket_lifecycle_configuration",
        gets="get_bucket_lifecycle_configuration",
        deletes="delete_bucket_lifecycle",
        parameter="LifecycleConfiguration",
        into=lifecycle_in_api,
        back=lifecycle_in_template,
        inner=True,
        absent=("NoSuchLifecycleConfiguration",),
    ),
    Part(
        name="ReplicationConfiguration",
        puts="put_bucket_replication",
        gets="get_bucket_replication",
        deletes="delete_bucket_replication",
        parameter="ReplicationConfiguration",
        into=replication_in_api,
        back=replication_in_template,
        absent=("ReplicationConfigurationNotFoundError",),
    ),
    Part(
        name="LoggingConfiguration",
        puts="put_bucket_logging",
        gets="get_bucket_logging",
        parameter="BucketLoggingStatus",
        into=_logging_in_api,
        back=_logging_in_template,
        off={},
        inner=True,
    ),
)
"""The parts, in the order in which they are put: what others need comes first."""
