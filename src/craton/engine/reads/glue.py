"""What is read of AWS Glue: the tables under which Athena finds the lake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import Plan, Question
from craton.kinds.lake_tables import DATABASE_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


def _questions(at: Place) -> Iterator[Question]:
    if at.is_hub and at.is_home:
        yield Question(operation="GetDatabase", parameters={"Name": DATABASE_NAME})
        yield Question(operation="GetTables", parameters={"DatabaseName": DATABASE_NAME})


PLAN: Final = Plan(service="glue", questions=_questions)
