"""What a service's model asks of parameters: lengths, patterns, enums and ranges, in AWS's words."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import regex  # type: ignore[import-untyped]  # the models' patterns are not Python's: `\p{L}`
from botocore.session import Session

from craton.emulator.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from botocore.model import ServiceModel, Shape

    from craton.emulator.call import Call


@functools.cache
def service_model(service: str) -> ServiceModel:
    """The model that botocore has of a service."""
    return _session().get_service_model(service)


@functools.cache
def _session() -> Session:
    return Session()


def check_parameters(call: Call, *, but: Container[str] = ()) -> None:
    """Refuses parameters that the model does not allow. `but` are member names that are checked elsewhere.

    Raises: ServiceError that tells all of them at once, as AWS's services do.
    """
    shape = service_model(call.operation.service).operation_model(call.operation.name).input_shape
    if shape is None:
        return
    problems = list(_problems(shape, dict(call.parameters), "", but))
    if problems:
        noun = "error" if len(problems) == 1 else "errors"
        told = "; ".join(problems)
        raise ServiceError("ValidationException", f"{len(problems)} validation {noun} detected: {told}")


def _problems(shape: Shape, value: Any, path: str, but: Container[str]) -> Iterator[str]:
    match shape.type_name:
        case "structure":
            yield from _of_structure(shape, value, path, but)
        case "list":
            yield from _of_size(shape, value, path)
            for number, one in enumerate(value, 1):
                yield from _problems(shape.member, one, f"{path}.{number}.member", but)
        case "map":
            for key, one in value.items():
                yield from _problems(shape.value, one, f"{path}.{key}", but)
        case "string":
            yield from _of_text(shape, value, path)
        case "integer" | "long" | "double" | "float":
            yield from _of_number(shape, value, path)
        case _:
            return


def _of_structure(shape: Shape, value: Any, path: str, but: Container[str]) -> Iterator[str]:
    for name in shape.required_members:
        if value.get(name) is None:
            yield _failed(None, _below(path, name), "Member must not be null")
    for name, member in shape.members.items():
        if value.get(name) is not None and name not in but:
            yield from _problems(member, value[name], _below(path, name), but)


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _of_size(shape: Shape, value: Any, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if most is not None and len(value) > most:
        yield _failed(value, path, f"Member must have length less than or equal to {most}")
    if least is not None and len(value) < least:
        yield _failed(value, path, f"Member must have length greater than or equal to {least}")


def _of_text(shape: Shape, value: str, path: str) -> Iterator[str]:
    yield from _of_size(shape, value, path)
    pattern = shape.metadata.get("pattern")
    if pattern and not _compiled(pattern).fullmatch(value):
        yield _failed(value, path, f"Member must satisfy regular expression pattern: {pattern}")
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield _failed(value, path, f"Member must satisfy enum value set: [{', '.join(allowed)}]")


def _of_number(shape: Shape, value: float, path: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if most is not None and value > most:
        yield _failed(value, path, f"Member must have value less than or equal to {most}")
    if least is not None and value < least:
        yield _failed(value, path, f"Member must have value greater than or equal to {least}")


@functools.cache
def _compiled(pattern: str) -> Any:
    return regex.compile(pattern)


def _failed(value: Any, path: str, why: str) -> str:
    told = "null" if value is None else f"'{value}'"
    return f"Value {told} at '{path}' failed to satisfy constraint: {why}"
