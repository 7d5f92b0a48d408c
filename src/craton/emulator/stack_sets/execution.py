"""Carries operations on stack sets out, account by account and Region by Region.

Source: "StackSets concepts", docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html,
retrieved 2026-11-26.
"""

from __future__ import annotations

import hashlib
import uuid
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from botocore.exceptions import ClientError

from craton.emulator.credentials import role_session
from craton.emulator.delivery.access import LostError, in_role
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.stack_sets.stack_set import Instance, Operation, Result
from craton.emulator.stacks.drift import drifts
from craton.emulator.stacks.library import check_idle, stacks_of
from craton.emulator.stacks.scope import given_parameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from craton.emulator.credentials import Caller
    from craton.emulator.stack_sets.stack_set import Action, Preferences, StackSet
    from craton.emulator.world import World

_GOOD: Final = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE"})
_PRINCIPAL: Final = "stacksets.cloudformation.amazonaws.com"
ADMINISTRATION_ROLE: Final = "AWSCloudFormationStackSetAdministrationRole"
SKIPPED: Final = "SKIPPED_SUSPENDED_ACCOUNT"
"""Source: "StackInstanceComprehensiveStatus", docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/
API_StackInstanceComprehensiveStatus.html, retrieved 2026-11-26."""
MOST_THREADS: Final = 8
"""So many accounts are worked on at once at the most, whatever an operation allows."""


