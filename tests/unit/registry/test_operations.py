"""How operations are authorised."""

from __future__ import annotations

from craton.registry.iam import iam_reference
from craton.registry.operations import (
    NOTHING,
    authorised_operations,
    resource_parameters,
    role_parameters,
)


def test_an_operation_may_be_authorised_as_another_action_or_as_none() -> None:
    told = authorised_operations()
    assert told["s3", "HeadObject"] == "s3:GetObject"
    assert told["sts", "GetCallerIdentity"] == NOTHING


def test_every_action_that_authorises_is_one_that_iam_knows() -> None:
    reference = iam_reference()
    unknown = {
        one for one in authorised_operations().values() if one != NOTHING and not reference.action(one)
    }
    assert unknown == set()


def test_a_part_of_an_arn_may_be_a_parameter_of_another_name() -> None:
    assert resource_parameters()["s3", "ObjectName"] == "Key"


def test_roles_that_are_passed_stand_at_a_path() -> None:
    found = role_parameters()["firehose", "CreateDeliveryStream"]
    assert ("ExtendedS3DestinationConfiguration", "RoleARN") in [one.path for one in found]
    assert {one.passed_to for one in found} == {"firehose.amazonaws.com"}
