"""Documents to findings: every rule that there is, each told of what it looks at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.diagnostic import Diagnostic, in_order
from craton.linter.catalog import rules
from craton.linter.rule import stamped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.linter.facts import Facts
    from craton.linter.rule import Rule
    from craton.linter.subject import Document


def findings(document: Document, facts: Facts) -> tuple[Diagnostic, ...]:
    """All that the rules find in a document, in the order of the file."""
    found = [one for rule_id, rule in rules().items() for one in _of_rule(rule_id, rule, document, facts)]
    return in_order(found)


def _of_rule(rule_id: str, rule: Rule, document: Document, facts: Facts) -> Iterator[Diagnostic]:
    for problem in document.problems:
        if problem.rule in rule.told_by_reader:
            yield Diagnostic(
                rule=rule_id,
                message=problem.message,
                place=problem.place,
                hint=problem.hint,
                severity=rule.severity,
            )
    if rule.of_document is not None:
        for fault in rule.of_document(document, facts):
            yield stamped(rule_id, rule, fault)
    if rule.of_policy is not None:
        for subject in document.subjects:
            for fault in rule.of_policy(subject, facts):
                yield stamped(rule_id, rule, fault)