class Execution:
    """Carries out the operations of one stack set, one after the other."""

    def __init__(self, world: World, stack_set: StackSet) -> None:
        self._world = world
        self._set = stack_set

    def begin(self, operation: Operation, instances: Iterable[Instance]) -> None:
        """The operation is carried out behind the call that asked for it, when its turn comes."""
        chosen = list(instances)
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
        self._set.operations[operation.id] = operation

    def _run(self, operation: Operation, instances: list[Instance]) -> None:
        """Works; where that ends in a bug of the emulator, the operation has failed. Raises: that bug."""
        if operation.status == "QUEUED":
            operation.status = "RUNNING"
        regions = _ordered({one.region for one in instances}, operation.preferences)
        try:
            if operation.preferences.regions_in_parallel:
                with ThreadPoolExecutor(max_workers=max(1, len(regions))) as pool:
                    list(pool.map(lambda region: self._region(operation, region, instances), regions))
            else:
                for region in regions:
                    self._region(operation, region, instances)
        except Exception:
            for one in operation.results.values():
                if one.status in ("PENDING", "RUNNING"):
                    one.status, one.reason = "FAILED", "Internal Failure"
            operation.status, operation.ended = "FAILED", self._world.now()
            raise
        self._end(operation)

    def _region(self, operation: Operation, region: str, instances: list[Instance]) -> None:
        here = [one for one in instances if one.region == region]
        tolerated = operation.preferences.tolerated(len(here))
        concurrent = min(MOST_THREADS, operation.preferences.concurrent(len(here)))

        def work(instance: Instance) -> None:
            result = operation.results[instance.account, region]
            failed = sum(
                one.status == "FAILED" and one.region == region for one in operation.results.values()
            )
            is_over = failed > tolerated or self._is_over(operation, region, instances)
            if operation.status == "STOPPING" or is_over:
                why = "failure tolerance has exceeded" if is_over else "the operation was stopped"
                result.status, result.reason = "CANCELLED", f"Cancelled since {why}"
                instance.detail = "CANCELLED"
            elif self._is_closed(instance.account):
                result.status, result.reason = "CANCELLED", "Skipped since the account is suspended"
                instance.detail = SKIPPED
            else:
                self._one(operation, instance, result)

        with ThreadPoolExecutor(max_workers=concurrent) as pool:
            list(pool.map(work, here))

    def _is_closed(self, account: str) -> bool:
        organization = self._world.organization
        member = organization.members.get(account) if organization else None
        return member is not None and member.state != "ACTIVE"

    def _is_over(self, operation: Operation, region: str, instances: list[Instance]) -> bool:
        """Whether a Region before this one failed more than is tolerated, so that this one is left out."""
        for other in {one.region for one in instances} - {region}:
            size = sum(one.region == other for one in instances)
            failed = sum(one.region == other and one.status == "FAILED" for one in operation.results.values())
            if failed > operation.preferences.tolerated(size):
                return True
        return False

    def _one(self, operation: Operation, instance: Instance, result: Result) -> None:
        result.status = instance.detail = "RUNNING"
        instance.last_operation = operation.id
        carry_out: Callable[[Instance], str | None] = {
            "CREATE": self._create_or_update,
            "UPDATE": self._create_or_update,
            "DELETE": self._leave if operation.retains else self._delete,
            "DETECT_DRIFT": self._detect_drift,
        }[operation.action]
        try:
            problem = carry_out(instance)
        except ServiceError as error:
            problem = str(error.message)
        except NotEmulatedError as error:
            self._world.refused.append(f"stack set {self._set.name}: {error}")
            problem = f"not emulated: {error}"
        result.status = instance.detail = "FAILED" if problem else "SUCCEEDED"
        result.reason = instance.reason = problem
        if operation.action != "DETECT_DRIFT":
            instance.status = "OUTDATED" if problem else "CURRENT"
        if operation.action == "DELETE":
            if problem:
                instance.status = "INOPERABLE"
            else:
                self._set.instances.pop((instance.account, instance.region), None)

    def _create_or_update(self, instance: Instance) -> str | None:
        """What went wrong, or None."""
        self._set.instances[instance.account, instance.region] = instance
        stacks = stacks_of(self._world, instance.account, instance.region)
        template = self._set.template
        parameters = given_parameters(template, {**self._set.parameters, **instance.overrides}, {})
        stack = stacks.find(instance.stack_id) if instance.stack_id else None
        if stack is None or stack.is_gone:
            stack = stacks.add(
                f"StackSet-{self._set.name}-{uuid.uuid4()}",
                template,
                parameters,
                caller=self._actor(instance.account),
                region=instance.region,
                tags=self._set.tags,
                capabilities=self._set.capabilities,
            )
            stack.stack_set_id = self._set.id
            instance.stack_id = stack.stack_id
            stacks.deployment(stack).create()
        elif stack.status in ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED"):
            stacks.deployment(stack).delete()
            instance.stack_id = None
            return self._create_or_update(instance)
        else:
            check_idle(stack)
            stacks.deployment(stack).update(template, parameters, self._set.tags)
        if stack.status in _GOOD:
            return None
        failed = next((one for one in stack.events if one.status.endswith("_FAILED") and one.reason), None)
        told = f"ResourceLogicalId:{failed.logical_id}, ResourceType:{failed.type}, " if failed else ""
        return f"{told}ResourceStatusReason:{failed.reason if failed else stack.reason}."

    def _delete(self, instance: Instance) -> str | None:
        stacks = stacks_of(self._world, instance.account, instance.region)
        stack = stacks.find(instance.stack_id) if instance.stack_id else None
        if stack is None or stack.is_gone:
            return None
        check_idle(stack)
        stacks.deployment(stack).delete()
        return None if stack.is_gone else f"Stack {stack.stack_id} failed to delete: {stack.reason}"

    def _leave(self, instance: Instance) -> None:  # noqa: ARG002 - one of several ways, called alike
        """The stack stays and is of no set any more."""
        return

    def _detect_drift(self, instance: Instance) -> str | None:
        stacks = stacks_of(self._world, instance.account, instance.region)
        stack = stacks.find(instance.stack_id) if instance.stack_id else None
        if stack is None:
            return "the stack does not exist"
        found = list(drifts(stack, self._world))
        now = self._world.now()
        self._world.shelf(instance.account, instance.region, "drift")[stack.stack_id] = (now, found)
        instance.drift = "DRIFTED" if any(one.status != "IN_SYNC" for one in found) else "IN_SYNC"
        instance.drift_checked = now
        return None

    def _actor(self, account: str) -> Caller:
        """Who acts in a member account.

        Service-managed sets act through a role that CloudFormation makes, whose name begins so.
        Source: "Activate trusted access for StackSets with AWS Organizations", docs.aws.amazon.com/
        AWSCloudFormation/latest/UserGuide/stacksets-orgs-activate-trusted-access.html, retrieved 2026-11-26.
        """
        if not self._set.service_managed:
            return self._execution_session(account)
        name = f"stacksets-exec-{hashlib.sha256(self._set.administrator.encode()).hexdigest()[:32]}"
        self._world.held(account, "", name, lambda: self._world.new_service_role(account, name, _PRINCIPAL))
        return role_session(f"arn:aws:iam::{account}:role/{name}", "AWSCloudFormation")

    def _execution_session(self, account: str) -> Caller:
        """The session of the execution role that a self-managed set is in, by its administration role.

        Source: "Grant self-managed permissions", docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/
        stacksets-prereqs-self-managed.html, retrieved 2026-11-26.
        Raises: ServiceError where one of the two does not let the other in.
        """
        world, stack_set = self._world, self._set
        administration = stack_set.administration_role or (
            f"arn:aws:iam::{stack_set.administrator}:role/{ADMINISTRATION_ROLE}"
        )
        name = administration.rpartition("/")[2]
        try:
            administrator = in_role(
                world,
                administration,
                "cloudformation.amazonaws.com",
                "AWSCloudFormation",
                source_arn=stack_set.arn,
                source_account=stack_set.administrator,
            )
        except LostError as error:
            raise ServiceError(
                "ValidationError",
                f"Account {stack_set.administrator} should have '{name}' role with trust relationship "
                "to CloudFormation service.",
            ) from error
        try:
            told = world.inside.client("sts", stack_set.region, administrator).assume_role(
                RoleArn=f"arn:aws:iam::{account}:role/{stack_set.execution_role}",
                RoleSessionName="AWSCloudFormation",
            )
        except ClientError as error:
            raise ServiceError(
                "ValidationError",
                f"Account {account} should have '{stack_set.execution_role}' role with trust relationship "
                f"to Role '{name}'.",
            ) from error
        held = world.keyring.find(told["Credentials"]["AccessKeyId"])
        if held is None:
            raise LookupError("a session that was just made is not on the keyring")
        return held.caller

    def _end(self, operation: Operation) -> None:
        failed = [one for one in operation.results.values() if one.status == "FAILED"]
        by_region: dict[str, int] = {}
        for one in failed:
            by_region[one.region] = by_region.get(one.region, 0) + 1
        sizes: dict[str, int] = {}
        for one in operation.results.values():
            sizes[one.region] = sizes.get(one.region, 0) + 1
        is_over = any(
            count > operation.preferences.tolerated(sizes[region]) for region, count in by_region.items()
        )
        if operation.status == "STOPPING":
            operation.status = "STOPPED"
        else:
            operation.status = "FAILED" if is_over else "SUCCEEDED"
        operation.ended = self._world.now()
        if operation.action == "DETECT_DRIFT":
            self._set.drift = self._drift_details(operation)

    def _drift_details(self, operation: Operation) -> dict[str, object]:
        held = [self._set.instances[key] for key in operation.results if key in self._set.instances]
        drifted = sum(one.drift == "DRIFTED" for one in held)
        return {
            "DriftStatus": "DRIFTED" if drifted else "IN_SYNC",
            "DriftDetectionStatus": "COMPLETED" if operation.status == "SUCCEEDED" else "FAILED",
            "LastDriftCheckTimestamp": operation.ended,
            "TotalStackInstancesCount": len(held),
            "DriftedStackInstancesCount": drifted,
            "InSyncStackInstancesCount": sum(one.drift == "IN_SYNC" for one in held),
            "InProgressStackInstancesCount": 0,
            "FailedStackInstancesCount": sum(one.status == "FAILED" for one in operation.results.values()),
        }


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
