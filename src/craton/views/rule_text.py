"""A rule of the linter as a person reads it on a terminal."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from craton.linter.rule import MARK

if TYPE_CHECKING:
    from craton.linter.rule import Rule


def rule_text(rule_id: str, rule: Rule) -> str:
    """What the rule claims, why it matters, where that is written, and an example of each side."""
    parts = [
        f"{rule_id} ({rule.severity}): {rule.title}",
        textwrap.fill(" ".join(rule.why.split()), 100),
        f"source: {rule.source}",
        f"found here:\n{textwrap.indent(rule.bad.text.replace(MARK, '').strip(), '  ')}",
        f"sound:\n{textwrap.indent(rule.good.text.strip(), '  ')}",
    ]
    return "\n\n".join(parts)
