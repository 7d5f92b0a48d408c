"""Policies as pages and their twins tell them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.views.statement_text import sentence

if TYPE_CHECKING:
    from craton.core.diagnostic import Diagnostic
    from craton.engine.policy_catalog import PolicyCatalog, PolicyEntry
    from craton.engine.policy_proofs import Proved


def entry_json(entry: PolicyEntry) -> dict[str, Any]:
    """A policy in short, for programs."""
    return {
        "key": entry.key,
        "kind": entry.kind,
        "title": entry.title,
        "file": entry.file,
        "attached_at": list(entry.targets),
        "holds_for": list(entry.accounts),
        "characters": entry.size.characters,
        "most_characters": entry.size.limit,
        "size": entry.size.standing,
        "statements": [str(sentence(one)) for one in entry.policy.statements],
        "findings": [finding_json(one) for one in entry.findings],
        "proofs": _proofs_json(entry.proved),
    }


def finding_json(one: Diagnostic) -> dict[str, Any]:
    """What the linter found, flat, as `craton lint --format json` tells it."""
    return {
        "rule": one.rule,
        "severity": one.severity,
        "file": one.place.file,
        "line": one.place.line,
        "column": one.place.column,
        "message": one.message,
        "hint": one.hint,
    }


def policy_pages(catalog: PolicyCatalog) -> dict[str, str]:
    """The key of the page of a policy, by the file that its places name."""
    return {one.policy.file: one.key for one in (*catalog.shipped, *catalog.attached)}


def _proofs_json(proved: Proved | None) -> dict[str, int] | None:
    if proved is None:
        return None
    return {"proofs": len(proved.cases), "requests": proved.requests, "failing": proved.failing}
