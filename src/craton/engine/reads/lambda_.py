"""What is read of AWS Lambda: the functions of Craton, and who may call them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import Following, Plan, Question, begins_with

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


def _questions(at: Place) -> Iterator[Question]:
    if at.is_hub:
        own = Following(
            each=f"Functions[?{begins_with('FunctionName', at.stacks)}]",
            operation="GetPolicy",
            taken={"FunctionName": "FunctionName"},
        )
        yield Question(operation="ListFunctions", then=(own,))


PLAN: Final = Plan(service="lambda", questions=_questions)
