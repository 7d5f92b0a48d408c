"""What is read of AWS Config: whether it records, its rules, and what they found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import Plan, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


def _questions(at: Place) -> Iterator[Question]:
    yield Question(operation="DescribeConfigurationRecorders")
    yield Question(operation="DescribeConfigurationRecorderStatus")
    yield Question(operation="DescribeDeliveryChannels")
    yield Question(operation="DescribeConfigRules")
    yield Question(operation="DescribeComplianceByConfigRule")
    yield Question(operation="DescribeConformancePacks")
    if at.asks_organization and at.is_home:
        yield Question(operation="DescribeConfigurationAggregators")
    if at.is_management and at.is_home:
        yield Question(operation="DescribeOrganizationConfigRules")
        yield Question(operation="DescribeOrganizationConformancePacks")


PLAN: Final = Plan(service="config", questions=_questions)
