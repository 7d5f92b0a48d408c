"""What an update would change, before anything is touched."""

from __future__ import annotations

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
from craton.emulator.stacks.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.inside import Inside
    from craton.emulator.resources.kind import Made
    from craton.emulator.stacks.scope import Exports
    from craton.emulator.stacks.stack import Resource, Stack
    from craton.emulator.stacks.template import Declared, Template

Action = Literal["Add", "Modify", "Remove"]
Scoped = Literal["Properties", "Metadata", "Tags"]
Replacement = Literal["True", "False", "Conditional"]
_LATER: Final = "(known after it is made: "


class Change(Struct, frozen=True, kw_only=True):
    """One resource that an update touches. `replacement` is there for `Modify`.

    `scope` tells what of it changes, and `properties` which of its properties, with those that replace it
    in `replacing`.
    """

    action: Action
    logical_id: str
    physical_id: str | None
    type: str
    replacement: Replacement | None = None
    scope: tuple[Scoped, ...] = ()
    properties: tuple[str, ...] = ()
    replacing: tuple[str, ...] = ()


class Preview(Struct, frozen=True):
    """What an update would do: to resources, in the template's order, and whether anything else changes."""

    changes: tuple[Change, ...]
    changes_more: bool

    @property
    def is_nothing(self) -> bool:
        """Whether there are no updates to be performed."""
        return not self.changes and not self.changes_more


class _Guess(Scope):
    """A scope in which what is not made yet has a value that differs from all others."""

    def ref(self, name: str) -> Any:
        try:
            return super().ref(name)
        except ServiceError:
            return f"{_LATER}{name})"

    def attribute(self, logical_id: str, name: str) -> Any:
        try:
            return super().attribute(logical_id, name)
        except ServiceError:
            return f"{_LATER}{logical_id}.{name})"


def preview(
    stack: Stack,
    template: Template,
    parameters: Mapping[str, str],
    *,
    tags: Mapping[str, str],
    inside: Inside,
    exports: Exports,
) -> Preview:
    """What an update of the stack would do; removals come last.

    Raises: ServiceError where the template cannot be worked out.
    """
    evaluation = Evaluation(template, _Guess(stack, template, parameters, inside, exports))
    present = present_in(template, evaluation)
    found: list[Change] = []
    for name, declared in present.items():
        old = stack.resources.get(name)
        if old is None or old.made is None or old.status == "DELETE_COMPLETE":
            found.append(Change(action="Add", logical_id=name, physical_id=None, type=declared.type))
            continue
        change = _modified(old, old.made, declared, evaluation, tags)
        if change is not None:
            found.append(change)
    found += [
        Change(action="Remove", logical_id=name, physical_id=old.made.physical_id, type=old.type)
        for name, old in stack.resources.items()
        if name not in present and old.made is not None and old.status != "DELETE_COMPLETE"
    ]
    outputs = outputs_of(template, evaluation)
    return Preview(tuple(found), outputs != stack.outputs or dict(tags) != dict(stack.tags))


def _modified(
    old: Resource, made: Made, declared: Declared, evaluation: Evaluation, tags: Mapping[str, str]
) -> Change | None:
    """What becomes of a resource that is there; None where it stays as it is."""
    own = typed(declared.type, evaluation.value(declared.properties))
    after = tagged(declared.type, own, tags)
    before = old.properties
    names = tuple(name for name in sorted({*before, *after}) if before.get(name) != after.get(name))
    same_type = old.type == declared.type
    same_metadata = old.metadata == declared.metadata
    if same_type and not names and same_metadata:
        return None
    replacing = differing(create_only(declared.type), before, after) if same_type else ()
    unsure = differing(conditionally_create_only(declared.type), before, after) if same_type else ()
    is_known = not any(_LATER in str(after.get(path.split("/")[0])) for path in replacing)
    return Change(
        action="Modify",
        logical_id=declared.logical_id,
        physical_id=made.physical_id,
        type=declared.type,
        replacement=_replacement(bool(replacing) or not same_type, bool(unsure), is_known=is_known),
        scope=_scope(names, same_metadata=same_metadata),
        properties=tuple(name for name in names if name != "Tags"),
        replacing=tuple(path.split("/")[0] for path in replacing),
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
