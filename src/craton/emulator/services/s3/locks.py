"""Object lock: what is retained stays, for everybody.

Source: "Locking objects with Object Lock", docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html,
and "Managing Object Lock", …/object-lock-managing.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.delivery.buckets import bucket_of, version_of
from craton.emulator.errors import ServiceError
from craton.emulator.services.s3.service import SERVICE, bypasses, existing

if TYPE_CHECKING:
    from moto.s3.models import FakeKey

    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.emulator.wire import Answer

_FORM: Final = "%Y-%m-%dT%H:%M:%SZ"
_NO_LOCK: Final = "The specified object does not have a ObjectLock configuration"
_LOCKED: Final = "Access Denied because object protected by object lock."


@SERVICE.after("PutObject", "CopyObject", "CompleteMultipartUpload")
def retain(call: Call, answer: Answer) -> None:
    """A new object of a bucket with default retention is retained, counted by the world's clock."""
    bucket = bucket_of(str(call.parameters["Bucket"]))
    if bucket is None or not bucket.has_default_lock or call.parameters.get("ObjectLockMode"):
        return
    headers = {name.lower(): value for name, value in answer.headers.items()}
    version = version_of(bucket, str(call.parameters["Key"]), headers.get("x-amz-version-id"))
    if version is None:
        return
    days = int(bucket.default_lock_days or 0) + 365 * int(bucket.default_lock_years or 0)
    version.lock_mode = bucket.default_lock_mode
    version.lock_until = f"{call.world.now() + dt.timedelta(days=days):{_FORM}}"


@SERVICE.operation("GetObjectRetention")
def get_object_retention(call: Call) -> Result:
    """Tells until when a version is retained."""
    version = _existing(call)
    until = _until(version)
    if until is None:
        raise ServiceError("NoSuchObjectLockConfiguration", _NO_LOCK)
    return {"Retention": {"Mode": version.lock_mode, "RetainUntilDate": until}}


@SERVICE.operation("GetObjectLegalHold")
def get_object_legal_hold(call: Call) -> Result:
    """Tells whether a version is held."""
    version = _existing(call)
    if not version.lock_legal_status:
        raise ServiceError("NoSuchObjectLockConfiguration", _NO_LOCK)
    return {"LegalHold": {"Status": version.lock_legal_status}}


def _existing(call: Call) -> FakeKey:
    given = call.parameters
    version = version_of(existing(call), str(given["Key"]), given.get("VersionId"))
    if version is None:
        raise ServiceError("NoSuchKey", "The specified key does not exist.")
    return version


@SERVICE.before("DeleteObject", "DeleteObjects")
def let_lapse(call: Call) -> None:
    """What was retained until a moment that has passed, by the world's clock, is so no longer."""
    bucket = bucket_of(str(call.parameters["Bucket"]))
    if bucket is None:
        return
    for one in (call.parameters.get("Delete") or {}).get("Objects") or (call.parameters,):
        version = version_of(bucket, str(one["Key"]), one["VersionId"]) if one.get("VersionId") else None
        until = _until(version) if version is not None else None
        if version is not None and until is not None and until <= call.world.now():
            version.lock_mode = version.lock_until = None


@SERVICE.before("DeleteObject")
def keep(call: Call) -> None:
    """Raises: ServiceError for the deletion of a version that is retained or held."""
    given = call.parameters
    bucket = bucket_of(str(given["Bucket"]))
    version_id = given.get("VersionId")
    version = version_of(bucket, str(given["Key"]), version_id) if bucket is not None and version_id else None
    if version is None:
        return
    if version.lock_legal_status == "ON":
        raise ServiceError("AccessDenied", _LOCKED)
    if _until(version) is not None and (version.lock_mode == "COMPLIANCE" or not bypasses(call)):
        raise ServiceError("AccessDenied", _LOCKED)


def _until(version: FakeKey) -> dt.datetime | None:
    return _moment(version.lock_until) if version.lock_mode and version.lock_until else None


def _moment(value: Any) -> dt.datetime:
    """A moment in naive UTC, as it came in a request or as moto keeps it."""
    told = value if isinstance(value, dt.datetime) else dt.datetime.fromisoformat(str(value))
    return told.astimezone(dt.UTC).replace(tzinfo=None) if told.tzinfo else told


@SERVICE.before("PutObjectRetention")
def not_shorten(call: Call) -> None:
    """Raises: ServiceError for a retention in compliance mode that would end earlier, or be of another mode.

    In governance mode the same takes leave to pass by it.
    """
    given = call.parameters
    bucket = bucket_of(str(given["Bucket"]))
    version = version_of(bucket, str(given["Key"]), given.get("VersionId")) if bucket is not None else None
    before = _until(version) if version is not None else None
    if version is None or before is None or before <= call.world.now():
        return
    wanted = given.get("Retention") or {}
    longer = bool(wanted.get("RetainUntilDate")) and _moment(wanted["RetainUntilDate"]) >= before
    if longer and wanted.get("Mode") == version.lock_mode:
        return
    if longer and wanted.get("Mode") == "COMPLIANCE":
        return
    if version.lock_mode == "COMPLIANCE" or not bypasses(call):
        raise ServiceError("AccessDenied", _LOCKED)


@SERVICE.before("PutBucketVersioning")
def stay_versioned(call: Call) -> None:
    """Raises: ServiceError for a bucket with object lock whose versions would no longer be kept."""
    bucket = bucket_of(str(call.parameters["Bucket"]))
    status = (call.parameters.get("VersioningConfiguration") or {}).get("Status")
    if bucket is not None and bucket.object_lock_enabled and status != "Enabled":
        raise ServiceError(
            "InvalidBucketState",
            "An Object Lock configuration is present on this bucket, so the versioning state cannot be "
            "changed.",
        )


@SERVICE.operation("GetObjectLockConfiguration")
def get_object_lock_configuration(call: Call) -> Result:
    """Tells whether a bucket has object lock, and its default retention in the unit in which it was set."""
    bucket = existing(call)
    if not bucket.object_lock_enabled:
        raise ServiceError(
            "ObjectLockConfigurationNotFoundError", "Object Lock configuration does not exist for this bucket"
        )
    told: dict[str, Any] = {"ObjectLockEnabled": "Enabled"}
    if bucket.has_default_lock:
        days, years = int(bucket.default_lock_days or 0), int(bucket.default_lock_years or 0)
        span = {"Years": years} if years else {"Days": days}
        told["Rule"] = {"DefaultRetention": {"Mode": bucket.default_lock_mode, **span}}
    return {"ObjectLockConfiguration": told}


@SERVICE.operation("PutObjectLockConfiguration")
def put_object_lock_configuration(call: Call) -> Result:
    """The bucket has object lock, new or not, and this default retention for what comes from now on.

    Raises: ServiceError for a bucket that keeps no versions, and for a retention that is none.
    """
    bucket = existing(call)
    if not bucket.is_versioned:
        raise ServiceError(
            "InvalidBucketState",
            "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
        )
    told = call.parameters.get("ObjectLockConfiguration") or {}
    retention = (told.get("Rule") or {}).get("DefaultRetention") or {}
    spans = [name for name in ("Days", "Years") if retention.get(name)]
    if told.get("ObjectLockEnabled") != "Enabled" or (retention and len(spans) != 1):
        raise ServiceError(
            "MalformedXML",
            "The XML you provided was not well-formed or did not validate against our published schema",
        )
    bucket.object_lock_enabled = True
    bucket.default_lock_mode = retention.get("Mode", "")
    bucket.default_lock_days = int(retention.get("Days") or 0)
    bucket.default_lock_years = int(retention.get("Years") or 0)
    return None
