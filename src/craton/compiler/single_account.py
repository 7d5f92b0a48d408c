"""The template of one account that stands alone: there is no hub, and there may be no organization.

It is what members have without all that leads out of the account. What names the hub, the management account
or the organization is left out: as a statement of a policy where it stands in one, as a resource otherwise,
and then whatever served that resource alone. Without the statements that let the organization in, a bucket
lets nobody in but its own account. What is for accounts that the manifest names is left out, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec

from craton.compiler.references import parts, references
from craton.core.resource import Output, Resource
from craton.kinds.invocation_log_group import logging

if TYPE_CHECKING:
    from craton.core.intent import Intent

_LEADING_NOWHERE: Final = "centralization"
"""With this transport a member has nothing that leads to the hub, and a log group of its own."""


def standing_alone(intent: Intent) -> Intent:
    """The same intent, with logs that stay where they are made."""
    told = msgspec.structs.replace(logging(intent), transport=_LEADING_NOWHERE)
    return msgspec.structs.replace(intent, manifest=msgspec.structs.replace(intent.manifest, logging=told))


def within_one_account(intent: Intent, made: Iterable[Resource | Output]) -> tuple[Resource | Output, ...]:
    """Of what all kinds want in members, what one account can have by itself."""
    elsewhere = (intent.hub_account, intent.management_account, intent.manifest.organization.id)
    of_members = [one for one in made if one.template == "member"]
    before = {one.id: one for one in of_members if isinstance(one, Resource)}
    kept = {
        name: shortened
        for name, one in before.items()
        if one.accounts is None
        and one.places is None
        and (shortened := _without_statements(one, elsewhere)) is not None
        and not _names(shortened.properties, elsewhere)
    }
    kept = _with_all_they_need(kept, before)
    kept = _with_purpose(kept, before)
    told = [
        one
        for one in of_members
        if isinstance(one, Output) and not set(references(one.value)) & (before.keys() - kept.keys())
    ]
    return (*kept.values(), *told)


def _without_statements(resource: Resource, elsewhere: tuple[str, ...]) -> Resource | None:
    """The resource without the statements that name what is elsewhere; None where a policy would be empty."""
    try:
        properties = _shortened(resource.properties, elsewhere)
    except _EmptyPolicyError:
        return None
    return msgspec.structs.replace(resource, properties=properties)


class _EmptyPolicyError(Exception):
    """Every statement of a policy names what is elsewhere."""


def _shortened(value: Any, elsewhere: tuple[str, ...]) -> Any:
    if isinstance(value, Mapping):
        return {key: _shortened(one, elsewhere) for key, one in value.items()}
    if not isinstance(value, (list, tuple)):
        return value
    left = [one for one in value if not (_is_statement(one) and _names(one, elsewhere))]
    if value and not left:
        raise _EmptyPolicyError
    return [_shortened(one, elsewhere) for one in left]


def _is_statement(value: Any) -> bool:
    return isinstance(value, Mapping) and "Effect" in value


def _names(value: Any, elsewhere: tuple[str, ...]) -> bool:
    return any(isinstance(one, str) and any(name in one for name in elsewhere) for one in parts(value))


def _with_all_they_need(kept: dict[str, Resource], before: Mapping[str, Resource]) -> dict[str, Resource]:
    """Those of the resources that name none that is left out, nor one that does."""
    while True:
        gone = before.keys() - kept.keys()
        left = {name: one for name, one in kept.items() if not _needs(one) & gone}
        if len(left) == len(kept):
            return kept
        kept = left


def _with_purpose(kept: dict[str, Resource], before: Mapping[str, Resource]) -> dict[str, Resource]:
    """Those of the resources that did not serve those alone that are left out."""
    served = _named_by(before.values())
    while True:
        serving = _named_by(kept.values())
        left = {name: one for name, one in kept.items() if name in serving or name not in served}
        if len(left) == len(kept):
            return kept
        kept = left


def _needs(resource: Resource) -> set[str]:
    return {*references(resource.properties), *resource.depends_on} - {resource.id}


def _named_by(resources: Iterable[Resource]) -> set[str]:
    return {name for one in resources for name in _needs(one)}
