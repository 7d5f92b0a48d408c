"""Quotas by the codes of Service Quotas."""

from __future__ import annotations

import re

from craton.registry.service_quotas import service_quotas


def test_a_quota_may_differ_by_region() -> None:
    found = {one.code: one for one in service_quotas()}["L-9072D6F0"]
    assert (found.value_in("us-east-1"), found.value_in("eu-west-1")) == (50, 25)


def test_codes_are_unique_and_of_the_form_of_aws() -> None:
    codes = [(one.service, one.code) for one in service_quotas()]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"L-[0-9A-F]{8}", code) for _, code in codes)
