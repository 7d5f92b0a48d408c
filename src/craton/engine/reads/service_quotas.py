"""What is read of Service Quotas: what Amazon Bedrock may be asked of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import Plan, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


def _questions(_at: Place) -> Iterator[Question]:
    yield Question(operation="ListServiceQuotas", parameters={"ServiceCode": "bedrock"})


PLAN: Final = Plan(service="service-quotas", questions=_questions)
