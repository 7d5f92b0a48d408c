"""Carries operations on stack sets out, account by account and Region by Region.

Source: "StackSets concepts", docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html,
retrieved 2026-11-26.
"""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.stack_sets.actor import actor, check_allowed
from craton.emulator.stack_sets.pace import Pace
from craton.emulator.stack_sets.stack_set import Instance, Operation, Result
from craton.emulator.stacks.drift import check_can_look, look
from craton.emulator.stacks.library import check_can_change, check_idle, stacks_of
from craton.emulator.stacks.scope import given_parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from craton.emulator.stack_sets.stack_set import Action, Preferences, StackSet
    from craton.emulator.stacks.stack import Stack
    from craton.emulator.world import World

_GOOD: Final = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE"})
_BROKEN: Final = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED")
"""States of a stack that no update leads out of; it is made anew."""
SKIPPED: Final = "SKIPPED_SUSPENDED_ACCOUNT"
"""Source: "StackInstanceComprehensiveStatus", docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/
API_StackInstanceComprehensiveStatus.html, retrieved 2026-11-26."""
_SUSPENDED: Final = "ACCOUNT_SUSPENDED"
_TOO_MANY: Final = "Cancelled since failure tolerance has exceeded"
_STOPPED: Final = "Cancelled since the operation was stopped"


