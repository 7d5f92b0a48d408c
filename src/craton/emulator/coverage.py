"""What the emulator has: every operation and every resource type, and who answers for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from craton.emulator.resources.registry import kinds

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.service import Service

By = Literal["moto", "own"]


class Covered(Struct, frozen=True):
    """An operation that is answered, by the names of botocore, and by whom: by moto, or by our own code."""

    service: str
    operation: str
    by: By


class Coverage(Struct, frozen=True):
    """All that is emulated; whatever stands in neither is refused with 501 and its name."""

    operations: tuple[Covered, ...]
    resource_types: tuple[str, ...]


def coverage(services: Mapping[str, Service]) -> Coverage:
    """What these services and the resource types of the emulator cover, in the order of their names."""
    operations = (
        Covered(name, operation, "moto" if operation in service.moto else "own")
        for name, service in sorted(services.items())
        for operation in sorted(service.operations)
    )
    return Coverage(tuple(operations), tuple(kinds()))
