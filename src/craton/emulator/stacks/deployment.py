"""What is done to a stack: made, changed, removed, and put back where something fails.

Source: "Understand update behaviors of stack resources" and "Stack status codes",
docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/, retrieved 2026-11-26.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError
from msgspec import Struct

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.resources.kind import Made, Site
from craton.emulator.resources.registry import kind_of, problem_with, replaced_by
from craton.emulator.stacks.intrinsic import NO_VALUE, Evaluation, ordered
from craton.emulator.stacks.scope import Scope
from craton.emulator.stacks.stack import Resource, Stack

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.inside import Inside
    from craton.emulator.stacks.scope import Exports
    from craton.emulator.stacks.template import Declared, Template
    from craton.emulator.world import World

_RETAINED: Final = ("Retain", "RetainExceptOnCreate")


class FailedError(Exception):
    """A resource could not be made, changed or removed; the text is the reason."""


class _Undone(Struct):
    """How a resource stood before an update touched it; None where it did not exist."""

    logical_id: str
    before: Resource | None


class Deployment:
    """Carries out operations on one stack. Each returns when the stack has come to rest."""

    def __init__(self, stack: Stack, world: World, inside: Inside, exports: Exports) -> None:
        self._stack = stack
        self._world = world
        self._inside = inside
        self._exports = exports

    def create(self, on_failure: str = "ROLLBACK") -> None:
        """Every resource is there, or what `on_failure` says (ROLLBACK, DELETE or DO_NOTHING) is done."""
        stack = self._stack
        stack.became("CREATE_IN_PROGRESS", self._now(), "User Initiated")
        try:
            self._apply(stack.template, stack.parameters, [])
            self._finish(stack.template, stack.parameters)
        except FailedError as failed:
            if on_failure == "DO_NOTHING" or stack.disable_rollback:
                stack.became("CREATE_FAILED", self._now(), str(failed))
            elif on_failure == "DELETE":
                stack.became("CREATE_FAILED", self._now(), str(failed))
                self.delete()
            else:
                stack.became("ROLLBACK_IN_PROGRESS", self._now(), f"{failed}. Rollback requested by user.")
                is_clean = self._remove_all(is_rollback=True)
                stack.became("ROLLBACK_COMPLETE" if is_clean else "ROLLBACK_FAILED", self._now())
            return
        stack.became("CREATE_COMPLETE", self._now())

    def update(self, template: Template, parameters: Mapping[str, str]) -> None:
        """The stack is as the template says, or as it was before."""
        stack = self._stack
        stack.became("UPDATE_IN_PROGRESS", self._now(), "User Initiated")
        before = (stack.template, stack.parameters, dict(stack.outputs))
        undo: list[_Undone] = []
        replaced: list[Resource] = []
        try:
            replaced = self._apply(template, parameters, undo)
            self._finish(template, parameters)
        except FailedError as failed:
            if stack.disable_rollback:
                stack.became("UPDATE_FAILED", self._now(), str(failed))
                return
            stack.became("UPDATE_ROLLBACK_IN_PROGRESS", self._now(), str(failed))
            is_clean = self._undo(undo)
            stack.template, stack.parameters, outputs = before
            stack.outputs = outputs
            status = "UPDATE_ROLLBACK_COMPLETE" if is_clean else "UPDATE_ROLLBACK_FAILED"
            stack.became(status, self._now())
            return
        stack.template, stack.parameters, stack.updated = template, parameters, self._now()
        stack.description = template.description
        stack.became("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", self._now())
        self._clean_up(replaced)
        stack.became("UPDATE_COMPLETE", self._now())

    def delete(self, retain: tuple[str, ...] = ()) -> None:
        """The stack and what it holds are gone, but for what is to be retained."""
        stack = self._stack
        stack.became("DELETE_IN_PROGRESS", self._now(), "User Initiated")
        used = self._exports.in_use(stack)
        if used:
            reason = f"Cannot delete export {used[0]} as it is in use by another stack"
            stack.became("DELETE_FAILED", self._now(), reason)
            return
        if not self._remove_all(is_rollback=False, retain=retain):
            failed = [one.logical_id for one in stack.resources.values() if one.status == "DELETE_FAILED"]
            reason = f"The following resource(s) failed to delete: [{', '.join(failed)}]."
            stack.became("DELETE_FAILED", self._now(), reason)
            return
        stack.outputs = {}
        self._exports.settle(stack)
        self._exports.leave(stack)
        stack.deleted = self._now()
        stack.became("DELETE_COMPLETE", self._now())

    def _now(self) -> Any:
        return self._world.now()

    def _evaluation(self, template: Template, parameters: Mapping[str, str]) -> Evaluation:
        scope = Scope(self._stack, template, parameters, self._inside, self._exports)
        return Evaluation(template, scope)

    def _apply(
        self, template: Template, parameters: Mapping[str, str], undo: list[_Undone]
    ) -> list[Resource]:
        """Makes and changes resources in their order; what is to be removed at the end.

        Raises: FailedError at the first that fails.
        """
        evaluation = self._evaluation(template, parameters)
        present = present_in(template, evaluation)
        left: list[Resource] = []
        for logical_id in ordered(template, present):
            declared = present[logical_id]
            old = self._stack.resources.get(logical_id)
            gone = self._brought_about(declared, old, evaluation, undo)
            if gone is not None:
                left.append(gone)
        removed = [one for name, one in self._stack.resources.items() if name not in present]
        return [*left, *reversed(removed)]

    def _brought_about(
        self, declared: Declared, old: Resource | None, evaluation: Evaluation, undo: list[_Undone]
    ) -> Resource | None:
        """The resource is as declared; the one it replaced, if any. Raises: FailedError."""
        resource = Resource(
            logical_id=declared.logical_id,
            type=declared.type,
            properties={},
            deletion_policy=declared.deletion_policy,
            update_replace_policy=declared.update_replace_policy,
        )
        try:
            properties = evaluation.value(declared.properties)
            resource.properties = properties
            _check(declared.type, properties)
            if old is None or old.made is None:
                undo.append(_Undone(declared.logical_id, None))
                self._create(resource)
                return None
            if old.type == declared.type and old.properties == properties:
                old.deletion_policy = declared.deletion_policy
                old.update_replace_policy = declared.update_replace_policy
                return None
            undo.append(_Undone(declared.logical_id, old))
            if old.type != declared.type or replaced_by(declared.type, old.properties, properties):
                self._create(resource)
                return old
            self._update(resource, old)
        except (FailedError, ServiceError, NotEmulatedError, ClientError, BotoCoreError) as error:
            reason = _reason(error)
            verb = "CREATE" if old is None or old.made is None else "UPDATE"
            self._stack.resources.setdefault(resource.logical_id, resource)
            self._stack.happened(
                self._stack.resources[resource.logical_id], f"{verb}_FAILED", self._now(), reason
            )
            raise FailedError(
                f"The following resource(s) failed to {verb.lower()}: [{declared.logical_id}]"
            ) from error
        return None

    def _create(self, resource: Resource) -> None:
        stack = self._stack
        kind = kind_of(resource.type)
        replaced = stack.resources.get(resource.logical_id)
        stack.resources[resource.logical_id] = resource
        stack.happened(resource, "CREATE_IN_PROGRESS", self._now())
        try:
            resource.made = kind.create(self._site(resource), resource.properties)
        except Exception:
            if replaced is not None:
                stack.resources[resource.logical_id] = replaced
            raise
        stack.happened(resource, "CREATE_COMPLETE", self._now())

    def _update(self, resource: Resource, old: Resource) -> None:
        stack = self._stack
        assert old.made is not None  # noqa: S101 - the caller looked
        stack.happened(old, "UPDATE_IN_PROGRESS", self._now())
        kind = kind_of(resource.type)
        resource.made = kind.update(self._site(resource), old.made, resource.properties, old.properties)
        stack.resources[resource.logical_id] = resource
        stack.happened(resource, "UPDATE_COMPLETE", self._now())

    def _finish(self, template: Template, parameters: Mapping[str, str]) -> None:
        """The outputs are worked out and exported. Raises: FailedError."""
        evaluation = self._evaluation(template, parameters)
        outputs: dict[str, Mapping[str, Any]] = {}
        try:
            for name, held in template.outputs.items():
                if held.get("Condition") and not evaluation.condition(str(held["Condition"])):
                    continue
                value = evaluation.value(held["Value"])
                if value is NO_VALUE:
                    continue
                told: dict[str, Any] = {"OutputKey": name, "OutputValue": str(value)}
                if held.get("Description"):
                    told["Description"] = held["Description"]
                if held.get("Export"):
                    told["ExportName"] = str(evaluation.value(held["Export"]["Name"]))
                outputs[name] = told
            self._stack.outputs = outputs
            self._exports.settle(self._stack)
        except (ServiceError, NotEmulatedError) as error:
            raise FailedError(_reason(error)) from error

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
        )

    def _remove_all(self, *, is_rollback: bool, retain: tuple[str, ...] = ()) -> bool:
        """Whether every resource could be removed, the last made first."""
        is_clean = True
        for resource in reversed(list(self._stack.resources.values())):
            keeps = resource.deletion_policy == "Retain" or (
                resource.deletion_policy == "RetainExceptOnCreate" and not is_rollback
            )
            if resource.made is None or resource.status == "DELETE_COMPLETE":
                continue
            if keeps or resource.logical_id in retain:
                self._stack.happened(resource, "DELETE_SKIPPED", self._now())
            else:
                is_clean = self._remove(resource) and is_clean
        return is_clean

    def _remove(self, resource: Resource) -> bool:
        stack = self._stack
        assert resource.made is not None  # noqa: S101 - the caller looked
        stack.happened(resource, "DELETE_IN_PROGRESS", self._now())
        try:
            kind_of(resource.type).delete(self._site(resource), resource.made, resource.properties)
        except (FailedError, ServiceError, NotEmulatedError, ClientError, BotoCoreError) as error:
            stack.happened(resource, "DELETE_FAILED", self._now(), _reason(error))
            return False
        stack.happened(resource, "DELETE_COMPLETE", self._now())
        return True

    def _clean_up(self, left: list[Resource]) -> None:
        """Removes what an update replaced or left out."""
        for resource in left:
            replaced = self._stack.resources.get(resource.logical_id) is not resource
            policy = resource.update_replace_policy if replaced else resource.deletion_policy
            if resource.made is not None and policy not in _RETAINED:
                self._remove(resource)
            if not replaced:
                self._stack.resources.pop(resource.logical_id, None)

    def _undo(self, undo: list[_Undone]) -> bool:
        """Puts back what an update touched, the last first; whether all of it could be."""
        is_clean = True
        for step in reversed(undo):
            now = self._stack.resources.get(step.logical_id)
            if now is None or now is step.before:
                if step.before is None and now is None:
                    continue
                if now is step.before:
                    continue
            is_clean = self._put_back(step, now) and is_clean
        return is_clean

    def _put_back(self, step: _Undone, now: Resource | None) -> bool:
        stack = self._stack
        if now is None or now.made is None:
            if step.before is None:
                stack.resources.pop(step.logical_id, None)
            return True
        if step.before is None or step.before.made is None:
            is_clean = self._remove(now)
            stack.resources.pop(step.logical_id, None)
            return is_clean
        if step.before.made.physical_id != now.made.physical_id:
            is_clean = self._remove(now)
            stack.resources[step.logical_id] = step.before
            return is_clean
        with contextlib.suppress(ClientError, BotoCoreError, ServiceError, NotEmulatedError):
            kind = kind_of(now.type)
            made: Made = kind.update(self._site(now), now.made, step.before.properties, now.properties)
            step.before.made = made
            stack.resources[step.logical_id] = step.before
            stack.happened(step.before, "UPDATE_COMPLETE", self._now())
            return True
        return False


def present_in(template: Template, evaluation: Evaluation) -> dict[str, Declared]:
    """The resources whose conditions hold."""
    return {
        name: declared
        for name, declared in template.resources.items()
        if declared.condition is None or evaluation.condition(declared.condition)
    }


def _check(type_name: str, properties: Mapping[str, Any]) -> None:
    problem = problem_with(type_name, properties)
    if problem:
        raise FailedError(problem)


def _reason(error: Exception) -> str:
    """Why a resource failed, as CloudFormation tells what a service said."""
    if isinstance(error, ClientError):
        told = error.response.get("Error", {})
        service = error.operation_name
        return f'Resource handler returned message: "{told.get("Message")}" ({told.get("Code")} at {service})'
    if isinstance(error, NotEmulatedError):
        return f"not emulated: {error}"
    return str(error)
