"""What is read of CloudWatch Observability Admin: rules that bring logs together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import Following, Plan, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


def _questions(at: Place) -> Iterator[Question]:
    if at.is_management and at.is_home:
        rule = Following(
            each="CentralizationRuleSummaries",
            operation="GetCentralizationRuleForOrganization",
            taken={"RuleIdentifier": "RuleArn"},
        )
        yield Question(operation="ListCentralizationRulesForOrganization", then=(rule,))


PLAN: Final = Plan(service="observabilityadmin", questions=_questions)
