"""What a survey asks of AWS: less than a collection, for nothing of Craton need be there.

Source: "CloudWatch search expression syntax", docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/
search-expression-syntax.html (a search finds metrics of the last two weeks), retrieved 2026-11-27.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from craton.engine.reads import organizations
from craton.engine.reads.question import Plan, Question

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from craton.engine.reads.question import Following, Place

DAYS: Final = 14
NAMESPACE: Final = "AWS/Bedrock"
METRICS: Final = {
    "invocations": "Invocations",
    "input_tokens": "InputTokenCount",
    "output_tokens": "OutputTokenCount",
    "cache_read": "CacheReadInputTokens",
    "cache_write": "CacheWriteInputTokens",
    "legacy": "LegacyModelInvocations",
}
"""The metrics that are asked for, by the ids of their queries."""

KEYS_OF: Final = "bedrock.amazonaws.com"
_SECONDS_OF_A_DAY: Final = 86_400
_OF_THE_ORGANIZATION: Final = (
    "DescribeOrganization",
    "ListRoots",
    "ListAccounts",
    "ListPolicies",
    "ListDelegatedAdministrators",
)


def first_day(day: dt.date) -> dt.date:
    """The first of the days that a survey on this day tells of."""
    return day - dt.timedelta(days=DAYS - 1)


def organization_plans() -> tuple[Plan, ...]:
    """What is asked of the organization as a whole."""

    def of_organizations(at: Place) -> Iterator[Question]:
        for question in organizations.PLAN.questions(at):
            if question.operation in _OF_THE_ORGANIZATION:
                yield question

    def of_stack_sets(at: Place) -> Iterator[Question]:
        if at.asks_organization and at.is_home:
            told = {} if at.is_management else {"CallAs": "DELEGATED_ADMIN"}
            yield Question(operation="ListStackSets", parameters={**told, "Status": "ACTIVE"})

    return (
        Plan(service="organizations", questions=of_organizations),
        Plan(service="cloudformation", questions=of_stack_sets),
    )


def place_plans(day: dt.date) -> tuple[Plan, ...]:
    """What is asked in every account and Region: whether models are called, and whether that is logged."""

    def of_metrics(_at: Place) -> Iterator[Question]:
        queries = [
            {
                "Id": name,
                "Expression": f"SEARCH('{{{NAMESPACE},ModelId}} MetricName=\"{metric}\"', 'Sum', "
                f"{_SECONDS_OF_A_DAY})",
                "Label": "${PROP('Dim.ModelId')}",
            }
            for name, metric in METRICS.items()
        ]
        yield Question(
            operation="GetMetricData",
            parameters={
                "MetricDataQueries": queries,
                "StartTime": f"{first_day(day)}T00:00:00Z",
                "EndTime": f"{day + dt.timedelta(days=1)}T00:00:00Z",
                "ScanBy": "TimestampAscending",
            },
        )

    def of_bedrock(_at: Place) -> Iterator[Question]:
        yield Question(operation="GetModelInvocationLoggingConfiguration")

    def of_iam(at: Place) -> Iterator[Question]:
        if at.is_home:
            yield Question(
                operation="ListServiceSpecificCredentials",
                parameters={"AllUsers": True, "ServiceName": KEYS_OF},
            )

    return (
        Plan(service="cloudwatch", questions=of_metrics),
        Plan(service="bedrock", questions=of_bedrock),
        Plan(service="iam", questions=of_iam),
    )


def use_plans() -> tuple[Plan, ...]:
    """What is asked beside that where models are called, or logging is set up."""

    def of_bedrock(_at: Place) -> Iterator[Question]:
        yield Question(operation="ListGuardrails")
        yield Question(operation="ListEnforcedGuardrailsConfiguration")
        yield Question(operation="ListInferenceProfiles", parameters={"typeEquals": "APPLICATION"})

    return (Plan(service="bedrock", questions=of_bedrock),)


def actions(places: Iterable[Place], day: dt.date) -> tuple[str, ...]:
    """The actions of IAM that a survey of these places is authorised as, sorted.

    Each operation that is asked is authorised as the action of its own name, in these services.
    """
    plans = (*organization_plans(), *place_plans(day), *use_plans())
    found = {
        f"{plan.service}:{operation}"
        for place in places
        for plan in plans
        for question in plan.questions(place)
        for operation in _operations(question.operation, question.then)
    }
    return tuple(sorted(found))


def _operations(operation: str, then: tuple[Following, ...]) -> Iterator[str]:
    yield operation
    for one in then:
        yield from _operations(one.operation, one.then)
