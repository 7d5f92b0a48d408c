"""What is read of Amazon Athena: the work group that asks the lake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import Plan, Question
from craton.kinds.lake_tables import WORKGROUP_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


def _questions(at: Place) -> Iterator[Question]:
    if at.is_hub and at.is_home:
        yield Question(operation="GetWorkGroup", parameters={"WorkGroup": WORKGROUP_NAME})


PLAN: Final = Plan(service="athena", questions=_questions)
