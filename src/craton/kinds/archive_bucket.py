"""The archive: where the logs of all accounts rest under a lock, one bucket in each Region of the hub.

Source: docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html,
docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html,
docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html, and
docs.aws.amazon.com/AmazonS3/latest/userguide/replication-walkthrough-2.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from msgspec import Meta, field

from craton.core.kind import Kind
from craton.core.manifest_section import Section
from craton.core.resource import ACCOUNT, Output, Resource, ref, sub
from craton.kinds.invocation_log_group import Logging
from craton.kinds.parts.hub import ACCESS_LOGS, ARCHIVE, KEY_ARN
from craton.kinds.parts.kept_bucket import kept_bucket, objects_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.core.intent import Intent

NAME: Final = "craton-bedrock-archive-${AWS::AccountId}-${AWS::Region}"

LockMode = Literal["COMPLIANCE", "GOVERNANCE"]
StorageClass = Literal["STANDARD_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]

_DAYS_OF_A_YEAR: Final = 365
"""As Amazon S3 counts the years of a retention."""


class Retention(Section, frozen=True, kw_only=True):
    """How long the archive keeps what it holds, how firmly, and in which storage classes."""

    years: Annotated[
        int,
        Meta(description="years for which no object can be changed or deleted", examples=[7], ge=1, le=100),
    ] = 7
    mode: Annotated[
        LockMode,
        Meta(
            description="`COMPLIANCE` cannot be lifted by anybody, the root user included; `GOVERNANCE` can,"
            " by who has s3:BypassGovernanceRetention"
        ),
    ] = "COMPLIANCE"
    days_before_class: Annotated[
        dict[StorageClass, Annotated[int, Meta(ge=1, le=36500)]],
        Meta(
            description="after how many days objects move to a cheaper storage class; out of `GLACIER` and"
            " `DEEP_ARCHIVE` they must be restored before they can be read",
            examples=[{"GLACIER_IR": 90, "DEEP_ARCHIVE": 400}],
        ),
    ] = field(default_factory=lambda: {"GLACIER_IR": 90, "DEEP_ARCHIVE": 400})


def locked(retention: Retention) -> Mapping[str, Any]:
    """The properties of a bucket whose objects nobody takes away."""
    return {
        "ObjectLockEnabled": True,
        "ObjectLockConfiguration": {
            "ObjectLockEnabled": "Enabled",
            "Rule": {"DefaultRetention": {"Mode": retention.mode, "Years": retention.years}},
        },
    }


def lifecycle(retention: Retention) -> list[Mapping[str, Any]]:
    """Objects become cheaper, and go when their years are over."""
    moves = sorted(retention.days_before_class.items(), key=lambda one: (one[1], one[0]))
    return [
        {
            "Id": "years",
            "Status": "Enabled",
            "Transitions": [{"StorageClass": name, "TransitionInDays": days} for name, days in moves] or None,
            "ExpirationInDays": retention.years * _DAYS_OF_A_YEAR + 1,
            "NoncurrentVersionExpiration": {"NoncurrentDays": 1},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
        }
    ]


def _resources(intent: Intent) -> Iterator[Resource | Output]:
    retention = intent.section("retention", Retention)
    yield from kept_bucket(
        ARCHIVE,
        NAME,
        organization=intent.manifest.organization.id,
        key=KEY_ARN,
        lifecycle=lifecycle(retention),
        statements=list(_replicas(intent)),
        **locked(retention),
    )
    yield from kept_bucket(
        ACCESS_LOGS,
        "craton-bedrock-access-${AWS::AccountId}-${AWS::Region}",
        key=None,
        because="Amazon S3 delivers access logs only where its own key encrypts, and no default lock holds",
        lifecycle=lifecycle(retention),
        statements=[
            {
                "Sid": "AccessLogs",
                "Effect": "Allow",
                "Principal": {"Service": "logging.s3.amazonaws.com"},
                "Action": "s3:PutObject",
                "Resource": objects_of(ACCESS_LOGS),
                "Condition": {
                    "StringEquals": {"aws:SourceAccount": ACCOUNT},
                    "ArnLike": {"aws:SourceArn": sub("arn:${AWS::Partition}:s3:::craton-bedrock-*")},
                },
            }
        ],
    )
    yield Output(
        template="hub", id=f"{ARCHIVE}Name", value=ref(ARCHIVE), description="where the logs of a Region rest"
    )


def _replicas(intent: Intent) -> Iterator[Mapping[str, Any]]:
    """Who may lay replicas into the archive, where logs come by replication."""
    if intent.section("logging", Logging).transport != "replication":
        return
    yield {
        "Sid": "ReplicasOfMembers",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": ["s3:ObjectOwnerOverrideToBucketOwner", "s3:ReplicateObject", "s3:ReplicateTags"],
        "Resource": objects_of(ARCHIVE),
        "Condition": {
            "StringEquals": {"aws:PrincipalOrgID": intent.manifest.organization.id},
            "ArnLike": {"aws:PrincipalArn": sub("arn:${AWS::Partition}:iam::*:role/craton/*")},
        },
    }


KIND: Final = Kind(
    name="archive_bucket",
    title="Archive of logs",
    section=("retention", Retention),
    resources=_resources,
)
