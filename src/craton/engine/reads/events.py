"""What is read of Amazon EventBridge: rules of Craton with their targets, and the bus of the hub."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import Following, Plan, Question, begins_with
from craton.kinds.parts.hub import EVENT_BUS_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


def _questions(at: Place) -> Iterator[Question]:
    targets = Following(
        each=f"Rules[?{begins_with('Name', at.stacks)}]",
        operation="ListTargetsByRule",
        taken={"Rule": "Name", "EventBusName": "EventBusName"},
    )
    yield Question(operation="ListRules", then=(targets,))
    if at.is_hub:
        yield Question(operation="ListEventBuses")
        yield Question(operation="ListRules", parameters={"EventBusName": EVENT_BUS_NAME}, then=(targets,))


PLAN: Final = Plan(service="events", questions=_questions)
