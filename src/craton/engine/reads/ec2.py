"""What is read of Amazon VPC: private ways to Amazon Bedrock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import Plan, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


def _questions(at: Place) -> Iterator[Question]:
    services = [{"Name": "service-name", "Values": [f"com.amazonaws.{at.region}.bedrock*"]}]
    yield Question(operation="DescribeVpcEndpoints", parameters={"Filters": services})


PLAN: Final = Plan(service="ec2", questions=_questions)
