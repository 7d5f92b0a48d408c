"""The role in which Craton itself reads: the hub, and every other account by its reading role.

It plans, collects, looks for drift and verifies, and changes nothing but the lake and answers of Athena: what
was applied it reads, for whoever applies rests on that. CloudFormation looks for drift as whoever asks it to,
who must therefore be allowed to read what the stack holds.

Source: docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html (aws:ResourceOrgID),
docs.aws.amazon.com/athena/latest/ug/example-policies-workgroup.html, retrieved 2026-11-26, and
docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-drift.html, retrieved 2026-11-27.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.kind import Kind
from craton.core.resource import Output, attribute, sub
from craton.core.statement import allow
from craton.kinds.lake_tables import DATABASE_NAME, WORKGROUP_NAME
from craton.kinds.parts.access import HUB, READER, from_its_account, grouped, role_arn, working_role
from craton.kinds.parts.hub import ALERTS_NAME
from craton.registry import handlers
from craton.registry.reading_actions import read_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent
    from craton.core.resource import Resource
    from craton.kinds.parts.access import Statement

STATE: Final = "state/*"
"""Below it lies what was applied, in the bucket of results."""

_READ: Final = ("archive", "costs", "results", "trail")
"""The buckets whose objects are read, by the middle of their names; access logs are looked at by hand."""

_LOCKED: Final = ("archive", "trail")
_WRITTEN: Final = ("lake/*", "results/*")
"""What is written into the bucket of results: a state of the lake, and answers of Athena."""


def _reading(intent: Intent) -> Iterator[Statement]:
    """Allows what Craton reads in the hub, and to assume the reading role of every account."""
    yield assuming(intent, READER)
    yield from grouped({*read_in("hub"), *handlers.looking("hub"), *handlers.looking("access")})


def keeping(*parts: str) -> Iterator[Statement]:
    """Allows to look into the bucket of results, and to write, read and delete these parts of it."""
    (results,) = _buckets("results")
    yield allow("s3:ListBucket", results)
    yield allow(["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], _buckets("results", *parts))
    yield allow(
        ["kms:Decrypt", "kms:GenerateDataKey"],
        sub("arn:${AWS::Partition}:kms:*:${AWS::AccountId}:key/*"),
        condition={"StringLike": {"kms:ViaService": "s3.*.amazonaws.com"}},
    )


def _buckets(name: str, *parts: str) -> list[dict[str, str]]:
    """The bucket of that name in every Region, or these parts of it."""
    bucket = f"arn:${{AWS::Partition}}:s3:::craton-bedrock-{name}-${{AWS::AccountId}}-*"
    return [sub(f"{bucket}/{one}") for one in parts] if parts else [sub(bucket)]


def assuming(intent: Intent, *roles: str) -> Statement:
    """Allows to assume these roles of every account of the organization."""
    return allow(
        "sts:AssumeRole",
        [role_arn("*", one) for one in roles],
        condition={"StringEquals": {"aws:ResourceOrgID": intent.manifest.organization.id}},
    )


def _asking() -> Iterator[Statement]:
    """Allows to read archives, to ask the lake, and what the hub's services know of all accounts."""
    buckets = [one for name in _READ for one in _buckets(name)]
    yield allow(["s3:GetBucketLocation", "s3:ListBucket"], buckets)
    yield allow("s3:GetObject", [one for name in _READ for one in _buckets(name, "*")])
    yield allow("s3:GetObjectRetention", [one for name in _LOCKED for one in _buckets(name, "*")])
    group = f"arn:${{AWS::Partition}}:athena:${{AWS::Region}}:${{AWS::AccountId}}:workgroup/{WORKGROUP_NAME}"
    glue = "arn:${AWS::Partition}:glue:${AWS::Region}:${AWS::AccountId}"
    tables = ("catalog", f"database/{DATABASE_NAME}", f"table/{DATABASE_NAME}/*")
    yield allow(["athena:GetQuery*", "athena:StartQueryExecution", "athena:StopQueryExecution"], sub(group))
    yield allow(
        ["glue:GetDatabase", "glue:GetPartitions", "glue:GetTable", "glue:GetTables"],
        [sub(f"{glue}:{one}") for one in tables],
    )
    yield allow(
        ["cloudwatch:GetMetricData", "cloudwatch:ListMetrics", "config:SelectAggregateResourceConfig"], "*"
    )


def _alerting() -> Iterator[Statement]:
    """Allows to tell of drift where the hub tells everything that somebody should look at."""
    yield allow("sns:Publish", sub(f"arn:${{AWS::Partition}}:sns:*:${{AWS::AccountId}}:{ALERTS_NAME}"))
    yield allow(
        ["kms:Decrypt", "kms:GenerateDataKey"],
        sub("arn:${AWS::Partition}:kms:*:${AWS::AccountId}:key/*"),
        condition={"StringLike": {"kms:ViaService": "sns.*.amazonaws.com"}},
    )


def _resources(intent: Intent) -> Iterator[Resource | Output]:
    yield from working_role(
        "hub_access",
        HUB,
        [from_its_account()],
        [*_reading(intent), *keeping(*_WRITTEN), *_asking(), *_alerting()],
    )
    yield Output(
        template="hub_access",
        id="HubRoleArn",
        regions="home",
        value=attribute("HubRole", "Arn"),
        description="in which Craton reads all accounts",
    )


KIND: Final = Kind(name="hub_role", title="Role of Craton in the hub", resources=_resources)
