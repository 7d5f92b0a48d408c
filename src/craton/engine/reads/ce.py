"""What is read of AWS Cost Explorer: the tags by which costs are told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import Plan, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


def _questions(at: Place) -> Iterator[Question]:
    if at.is_management and at.is_home:
        yield Question(operation="ListCostAllocationTags", parameters={"Status": "Active"})


PLAN: Final = Plan(service="ce", questions=_questions)
