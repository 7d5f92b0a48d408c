"""What all that is done to a stack has in common: who acts, what is told, and how a resource is removed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from botocore.exceptions import BotoCoreError, ClientError

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.resources.kind import Site
from craton.emulator.resources.registry import kind_of

if TYPE_CHECKING:
    import datetime as dt

    from craton.emulator.inside import Inside
    from craton.emulator.stacks.scope import Exports
    from craton.emulator.stacks.stack import Resource, Stack
    from craton.emulator.world import World


class FailedError(Exception):
    """A resource could not be made, changed or removed; the text is the reason."""


TELLING: Final = (FailedError, ServiceError, NotEmulatedError, ClientError, BotoCoreError)
"""Errors that CloudFormation tells as the reason why a resource failed."""


class Workbench:
    """One stack and what is needed to work on it."""

    def __init__(self, stack: Stack, world: World, inside: Inside, exports: Exports) -> None:
        self._stack = stack
        self._world = world
        self._inside = inside
        self._exports = exports

    def _now(self) -> dt.datetime:
        return self._world.now()

    def _check_fault(self, resource: Resource, operation: Literal["CREATE", "UPDATE", "DELETE"]) -> None:
        """Raises: FailedError where a fault that was asked for befalls the operation on the resource."""
        stack = self._stack
        if self._world.faults.fails(stack.account, stack.region, resource.type, operation):
            raise FailedError(
                'Resource handler returned message: "a fault was asked for" '
                "(HandlerErrorCode: GeneralServiceException)"
            )

    def _site(self, resource: Resource) -> Site:
        stack = self._stack
        return Site(
            world=self._world,
            caller=stack.caller,
            region=stack.region,
            stack_id=stack.stack_id,
            stack_name=stack.name,
            logical_id=resource.logical_id,
            type=resource.type,
            tags=stack.tags,
            generation=resource.generation,
        )

    def _remove(self, resource: Resource) -> bool:
        stack = self._stack
        assert resource.made is not None  # noqa: S101 - the caller looked
        stack.happened(resource, "DELETE_IN_PROGRESS", self._now())
        try:
            self._check_fault(resource, "DELETE")
            kind_of(resource.type).delete(self._site(resource), resource.made, resource.properties)
        except TELLING as error:
            stack.happened(resource, "DELETE_FAILED", self._now(), self._reason(error))
            return False
        stack.happened(resource, "DELETE_COMPLETE", self._now())
        return True

    def _reason(self, error: Exception) -> str:
        """Why a resource failed, as CloudFormation tells what a service said."""
        if isinstance(error, ClientError):
            told = error.response.get("Error", {})
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
            said = f"{told.get('Message')} (Service: {error.operation_name}, Status Code: {status})"
            return f'Resource handler returned message: "{said}" (HandlerErrorCode: {told.get("Code")})'
        if isinstance(error, NotEmulatedError):
            self._world.refused.append(f"{self._stack.name}: {error}")
            return f"not emulated: {error}"
        return str(error.message) if isinstance(error, ServiceError) else str(error)
