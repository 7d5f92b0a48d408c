"""What is read of CloudWatch Observability Access Manager: links to the hub, and its sink."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import Following, Plan, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


_SINK: Final = (
    Following(each="Items", operation="GetSinkPolicy", taken={"SinkIdentifier": "Arn"}),
    Following(each="Items", operation="ListAttachedLinks", taken={"SinkIdentifier": "Arn"}),
)
_LINK: Final = (Following(each="Items", operation="GetLink", taken={"Identifier": "Arn"}),)


def _questions(at: Place) -> Iterator[Question]:
    yield Question(operation="ListLinks", then=_LINK)
    if at.is_hub:
        yield Question(operation="ListSinks", then=_SINK)


PLAN: Final = Plan(service="oam", questions=_questions)
