"""Operations on exports.

The service tries whether it may write to the bucket, by an object of its own at the bucket's root, and
whether it may read the bucket's policy.

Source: "Setting up an Amazon S3 bucket for data exports", docs.aws.amazon.com/cur/latest/userguide/
dataexports-s3-bucket.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.constraints import check_parameters
from craton.emulator.delivery.access import LostError, service_may
from craton.emulator.delivery.buckets import bucket_of, owner_of, policy_named
from craton.emulator.delivery.service_objects import put_object
from craton.emulator.errors import ServiceError
from craton.emulator.services.bcm_data_exports.query import check_query
from craton.emulator.services.bcm_data_exports.service import REGION, SERVICE, Export, existing, exports, page

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.call import Call
    from craton.emulator.service import Result

PRINCIPAL: Final = "bcm-data-exports.amazonaws.com"
TEST_OBJECT: Final = "aws-programmatic-access-test-object"
_FORMS: Final = {("PARQUET", "PARQUET"), ("TEXT_OR_CSV", "GZIP"), ("TEXT_OR_CSV", "ZIP")}


@SERVICE.operation("CreateExport")
def create_export(call: Call) -> Result:
    """Keeps an export whose query is one, and whose bucket lets the service in."""
    held, told = exports(call), _checked(call)
    if any(one.name == told["Name"] for one in held.values()):
        raise ServiceError("ValidationException", f"An export with the name {told['Name']} already exists.")
    arn = f"arn:aws:bcm-data-exports:{REGION}:{call.account}:export/{told['Name']}-{uuid.uuid4()}"
    _check_destination(call, arn, told)
    tags = {str(one["Key"]): str(one["Value"]) for one in call.parameters.get("ResourceTags") or ()}
    held[arn] = Export(arn=arn, told=told, tags=tags, made=call.time, updated=call.time)
    return {"ExportArn": arn}


def _checked(call: Call) -> dict[str, Any]:
    """The export that a call tells. Raises: ServiceError where it can be none."""
    check_parameters(call)
    told = {name: one for name, one in call.parameters["Export"].items() if name != "ExportArn"}
    check_query(told["DataQuery"])
    output = told["DestinationConfigurations"]["S3Destination"]["S3OutputConfigurations"]
    if (output["Format"], output["Compression"]) not in _FORMS:
        raise ServiceError(
            "ValidationException",
            f"The compression {output['Compression']} cannot be used for the format {output['Format']}.",
        )
    return told


def _check_destination(call: Call, arn: str, told: Mapping[str, Any]) -> None:
    destination = told["DestinationConfigurations"]["S3Destination"]
    bucket = str(destination["S3Bucket"])
    found, owner = bucket_of(bucket), owner_of(bucket)
    if found is None or owner != (destination.get("S3BucketOwner") or call.account):
        raise ServiceError("ValidationException", f"The bucket {bucket} does not exist, or is not yours.")
    if found.region_name != destination["S3Region"]:
        raise ServiceError(
            "ValidationException",
            f"The bucket {bucket} is in {found.region_name}, not in {destination['S3Region']}.",
        )
    source: dict[str, Any] = {"source_arn": arn, "source_account": call.account}
    try:
        put_object(call.world, PRINCIPAL, bucket, TEST_OBJECT, b"", **source)
    except LostError as error:
        raise ServiceError("ValidationException", f"Insufficient permission: {error}.") from error
    policy = policy_named(call.world, bucket)
    bucket_arn, asked = f"arn:aws:s3:::{bucket}", "s3:GetBucketPolicy"
    if not service_may(call.world, PRINCIPAL, asked, bucket_arn, policy=policy, owner=str(owner), **source):
        raise ServiceError(
            "ValidationException", f"Insufficient permission: {PRINCIPAL} may not {asked} of {bucket}."
        )


@SERVICE.operation("GetExport")
def get_export(call: Call) -> Result:
    """Tells an export, and how it stands."""
    found = existing(call, str(call.parameters["ExportArn"]))
    return {"Export": {**found.told, "ExportArn": found.arn}, "ExportStatus": found.status()}


@SERVICE.operation("ListExports")
def list_exports(call: Call) -> Result:
    """Lists exports."""
    rows = [
        {"ExportArn": one.arn, "ExportName": one.name, "ExportStatus": one.status()}
        for one in exports(call).values()
    ]
    return page(call, "Exports", rows)


@SERVICE.operation("UpdateExport")
def update_export(call: Call) -> Result:
    """The export is as the call tells, whole; its name and cadence stay."""
    found, told = existing(call, str(call.parameters["ExportArn"])), _checked(call)
    if told["Name"] != found.name:
        raise ServiceError("ValidationException", "The name of an export cannot be changed.")
    _check_destination(call, found.arn, told)
    found.told, found.updated = told, call.time
    return {"ExportArn": found.arn}


@SERVICE.operation("DeleteExport")
def delete_export(call: Call) -> Result:
    """Removes an export."""
    found = existing(call, str(call.parameters["ExportArn"]))
    del exports(call)[found.arn]
    return {"ExportArn": found.arn}


@SERVICE.operation("ListExecutions")
def list_executions(call: Call) -> Result:
    """Lists what was exported, which is nothing."""
    existing(call, str(call.parameters["ExportArn"]))
    return {"Executions": []}


@SERVICE.operation("TagResource", "UntagResource", "ListTagsForResource")
def tag_resource(call: Call) -> Result:
    """Sets, removes or tells the tags of an export."""
    given = call.parameters
    found = existing(call, str(given["ResourceArn"]))
    if call.operation.name == "ListTagsForResource":
        return {"ResourceTags": [{"Key": key, "Value": value} for key, value in found.tags.items()]}
    found.tags.update({str(one["Key"]): str(one["Value"]) for one in given.get("ResourceTags") or ()})
    for key in given.get("ResourceTagKeys") or ():
        found.tags.pop(str(key), None)
    return {}
