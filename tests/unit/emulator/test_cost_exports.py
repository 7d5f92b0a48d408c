from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from tests.unit.emulator.rehearsal import MANAGEMENT

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal

BUCKET = "bills"
SERVICE = "bcm-data-exports.amazonaws.com"


def export(
    statement: str, configurations: dict[str, Any] | None = None, **destination: Any
) -> dict[str, Any]:
    output = {"OutputType": "CUSTOM", "Format": "PARQUET", "Compression": "PARQUET"}
    output["Overwrite"] = "OVERWRITE_REPORT"
    told = {"S3Bucket": BUCKET, "S3Prefix": "cur", "S3Region": "us-east-1", **destination}
    query: dict[str, Any] = {"QueryStatement": statement}
    if configurations is not None:
        query["TableConfigurations"] = configurations
    return {
        "Name": "cur",
        "DataQuery": query,
        "DestinationConfigurations": {"S3Destination": {"S3OutputConfigurations": output, **told}},
        "RefreshCadence": {"Frequency": "SYNCHRONOUS"},
    }


def statement(*resources: str, actions: tuple[str, ...] = ("s3:PutObject", "s3:GetBucketPolicy")) -> Any:
    return {
        "Effect": "Allow",
        "Principal": {"Service": SERVICE},
        "Action": list(actions),
        "Resource": list(resources),
        "Condition": {
            "StringEquals": {"aws:SourceAccount": MANAGEMENT},
            "ArnLike": {"aws:SourceArn": f"arn:aws:bcm-data-exports:us-east-1:{MANAGEMENT}:export/*"},
        },
    }


def bucket(rehearsal: Rehearsal, *statements: Any) -> None:
    s3 = rehearsal.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    if statements:
        policy = {"Version": "2012-10-17", "Statement": list(statements)}
        s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(policy))


WHOLE = statement(f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*")


def test_an_export_is_kept_and_tried_by_an_object_at_the_root_of_its_bucket(rehearsal: Rehearsal) -> None:
    bucket(rehearsal, WHOLE)
    exports = rehearsal.client("bcm-data-exports")
    told = export("SELECT line_item_unblended_cost, product.region FROM COST_AND_USAGE_REPORT")
    arn = exports.create_export(Export=told)["ExportArn"]
    held = exports.get_export(ExportArn=arn)
    assert held["Export"] == {**told, "ExportArn": arn}
    assert held["ExportStatus"]["StatusCode"] == "HEALTHY"
    (row,) = exports.list_exports()["Exports"]
    assert row["ExportName"] == "cur"
    assert exports.list_executions(ExportArn=arn)["Executions"] == []
    keys = [one["Key"] for one in rehearsal.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]]
    assert keys == ["aws-programmatic-access-test-object"]
    exports.delete_export(ExportArn=arn)
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        exports.get_export(ExportArn=arn)


@pytest.mark.parametrize(
    "statements",
    [
        (),
        (statement(f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/cur/*"),),
        (statement(f"arn:aws:s3:::{BUCKET}/*", actions=("s3:PutObject",)),),
    ],
)
def test_a_bucket_that_does_not_let_the_service_write_at_its_root_is_refused(
    rehearsal: Rehearsal, statements: tuple[Any, ...]
) -> None:
    bucket(rehearsal, *statements)
    with pytest.raises(ClientError, match="Insufficient permission"):
        rehearsal.client("bcm-data-exports").create_export(
            Export=export("SELECT line_item_unblended_cost FROM COST_AND_USAGE_REPORT")
        )


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (export("SELECT cost FROM COST_AND_USAGE_REPORT"), "Column cost does not exist"),
        (export("SELECT BilledCost FROM FOCUS_9"), "Table FOCUS_9 not found"),
        (export("DELETE FROM FOCUS_1_2_AWS"), "must be one SELECT"),
        (export("SELECT BilledCost FROM FOCUS_1_2_AWS GROUP BY BilledCost"), "may not have group"),
        (
            export("SELECT line_item_iam_principal FROM COST_AND_USAGE_REPORT"),
            "which needs INCLUDE_IAM_PRINCIPAL_DATA",
        ),
        (
            export("SELECT BilledCost FROM FOCUS_1_2_AWS", {"FOCUS_1_2_AWS": {"TIME_GRANULARITY": "YEARLY"}}),
            "TIME_GRANULARITY must be one of HOURLY, DAILY, MONTHLY",
        ),
        (
            export("SELECT BilledCost FROM FOCUS_1_2_AWS", {"FOCUS_1_2_AWS": {"INCLUDE_RESOURCES": "TRUE"}}),
            "INCLUDE_RESOURCES does not exist in FOCUS_1_2_AWS",
        ),
        (export("SELECT BilledCost FROM FOCUS_1_2_AWS", S3Region="eu-west-1"), "is in us-east-1"),
        (export("SELECT BilledCost FROM FOCUS_1_2_AWS", S3Bucket="nowhere"), "does not exist"),
    ],
)
def test_what_cannot_be_exported_is_refused(rehearsal: Rehearsal, told: dict[str, Any], why: str) -> None:
    bucket(rehearsal, WHOLE)
    with pytest.raises(ClientError, match=why):
        rehearsal.client("bcm-data-exports").create_export(Export=told)


def test_exports_are_known_in_one_region_alone(rehearsal: Rehearsal) -> None:
    with pytest.raises(ClientError, match="us-east-1 alone"):
        rehearsal.client("bcm-data-exports", region="eu-west-1").list_exports()


def test_a_table_tells_the_columns_of_the_properties_that_are_asked_for(rehearsal: Rehearsal) -> None:
    exports = rehearsal.client("bcm-data-exports")
    names = [one["TableName"] for one in exports.list_tables()["Tables"]]
    assert names == ["COST_AND_USAGE_REPORT", "FOCUS_1_2_AWS"]
    plain = exports.get_table(TableName="COST_AND_USAGE_REPORT")
    assert plain["TableProperties"]["TIME_GRANULARITY"] == "HOURLY"
    more = exports.get_table(
        TableName="COST_AND_USAGE_REPORT", TableProperties={"INCLUDE_IAM_PRINCIPAL_DATA": "TRUE"}
    )
    added = {one["Name"] for one in more["Schema"]} - {one["Name"] for one in plain["Schema"]}
    assert added == {"line_item_iam_principal"}


def test_tags_that_something_bears_can_be_activated_by_the_management_account(rehearsal: Rehearsal) -> None:
    rehearsal.organization()
    member = rehearsal.into(rehearsal.member("inner"))
    rehearsal.client("sns", member).create_topic(Name="t", Tags=[{"Key": "team", "Value": "a"}])
    ce = rehearsal.client("ce")
    (row,) = ce.list_cost_allocation_tags()["CostAllocationTags"]
    assert (row["TagKey"], row["Status"], row["Type"]) == ("team", "Inactive", "UserDefined")
    wanted = [{"TagKey": key, "Status": "Active"} for key in ("team", "nobody")]
    (error,) = ce.update_cost_allocation_tags_status(CostAllocationTagsStatus=wanted)["Errors"]
    assert error["TagKey"] == "nobody"
    (row,) = ce.list_cost_allocation_tags(Status="Active")["CostAllocationTags"]
    assert row["TagKey"] == "team"
    with pytest.raises(ClientError, match="Linked account doesn't have access"):
        rehearsal.client("ce", member).list_cost_allocation_tags()
