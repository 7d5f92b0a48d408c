"""Policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.engine.policy_catalog import policy_catalog
from craton.web.page import Page
from craton.web.policy_words import entry_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.web.page import Visit


def of_policies(visit: Visit) -> Mapping[str, Any]:
    """The tree of the organization, what is attached to it, and what Craton ships."""
    catalog = policy_catalog(visit.present)
    unattached = [one for one in catalog.shipped if not catalog.targets(one.key)]
    return {
        "catalog": catalog,
        "problem": catalog.problem,
        "organization": catalog.tree,
        "policies": [entry_json(one) for one in (*catalog.attached, *unattached)],
    }


page = Page(
    title="Policies",
    about="Which policies are in force where, what each of them says, and the requests that prove it.",
    order=72,
    icon="M4 1.5h6l3 3v10H4zM10 1.5v3h3M6.5 8h4M6.5 11h4",
    data=of_policies,
    told=("problem", "organization", "policies"),
    filtered=False,
)
