"""The resource types that can be made, and the schema that CloudFormation's registry has of each.

Source of the schemas: those that cfn-lint ships, of the Region us-east-1.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from craton.emulator import resources
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.resources.coercion import fitted_to

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cfnlint.jsonschema import StandardValidator

    from craton.emulator.resources.kind import Kind, Properties

_FRAME: Final = frozenset({"api_kind", "coercion", "kind", "registry", "shaping", "waiting"})
_ANY_ACCOUNT: Final = b"000000000000"
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
    from cfnlint.schema import PROVIDER_SCHEMA_MANAGER, ResourceNotFoundError  # noqa: PLC0415 - slow to load

    try:
        found: dict[str, Any] = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", type_name).schema
    except ResourceNotFoundError as error:
        raise ServiceError(
            "ValidationError", f"Template format error: Unrecognized resource types: [{type_name}]"
        ) from error
    return found


@functools.cache
def _validator(type_name: str) -> StandardValidator:
    from cfnlint.jsonschema import StandardValidator  # noqa: PLC0415 - slow to load, for stacks alone

    return StandardValidator(schema(type_name))


def is_custom(type_name: str) -> bool:
    """Whether a function makes resources of the type, and nothing is known of them."""
    return type_name.startswith(_CUSTOM)


def problem_with_change(type_name: str, before: Properties, after: Properties) -> str | None:
    """Why a change can neither be made in place nor by replacing the resource; None if it can.

    The function of a custom resource stays, and a resource under a name of its own cannot be replaced under
    the same name.
    """
    if is_custom(type_name):
        is_same = before.get("ServiceToken") == after.get("ServiceToken")
        return None if is_same else "Modifying service token is not allowed."
    name = names_itself(type_name, after)
    if name and name == names_itself(type_name, before) and replaced_by(type_name, before, after):
        return (
            "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
            f"Rename {name} and update the stack again."
        )
    return None


def typed(type_name: str, properties: Properties) -> dict[str, Any]:
    """The properties with values of the types that the registry's schema wants."""
    return dict(properties) if is_custom(type_name) else fitted_to(schema(type_name), properties)


def tagged(type_name: str, properties: dict[str, Any], tags: Mapping[str, str]) -> dict[str, Any]:
    """The properties with the tags of their stack, where the type has tags; its own tags come first.

    Source: "Resource tag", docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/
    aws-properties-resource-tags.html, retrieved 2026-11-26.
    """
    if not tags or is_custom(type_name):
        return properties
    tagging = schema(type_name).get("tagging") or {}
    if not tagging.get("taggable", True) or "Tags" not in schema(type_name)["properties"]:
        return properties
    own = properties.get("Tags") or []
    if isinstance(own, dict) or schema(type_name)["properties"]["Tags"].get("type") == "object":
        return {**properties, "Tags": {**tags, **dict(own)}}
    names = {one.get("Key") for one in own if isinstance(one, dict)}
    added = [{"Key": name, "Value": value} for name, value in tags.items() if name not in names]
    return {**properties, "Tags": [*own, *added]}


def has_attribute(type_name: str, name: str) -> bool:
    """Whether Fn::GetAtt can ask resources of the type for an attribute of that name."""
    from cfnlint.schema import PROVIDER_SCHEMA_MANAGER  # noqa: PLC0415 - slow to load, for stacks alone

    known = PROVIDER_SCHEMA_MANAGER.get_type_getatts(type_name, "us-east-1")
    return any(one == name or re.fullmatch(one, name) for one in known)


def names_itself(type_name: str, properties: Properties) -> str | None:
    """The name that the template gives a resource, if it is all that tells it from others."""
    paths = schema(type_name).get("primaryIdentifier") or ()
    names = [properties.get(path.removeprefix("/properties/")) for path in paths]
    return "|".join(map(str, names)) if names and all(isinstance(one, str) for one in names) else None


def problem_with(type_name: str, properties: Properties, account: str) -> str | None:
    """What the registry's schema has against these properties, in CloudFormation's words; None if nothing.

    `account` is where the resource is to be: properties that differ in it alone are looked at once, because
    stack sets bring them to many accounts.
    """
    if is_custom(type_name):
        return None
    encoded = msgspec.json.encode(properties)
    if _problem(type_name, encoded.replace(account.encode(), _ANY_ACCOUNT)) is None:
        return None
    return _problem(type_name, encoded)


@functools.lru_cache(maxsize=4096)
def _problem(type_name: str, properties: bytes) -> str | None:
    """The problem of properties as JSON."""
    for error in _validator(type_name).iter_errors(msgspec.json.decode(properties)):
        place = "/".join(("#", *map(str, error.path)))
        return f"Properties validation failed for resource with message: [{place}: {error.message}]"
    return None


@functools.cache
def create_only(type_name: str) -> frozenset[str]:
    """The properties whose change replaces the resource, as paths joined by `/`; `*` is each of a list."""
    return frozenset() if is_custom(type_name) else _paths(type_name, "createOnlyProperties")


@functools.cache
def conditionally_create_only(type_name: str) -> frozenset[str]:
    """The properties whose change may replace the resource: the type decides when it comes to it."""
    return frozenset() if is_custom(type_name) else _paths(type_name, "conditionalCreateOnlyProperties")


@functools.cache
def write_only(type_name: str) -> frozenset[str]:
    """The properties that a template sets and that nobody reads back, as paths joined by `/`."""
    return frozenset() if is_custom(type_name) else _paths(type_name, "writeOnlyProperties")


@functools.cache
def is_read_back(type_name: str) -> bool:
    """Whether CloudFormation reads resources of the type back, so that it can look for their drift.

    The registry knows no handler that reads where AWS's list of types that support drift detection lacks a
    type, such as AWS::IAM::Policy, AWS::SNS::TopicPolicy and AWS::SQS::QueuePolicy.
    Source: "Resource type support", docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/
    resource-import-supported-resources.html, retrieved 2026-11-26.
    """
    return not is_custom(type_name) and "read" in (schema(type_name).get("handlers") or ())


def _paths(type_name: str, key: str) -> frozenset[str]:
    return frozenset(
        path.removeprefix("/properties/").replace("/properties/", "/").replace("/items/", "/")
        for path in schema(type_name).get(key) or ()
    )


def replaced_by(type_name: str, before: Properties, after: Properties) -> tuple[str, ...]:
    """The paths of properties that only creation sets, and that differ."""
    return differing(create_only(type_name), before, after)


def differing(paths: frozenset[str], before: Properties, after: Properties) -> tuple[str, ...]:
    """Those of the paths at which the two are not the same."""
    return tuple(
        path for path in sorted(paths) if _at(before, path.split("/")) != _at(after, path.split("/"))
    )


def is_within(path: str, paths: frozenset[str]) -> bool:
    """Whether one of the paths, in which `*` is each of a list, is this path or stands above it."""
    steps = path.split("/")
    return any(
        len(one) <= len(steps)
        and all(wanted in ("*", step) for wanted, step in zip(one, steps, strict=False))
        for one in (each.split("/") for each in paths)
    )


def _at(held: Any, steps: list[str]) -> Any:
    if not steps:
        return held
    if isinstance(held, list):
        return [_at(one, steps[1:] if steps[0] == "*" else steps) for one in held]
    return _at(held.get(steps[0]), steps[1:]) if isinstance(held, dict) else None
