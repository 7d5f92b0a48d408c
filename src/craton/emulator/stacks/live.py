"""Resources as they are, where an update is to bring them back to what the template says.

Tags that no template set stay, and what only creation sets is not brought back. Where AWS's page says nothing
of it, a resource that is gone is told as one to be added, because its physical resource is to be made anew.
Source: "Using drift-aware change sets", docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/
drift-aware-change-sets.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from craton.emulator.resources.registry import create_only, is_within
from craton.emulator.stacks.drift import differences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.emulator.resources.kind import Properties
    from craton.emulator.stacks.drift import Drift

_TAGS: Final = "Tags"


class Live(Struct, frozen=True, kw_only=True):
    """One resource before an update.

    `properties` are those that it was given last; in place of those that `drifted` stands what they are now.
    `foreign_tags` are the names of tags that no template set. `is_gone` tells that somebody removed it.
    """

    properties: Mapping[str, Any]
    drifted: frozenset[str] = frozenset()
    foreign_tags: frozenset[str] = frozenset()
    is_gone: bool = False

    def wanted(self, properties: Properties) -> dict[str, Any]:
        """What an update asks for by these properties of the template: foreign tags are left as they are."""
        if not self.foreign_tags:
            return dict(properties)
        held, own = self.properties[_TAGS], properties.get(_TAGS) or type(self.properties[_TAGS])()
        if isinstance(held, dict):
            foreign = {key: held[key] for key in held if key in self.foreign_tags}
            return {**properties, _TAGS: {**foreign, **own}}
        names = {one["Key"] for one in own}
        foreign_list = [one for one in held if one["Key"] in self.foreign_tags - names]
        return {**properties, _TAGS: [*own, *foreign_list]}

    def changed(self, wanted: Properties) -> tuple[str, ...]:
        """The names of the properties that an update to these has to touch."""
        return tuple(name for name in sorted({*self.properties, *wanted}) if not self._is_alike(name, wanted))

    def _is_alike(self, name: str, wanted: Properties) -> bool:
        before = self.properties
        if name in self.drifted and name in wanted:
            return not any(differences({name: wanted[name]}, {name: before[name]}))
        return before.get(name) == wanted.get(name)


NOTHING_DRIFTED: Final[Mapping[str, Live]] = {}


def live(found: Iterable[Drift]) -> dict[str, Live]:
    """The resources that drifted and that an update can bring back, by their logical ids."""
    told: dict[str, Live] = {}
    for one in found:
        name, given = one.resource.logical_id, one.resource.properties
        if one.status == "DELETED":
            told[name] = Live(properties=given, is_gone=True)
        elif one.actual is not None and one.differences:
            fixed = create_only(one.resource.type)
            drifted = {
                path.split("/")[0]
                for path in (each.path.removeprefix("/") for each in one.differences)
                if not is_within(path, fixed)
            }
            told[name] = Live(
                properties={**given, **{each: one.actual[each] for each in drifted}},
                drifted=frozenset(drifted),
                foreign_tags=_tag_names(one.actual) - _tag_names(given) if _TAGS in drifted else frozenset(),
            )
    return told


def _tag_names(properties: Properties) -> frozenset[str]:
    held = properties.get(_TAGS) or ()
    return frozenset(held if isinstance(held, dict) else (one["Key"] for one in held))
