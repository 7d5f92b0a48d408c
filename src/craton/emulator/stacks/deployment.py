"""What is done to a stack: made, changed, removed, and put back where something fails.

Source: "Understand update behaviors of stack resources" and "Stack status codes",
docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/, retrieved 2026-11-26.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import ServiceError
from craton.emulator.resources.kind import HalfMadeError, NeedsReplacementError
from craton.emulator.resources.registry import (
    kind_of,
    problem_with,
    problem_with_change,
    replaced_by,
    tagged,
    typed,
)
from craton.emulator.stacks.evaluated import outputs_of, present_in
from craton.emulator.stacks.intrinsic import Evaluation
from craton.emulator.stacks.live import NOTHING_DRIFTED, Live
from craton.emulator.stacks.references import ordered
from craton.emulator.stacks.rollback import Rollback, Undone
from craton.emulator.stacks.scope import Scope
from craton.emulator.stacks.stack import Resource
from craton.emulator.stacks.workbench import TELLING, FailedError, Workbench

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from craton.emulator.stacks.template import Declared, Template

_RETAINED: Final = ("Retain", "RetainExceptOnCreate")


class Deployment(Workbench):
    """Carries out operations on one stack. Each returns when the stack has come to rest."""

    _live: Mapping[str, Live] = NOTHING_DRIFTED

    def create(self, on_failure: str = "ROLLBACK") -> None:
        """Every resource is there, or what `on_failure` says (ROLLBACK, DELETE or DO_NOTHING) is done."""
        self._carried_out("CREATE", lambda: self._created(on_failure))

    def update(
        self,
        template: Template,
        parameters: Mapping[str, str],
        tags: Mapping[str, str] | None = None,
        live: Mapping[str, Live] = NOTHING_DRIFTED,
    ) -> None:
        """The stack is as the template says, or as it was before; None leaves its tags as they are.

        `live` are resources that are to be brought back from how they are now.
        """
        wanted = self._stack.tags if tags is None else tags
        self._live = live
        self._carried_out("UPDATE", lambda: self._updated(template, parameters, wanted))

    def delete(self, retain: tuple[str, ...] = ()) -> None:
        """The stack and what it holds are gone, but for what is to be retained."""
        self._carried_out("DELETE", lambda: self._deleted(retain))

    def _carried_out(self, verb: str, work: Callable[[], None]) -> None:
        """Works; where that ends in a bug of the emulator, the stack has failed, and the bug is raised."""
        try:
            work()
        except Exception:
            self._stack.became(f"{verb}_FAILED", self._now(), "Internal Failure")
            raise

    def _created(self, on_failure: str) -> None:
        stack = self._stack
        stack.became("CREATE_IN_PROGRESS", self._now(), "User Initiated")
        try:
            self._apply(stack.template, stack.parameters, [])
        except FailedError as failed:
            if on_failure == "DO_NOTHING" or stack.disable_rollback:
                stack.became("CREATE_FAILED", self._now(), str(failed))
            elif on_failure == "DELETE":
                stack.became("CREATE_FAILED", self._now(), str(failed))
                self._deleted(())
            else:
                stack.became("ROLLBACK_IN_PROGRESS", self._now(), f"{failed} Rollback requested by user.")
                is_clean = self._remove_all(is_rollback=True)
                self._settle_outputs({}, set())
                stack.became("ROLLBACK_COMPLETE" if is_clean else "ROLLBACK_FAILED", self._now())
            return
        stack.became("CREATE_COMPLETE", self._now())

    def _updated(self, template: Template, parameters: Mapping[str, str], tags: Mapping[str, str]) -> None:
        stack = self._stack
        stack.became("UPDATE_IN_PROGRESS", self._now(), "User Initiated")
        before = (stack.outputs, stack.imports, stack.tags)
        undo: list[Undone] = []
        stack.tags = tags
        try:
            left = self._apply(template, parameters, undo)
        except FailedError as failed:
            if stack.disable_rollback:
                stack.became("UPDATE_FAILED", self._now(), str(failed))
                return
            stack.became("UPDATE_ROLLBACK_IN_PROGRESS", self._now(), str(failed))
            outputs, imports, stack.tags = before
            self._settle_outputs(outputs, imports)
            self._rolled_back(undo, ())
            return
        stack.template, stack.parameters, stack.updated = template, parameters, self._now()
        stack.description = template.description
        stack.became("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", self._now())
        self._clean_up(left)
        stack.became("UPDATE_COMPLETE", self._now())

    def continue_rollback(self, skipped: tuple[str, ...] = ()) -> None:
        """The rollback that failed is carried on with; `skipped` resources are taken to be put back."""
        self._carried_out("UPDATE_ROLLBACK", lambda: self._continued(skipped))

    def _continued(self, skipped: tuple[str, ...]) -> None:
        self._stack.became("UPDATE_ROLLBACK_IN_PROGRESS", self._now(), "User Initiated")
        self._rolled_back(list(self._stack.unfinished), skipped)

    def _rolled_back(self, steps: list[Undone], skipped: tuple[str, ...]) -> None:
        stack = self._stack
        rollback = Rollback(stack, self._world, self._inside, self._exports)
        stack.unfinished = tuple(rollback.carry_out(steps, skipped))
        if not stack.unfinished:
            stack.became("UPDATE_ROLLBACK_COMPLETE", self._now())
            return
        failed = [one.logical_id for one in stack.resources.values() if one.status == "UPDATE_FAILED"]
        reason = f"The following resource(s) failed to update: [{', '.join(failed)}]. "
        stack.became("UPDATE_ROLLBACK_FAILED", self._now(), reason)

    def _deleted(self, retain: tuple[str, ...]) -> None:
        stack = self._stack
        stack.became("DELETE_IN_PROGRESS", self._now(), "User Initiated")
        try:
            self._exports.check_deletable(stack)
        except ServiceError as error:
            stack.became("DELETE_FAILED", self._now(), str(error.message))
            return
        if not self._remove_all(is_rollback=False, retain=retain):
            failed = [one.logical_id for one in stack.resources.values() if one.status == "DELETE_FAILED"]
            reason = f"The following resource(s) failed to delete: [{', '.join(failed)}]. "
            stack.became("DELETE_FAILED", self._now(), reason)
            return
        self._settle_outputs({}, set())
        stack.deleted = self._now()
        stack.became("DELETE_COMPLETE", self._now())

    def _apply(self, template: Template, parameters: Mapping[str, str], undo: list[Undone]) -> list[Resource]:
        """Makes and changes resources in their order, and exports; what is to be removed at the end.

        Raises: FailedError at the first that fails.
        """
        scope = Scope(self._stack, template, parameters, self._inside, self._exports)
        evaluation = Evaluation(template, scope)
        try:
            present = present_in(template, evaluation)
        except TELLING as error:
            raise FailedError(self._reason(error)) from error
        left: list[Resource] = []
        for logical_id in ordered(template, present):
            declared = present[logical_id]
            gone = self._brought_about(declared, evaluation, undo)
            if gone is not None:
                left.append(gone)
            self._exports.use(self._stack, self._stack.imports | scope.imports)
        removed = [one for name, one in self._stack.resources.items() if name not in present]
        try:
            self._settle_outputs(outputs_of(template, evaluation), scope.imports)
        except TELLING as error:
            raise FailedError(self._reason(error)) from error
        return [*left, *reversed(removed)]

    def _settle_outputs(self, outputs: dict[str, Mapping[str, Any]], imports: set[str]) -> None:
        """The stack has these outputs, exports what they say, and uses those exported values."""
        stack = self._stack
        earlier = stack.outputs
        stack.outputs = outputs
        try:
            self._exports.settle(stack)
        except ServiceError:
            stack.outputs = earlier
            raise
        stack.imports = imports
        self._exports.use(stack, imports)

    def _brought_about(
        self, declared: Declared, evaluation: Evaluation, undo: list[Undone]
    ) -> Resource | None:
        """The resource is as declared; the one it replaced, if any. Raises: FailedError."""
        stack = self._stack
        old = stack.resources.get(declared.logical_id)
        was_gone = declared.logical_id in self._live and self._live[declared.logical_id].is_gone
        is_new = old is None or old.made is None or old.status == "DELETE_COMPLETE" or was_gone
        resource = Resource(
            logical_id=declared.logical_id,
            type=declared.type,
            properties={},
            deletion_policy=declared.deletion_policy,
            update_replace_policy=declared.update_replace_policy,
            metadata=declared.metadata,
        )
        try:
            own = evaluation.value(declared.properties)
            resource.properties = tagged(declared.type, typed(declared.type, own), stack.tags)
            _check(declared.type, resource.properties, stack.account)
            if old is None or is_new:
                undo.append(Undone(declared.logical_id, old if was_gone else None, was_gone=was_gone))
                self._create(resource)
                return None
            return self._changed(resource, old, undo)
        except TELLING as error:
            verb = "CREATE" if is_new else "UPDATE"
            held = stack.resources.setdefault(resource.logical_id, resource)
            if is_new and held is not resource and held.made is None:
                stack.resources[resource.logical_id] = held = resource
            stack.happened(held, f"{verb}_FAILED", self._now(), self._reason(error))
            raise FailedError(
                f"The following resource(s) failed to {verb.lower()}: [{declared.logical_id}]."
            ) from error

    def _changed(self, resource: Resource, old: Resource, undo: list[Undone]) -> Resource | None:
        """The old resource is as the new one says; what another took the place of, if that had to be."""
        resource.generation = old.generation
        live = self._live.get(old.logical_id) or Live(properties=old.properties)
        wanted = live.wanted(resource.properties)
        is_same_type = old.type == resource.type
        if is_same_type and not live.changed(wanted):
            old.deletion_policy, old.metadata = resource.deletion_policy, resource.metadata
            old.update_replace_policy = resource.update_replace_policy
            if old.properties != resource.properties:
                undo.append(Undone(old.logical_id, old))
                self._stack.resources[old.logical_id] = replace(old, properties=resource.properties)
            return None
        problem = is_same_type and problem_with_change(old.type, old.properties, resource.properties)
        if problem:
            raise FailedError(problem)
        if not is_same_type or replaced_by(resource.type, old.properties, resource.properties):
            return self._replaced(resource, old, undo)
        undo.append(Undone(old.logical_id, old, wanted, live.properties))
        try:
            self._update(resource, old, wanted, live.properties)
        except NeedsReplacementError:
            undo.pop()
            return self._replaced(resource, old, undo)
        is_another = (
            resource.made is not None
            and old.made is not None
            and (resource.made.physical_id != old.made.physical_id)
        )
        return old if is_another else None

    def _replaced(self, resource: Resource, old: Resource, undo: list[Undone]) -> Resource:
        resource.generation = old.generation + 1
        undo.append(Undone(old.logical_id, old))
        reason = "Requested update requires the creation of a new physical resource; hence creating one."
        self._stack.happened(old, "UPDATE_IN_PROGRESS", self._now(), reason)
        self._create(resource, old)
        return old

    def _create(self, resource: Resource, replaced: Resource | None = None) -> None:
        stack = self._stack
        kind = kind_of(resource.type)
        stack.resources[resource.logical_id] = resource
        if replaced is None:
            stack.happened(resource, "CREATE_IN_PROGRESS", self._now())
        try:
            self._check_fault(resource, "CREATE")
            resource.made = kind.create(self._site(resource), resource.properties)
        except HalfMadeError as half:
            resource.made = half.made
            raise
        except Exception:
            if replaced is not None:
                stack.resources[resource.logical_id] = replaced
            raise
        verb = "CREATE" if replaced is None else "UPDATE"
        stack.happened(resource, f"{verb}_COMPLETE", self._now())

    def _update(
        self, resource: Resource, old: Resource, wanted: Mapping[str, Any], before: Mapping[str, Any]
    ) -> None:
        stack = self._stack
        assert old.made is not None  # noqa: S101 - the caller looked
        stack.happened(old, "UPDATE_IN_PROGRESS", self._now())
        kind = kind_of(resource.type)
        self._check_fault(resource, "UPDATE")
        resource.made = kind.update(self._site(resource), old.made, wanted, before)
        stack.resources[resource.logical_id] = resource
        stack.happened(resource, "UPDATE_COMPLETE", self._now())

    def _remove_all(self, *, is_rollback: bool, retain: tuple[str, ...] = ()) -> bool:
        """Whether every resource could be removed, the last made first."""
        is_clean = True
        for resource in reversed(list(self._stack.resources.values())):
            keeps = resource.deletion_policy == "Retain" or (
                resource.deletion_policy == "RetainExceptOnCreate" and not is_rollback
            )
            if resource.made is None or resource.status in ("DELETE_COMPLETE", "DELETE_SKIPPED"):
                continue
            if keeps or resource.logical_id in retain:
                self._stack.happened(resource, "DELETE_SKIPPED", self._now())
            else:
                is_clean = self._remove(resource) and is_clean
        return is_clean

    def _clean_up(self, left: list[Resource]) -> None:
        """Removes what an update replaced or left out; what cannot be removed is of no stack any more."""
        for resource in left:
            replaced = self._stack.resources.get(resource.logical_id) is not resource
            policy = resource.update_replace_policy if replaced else resource.deletion_policy
            if resource.made is not None and resource.status != "DELETE_COMPLETE":
                if policy in _RETAINED:
                    self._stack.happened(resource, "DELETE_SKIPPED", self._now())
                else:
                    self._remove(resource)
            if not replaced:
                self._stack.resources.pop(resource.logical_id, None)


def _check(type_name: str, properties: Mapping[str, Any], account: str) -> None:
    problem = problem_with(type_name, properties, account)
    if problem:
        raise FailedError(problem)
