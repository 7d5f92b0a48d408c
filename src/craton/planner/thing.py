"""Something that a deployment wants to exist in AWS: what it should be, what it is, and what brings it about.

Each sort of thing is one file of `craton.planner.things` with one class; nothing else names it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, TypeAlias

import msgspec

from craton.core.cloud_call import Read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.cloud_call import Call
    from craton.core.deployment import Deployment, DeploymentStep
    from craton.planner.seen import Seen

Body: TypeAlias = Mapping[str, Any]
"""What a thing is, in JSON values, as far as Craton says it."""

Risk = Literal["none", "low", "medium", "high"]

OWNER_TAG: Final = {"Key": "craton:managed-by", "Value": "craton"}
"""Marks what Craton made. What does not bear it is never deleted."""


class Thing(ABC):
    """One thing. A step of the deployment wants it."""

    operation: ClassVar[str]
    """The operation of the steps that want such things."""

    told_by: ClassVar[tuple[str, ...]]
    """The reads that tell what it is; what else is read tells only ids, which do not change."""

    def __init__(self, step: DeploymentStep, deployment: Deployment, seen: Seen) -> None:
        self.step = step
        self.deployment = deployment
        self.seen = seen

    @property
    @abstractmethod
    def address(self) -> str:
        """Its name in plans, which no other thing has."""

    @property
    def needs(self) -> tuple[str, ...]:
        """The addresses of things that must stand before."""
        return ()

    @property
    def holds_data(self) -> bool:
        """Whether data goes with it. Raises: NotAskedError, NotKnownError."""
        return False

    def loses_parts(self) -> bool:
        """Whether data goes when it becomes what it should be.

        Raises: NotAskedError, NotKnownError.
        """
        return False

    @property
    def may_come_half(self) -> bool:
        """Whether its calls may succeed though it is not what it should be."""
        return False

    @property
    def outlives(self) -> bool:
        """Whether it stays when it is wanted no more, for others may rest on it."""
        return False

    @property
    def places(self) -> frozenset[str]:
        """What no two things can have at a time: one that is wanted no more makes way for one that is."""
        return frozenset()

    @abstractmethod
    def wanted(self) -> Body:
        """What it should be. Raises: NotAskedError, NotKnownError."""

    @abstractmethod
    def found(self) -> Body | None:
        """What it is; None where it does not exist. Raises: NotAskedError, NotKnownError."""

    @abstractmethod
    def bring_about(self) -> Iterator[Call]:
        """The calls that make it what it should be. Raises: NotAskedError, NotKnownError."""

    def remove(self) -> Iterator[Call]:
        """The calls after which it does not exist. Raises: NotAskedError, NotKnownError."""
        yield from ()

    def risk(self, action: str) -> Risk:
        """How much may go wrong by that."""
        return "medium" if action == "delete" else "low"

    def read(self, service: str, operation: str, **parameters: Any) -> Any:
        """The answer of a read where the step is taken. Raises: NotAskedError, NotKnownError."""
        return self.seen.told(self.reading(service, operation, **parameters))

    def read_organization(self, operation: str, **parameters: Any) -> Any:
        """The answer of Organizations in the management account. Raises: NotAskedError, NotKnownError."""
        return self.seen.told(self.reading_in_management("organizations", operation, **parameters))

    def reading_in_management(self, service: str, operation: str, **parameters: Any) -> Read:
        """A read in the management account, which may ask before anything is delegated to the hub."""
        return msgspec.structs.replace(
            self.reading(service, operation, **parameters), account=self.deployment.management_account
        )

    def reading(self, service: str, operation: str, **parameters: Any) -> Read:
        """A read where the step is taken."""
        return Read(
            account=self.step.account,
            region=self.step.region,
            service=service,
            operation=operation,
            parameters=parameters,
        )
