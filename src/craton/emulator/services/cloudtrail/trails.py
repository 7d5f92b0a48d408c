"""Trails, and whether they log.

Files of digests are not written, wherever their validation is switched on: only AWS can sign them.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.delivery.access import LostError
from craton.emulator.delivery.addresses import key_of
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.observation.trails import SERVICE as PRINCIPAL
from craton.emulator.observation.trails import Trail, all_trails, put_file, trails, watch
from craton.emulator.services.cloudtrail.service import SERVICE, arn_of, existing, own, visible
from craton.emulator.services.cloudtrail.tags import given_tags, tags

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result

MOST_TRAILS: Final = 5
_NAME: Final = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9._-]{1,126}[a-zA-Z0-9])")
_NOT_KEPT: Final = ("SnsTopicName", "CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn")


@SERVICE.operation("CreateTrail")
def create_trail(call: Call) -> Result:
    """Makes a trail that does not log yet."""
    given = call.parameters
    name = str(given["Name"])
    if not _NAME.fullmatch(name) or ".." in name:
        raise ServiceError("InvalidTrailNameException", f"Trail name {name} is invalid.")
    held = trails(call.world, call.account, call.region)
    if any(one.name == name and one.account == call.account for one in all_trails(call.world)):
        raise ServiceError("TrailAlreadyExistsException", f"Trail {name} already exists.")
    if len(held) >= MOST_TRAILS:
        raise ServiceError(
            "MaximumNumberOfTrailsExceededException", f"User: {call.account} has {MOST_TRAILS} trails."
        )
    trail = Trail(
        name=name,
        arn=arn_of(call, name),
        account=call.account,
        region=call.region,
        bucket=str(given["S3BucketName"]),
        prefix=given.get("S3KeyPrefix") or None,
        is_multi_region=bool(given.get("IsMultiRegionTrail")),
        includes_global=bool(given.get("IncludeGlobalServiceEvents", True)),
        organization=_organization(call) if given.get("IsOrganizationTrail") else None,
        kms_key=_key(call, given.get("KmsKeyId")),
        is_validated=bool(given.get("EnableLogFileValidation")),
    )
    _check(call, trail)
    held[name] = trail
    tags(call, trail.arn).update(given_tags(given.get("TagsList")))
    watch(call.world)
    return _told(trail)


def _organization(call: Call) -> str:
    """The organization whose events a trail takes. Raises: ServiceError."""
    organization = call.world.organization
    if organization is None or call.account not in organization.members:
        raise ServiceError("OrganizationsNotInUseException", "The account is in no organization.")
    delegated = call.account in organization.administrators
    if call.account != organization.management_account and not delegated:
        raise ServiceError(
            "NotOrganizationMasterAccountException",
            "Only the management account or a delegated administrator may make an organization trail.",
        )
    if PRINCIPAL not in organization.service_access:
        raise ServiceError(
            "CloudTrailAccessNotEnabledException", "CloudTrail has no access to the organization."
        )
    return organization.id


def _check(call: Call, trail: Trail) -> None:
    """Raises: ServiceError where the bucket is not there or does not let CloudTrail in; NotEmulatedError."""
    for name in _NOT_KEPT:
        if call.parameters.get(name):
            raise NotEmulatedError(f"the parameter {name}")
    owner = f"{trail.organization}/" if trail.organization else ""
    prefix = f"{trail.prefix.rstrip('/')}/" if trail.prefix else ""
    try:
        put_file(call.world, trail, f"{prefix}AWSLogs/{owner}{trail.account}/CloudTrail/", b"")
    except LostError as error:
        if trail.kms_key and trail.kms_key in str(error):
            raise ServiceError(
                "InsufficientEncryptionPolicyException",
                f"Insufficient permissions to access S3 bucket {trail.bucket} or KMS key {trail.kms_key}.",
            ) from error
        if "does not exist" in str(error):
            raise ServiceError(
                "S3BucketDoesNotExistException", f"S3 bucket {trail.bucket} does not exist!"
            ) from error
        raise ServiceError(
            "InsufficientS3BucketPolicyException",
            f"Incorrect S3 bucket policy is detected for bucket: {trail.bucket}",
        ) from error


def _key(call: Call, named: str | None) -> str | None:
    """The ARN of a key that a trail encrypts with. Raises: ServiceError."""
    if not named:
        return None
    key = key_of(call.account, call.region, named)
    if key is None:
        raise ServiceError("KmsKeyNotFoundException", f"The key {named} does not exist.")
    return str(key.arn)


def _told(trail: Trail) -> dict[str, Any]:
    told: dict[str, Any] = {
        "Name": trail.name,
        "S3BucketName": trail.bucket,
        "IncludeGlobalServiceEvents": trail.includes_global,
        "IsMultiRegionTrail": trail.is_multi_region,
        "TrailARN": trail.arn,
        "LogFileValidationEnabled": trail.is_validated,
        "IsOrganizationTrail": trail.organization is not None,
    }
    more = {"S3KeyPrefix": trail.prefix, "KmsKeyId": trail.kms_key}
    return {**told, **{name: one for name, one in more.items() if one}}


def _row(trail: Trail) -> dict[str, Any]:
    return {
        **_told(trail),
        "HomeRegion": trail.region,
        "HasCustomEventSelectors": trail.basic is not None or trail.advanced is not None,
        "HasInsightSelectors": False,
    }


@SERVICE.operation("UpdateTrail")
def update_trail(call: Call) -> Result:
    """Changes what is told of a trail."""
    given, trail = call.parameters, own(call)
    changed = copy.copy(trail)
    changed.waiting = []
    changed.bucket = str(given.get("S3BucketName") or trail.bucket)
    if given.get("S3KeyPrefix") is not None:
        changed.prefix = str(given["S3KeyPrefix"]) or None
    if given.get("KmsKeyId") is not None:
        changed.kms_key = _key(call, str(given["KmsKeyId"]))
    changed.is_multi_region = bool(given.get("IsMultiRegionTrail", trail.is_multi_region))
    changed.includes_global = bool(given.get("IncludeGlobalServiceEvents", trail.includes_global))
    changed.is_validated = bool(given.get("EnableLogFileValidation", trail.is_validated))
    if given.get("IsOrganizationTrail") is not None:
        changed.organization = _organization(call) if given["IsOrganizationTrail"] else None
    _check(call, changed)
    trails(call.world, trail.account, trail.region)[trail.name] = changed
    return _told(changed)


@SERVICE.operation("DeleteTrail")
def delete_trail(call: Call) -> Result:
    """Removes a trail; its files stay."""
    trail = own(call)
    del trails(call.world, trail.account, trail.region)[trail.name]
    tags(call, trail.arn).clear()
    return {}


@SERVICE.operation("GetTrail")
def get_trail(call: Call) -> Result:
    """Tells a trail."""
    return {"Trail": _row(existing(call))}


@SERVICE.operation("DescribeTrails")
def describe_trails(call: Call) -> Result:
    """Tells trails: those of other Regions and of the organization too, unless they are unwanted."""
    wanted = call.parameters.get("trailNameList") or ()
    shadows = call.parameters.get("includeShadowTrails", True)
    rows = [
        _row(one)
        for one in visible(call)
        if (not wanted or one.name in wanted or one.arn in wanted)
        and (shadows or (one.region == call.region and one.account == call.account))
    ]
    return {"trailList": rows}


@SERVICE.operation("ListTrails")
def list_trails(call: Call) -> Result:
    """Lists the trails of the account, wherever they are at home."""
    rows = [
        {"TrailARN": one.arn, "Name": one.name, "HomeRegion": one.region}
        for one in all_trails(call.world)
        if one.account == call.account
    ]
    return {"Trails": rows}


@SERVICE.operation("StartLogging")
def start_logging(call: Call) -> Result:
    """Has a trail take events from now on."""
    trail = own(call)
    trail.is_logging, trail.started = True, call.time
    return {}


@SERVICE.operation("StopLogging")
def stop_logging(call: Call) -> Result:
    """Has a trail take no events any more."""
    trail = own(call)
    trail.is_logging, trail.stopped = False, call.time
    return {}


@SERVICE.operation("GetTrailStatus")
def get_trail_status(call: Call) -> Result:
    """Tells whether a trail logs, and what came of its last delivery."""
    trail = existing(call)
    told = {
        "StartLoggingTime": trail.started,
        "StopLoggingTime": trail.stopped,
        "LatestDeliveryTime": trail.delivered,
        "LatestDeliveryError": trail.error,
    }
    return {"IsLogging": trail.is_logging, **{name: one for name, one in told.items() if one is not None}}
