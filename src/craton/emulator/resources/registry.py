"""The resource types that can be made, and the schema that CloudFormation's registry has of each.

Source of the schemas: those that cfn-lint ships, of the Region us-east-1.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING, Any, Final

from cfnlint.jsonschema import StandardValidator
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER, ResourceNotFoundError

from craton.emulator import resources
from craton.emulator.errors import NotEmulatedError, ServiceError

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Kind, Properties

_FRAME: Final = frozenset({"api_kind", "kind", "registry", "shaping"})
_CUSTOM: Final = ("AWS::CloudFormation::CustomResource", "Custom::")


@functools.cache
def kinds() -> dict[str, Kind]:
    """Every type by name: the modules of this room that define `KIND`, or several as `KINDS`."""
    found: dict[str, Kind] = {}
    for module in pkgutil.iter_modules(resources.__path__):
        if module.name in _FRAME:
            continue
        loaded = importlib.import_module(f"{resources.__name__}.{module.name}")
        for kind in getattr(loaded, "KINDS", None) or (loaded.KIND,):
            found[kind.type] = kind
    return dict(sorted(found.items()))


def kind_of(type_name: str) -> Kind:
    """The type of that name.

    Raises: ServiceError where AWS has no such type; NotEmulatedError where only the emulator lacks it.
    """
    name = _CUSTOM[0] if type_name.startswith(_CUSTOM) else type_name
    if name in kinds():
        return kinds()[name]
    schema(type_name)
    raise NotEmulatedError(f"the resource type {type_name}")


@functools.cache
def schema(type_name: str) -> dict[str, Any]:
    """The registry's schema of a type. Raises: ServiceError where there is no such type."""
    try:
        found: dict[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", type_name).schema
    except ResourceNotFoundError as error:
        raise ServiceError(
            "ValidationError", f"Template format error: Unrecognized resource types: [{type_name}]"
        ) from error
    return found


@functools.cache
def _validator(type_name: str) -> StandardValidator:
    return StandardValidator(schema(type_name))


def problem_with(type_name: str, properties: Properties) -> str | None:
    """What the registry's schema has against these properties, in CloudFormation's words; None if nothing."""
    if type_name.startswith(_CUSTOM):
        return None
    for error in _validator(type_name).iter_errors(dict(properties)):
        place = "/".join(("#", *map(str, error.path)))
        return f"Properties validation failed for resource with message: [{place}: {error.message}]"
    return None


def create_only(type_name: str) -> frozenset[str]:
    """The properties whose change replaces the resource, as paths joined by `/`."""
    if type_name.startswith(_CUSTOM):
        return frozenset({"ServiceToken"})
    return frozenset(
        path.removeprefix("/properties/").replace("/properties/", "/")
        for path in schema(type_name).get("createOnlyProperties") or ()
    )


def replaced_by(type_name: str, before: Properties, after: Properties) -> tuple[str, ...]:
    """The paths of properties that only creation sets, and that differ."""
    return tuple(path for path in sorted(create_only(type_name)) if _at(before, path) != _at(after, path))


def _at(properties: Any, path: str) -> Any:
    for step in path.split("/"):
        if not isinstance(properties, dict):
            return None
        properties = properties.get(step)
    return properties
