"""As what calls are authorised: every operation has an action, and names what it is about."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, Any

import pytest
from moto.core.utils import get_service_model
from tests.unit.emulator.rehearsal import MANAGEMENT, REGION, Clock, Rehearsal

from craton.emulator.authorization import Authorization
from craton.emulator.call import Call, Operation
from craton.emulator.catalog import all_services
from craton.emulator.emulator import emulator
from craton.emulator.permissions import action_of
from craton.registry.iam import iam_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.model import Shape

    from craton.registry.iam import Action

SERVICES = all_services()
OPERATIONS = sorted(
    (service.name, operation) for service in SERVICES.values() for operation in service.operations
)
DEEPEST = 5
IDS = {
    "PolicyId": "p-12345678",
    "OrganizationalUnitId": "ou-ab12-12345678",
    "RootId": "r-ab12",
    "ParentId": "r-ab12",
    "SourceParentId": "r-ab12",
    "DestinationParentId": "ou-ab12-12345678",
    "ChildId": MANAGEMENT,
    "TargetId": MANAGEMENT,
    "AccountId": MANAGEMENT,
    "ResourceId": MANAGEMENT,
    "AliasName": "alias/sample",
    "Path": "/sample/",
    "CopySource": "sample/key",
    "Resources": "vpc-12345678",
    "SubscriptionArn": f"arn:aws:sns:{REGION}:{MANAGEMENT}:sample:1",
}
"""Ids that tell by their form of what they are."""


@pytest.fixture(scope="module")
def rehearsal() -> Iterator[Rehearsal]:
    """One emulator for all that only asks."""
    clock = Clock()
    made = Rehearsal(emulator(MANAGEMENT, clock), clock)
    made.organization()
    yield made
    made.world.close()


def _call(rehearsal: Rehearsal, service: str, operation: str, parameters: dict[str, Any]) -> Call:
    return Call(
        operation=Operation(service, operation),
        region=REGION,
        caller=rehearsal.root,
        parameters=parameters,
        environ={},
        body=b"",
        request_id="request",
        time=rehearsal.world.now(),
        world=rehearsal.world,
    )


def _wanted(
    rehearsal: Rehearsal, service: str, operation: str, **parameters: Any
) -> tuple[tuple[str, str], ...]:
    return Authorization(SERVICES).wanted(_call(rehearsal, service, operation, parameters))


BESIDE = {"oam:CreateLink": "arn:${Partition}:oam:${Region}:${Account}:link/${ResourceId}"}
"""What an action is authorised on as well, by another page of AWS than the reference of actions.

