"""The tag policy of an organization: how cost tags are spelt, and which values they may have.

It stops nothing: what differs from it is reported. That tags are there at all is a matter of an SCP.

Source: docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_tag-policies.html,
retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from craton.core.manifest_governance import Tags


def tag_policy(tags: Tags) -> dict[str, Any] | None:
    """The document, or None where the manifest names no tag."""
    keys = sorted({*tags.required, *tags.values})
    if not keys:
        return None
    return {"tags": {key: _rule(key, tags.values.get(key, ())) for key in keys}}


def _rule(key: str, values: tuple[str, ...]) -> dict[str, Any]:
    rule: dict[str, Any] = {"tag_key": {"@@assign": key}}
    return {**rule, "tag_value": {"@@assign": list(values)}} if values else rule
