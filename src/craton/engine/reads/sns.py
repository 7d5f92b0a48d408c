"""What is read of Amazon SNS: topics of Craton, and who is told by them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import OWN_NAMES, Following, Plan, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


_TOPIC: Final = tuple(
    Following(
        each=f"Topics[?contains(TopicArn, ':{OWN_NAMES}')]",
        operation=operation,
        taken={"TopicArn": "TopicArn"},
    )
    for operation in ("GetTopicAttributes", "ListSubscriptionsByTopic")
)


def _questions(_at: Place) -> Iterator[Question]:
    yield Question(operation="ListTopics", then=_TOPIC)


PLAN: Final = Plan(service="sns", questions=_questions)