Source: "Link monitoring accounts with source accounts", docs.aws.amazon.com/AmazonCloudWatch/latest/
monitoring/CloudWatch-Unified-Cross-Account-Setup.html, retrieved 2026-11-26.
"""


def _forms(action: Action) -> list[str]:
    types = {
        one.name.lower(): one.arn for one in iam_reference().resource_types(action.name.partition(":")[0])
    }
    found = [types[use.type.lower()] for use in action.resource_types if use.type.lower() in types]
    return [*found, *([BESIDE[action.name]] if action.name in BESIDE else [])]


def _is_about(arn: str, form: str) -> bool:
    """Whether an ARN is one of that form.

    Log groups are authorised as their streams; a target of a stack set is told behind the set's name and id,
    between which a colon stands.
    """
    parts = re.split(r"\$\{\w+\}", form.replace("${StackSetTarget}", "${Name}:${Id}/${Target}"))
    pattern = "[^:]*".join(re.escape(part) for part in parts)
    return re.fullmatch(f"{pattern}(:log-stream:[^:]*)?", arn) is not None


def _filled(form: str) -> str:
    holes = {"Partition": "aws", "Region": REGION, "Account": MANAGEMENT}
    return re.sub(r"\$\{(\w+)\}", lambda hole: holes.get(hole[1], "sample"), form)


def _sample(shape: Shape, name: str, arn: str | None, depth: int = 0) -> Any:
    """A value of a shape: all members at the top, below it those that must be there."""
    match shape.type_name:
        case "structure":
            return {
                member: _sample(held, member, arn, depth + 1)
                for member, held in shape.members.items()
                if depth < DEEPEST and (depth == 0 or member in shape.required_members)
            }
        case "list":
            return [_sample(shape.member, name, arn, depth + 1)]
        case "map":
            return {"key": _sample(shape.value, name, arn, depth + 1)}
        case "string":
            is_arn = name.lower().endswith("arn") or name in ("Resource", "Identifier", "SinkIdentifier")
            return IDS.get(name) or (arn if arn and is_arn else None) or (shape.enum or ["sample"])[0]
        case "blob":
            return b"sample"
        case "boolean":
            return False
        case "timestamp":
            return dt.datetime(2026, 11, 26)  # noqa: DTZ001 - the emulator's times are naive UTC
        case _:
            return 1


@pytest.mark.slow
@pytest.mark.parametrize(("service", "operation"), OPERATIONS, ids=str)
def test_an_operation_has_an_action_that_names_its_resource(
    service: str, operation: str, rehearsal: Rehearsal
) -> None:
    shape = get_service_model(service).operation_model(operation).input_shape
    own = iam_reference().action(action_of(Operation(service, operation)) or "")
    forms = _forms(own) if own else []
    parameters = _sample(shape, "", _filled(forms[0]) if forms else None) if shape else {}
    for name, resource in _wanted(rehearsal, service, operation, **parameters):
        action = iam_reference().action(name)
        assert action is not None, f"there is no action {name}"
        if resource == "*":
            assert not any(use.required for use in action.resource_types), f"{name} names no resource"
        else:
            assert any(_is_about(resource, form) for form in _forms(action)), f"{name} on {resource}"


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "wanted"),
    [
        ("s3", "GetObject", {"Bucket": "b", "Key": "a/b"}, [("s3:GetObject", "arn:aws:s3:::b/a/b")]),
        (
            *("s3", "DeleteObject", {"Bucket": "b", "Key": "k", "VersionId": "1"}),
            [("s3:DeleteObjectVersion", "arn:aws:s3:::b/k")],
        ),
        (
            *("s3", "DeleteObjects", {"Bucket": "b", "Delete": {"Objects": [{"Key": "k"}, {"Key": "l"}]}}),
            [("s3:DeleteObject", "arn:aws:s3:::b/k"), ("s3:DeleteObject", "arn:aws:s3:::b/l")],
        ),
        (
            *(
                "s3",
                "PutObject",
                {"Bucket": "b", "Key": "k", "Tagging": "a=b", "ObjectLockMode": "GOVERNANCE"},
            ),
            [
                ("s3:PutObject", "arn:aws:s3:::b/k"),
                ("s3:PutObjectRetention", "arn:aws:s3:::b/k"),
                ("s3:PutObjectTagging", "arn:aws:s3:::b/k"),
            ],
        ),
        (
            *("s3", "CopyObject", {"Bucket": "b", "Key": "k", "CopySource": "c/l"}),
            [("s3:PutObject", "arn:aws:s3:::b/k"), ("s3:GetObject", "arn:aws:s3:::c/l")],
        ),
        ("s3", "ListObjectsV2", {"Bucket": "b"}, [("s3:ListBucket", "arn:aws:s3:::b")]),
        ("s3", "ListBuckets", {}, [("s3:ListAllMyBuckets", "*")]),
        (
            *("logs", "PutRetentionPolicy", {"logGroupName": "/g"}),
            [("logs:PutRetentionPolicy", "arn:aws:logs:us-east-1:111111111111:log-group:/g:log-stream:")],
        ),
        (
            *("logs", "PutLogEvents", {"logGroupName": "/g", "logStreamName": "s"}),
            [("logs:PutLogEvents", "arn:aws:logs:us-east-1:111111111111:log-group:/g:log-stream:s")],
        ),
        (
            *("sns", "CreateTopic", {"Name": "t"}),
            [("sns:CreateTopic", "arn:aws:sns:us-east-1:111111111111:t")],
        ),
        (
            *("sns", "Unsubscribe", {"SubscriptionArn": "arn:aws:sns:us-east-1:222222222222:t:1"}),
            [("sns:Unsubscribe", "arn:aws:sns:us-east-1:222222222222:t")],
        ),
        (
            *("sqs", "SendMessageBatch", {"QueueUrl": "http://127.0.0.1/222222222222/q"}),
            [("sqs:SendMessage", "arn:aws:sqs:us-east-1:222222222222:q")],
        ),
        (
            *("kinesis", "PutRecord", {"StreamName": "s"}),
            [("kinesis:PutRecord", "arn:aws:kinesis:us-east-1:111111111111:stream/s")],
        ),
        (
            *("firehose", "PutRecord", {"DeliveryStreamName": "s"}),
            [("firehose:PutRecord", "arn:aws:firehose:us-east-1:111111111111:deliverystream/s")],
        ),
        (
            *("glue", "GetTable", {"DatabaseName": "d", "Name": "t"}),
            [
                ("glue:GetTable", "arn:aws:glue:us-east-1:111111111111:catalog"),
                ("glue:GetTable", "arn:aws:glue:us-east-1:111111111111:database/d"),
                ("glue:GetTable", "arn:aws:glue:us-east-1:111111111111:table/d/t"),
            ],
        ),
        (
            *("athena", "CreateNamedQuery", {"Name": "q", "WorkGroup": "w"}),
            [("athena:CreateNamedQuery", "arn:aws:athena:us-east-1:111111111111:workgroup/w")],
        ),
        (
            *("ec2", "CreateVpcEndpoint", {"VpcId": "vpc-1"}),
            [
                ("ec2:CreateVpcEndpoint", "arn:aws:ec2:us-east-1:111111111111:vpc-endpoint/*"),
                ("ec2:CreateVpcEndpoint", "arn:aws:ec2:us-east-1:111111111111:vpc/vpc-1"),
            ],
        ),
        (
            *("cloudformation", "CreateStack", {"StackName": "s"}),
            [("cloudformation:CreateStack", "arn:aws:cloudformation:us-east-1:111111111111:stack/s/*")],
        ),
    ],
)
def test_a_call_is_authorised_on_these_resources(
    service: str,
    operation: str,
    parameters: dict[str, Any],
    wanted: list[tuple[str, str]],
    rehearsal: Rehearsal,
) -> None:
    assert list(_wanted(rehearsal, service, operation, **parameters)) == wanted


def test_an_alias_is_authorised_as_its_key(rehearsal: Rehearsal) -> None:
    kms = rehearsal.client("kms", rehearsal.root)
    key = kms.create_key()["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName="alias/one", TargetKeyId=key)
    assert _wanted(rehearsal, "kms", "Encrypt", KeyId="alias/one") == (("kms:Encrypt", key),)


def test_a_policy_is_attached_with_leave_on_the_policy_and_on_its_target(rehearsal: Rehearsal) -> None:
    organization = rehearsal.world.organization
    assert organization is not None
    wanted = _wanted(
        rehearsal, "organizations", "AttachPolicy", PolicyId="p-FullAWSAccess", TargetId=MANAGEMENT
    )
    assert wanted == (*(("organizations:AttachPolicy", one) for one in _attached(organization.id)),)


def _attached(organization: str) -> tuple[str, str]:
    return (
        "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
        f"arn:aws:organizations::{MANAGEMENT}:account/{organization}/{MANAGEMENT}",
    )
