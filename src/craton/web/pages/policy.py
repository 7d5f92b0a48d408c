"""One policy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from craton.engine.pages import account_names
from craton.engine.policy_catalog import policy_catalog
from craton.views.statement_text import sentence
from craton.web.page import Page
from craton.web.policy_words import entry_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.engine.policy_catalog import PolicyEntry
    from craton.web.page import Visit


def of_policy(visit: Visit) -> Mapping[str, Any]:
    """Everything about the policy.

    Raises: UserError where there is none.
    """
    entry = policy_catalog(visit.present).entry(visit.parts["policy"])
    header = entry.template.header if entry.template else None
    return {
        "title": entry.title,
        "entry": entry,
        "header": header,
        "names": account_names(visit.present),
        "statements": _statements(entry),
        "text": _indented(entry.document),
        "policy": entry_json(entry),
        "document": entry.document,
        "explains": header.explains if header else None,
        "sources": list(header.sources) if header else [],
        "proofs": list(entry.proved.cases) if entry.proved else [],
    }


def _statements(entry: PolicyEntry) -> list[dict[str, Any]]:
    """Each statement with its words, and with its text as the document has it."""
    held = entry.document["Statement"]
    texts = held if isinstance(held, list) else [held]
    return [
        {"statement": one, "sentence": sentence(one), "text": _indented(text)}
        for one, text in zip(entry.policy.statements, texts, strict=True)
    ]


def _indented(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


page = Page(
    title="Policy",
    about="One policy: what it says, where it holds, and the requests that prove it.",
    path="/policies/{policy}",
    data=of_policy,
    told=("policy", "document", "explains", "sources", "proofs"),
    filtered=False,
)
