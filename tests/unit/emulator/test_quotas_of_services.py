from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from tests.unit.emulator.rehearsal import MANAGEMENT

from craton.registry.service_quotas import service_quotas

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal

RATE = {"ServiceCode": "bedrock", "QuotaCode": "L-9072D6F0"}


def test_the_quotas_of_bedrock_come_page_by_page(rehearsal: Rehearsal) -> None:
    quotas = rehearsal.client("service-quotas")
    pages = quotas.get_paginator("list_service_quotas").paginate(
        ServiceCode="bedrock", PaginationConfig={"PageSize": 3}
    )
    found = [one["QuotaCode"] for page in pages for one in page["Quotas"]]
    assert found == [one.code for one in service_quotas() if one.service == "bedrock"]


def test_a_quota_is_told_for_the_region_and_the_account(rehearsal: Rehearsal) -> None:
    told = rehearsal.client("service-quotas").get_service_quota(**RATE)["Quota"]
    assert told["QuotaArn"] == f"arn:aws:servicequotas:us-east-1:{MANAGEMENT}:bedrock/L-9072D6F0"
    assert told["Value"] == 50
    other = rehearsal.client("service-quotas", region="eu-west-1")
    assert other.get_aws_default_service_quota(**RATE)["Quota"]["Value"] == 25
    (default,) = other.list_aws_default_service_quotas(ServiceCode="bedrock", MaxResults=1)["Quotas"]
    assert default["QuotaArn"] == "arn:aws:servicequotas:eu-west-1::bedrock/L-9072D6F0"


@pytest.mark.parametrize("told", [{"ServiceCode": "ec2"}, {"QuotaCode": "L-00000000"}])
def test_quotas_that_are_not_known_here_are_refused_by_name(
    rehearsal: Rehearsal, told: dict[str, str]
) -> None:
    with pytest.raises(ClientError, match=next(iter(told.values()))) as caught:
        rehearsal.client("service-quotas").get_service_quota(**{**RATE, **told})
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_a_token_of_nobody_is_refused(rehearsal: Rehearsal) -> None:
    with pytest.raises(ClientError, match="InvalidPaginationTokenException"):
        rehearsal.client("service-quotas").list_service_quotas(ServiceCode="bedrock", NextToken="abcd")
