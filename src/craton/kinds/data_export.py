"""The bill: the cost and usage report with who called, and FOCUS, exported into a bucket of the hub.

Data Exports are made in us-east-1 alone; where that is not the home Region, there are none.

Source: docs.aws.amazon.com/cur/latest/userguide/dataexports-s3-bucket.html,
docs.aws.amazon.com/cur/latest/userguide/table-dictionary.html, and
docs.aws.amazon.com/cur/latest/userguide/dataexports-create-standard.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.core.kind import Kind
from craton.core.organization_step import OrganizationStep
from craton.core.resource import Output, Resource, attribute, ref, sub
from craton.kinds.archive_bucket import Retention, lifecycle
from craton.kinds.parts.kept_bucket import kept_bucket, objects_of
from craton.registry.data_exports import export_tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.core.intent import Intent

BUCKET: Final = "ExportBucket"
NAME: Final = "craton-bedrock-costs-${AWS::AccountId}-${AWS::Region}"
REGION: Final = "us-east-1"
_SERVICES: Final = ("bcm-data-exports.amazonaws.com", "billingreports.amazonaws.com")
_MOST_TAGS: Final = 20
_EXPORTS: Final[Mapping[str, Mapping[str, str]]] = {
    "COST_AND_USAGE_REPORT": {
        "TIME_GRANULARITY": "DAILY",
        "INCLUDE_RESOURCES": "TRUE",
        "INCLUDE_IAM_PRINCIPAL_DATA": "TRUE",
    },
    "FOCUS_1_2_AWS": {"TIME_GRANULARITY": "DAILY"},
}
"""What is chosen of each table."""


def _resources(intent: Intent) -> Iterator[Resource | Output]:
    if intent.home_region != REGION:
        return
    yield from _bucket(intent)
    for table, chosen in _EXPORTS.items():
        yield _export(intent, table, chosen)


def _bucket(intent: Intent) -> Iterator[Resource | Output]:
    of_the_payer = f"arn:${{AWS::Partition}}:%s:{REGION}:{intent.management_account}:%s/*"
    yield from kept_bucket(
        BUCKET,
        NAME,
        key=None,
        because="AWS documents no key of a customer for what Data Exports writes",
        regions="home",
        lifecycle=lifecycle(intent.section("retention", Retention)),
        statements=[
            {
                "Sid": "ExportsOfTheManagementAccount",
                "Effect": "Allow",
                "Principal": {"Service": list(_SERVICES)},
                "Action": ["s3:GetBucketPolicy", "s3:PutObject"],
                "Resource": [attribute(BUCKET, "Arn"), objects_of(BUCKET)],
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": intent.management_account},
                    "ArnLike": {
                        "aws:SourceArn": [
                            sub(of_the_payer % ("bcm-data-exports", "export")),
                            sub(of_the_payer % ("cur", "definition")),
                        ]
                    },
                },
            }
        ],
    )
    yield Output(
        template="hub",
        id=f"{BUCKET}Name",
        regions="home",
        value=ref(BUCKET),
        description="where the bill is exported to",
    )


def _export(intent: Intent, table: str, chosen: Mapping[str, str]) -> Resource:
    columns = ", ".join(export_tables()[table].columns_with(chosen))
    name = table.lower().replace("_", "-")
    destination: dict[str, Any] = {
        "S3Bucket": sub(NAME.replace("${AWS::AccountId}", intent.hub_account)),
        "S3BucketOwner": intent.hub_account,
        "S3Prefix": "exports",
        "S3Region": REGION,
        "S3OutputConfigurations": {
            "OutputType": "CUSTOM",
            "Format": "PARQUET",
            "Compression": "PARQUET",
            "Overwrite": "OVERWRITE_REPORT",
        },
    }
    return Resource(
        template="management",
        id=f"{table.title().replace('_', '')}Export",
        type="AWS::BCMDataExports::Export",
        regions="home",
        properties={
            "Export": {
                "Name": f"craton-{name}",
                "Description": "what Bedrock cost, and who called it",
                "DataQuery": {
                    "QueryStatement": f"SELECT {columns} FROM {table}",  # noqa: S608 - names of our own data
                    "TableConfigurations": {table: dict(chosen)},
                },
                "DestinationConfigurations": {"S3Destination": destination},
                "RefreshCadence": {"Frequency": "SYNCHRONOUS"},
            }
        },
    )


def _steps(intent: Intent) -> Iterator[OrganizationStep]:
    """Tags are in the bill once they are active, which they can be a day after something bore them."""
    tags = [*intent.manifest.tags.required]
    keys = [*tags, *(f"iamPrincipal/{one}" for one in tags)]
    for first in range(0, len(keys), _MOST_TAGS):
        yield OrganizationStep(
            service="ce",
            operation="UpdateCostAllocationTagsStatus",
            parameters={
                "CostAllocationTagsStatus": [
                    {"TagKey": one, "Status": "Active"} for one in keys[first : first + _MOST_TAGS]
                ]
            },
            because="the bill tells the tags of profiles and of callers; repeat it until no error is told",
            when="last",
        )


KIND: Final = Kind(name="data_export", title="Exports of the bill", resources=_resources, steps=_steps)
