"""What is read of AWS Systems Manager: the parameters of Craton."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import Plan, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


def _questions(_at: Place) -> Iterator[Question]:
    yield Question(operation="GetParametersByPath", parameters={"Path": "/craton", "Recursive": True})


PLAN: Final = Plan(service="ssm", questions=_questions)