class Execution:
    """Carries out the operations of one stack set, one after the other."""

    def __init__(self, world: World, stack_set: StackSet) -> None:
        self._world = world
        self._set = stack_set

    def begin(self, operation: Operation, instances: Iterable[Instance]) -> None:
        """The operation is carried out behind the call that asked for it, when its turn comes."""
        chosen = list(instances)
        if not self._set.is_busy:
            operation.status = "RUNNING"
        self._announce(operation, chosen)
        turn = self._set.turns.ask()

        def work() -> None:
            with self._set.turns.at(turn):
                self._run(operation, chosen)

        self._world.work.start(f"stack set {self._set.name}", work)

    def begin_when_it_is_known(self, name: str, work: Callable[[], None]) -> None:
        """What is to be done is found out, and done, when the turn comes."""
        turn = self._set.turns.ask()

        def in_turn() -> None:
            with self._set.turns.at(turn):
                work()

        self._world.work.start(name, in_turn)

    def carry_out(self, operation: Operation, instances: Iterable[Instance]) -> None:
        """The operation is carried out at once, by whoever has the turn."""
        chosen = list(instances)
        self._announce(operation, chosen)
        self._run(operation, chosen)

    def _announce(self, operation: Operation, chosen: list[Instance]) -> None:
        operation.results = {
            (one.account, one.region): Result(account=one.account, region=one.region, unit=one.unit)
            for one in chosen
        }
        if operation.changes:
            for one in chosen:
                one.detail = "PENDING"
        self._set.operations[operation.id] = operation

    def _run(self, operation: Operation, instances: list[Instance]) -> None:
        """Works; where that ends in a bug of the emulator, the operation has failed. Raises: that bug."""
        if operation.status == "QUEUED":
            operation.status = "RUNNING"
        by_region: dict[str, list[Instance]] = {}
        for one in instances:
            by_region.setdefault(one.region, []).append(one)
        regions = _ordered(set(by_region), operation.preferences)
        paces = {region: Pace(operation.preferences, len(by_region[region])) for region in regions}
        try:
            if operation.preferences.regions_in_parallel:
                with ThreadPoolExecutor(max_workers=max(1, len(regions))) as pool:
                    list(pool.map(lambda one: self._region(operation, by_region[one], paces[one]), regions))
            else:
                self._in_turn(operation, [(by_region[one], paces[one]) for one in regions])
        except Exception:
            for result in operation.results.values():
                if result.status in ("PENDING", "RUNNING"):
                    result.status, result.reason = "FAILED", "Internal Failure"
            operation.status, operation.ended = "FAILED", self._world.now()
            raise
        if operation.status == "STOPPING":
            operation.status = "STOPPED"
        else:
            is_over = any(one.is_over for one in paces.values())
            operation.status = "FAILED" if is_over else "SUCCEEDED"
        operation.ended = self._world.now()
        if operation.action == "DETECT_DRIFT":
            self._set.last_detection = operation

    def _in_turn(self, operation: Operation, regions: list[tuple[list[Instance], Pace]]) -> None:
        """Region after Region, until more accounts failed in one than are tolerated."""
        is_over = False
        for instances, pace in regions:
            if is_over:
                for one in instances:
                    self._cancel(operation, one, _TOO_MANY)
            else:
                self._region(operation, instances, pace)
                is_over = pace.is_over

    def _region(self, operation: Operation, instances: list[Instance], pace: Pace) -> None:
        def work(instance: Instance) -> None:
            if not pace.begin():
                self._cancel(operation, instance, _TOO_MANY)
                return
            failed = True
            try:
                failed = self._worked_on(operation, instance)
            finally:
                pace.end(failed=failed)

        with ThreadPoolExecutor(max_workers=pace.threads) as pool:
            list(pool.map(work, instances))

    def _worked_on(self, operation: Operation, instance: Instance) -> bool:
        """Whether the operation failed in the account, which it leaves out where it must."""
        if operation.status == "STOPPING":
            self._cancel(operation, instance, _STOPPED)
            return False
        if self._is_closed(instance.account):
            self._cancel(operation, instance, _SUSPENDED, SKIPPED)
            return False
        result = operation.results[instance.account, instance.region]
        self._one(operation, instance, result)
        return result.status == "FAILED"

    def _cancel(
        self, operation: Operation, instance: Instance, reason: str, detail: str = "CANCELLED"
    ) -> None:
        result = operation.results[instance.account, instance.region]
        result.status, result.reason = "CANCELLED", reason
        if operation.changes:
            instance.detail, instance.reason = detail, reason

    def _is_closed(self, account: str) -> bool:
        organization = self._world.organization
        member = organization.members.get(account) if organization else None
        return member is not None and member.state != "ACTIVE"

    def _one(self, operation: Operation, instance: Instance, result: Result) -> None:
        result.status = "RUNNING"
        instance.last_operation = operation.id
        if operation.changes:
            instance.detail = "RUNNING"
        carry_out: Callable[[Instance], str | None] = {
            "CREATE": self._create_or_update,
            "UPDATE": self._create_or_update,
            "DELETE": self._leave if operation.retains else self._delete,
            "DETECT_DRIFT": lambda one: self._detect_drift(one, operation, result),
        }[operation.action]
        try:
            problem = carry_out(instance)
        except ServiceError as error:
            problem = str(error.message)
        except NotEmulatedError as error:
            self._world.refused.append(f"stack set {self._set.name}: {error}")
            problem = f"not emulated: {error}"
        if operation.changes:
            instance.detail = "FAILED" if problem else "SUCCEEDED"
            instance.reason = problem
            instance.status = "OUTDATED" if problem else "CURRENT"
        if operation.action == "DELETE":
            self._settle_removal(instance, problem)
        result.reason, result.status = problem, "FAILED" if problem else "SUCCEEDED"

    def _settle_removal(self, instance: Instance, problem: str | None) -> None:
        """The instance is gone, or cannot be worked on where its stack was left half removed."""
        if problem is None:
            self._set.instances.pop((instance.account, instance.region), None)
            return
        stack = self._stack(instance)
        if stack is not None and stack.status == "DELETE_FAILED":
            instance.status = instance.detail = "INOPERABLE"

    def _stack(self, instance: Instance) -> Stack | None:
        stacks = stacks_of(self._world, instance.account, instance.region)
        stack = stacks.find(instance.stack_id) if instance.stack_id else None
        return None if stack is None or stack.is_gone else stack

    def _create_or_update(self, instance: Instance) -> str | None:
        """What went wrong, or None."""
        self._set.instances[instance.account, instance.region] = instance
        stacks = stacks_of(self._world, instance.account, instance.region)
        template = self._set.template
        parameters = given_parameters(template, {**self._set.parameters, **instance.overrides}, {})
        stack = self._stack(instance)
        caller = actor(self._world, self._set, instance.account)
        if stack is not None:
            stack.caller, stack.role_arn = caller, None
        if stack is None:
            name = f"StackSet-{self._set.name}-{uuid.uuid4()}"
            check_allowed(self._world, caller, instance.region, "CreateStack", {"StackName": name})
            stack = stacks.add(
                name,
                template,
                parameters,
                caller=caller,
                region=instance.region,
                tags=self._set.tags,
                capabilities=self._set.capabilities,
            )
            stack.stack_set_id = self._set.id
            instance.stack_id = stack.stack_id
            stacks.deployment(stack).create()
        elif stack.status in _BROKEN:
            check_allowed(self._world, caller, instance.region, "DeleteStack", {"StackName": stack.stack_id})
            stacks.deployment(stack).delete()
            if not stack.is_gone:
                return f"Stack {stack.stack_id} failed to delete: {stack.reason}"
            instance.stack_id = None
            return self._create_or_update(instance)
        else:
            check_allowed(self._world, caller, instance.region, "UpdateStack", {"StackName": stack.stack_id})
            check_can_change(stack)
            stacks.deployment(stack).update(template, parameters, self._set.tags)
        return None if stack.status in _GOOD else _told(stack)

    def _delete(self, instance: Instance) -> str | None:
        stack = self._stack(instance)
        if stack is None:
            return None
        caller = actor(self._world, self._set, instance.account)
        check_allowed(self._world, caller, instance.region, "DeleteStack", {"StackName": stack.stack_id})
        check_idle(stack)
        stack.caller, stack.role_arn = caller, None
        stacks_of(self._world, instance.account, instance.region).deployment(stack).delete()
        return None if stack.is_gone else f"Stack {stack.stack_id} failed to delete: {stack.reason}"

    def _leave(self, instance: Instance) -> None:  # noqa: ARG002 - one of several ways, called alike
        """The stack stays and is of no set any more."""
        return

    def _detect_drift(self, instance: Instance, operation: Operation, result: Result) -> str | None:
        stack = self._stack(instance)
        if stack is None:
            return "the stack does not exist"
        caller = actor(self._world, self._set, instance.account)
        named = {"StackName": stack.stack_id}
        check_allowed(self._world, caller, instance.region, "DetectStackDrift", named)
        check_can_look(stack)
        report = look(stack, self._world, caller)
        instance.report, instance.report_operation = report, operation.id
        result.drift = report.status
        return report.problem


def _told(stack: Stack) -> str:
    """Why a stack is not as it should be: its first resource that failed, and its reason."""
    failed = next((one for one in stack.events if one.status.endswith("_FAILED") and one.reason), None)
    first = f"ResourceLogicalId:{failed.logical_id}, ResourceType:{failed.type}, " if failed else ""
    return f"{first}ResourceStatusReason:{failed.reason if failed else stack.reason}."


def new_operation(
    world: World,
    action: Action,
    preferences: Preferences,
    *,
    operation_id: str | None = None,
    targets: dict[str, object] | None = None,
    retains: bool = False,
) -> Operation:
    """An operation that waits for its turn."""
    return Operation(
        id=operation_id or str(uuid.uuid4()),
        action=action,
        preferences=preferences,
        targets=targets,
        created=world.now(),
        retains=retains,
    )


def _ordered(regions: set[str], preferences: Preferences) -> list[str]:
    first = [one for one in preferences.region_order if one in regions]
    return [*first, *sorted(regions - set(first))]
