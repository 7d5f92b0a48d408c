from __future__ import annotations

import botocore.session
import pytest

from craton.registry.api_rates import ANY, api_rate, api_rates


@pytest.mark.parametrize(
    ("service", "operation", "per_second", "basis"),
    [
        ("organizations", "AttachPolicy", 2, "documented"),
        ("organizations", "ListRoots", 5, "assumed"),
        ("cloudtrail", "LookupEvents", 2, "documented"),
        ("cloudtrail", "DescribeTrails", 10, "assumed"),
    ],
)
def test_the_closest_rate_holds(service: str, operation: str, per_second: float, basis: str) -> None:
    found = api_rate(service, operation)
    assert (found.per_second, found.basis) == (per_second, basis)


def test_every_rate_is_of_an_operation_that_exists_and_tells_its_source() -> None:
    session = botocore.session.Session()
    for one in api_rates():
        assert one.per_second > 0
        assert one.burst >= 1
        assert one.source
        if one.service != ANY:
            known = session.get_service_model(one.service).operation_names
            assert {name for name in one.operations if name != ANY} <= set(known)


def test_no_operation_has_two_rates() -> None:
    names = [(one.service, name) for one in api_rates() for name in one.operations]
    assert len(names) == len(set(names))
