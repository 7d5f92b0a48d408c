"""What is read of Amazon CloudWatch Logs: groups of Craton, and where their events go."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.deploying_roles import OWN_PATH
from craton.engine.reads.question import Following, Plan, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


_GROUP: Final = (
    Following(
        each="logGroups", operation="DescribeSubscriptionFilters", taken={"logGroupName": "logGroupName"}
    ),
)


def _questions(at: Place) -> Iterator[Question]:
    prefixes = (OWN_PATH, at.names.aggregated_log_group) if at.is_hub else (OWN_PATH,)
    for prefix in prefixes:
        yield Question(operation="DescribeLogGroups", parameters={"logGroupNamePrefix": prefix}, then=_GROUP)
    yield Question(operation="DescribeResourcePolicies")
    if at.is_hub:
        yield Question(operation="DescribeDestinations")
    if at.is_management:
        yield Question(operation="DescribeMetricFilters")


PLAN: Final = Plan(service="logs", questions=_questions)
