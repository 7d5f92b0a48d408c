"""Rules: what each one claims, how it is found, and the examples that prove it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

from msgspec import Struct

from craton.core.diagnostic import Diagnostic, Place, Severity
from craton.core.policy import PolicyKind
from craton.linter.facts import Facts
from craton.linter.subject import Document, Subject

MARK: Final = "»"
"""Stands in a bad example before each place that the rule must name."""


class Fault(Struct, frozen=True):
    """What a rule found: what is wrong, where, and what would mend it.

    `severity` and `rule` are told where they are not those of the rule that found it.
    """

    message: str
    place: Place
    hint: str | None = None
    severity: Severity | None = None
    rule: str | None = None


class Example(Struct, frozen=True):
    """A file that shows a rule. `kind` is the kind of policy, where its text does not tell."""

    text: str
    file: str = "policy.json"
    kind: PolicyKind | None = None


OfPolicy: TypeAlias = Callable[[Subject, Facts], Iterator[Fault]]
OfDocument: TypeAlias = Callable[[Document, Facts], Iterator[Fault]]


class Rule(Struct, frozen=True, kw_only=True):
    """One rule; its id is the name of its file.

    It looks at each policy (`of_policy`), at each document as a whole (`of_document`), or passes on what the
    reader told under these names (`told_by_reader`).
    """

    title: str
    severity: Severity
    why: str
    source: str
    bad: Example
    good: Example
    of_policy: OfPolicy | None = None
    of_document: OfDocument | None = None
    told_by_reader: frozenset[str] = frozenset()


def stamped(rule_id: str, rule: Rule, fault: Fault) -> Diagnostic:
    """The fault as a finding of its rule."""
    return Diagnostic(
        rule=fault.rule or rule_id,
        message=fault.message,
        place=fault.place,
        hint=fault.hint,
        severity=fault.severity or rule.severity,
    )
