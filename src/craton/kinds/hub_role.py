"""The role in which Craton itself works: it reads the hub, and assumes the reading role of each account.

Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (aws:ResourceOrgID),
and docs.aws.amazon.com/athena/latest/ug/example-policies-workgroup.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.kind import Kind
from craton.core.resource import Output, Resource, attribute, sub
from craton.core.statement import allow, document
from craton.kinds.lake_tables import BUCKET, DATABASE_NAME, WORKGROUP_NAME
from craton.kinds.parts.kept_bucket import objects_of
from craton.kinds.parts.service_role import PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent

ROLE_NAME: Final = "CratonHub"
READER_NAME: Final = "CratonReader"
"""The role of each account that this one assumes."""


def _resources(intent: Intent) -> Iterator[Resource | Output]:
    glue = "arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}"
    buckets = "arn:${AWS::Partition}:s3:::craton-bedrock-*-${AWS::AccountId}-*"
    yield Resource(
        template="hub",
        id="HubRole",
        type="AWS::IAM::Role",
        regions="home",
        because="who in the hub may assume it is said by their own policies",
        properties={
            "Path": PATH,
            "RoleName": ROLE_NAME,
            "AssumeRolePolicyDocument": document(
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": sub("arn:${AWS::Partition}:iam::${AWS::AccountId}:root")},
                    "Action": "sts:AssumeRole",
                }
            ),
            "Policies": [
                {
                    "PolicyName": "craton",
                    "PolicyDocument": document(
                        allow(
                            "sts:AssumeRole",
                            sub(f"arn:${{AWS::Partition}}:iam::*:role{PATH}{READER_NAME}"),
                            condition={
                                "StringEquals": {"aws:ResourceOrgID": intent.manifest.organization.id}
                            },
                        ),
                        allow(["s3:GetBucketLocation", "s3:ListBucket"], sub(buckets)),
                        allow(["s3:GetObject", "s3:GetObjectRetention"], sub(f"{buckets}/*")),
                        allow(["s3:DeleteObject", "s3:PutObject"], objects_of(BUCKET)),
                        allow(
                            ["kms:Decrypt", "kms:GenerateDataKey"],
                            sub("arn:${AWS::Partition}:kms:*:${AWS::AccountId}:key/*"),
                            condition={"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}},
                        ),
                        allow(
                            ["athena:GetQuery*", "athena:StartQueryExecution", "athena:StopQueryExecution"],
                            sub(
                                "arn:${AWS::Partition}:athena:${AWS::Region}:${AWS::AccountId}"
                                f":workgroup/{WORKGROUP_NAME}"
                            ),
                        ),
                        allow(
                            ["glue:GetDatabase", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"],
                            [
                                sub(f"{glue}:{one}")
                                for one in (
                                    "catalog",
                                    f"database/{DATABASE_NAME}",
                                    f"table/{DATABASE_NAME}/*",
                                )
                            ],
                        ),
                        allow(
                            [
                                "cloudwatch:DescribeAlarms",
                                "cloudwatch:GetMetricData",
                                "cloudwatch:ListMetrics",
                                "config:SelectAggregateResourceConfig",
                                "oam:ListAttachedLinks",
                                "organizations:Describe*",
                                "organizations:List*",
                            ],
                            "*",
                        ),
                    ),
                }
            ],
        },
    )
    yield Output(
        template="hub",
        id="HubRoleArn",
        regions="home",
        value=attribute("HubRole", "Arn"),
        description="in which Craton reads all accounts",
    )


KIND: Final = Kind(name="hub_role", title="Role of Craton in the hub", resources=_resources)
