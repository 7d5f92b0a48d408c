"""What of a bill is Bedrock's, and what stops when a budget is spent.

Models of other providers are billed by AWS Marketplace under services of their own, whose names end in
`(Amazon Bedrock Edition)`.

Source: docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Expression.html, retrieved
2026-11-26.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, Final

from msgspec import Meta

from craton.registry.inference import inference_surfaces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Percent = Annotated[int, Meta(ge=1, le=1000)]
Usd = Annotated[Decimal, Meta(extra={"ge": Decimal(1)}, extra_json_schema={"minimum": 1})]

OF_BEDROCK: Final[dict[str, Any]] = {
    "Or": [
        {"Dimensions": {"Key": "SERVICE", "Values": ["Amazon Bedrock"], "MatchOptions": ["CONTAINS"]}},
        {"Dimensions": {"Key": "SERVICE_CODE", "Values": ["AmazonBedrock"], "MatchOptions": ["STARTS_WITH"]}},
    ]
}
"""The services of Bedrock itself and of Marketplace, by their names and by their codes."""


def spending_stop() -> dict[str, Any]:
    """The statement that stops calls of models."""
    actions = {one.action for one in inference_surfaces() if one.target in ("batch", "model", "project")}
    return {"Sid": "BudgetIsSpent", "Effect": "Deny", "Action": sorted(actions), "Resource": "*"}


def notifications(percents: Sequence[int], subscribers: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What is told at parts of a budget that are spent, and when it is forecast that the last one is."""
    for kind, percent in (*(("ACTUAL", one) for one in percents), ("FORECASTED", percents[-1])):
        yield {
            "Notification": {
                "NotificationType": kind,
                "ComparisonOperator": "GREATER_THAN",
                "Threshold": percent,
                "ThresholdType": "PERCENTAGE",
            },
            "Subscribers": list(subscribers),
        }
