"""What is read of Amazon Data Firehose: streams of Craton into the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import OWN_NAMES, Following, Plan, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


_MOST: Final = 10_000
"""As many names as one call tells at most; the operation has no pages that could be told by a token."""


def _questions(at: Place) -> Iterator[Question]:
    if at.is_hub:
        stream = Following(
            each=f"DeliveryStreamNames[?starts_with(@, '{OWN_NAMES}')]",
            operation="DescribeDeliveryStream",
            taken={"DeliveryStreamName": "@"},
        )
        yield Question(operation="ListDeliveryStreams", parameters={"Limit": _MOST}, then=(stream,))


PLAN: Final = Plan(service="firehose", questions=_questions)
