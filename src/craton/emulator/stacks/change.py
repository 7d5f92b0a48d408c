"""What an update would change, before anything is touched."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from craton.emulator.errors import ServiceError
from craton.emulator.resources.registry import (
    conditionally_create_only,
    create_only,
    differing,
    tagged,
    typed,
)
from craton.emulator.stacks.evaluated import outputs_of, present_in
from craton.emulator.stacks.intrinsic import Evaluation
from craton.emulator.stacks.live import NOTHING_DRIFTED, Live
from craton.emulator.stacks.scope import Scope

if TYPE_CHECKING:
    from craton.emulator.inside import Inside
    from craton.emulator.resources.kind import Made
    from craton.emulator.stacks.scope import Exports
    from craton.emulator.stacks.stack import Resource, Stack
    from craton.emulator.stacks.template import Declared, Template

Action = Literal["Add", "Modify", "Remove", "SyncWithActual"]
Scoped = Literal["Properties", "Metadata", "Tags"]
Replacement = Literal["True", "False", "Conditional"]
_LATER: Final = "(known after it is made: "


class PropertyChange(Struct, frozen=True, kw_only=True):
    """One property that changes, from what it is to what the template says; None is one that is not set.

    `previous` is what it was deployed as; `has_drifted` tells that it is something else now, `is_alike` that
    it is already as the template says.
    """

    name: str
    before: Any
    after: Any
    previous: Any
    replaces: bool = False
    has_drifted: bool = False
    is_alike: bool = False

    @property
    def is_known(self) -> bool:
        """Whether its value follows from what is there already."""
        return not is_later(self.after)


class Change(Struct, frozen=True, kw_only=True):
    """One resource that an update touches. `replacement` is there for `Modify`.

    `scope` tells what of it changes, and `properties` which of its properties. `before` and `after` are all
    of its properties, `previous` those that it was deployed with.
    """

    action: Action
    logical_id: str
    physical_id: str | None
    type: str
    replacement: Replacement | None = None
    scope: tuple[Scoped, ...] = ()
    properties: tuple[PropertyChange, ...] = ()
    before: Mapping[str, Any] | None = None
    after: Mapping[str, Any] | None = None
    previous: Mapping[str, Any] | None = None


class Preview(Struct, frozen=True):
    """What an update would do: to resources, in the template's order, and whether anything else changes."""

    changes: tuple[Change, ...]
    changes_more: bool

    @property
    def is_nothing(self) -> bool:
        """Whether there are no updates to be performed."""
        return not self.changes and not self.changes_more


class _Guess(Scope):
    """A scope in which what is not made yet, or is gone, has a value that differs from all others."""

    gone: frozenset[str] = frozenset()

    def ref(self, name: str) -> Any:
        try:
            return f"{_LATER}{name})" if name in self.gone else super().ref(name)
        except ServiceError:
            return f"{_LATER}{name})"

    def attribute(self, logical_id: str, name: str) -> Any:
        later = f"{_LATER}{logical_id}.{name})"
        try:
            return later if logical_id in self.gone else super().attribute(logical_id, name)
        except ServiceError:
            return later


def is_later(value: Any) -> bool:
    """Whether a value, or something in it, is known only once a resource has been made."""
    if isinstance(value, dict):
        return any(map(is_later, value.values()))
    return any(map(is_later, value)) if isinstance(value, list) else _LATER in str(value)


