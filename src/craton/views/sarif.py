"""Findings of the linter as SARIF, the form that code hosts and editors read.

Source: "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", OASIS standard of 2020-03-27,
docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from craton import __version__
from craton.linter.catalog import rules

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.core.diagnostic import Diagnostic, Place, Severity
    from craton.linter.rule import Rule

SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final[dict[Severity, str]] = {"error": "error", "warning": "warning", "info": "note"}


def sarif(findings: Iterable[Diagnostic]) -> dict[str, Any]:
    """A log of one run, with every rule that found something."""
    told = tuple(findings)
    ids = sorted({one.rule for one in told})
    driver = {
        "name": "craton lint",
        "semanticVersion": __version__,
        "rules": [_rule(rule_id, rules().get(rule_id)) for rule_id in ids],
    }
    results = [_result(one, ids.index(one.rule)) for one in told]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule_id: str, rule: Rule | None) -> dict[str, Any]:
    """What SARIF says of a rule; those of cfn-lint are described by cfn-lint."""
    if rule is None:
        return {"id": rule_id}
    return {
        "id": rule_id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": " ".join(rule.why.split())},
        "help": {"text": f"source: {rule.source}"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
    }


def _result(finding: Diagnostic, index: int) -> dict[str, Any]:
    text = f"{finding.message}\nhint: {finding.hint}" if finding.hint else finding.message
    return {
        "ruleId": finding.rule,
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": text},
        "locations": [{"physicalLocation": _location(finding.place)}],
    }


def _location(place: Place) -> dict[str, Any]:
    uri = quote(PurePath(place.file).as_posix(), safe="/:")
    location: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if place.line:
        location["region"] = {"startLine": place.line, "startColumn": max(1, place.column)}
    return location
