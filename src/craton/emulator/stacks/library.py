"""All stacks of the emulated organization, and the operations that callers start on them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from craton.emulator.errors import ServiceError
from craton.emulator.resources.registry import kind_of
from craton.emulator.stacks.deployment import Deployment
from craton.emulator.stacks.references import check_attributes, check_references
from craton.emulator.stacks.scope import Exports
from craton.emulator.stacks.stack import Stack, new_stack_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from craton.emulator.credentials import Caller
    from craton.emulator.stacks.template import Template
    from craton.emulator.world import World

_CAN_CHANGE: Final = frozenset(
    {
        *("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE", "UPDATE_FAILED"),
        *("IMPORT_COMPLETE", "IMPORT_ROLLBACK_COMPLETE"),
    }
)
NO_CHANGE: Final = "No updates are to be performed."


class Stacks:
    """The stacks of one account and Region."""

    def __init__(self, world: World, account: str, region: str) -> None:
        self._world = world
        self._by_id: dict[str, Stack] = world.shelf(account, region, "stack")
        self.exports: Exports = world.held(account, region, "exports", Exports)
        self._adding: threading.Lock = world.held(account, region, "adding of stacks", threading.Lock)

    def all(self) -> tuple[Stack, ...]:
        """Every stack, the deleted ones included, the newest first."""
        return tuple(reversed(list(self._by_id.values())))

    def find(self, name_or_id: str) -> Stack | None:
        """The stack of that id, or the one that bears that name now."""
        if name_or_id in self._by_id:
            return self._by_id[name_or_id]
        return next((one for one in self.all() if one.name == name_or_id and not one.is_gone), None)

    def stack(self, name_or_id: str) -> Stack:
        """The stack of that id or name. Raises: ServiceError where there is none."""
        found = self.find(name_or_id)
        if found is None:
            raise ServiceError("ValidationError", f"Stack with id {name_or_id} does not exist")
        return found

    def add(
        self,
        name: str,
        template: Template,
        parameters: Mapping[str, str],
        *,
        caller: Caller,
        region: str,
        role_arn: str | None = None,
        tags: Mapping[str, str] | None = None,
        capabilities: tuple[str, ...] = (),
    ) -> Stack:
        """A new stack under review, which holds nothing yet. Raises: ServiceError where the name is taken."""
        stack = Stack(
            stack_id=new_stack_id(caller.account, region, name),
            name=name,
            account=caller.account,
            region=region,
            caller=caller,
            role_arn=role_arn,
            template=template,
            parameters=parameters,
            tags=tags or {},
            capabilities=capabilities,
            created=self._world.now(),
            description=template.description,
        )
        with self._adding:
            if self.find(name) is not None:
                raise ServiceError("AlreadyExistsException", f"Stack [{name}] already exists")
            self._by_id[stack.stack_id] = stack
        return stack

    def drop(self, stack: Stack) -> None:
        """Forgets a stack that never held anything."""
        self._by_id.pop(stack.stack_id, None)

    def deployment(self, stack: Stack) -> Deployment:
        """What carries out operations on a stack."""
        return Deployment(stack, self._world, self._world.inside, self.exports)

    def begin(self, stack: Stack, status: str, work: Callable[[Deployment], None]) -> None:
        """Starts an operation behind the call; from now on the stack is busy with it.

        Raises: ServiceError where it is busy already.
        """
        with stack.lock:
            check_idle(stack)
            stack.status = status
        deployment = self.deployment(stack)
        self._world.work.start(f"{status} {stack.name}", lambda: work(deployment))


def check_idle(stack: Stack) -> None:
    """Raises: ServiceError where an operation is under way."""
    if stack.is_busy:
        raise ServiceError(
            "ValidationError", f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated."
        )


def check_can_change(stack: Stack) -> None:
    """Raises: ServiceError where the stack's state allows no update."""
    if stack.status not in _CAN_CHANGE:
        raise ServiceError(
            "ValidationError", f"Stack:{stack.stack_id} is in {stack.status} state and can not be updated."
        )


def check_template(template: Template, capabilities: tuple[str, ...]) -> None:
    """Refuses what CloudFormation refuses before anything is made.

    Raises: ServiceError; NotEmulatedError for resource types that only the emulator lacks.
    """
    check_references(template)
    for declared in template.resources.values():
        kind_of(declared.type)
    check_attributes(template)
    needed = template.capabilities()
    granted = {*capabilities, *(["CAPABILITY_IAM"] if "CAPABILITY_NAMED_IAM" in capabilities else [])}
    if not set(needed) <= granted:
        raise ServiceError(
            "InsufficientCapabilitiesException", f"Requires capabilities : [{', '.join(needed)}]"
        )


def stacks_of(world: World, account: str, region: str) -> Stacks:
    """The stacks of one account and Region."""
    return Stacks(world, account, region)
