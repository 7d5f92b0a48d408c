"""Trails, and whether they log.

Files of digests are not written, wherever their validation is switched on: only AWS can sign them.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from craton.emulator.delivery.access import LostError
from craton.emulator.delivery.addresses import key_of
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.observation.trails import SERVICE as PRINCIPAL
from craton.emulator.observation.trails import Trail, all_trails, put_file, tell, trails, watch
from craton.emulator.services.cloudtrail.service import SERVICE, existing, own, visible
from craton.emulator.services.cloudtrail.tags import given_tags, tags

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.organization import Organization
    from craton.emulator.service import Result

MOST_TRAILS: Final = 5
_NAME: Final = re.compile(r"[a-zA-Z0-9](?:[a-zA-Z0-9._-]{1,126}[a-zA-Z0-9])")
_LOG_GROUP: Final = re.compile(r"arn:aws:logs:[a-z0-9-]+:\d{12}:log-group:[^:]+:\*")


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
    organization = _organization(call) if given.get("IsOrganizationTrail") else None
    owner = organization.management_account if organization else call.account
    trail = Trail(
        name=name,
        arn=f"arn:aws:cloudtrail:{call.region}:{owner}:trail/{name}",
        account=call.account,
        owner=owner,
        region=call.region,
        bucket=str(given["S3BucketName"]),
        prefix=given.get("S3KeyPrefix") or None,
        is_multi_region=bool(given.get("IsMultiRegionTrail")),
        includes_global=bool(given.get("IncludeGlobalServiceEvents", True)),
        organization=organization.id if organization else None,
        log_group=given.get("CloudWatchLogsLogGroupArn") or None,
        log_role=given.get("CloudWatchLogsRoleArn") or None,
        kms_key=_key(call, given.get("KmsKeyId")),
        is_validated=bool(given.get("EnableLogFileValidation")),
    )
    _check(call, trail)
    held[name] = trail
    tags(call, trail.arn).update(given_tags(given.get("TagsList")))
    watch(call.world)
    return _told(trail)


def _organization(call: Call) -> Organization:
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
    return organization


def _check(call: Call, trail: Trail) -> None:
    """Raises: ServiceError where CloudTrail cannot write to the bucket or the log group; NotEmulatedError."""
    if call.parameters.get("SnsTopicName"):
        raise NotEmulatedError("the parameter SnsTopicName")
    _check_logs(call, trail)
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


def _check_logs(call: Call, trail: Trail) -> None:
    """Raises: ServiceError for a log group that is none, or into which CloudTrail cannot write."""
    if bool(trail.log_group) != bool(trail.log_role):
        raise ServiceError(
            "InvalidParameterCombinationException", "A log group and a role must be given together."
        )
    if not trail.log_group:
        return
    if not _LOG_GROUP.fullmatch(trail.log_group):
        raise ServiceError(
            "InvalidCloudWatchLogsLogGroupArnException", f"{trail.log_group} is no ARN of a log group."
        )
    try:
        tell(call.world, trail, ())
    except (LostError, ClientError) as error:
        raise ServiceError(
            "InvalidCloudWatchLogsRoleArnException", f"Access denied. Check the role {trail.log_role}."
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
    more = {
        "S3KeyPrefix": trail.prefix,
        "KmsKeyId": trail.kms_key,
        "CloudWatchLogsLogGroupArn": trail.log_group,
        "CloudWatchLogsRoleArn": trail.log_role,
    }
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
    if given.get("CloudWatchLogsLogGroupArn") is not None:
        changed.log_group = str(given["CloudWatchLogsLogGroupArn"]) or None
        changed.log_role = str(given.get("CloudWatchLogsRoleArn") or "") or None
        changed.is_streamed = False
    changed.is_multi_region = bool(given.get("IsMultiRegionTrail", trail.is_multi_region))
    changed.includes_global = bool(given.get("IncludeGlobalServiceEvents", trail.includes_global))
    changed.is_validated = bool(given.get("EnableLogFileValidation", trail.is_validated))
    if given.get("IsOrganizationTrail") is not None:
        found = _organization(call) if given["IsOrganizationTrail"] else None
        changed.organization = found.id if found else None
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
