"""Properties of CloudFormation and parameters of APIs, turned into each other by their schemas.

Most types name their properties as the API names its parameters, but for the case of letters. A property that
the API does not take is refused rather than dropped.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from craton.emulator.errors import NotEmulatedError
from craton.emulator.resources.registry import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from botocore.model import Shape

    from craton.emulator.resources.kind import Properties


def to_parameters(client: Any, operation: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of an operation, by its method name, from properties.

    Raises: NotEmulatedError naming a property that the operation does not take.
    """
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[operation])
    fitted = _fitted(model.input_shape, properties, operation)
    return dict(fitted) if fitted else {}


def _fitted(shape: Shape, value: Any, path: str) -> Any:
    match shape.type_name:
        case "structure":
            return _structure(shape, value, path) if isinstance(value, dict) else value
        case "list":
            held = value if isinstance(value, list) else [value]
            return [_fitted(shape.member, one, path) for one in held]
        case "map":
            if isinstance(value, list):
                value = {one["Key"]: one["Value"] for one in value}
            return {str(key): _fitted(shape.value, one, path) for key, one in value.items()}
        case kind:
            return _scalar(kind, value)


def _scalar(kind: str, value: Any) -> Any:
    match kind:
        case "integer" | "long":
            return int(value)
        case "double" | "float":
            return float(value)
        case "boolean":
            return value if isinstance(value, bool) else str(value).lower() == "true"
        case "blob":
            return value.encode() if isinstance(value, str) else value
        case "string":
            return _text(value)
        case _:
            return value


def _text(value: Any) -> str:
    if isinstance(value, dict | list):
        return json.dumps(value)
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _structure(shape: Shape, value: Mapping[str, Any], path: str) -> dict[str, Any]:
    known = {name.lower(): name for name in shape.members}
    fitted: dict[str, Any] = {}
    for name, one in value.items():
        meant = known.get(name.lower())
        if meant is None:
            raise NotEmulatedError(f"the property {name}, which {path} does not take")
        fitted[meant] = _fitted(shape.members[meant], one, f"{path}.{name}")
    return fitted


def to_properties(type_name: str, told: Mapping[str, Any]) -> dict[str, Any]:
    """What an API tells, as properties of the type; what the type has no property for is left out."""
    whole = schema(type_name)
    read_only = {path.removeprefix("/properties/") for path in whole.get("readOnlyProperties") or ()}
    found = _told(whole, whole, told)
    return {name: value for name, value in found.items() if name not in read_only}


def _told(whole: Mapping[str, Any], held: Mapping[str, Any], value: Any) -> Any:
    held = _resolved(whole, held)
    if isinstance(value, dict) and "properties" in held:
        names = {str(name).lower(): name for name in held["properties"]}
        return {
            names[key.lower()]: _told(whole, held["properties"][names[key.lower()]], one)
            for key, one in value.items()
            if key.lower() in names and one is not None
        }
    if isinstance(value, list) and "items" in held:
        return [_told(whole, held["items"], one) for one in value]
    if isinstance(value, dict) and "items" in held:
        return [{"Key": key, "Value": one} for key, one in value.items()]
    return value


def _resolved(whole: Mapping[str, Any], held: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = held.get("$ref")
    if not reference:
        return held
    found: Any = whole
    for step in str(reference).removeprefix("#/").split("/"):
        found = found[step]
    resolved: Mapping[str, Any] = found
    return resolved


class TagCalls(Struct, frozen=True):
    """The methods by which an API gives tags to a resource and takes them away.

    `by` is the parameter that names the resource by its id, where it is another than in other operations.
    """

    gives: str
    takes: str
    by: str | None = None


def retag(
    client: Any, calls: TagCalls, identity: Mapping[str, Any], before: Properties, after: Properties
) -> None:
    """The resource has the tags of `after`, and no longer those of `before` that are gone."""
    old, new = tags_of(before), tags_of(after)
    gone = sorted(old.keys() - new.keys())
    if gone:
        name, _ = _tags_member(client, calls.takes, "keys")
        getattr(client, calls.takes)(**identity, **{name: gone})
    if new and new != old:
        name, shape = _tags_member(client, calls.gives, "tags")
        getattr(client, calls.gives)(**identity, **{name: tags_as(shape, new)})


def tags_of(properties: Properties) -> dict[str, str]:
    """The tags that properties tell, by key."""
    return {str(one["Key"]): str(one["Value"]) for one in properties.get("Tags") or ()}


def tags_as(shape: Shape, tags: Mapping[str, str]) -> Any:
    """Tags as an API takes them: a map, or a list whose members' names are its own."""
    if shape.type_name == "map":
        return dict(tags)
    key, value = sorted(shape.member.members)
    return [{key: one, value: told} for one, told in tags.items()]


def tag_list(told: Any) -> list[dict[str, str]]:
    """The property of tags, from a map or a list of an API, without those that AWS itself gives."""
    if isinstance(told, dict):
        pairs = list(told.items())
    else:
        pairs = [tuple(one[name] for name in sorted(one)) for one in told or ()]
    return [{"Key": key, "Value": value} for key, value in pairs if not key.startswith("aws:")]


def _tags_member(client: Any, method: str, ending: str) -> tuple[str, Shape]:
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method])
    return next(
        (name, shape) for name, shape in model.input_shape.members.items() if name.lower().endswith(ending)
    )


def document(told: str, given: Any) -> Any:
    """A JSON document that an API tells, in the form in which the template gives it: an object or a text."""
    parsed = json.loads(told)
    if not isinstance(given, str):
        return parsed
    try:
        return given if json.loads(given) == parsed else told
    except ValueError:
        return told


def text_of(given: Any) -> str:
    """A JSON document as APIs take it."""
    return given if isinstance(given, str) else json.dumps(given)


def refuse_others(type_name: str, properties: Properties, known: Iterable[str]) -> None:
    """Raises: NotEmulatedError naming a property that the type's module does not know."""
    for name in sorted(properties.keys() - set(known)):
        raise NotEmulatedError(f"the property {name} of {type_name}")
