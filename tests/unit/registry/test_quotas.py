"""What AWS limits."""

from __future__ import annotations

import pytest

from craton.registry.quotas import quota, quotas


def test_a_service_control_policy_holds_10240_characters_and_warns_above_5120() -> None:
    size = quota("scp_characters")
    assert (size.limit, size.warn_above, size.unit) == (10_240, 5_120, "characters")
    assert [size.standing(amount) for amount in (5_120, 5_121, 10_240, 10_241)] == [
        "within",
        "warn",
        "warn",
        "over",
    ]


def test_a_limit_without_a_warning_is_kept_or_broken() -> None:
    per_target = quota("rcps_per_target")
    assert (per_target.standing(5), per_target.standing(6)) == ("within", "over")


def test_what_aws_raises_on_request_says_up_to_what() -> None:
    assert quota("trust_policy_characters").adjustable_to == 4_096
    assert quota("managed_policy_characters").adjustable_to is None


def test_an_unknown_quota_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(KeyError):
        quota("scp_colours")


def test_every_limit_is_above_its_warning_and_has_a_source() -> None:
    for one in quotas().values():
        assert one.source, one.name
        assert one.meaning, one.name
        assert one.warn_above is None or one.warn_above < one.limit, one.name
        assert one.adjustable_to is None or one.adjustable_to > one.limit, one.name
