"""What an update would change, before anything is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from craton.emulator.errors import ServiceError
from craton.emulator.resources.registry import create_only
from craton.emulator.stacks.deployment import present_in
from craton.emulator.stacks.intrinsic import Evaluation
from craton.emulator.stacks.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.inside import Inside
    from craton.emulator.resources.kind import Made
    from craton.emulator.stacks.scope import Exports
    from craton.emulator.stacks.stack import Stack
    from craton.emulator.stacks.template import Template

Action = Literal["Add", "Modify", "Remove"]


class Change(Struct, frozen=True, kw_only=True):
    """One resource that an update touches. `replacement` is True, False or Conditional for `Modify`."""

    action: Action
    logical_id: str
    physical_id: str | None
    type: str
    replacement: str | None
    properties: tuple[str, ...]


class _Guess(Scope):
    """A scope in which what is not made yet has a value that differs from all others."""

    def ref(self, name: str) -> Any:
        try:
            return super().ref(name)
        except ServiceError:
            return f"(known after it is made: {name})"

    def attribute(self, logical_id: str, name: str) -> Any:
        try:
            return super().attribute(logical_id, name)
        except ServiceError:
            return f"(known after it is made: {logical_id}.{name})"


def changes(
    stack: Stack, template: Template, parameters: Mapping[str, str], inside: Inside, exports: Exports
) -> tuple[Change, ...]:
    """What the stack's resources would become, in the template's order; removals last.

    Raises: ServiceError where the template cannot be worked out.
    """
    evaluation = Evaluation(template, _Guess(stack, template, parameters, inside, exports))
    present = present_in(template, evaluation)
    found: list[Change] = []
    for name, declared in present.items():
        old = stack.resources.get(name)
        after = evaluation.value(declared.properties)
        if old is None or old.made is None:
            found.append(
                Change(
                    action="Add",
                    logical_id=name,
                    physical_id=None,
                    type=declared.type,
                    replacement=None,
                    properties=(),
                )
            )
            continue
        if old.type == declared.type and old.properties == after:
            continue
        found.append(
            _modified(name, old.made, declared.type, old.properties, after, same=old.type == declared.type)
        )
    for name, old in stack.resources.items():
        if name not in present and old.made is not None:
            found.append(
                Change(
                    action="Remove",
                    logical_id=name,
                    physical_id=old.made.physical_id,
                    type=old.type,
                    replacement=None,
                    properties=(),
                )
            )
    return tuple(found)


def _modified(
    name: str, made: Made, type_name: str, before: Mapping[str, Any], after: Mapping[str, Any], *, same: bool
) -> Change:
    keys = sorted({*before, *after})
    differing = tuple(key for key in keys if before.get(key) != after.get(key))
    tops = {path.split("/")[0] for path in create_only(type_name)}
    replaces = not same or any(key in tops for key in differing)
    unsure = (
        replaces
        and same
        and any("known after it is made" in str(after.get(key)) for key in differing if key in tops)
    )
    return Change(
        action="Modify",
        logical_id=name,
        physical_id=made.physical_id,
        type=type_name,
        replacement="Conditional" if unsure else str(replaces),
        properties=differing,
    )
