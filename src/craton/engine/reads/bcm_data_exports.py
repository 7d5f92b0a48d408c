"""What is read of AWS Data Exports: where bills are delivered to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import Following, Plan, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


def _questions(at: Place) -> Iterator[Question]:
    if at.is_management and at.is_home:
        export = Following(each="Exports", operation="GetExport", taken={"ExportArn": "ExportArn"})
        yield Question(operation="ListExports", then=(export,))


PLAN: Final = Plan(service="bcm-data-exports", questions=_questions)
