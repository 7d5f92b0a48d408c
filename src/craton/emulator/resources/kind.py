"""What CloudFormation knows of one resource type."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct, field

from craton.emulator.errors import ServiceError

if TYPE_CHECKING:
    from craton.emulator.credentials import Caller
    from craton.emulator.world import World

Properties = Mapping[str, Any]


class Made(Struct, frozen=True):
    """A resource that exists: what Ref gives, and what Fn::GetAtt gives by name."""

    physical_id: str
    attributes: Mapping[str, Any] = field(default_factory=dict)


class NeedsReplacementError(Exception):
    """A resource cannot be changed like that in place: another one must take its place."""


class HalfMadeError(ServiceError):
    """A resource could not be made, and yet something is there that is to be removed: `made`."""

    def __init__(self, code: str, message: str, made: Made) -> None:
        super().__init__(code, message)
        self.made = made


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """Where and for whom a resource is made: the stack, its account and Region, and who acts there.

    `generation` counts how often the resource has been replaced.
    """

    world: World
    caller: Caller
    region: str
    stack_id: str
    stack_name: str
    logical_id: str
    type: str
    tags: Mapping[str, str]
    generation: int = 0

    @property
    def account(self) -> str:
        """The stack's account."""
        return self.caller.account

    def client(self, service: str, region: str | None = None) -> Any:
        """A boto3 client of the service, acting for the stack."""
        return self.world.inside.client(service, region or self.region, self.caller)

    def name(self, longest: int = 128) -> str:
        """A name for a resource that was given none: the stack's, the logical id, and a part of its own."""
        seed = f"{self.stack_id}/{self.logical_id}{f'/{self.generation}' if self.generation else ''}"
        own = hashlib.sha256(seed.encode()).hexdigest()[:12].upper()
        room = longest - len(own) - 1
        return f"{f'{self.stack_name}-{self.logical_id}'[:room]}-{own}"


class Kind(Protocol):
    """One resource type. What it does goes through the type's own API, in the name of the stack's caller.

    Errors of that API are raised as botocore raises them: CloudFormation tells them as the reason.
    """

    type: str
    """The name of the type, as in `AWS::S3::Bucket`."""

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the resource. Raises: HalfMadeError where some of it is there all the same."""

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Changes the resource in place; the properties that only creation sets are the same in both.

        Raises: NeedsReplacementError where that cannot be, of properties that only sometimes replace.
        """

    def delete(self, site: Site, made: Made, properties: Properties) -> None:
        """Removes the resource; that it is gone already is no error."""

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """The properties as the resource's own API tells them, or None where it is gone.

        Only properties that the API tells are there; `properties` are those of the stack, for their order.
        """