def preview(
    stack: Stack,
    template: Template,
    parameters: Mapping[str, str],
    *,
    tags: Mapping[str, str],
    inside: Inside,
    exports: Exports,
    live: Mapping[str, Live] = NOTHING_DRIFTED,
) -> Preview:
    """What an update of the stack would do; removals come last.

    `live` are resources that drifted and that the update is to bring back.
    Raises: ServiceError where the template cannot be worked out.
    """
    scope = _Guess(stack, template, parameters, inside, exports)
    scope.gone = frozenset(name for name, one in live.items() if one.is_gone)
    evaluation = Evaluation(template, scope)
    present = present_in(template, evaluation)
    found: list[Change] = []
    for name, declared in present.items():
        old = stack.resources.get(name)
        if old is None or old.made is None or old.status == "DELETE_COMPLETE" or name in scope.gone:
            former = old.properties if old and name in scope.gone else None
            found.append(_added(declared, evaluation, tags, former))
            continue
        now = live.get(name) or Live(properties=old.properties)
        change = _modified(old, old.made, declared, now, _after(declared, evaluation, tags))
        if change is not None:
            found.append(change)
    found += [
        Change(
            action="Remove",
            logical_id=name,
            physical_id=old.made.physical_id,
            type=old.type,
            before=live[name].properties if name in live else old.properties,
            previous=old.properties,
        )
        for name, old in stack.resources.items()
        if name not in present and old.made is not None and old.status != "DELETE_COMPLETE"
    ]
    outputs = outputs_of(template, evaluation)
    return Preview(tuple(found), outputs != stack.outputs or dict(tags) != dict(stack.tags))


def _after(declared: Declared, evaluation: Evaluation, tags: Mapping[str, str]) -> dict[str, Any]:
    own = typed(declared.type, evaluation.value(declared.properties))
    return tagged(declared.type, own, tags)


def _added(
    declared: Declared,
    evaluation: Evaluation,
    tags: Mapping[str, str],
    former: Mapping[str, Any] | None,
) -> Change:
    """What is to be made; what cannot be worked out yet fails when it is made, and not before."""
    try:
        after: dict[str, Any] | None = _after(declared, evaluation, tags)
    except ServiceError:
        after = None
    return Change(
        action="Add",
        logical_id=declared.logical_id,
        physical_id=None,
        type=declared.type,
        after=after,
        previous=former,
    )


def _modified(
    old: Resource, made: Made, declared: Declared, now: Live, own: Mapping[str, Any]
) -> Change | None:
    """What becomes of a resource that is there by its own properties; None where it stays as it is."""
    after = now.wanted(own)
    names = now.changed(after)
    alike = tuple(
        name for name in sorted(now.drifted - {*names}) if old.properties.get(name) != own.get(name)
    )
    same_type = old.type == declared.type
    same_metadata = old.metadata == declared.metadata
    if same_type and not names and same_metadata and not alike:
        return None
    replacing = differing(create_only(declared.type), old.properties, after) if same_type else ()
    unsure = differing(conditionally_create_only(declared.type), now.properties, after) if same_type else ()
    is_known = not any(is_later(after.get(path.split("/")[0])) for path in replacing)
    in_place = same_type and not names and same_metadata
    replacement = _replacement(bool(replacing) or not same_type, bool(unsure), is_known=is_known)
    return Change(
        action="SyncWithActual" if in_place else "Modify",
        logical_id=declared.logical_id,
        physical_id=made.physical_id,
        type=declared.type,
        replacement=None if in_place else replacement,
        scope=_scope((*names, *alike), same_metadata=same_metadata),
        properties=tuple(
            PropertyChange(
                name=name,
                before=now.properties.get(name),
                after=after.get(name),
                previous=old.properties.get(name),
                replaces=any(path.split("/")[0] == name for path in replacing),
                has_drifted=name in now.drifted,
                is_alike=name in alike,
            )
            for name in sorted((*names, *alike))
        ),
        before=now.properties,
        after=after,
        previous=old.properties,
    )


def _replacement(replaces: bool, unsure: bool, *, is_known: bool) -> Replacement:
    if replaces:
        return "True" if is_known else "Conditional"
    return "Conditional" if unsure else "False"


def _scope(names: tuple[str, ...], *, same_metadata: bool) -> tuple[Scoped, ...]:
    scope: list[Scoped] = []
    if any(name != "Tags" for name in names):
        scope.append("Properties")
    if "Tags" in names:
        scope.append("Tags")
    if not same_metadata:
        scope.append("Metadata")
    return tuple(scope)
