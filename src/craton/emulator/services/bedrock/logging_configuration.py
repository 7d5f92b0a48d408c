"""The logging of model invocations of an account and Region.

Source: "Monitor model invocation using CloudWatch Logs and Amazon S3", docs.aws.amazon.com/bedrock/latest/
userguide/model-invocation-logging.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from craton.emulator.errors import ServiceError
from craton.emulator.runtime.destinations import check_bucket, check_log_group, logging_of
from craton.emulator.services.bedrock.service import SERVICE, checked

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result


@SERVICE.operation("PutModelInvocationLoggingConfiguration")
def put_model_invocation_logging_configuration(call: Call) -> Result:
    """Sets where invocations are logged, after Bedrock could write there."""
    checked(call)
    told: dict[str, Any] = copy.deepcopy(dict(call.parameters["loggingConfig"]))
    group, bucket = told.get("cloudWatchConfig"), told.get("s3Config")
    if not group and not bucket:
        raise ServiceError(
            "ValidationException", "At least one of cloudWatchConfig and s3Config must be specified."
        )
    if group:
        check_log_group(call, str(group["logGroupName"]), str(group["roleArn"]))
        if group.get("largeDataDeliveryS3Config"):
            check_bucket(call, group["largeDataDeliveryS3Config"])
    if bucket:
        check_bucket(call, bucket)
    for kind in ("text", "image", "embedding", "video", "audio"):
        told.setdefault(f"{kind}DataDeliveryEnabled", True)
    logging_of(call.world, call.account, call.region)[""] = told
    return {}


@SERVICE.operation("GetModelInvocationLoggingConfiguration")
def get_model_invocation_logging_configuration(call: Call) -> Result:
    """Tells it; nothing where none was set."""
    held = logging_of(call.world, call.account, call.region).get("")
    return {"loggingConfig": held} if held else {}


@SERVICE.operation("DeleteModelInvocationLoggingConfiguration")
def delete_model_invocation_logging_configuration(call: Call) -> Result:
    """Logs nothing any more."""
    logging_of(call.world, call.account, call.region).pop("", None)
    return {}
