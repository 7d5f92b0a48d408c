"""What the parts of a template refer to, and what they may not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.emulator.errors import ServiceError
from craton.emulator.resources.registry import has_attribute
from craton.emulator.stacks.intrinsic import PLACE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.emulator.stacks.template import Template


def references(held: Any) -> Iterator[str]:
    """The names that a value refers to by Ref, Fn::GetAtt or Fn::Sub: resources and parameters."""
    if isinstance(held, dict):
        if len(held) == 1:
            (name, argument), *_ = held.items()
            if name == "Ref":
                yield str(argument)
                return
            if name == "Fn::GetAtt":
                yield str(argument).split(".", 1)[0] if isinstance(argument, str) else str(argument[0])
                return
            if name == "Fn::Sub":
                yield from _in_text(argument)
                return
        for one in held.values():
            yield from references(one)
    elif isinstance(held, list):
        for one in held:
            yield from references(one)


def _in_text(argument: Any) -> Iterator[str]:
    text, own = (argument, {}) if isinstance(argument, str) else (argument[0], argument[1])
    for found in PLACE.finditer(str(text)):
        if found[1] is not None and found[1].strip() not in own:
            yield found[1].strip().split(".", 1)[0]
    yield from references(dict(own))


def used_conditions(held: Any) -> Iterator[str]:
    """The conditions that a value names in Fn::If."""
    if isinstance(held, dict):
        for name, argument in held.items():
            if name == "Fn::If":
                yield str(argument[0])
            yield from used_conditions(argument)
    elif isinstance(held, list):
        for one in held:
            yield from used_conditions(one)


def ordered(template: Template, present: Mapping[str, Any]) -> tuple[str, ...]:
    """The logical ids of `present` resources, each after those that it refers to or depends on.

    Raises: ServiceError where they go in a circle.
    """
    needed = {
        name: {
            other
            for other in (
                *references(template.resources[name].properties),
                *template.resources[name].depends_on,
            )
            if other in present
        }
        for name in present
    }
    order: list[str] = []
    while needed:
        free = [name for name, others in needed.items() if not others & needed.keys()]
        if not free:
            raise ServiceError(
                "ValidationError", f"Circular dependency between resources: [{', '.join(sorted(needed))}]"
            )
        order += free
        for name in free:
            del needed[name]
    return tuple(order)


def check_references(template: Template) -> None:
    """Refuses a template that refers to what it does not have. Raises: ServiceError."""
    known = {*template.resources, *template.parameters}
    of_resources = {
        name
        for declared in template.resources.values()
        for name in (*references(declared.properties), *declared.depends_on)
    }
    of_outputs = set(references(dict(template.outputs)))
    for names, block in ((of_resources, "Resources"), (of_outputs, "Outputs")):
        unresolved = sorted(name for name in names - known if not name.startswith("AWS::"))
        if unresolved:
            raise ServiceError(
                "ValidationError",
                "Template format error: Unresolved resource dependencies "
                f"[{', '.join(unresolved)}] in the {block} block of the template",
            )
    ordered(template, template.resources)
    beyond = sorted(set(references(dict(template.conditions))) & set(template.resources))
    if beyond:
        raise ServiceError(
            "ValidationError",
            f"Template format error: Unresolved dependencies [{', '.join(beyond)}]. Cannot reference "
            "resources in the Conditions block of the template",
        )
    lacking = sorted(
        {
            name
            for declared in template.resources.values()
            for name in (*used_conditions(declared.properties), *filter(None, [declared.condition]))
            if name not in template.conditions
        }
    )
    if lacking:
        raise ServiceError(
            "ValidationError",
            f"Template format error: Unresolved condition dependency {lacking[0]} in the Resources block",
        )


def check_attributes(template: Template) -> None:
    """Refuses Fn::GetAtt of an attribute that the resource's type does not have. Raises: ServiceError."""
    held = [declared.properties for declared in template.resources.values()]
    for logical_id, name in attributes([*held, dict(template.outputs)]):
        declared = template.resources.get(logical_id)
        if declared is not None and not has_attribute(declared.type, name):
            raise ServiceError(
                "ValidationError",
                f"Template error: resource {logical_id} does not support attribute type {name} in Fn::GetAtt",
            )


def attributes(held: Any) -> Iterator[tuple[str, str]]:
    """Every attribute of a resource that a value asks for by a name that stands in the template."""
    if isinstance(held, dict):
        if len(held) == 1:
            (name, argument), *_ = held.items()
            if name == "Fn::GetAtt":
                parts = argument.split(".", 1) if isinstance(argument, str) else list(argument)
                if all(isinstance(part, str) for part in parts):
                    yield parts[0], parts[1]
                return
            if name == "Fn::Sub":
                yield from _attributes_in_text(argument)
        for one in held.values():
            yield from attributes(one)
    elif isinstance(held, list):
        for one in held:
            yield from attributes(one)


def _attributes_in_text(argument: Any) -> Iterator[tuple[str, str]]:
    text, own = (argument, {}) if isinstance(argument, str) else (argument[0], argument[1])
    for found in PLACE.finditer(str(text)):
        name = (found[1] or "").strip()
        if "." in name and name not in own:
            logical_id, _, attribute = name.partition(".")
            yield logical_id, attribute
