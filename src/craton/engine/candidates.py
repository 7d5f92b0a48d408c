"""Policies that somebody wants to try before they are attached, and where they could be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.codec.policy_source import read_policy
from craton.core.diagnostic import Diagnostic
from craton.core.organization import ROOT
from craton.core.policy import Policy
from craton.engine.linting import lint_text
from craton.engine.policies import minified
from craton.registry.quotas import quota

if TYPE_CHECKING:
    from datetime import date

    from craton.core.manifest import Manifest

PASTED: Final = "candidate.json"
"""What a pasted document is called, where its places are told."""

LONGEST: Final = 48_000
"""So many characters may be pasted: several times what AWS attaches, as people indent. Units: characters."""


class ReadCandidate(Struct, frozen=True):
    """A pasted document: the policy, where it is one, and all that is wrong with it."""

    policy: Policy | None
    problems: tuple[Diagnostic, ...]


def read_candidate(text: str, *, today: date) -> ReadCandidate:
    """The policy that somebody pasted, with what the linter says of it as an SCP.

    One that is larger than AWS attaches is none: what it would do is nobody's question.
    """
    data = text.removeprefix("\ufeff").encode("utf-8", "replace")
    policy, problems = read_policy(data, PASTED, "candidate")
    if policy is None or any(one.severity == "error" for one in problems):
        return ReadCandidate(None, problems)
    size, limit = len(minified(data)), quota("scp_characters")
    if limit.standing(size) == "over":
        message = f"it has {size:,} characters without spaces, and AWS attaches {limit.limit:,}"
        too_large = Diagnostic(
            rule="policy_too_large", message=message, place=policy.place, hint="make two policies of it"
        )
        return ReadCandidate(None, (too_large,))
    return ReadCandidate(policy, lint_text(data, PASTED, today=today, kind="scp"))


def places(manifest: Manifest) -> tuple[tuple[str, str], ...]:
    """Where a policy can be attached, with the name to show for it: the root, OUs, accounts."""
    units = sorted(manifest.organization.unit_paths() - {ROOT})
    accounts = sorted(manifest.organization.accounts, key=lambda one: one.name)
    return (
        (ROOT, ROOT),
        *((unit, unit) for unit in units),
        *((one.id, f"{one.name} ({one.id})") for one in accounts),
    )
