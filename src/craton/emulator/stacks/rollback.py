"""Puts a stack back as it was before an update that failed.

Source: "Stack status codes" and "Continue rolling back an update", docs.aws.amazon.com/AWSCloudFormation/
latest/UserGuide/, retrieved 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from craton.emulator.resources.registry import kind_of
from craton.emulator.stacks.stack import Resource
from craton.emulator.stacks.workbench import TELLING, Workbench

if TYPE_CHECKING:
    from collections.abc import Container


class Undone(Struct):
    """How a resource stood before an update touched it; `tried` is what it was to become in place.

    `live` are its properties as they were, where it had drifted; `was_gone` tells that somebody had removed
    it.
    """

    logical_id: str
    before: Resource | None
    tried: Mapping[str, Any] | None = None
    live: Mapping[str, Any] | None = None
    was_gone: bool = False


class Rollback(Workbench):
    """Takes back the steps of an update."""

    def carry_out(self, steps: list[Undone], skipped: Container[str] = ()) -> list[Undone]:
        """Puts back what was changed, the last first, and removes what was made; the steps that failed.

        Where some failed, nothing is removed yet. `skipped` are the logical ids of resources that are taken
        to be as they should.
        """
        failed = [step for step in reversed(steps) if not self._put_back(step, step.logical_id in skipped)]
        if failed:
            made = [step for step in steps if self._is_new(step)]
            return [*made, *reversed(failed)]
        self._stack.became("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", self._now())
        for step in reversed(steps):
            self._remove_new(step)
        held = self._stack.resources
        for name in [name for name, one in held.items() if one.made is None]:
            del held[name]
        return []

    def _is_new(self, step: Undone) -> bool:
        """Whether the step made a resource that was not there before, also in the place of another."""
        now, before = self._stack.resources.get(step.logical_id), step.before
        if now is None or now.made is None:
            return False
        if step.was_gone or before is None or before.made is None:
            return True
        return now.made.physical_id != before.made.physical_id

    def _put_back(self, step: Undone, is_skipped: bool) -> bool:
        """Whether a resource that was changed in place is as it was."""
        before = step.before
        if before is None or before.made is None or self._is_new(step):
            return True
        if step.tried is not None and not is_skipped:
            self._stack.happened(before, "UPDATE_IN_PROGRESS", self._now())
            try:
                kind = kind_of(before.type)
                former = before.properties if step.live is None else step.live
                before.made = kind.update(self._site(before), before.made, former, step.tried)
            except TELLING as error:
                self._stack.happened(before, "UPDATE_FAILED", self._now(), self._reason(error))
                return False
        self._stack.resources[step.logical_id] = before
        self._stack.happened(before, "UPDATE_COMPLETE", self._now())
        return True

    def _remove_new(self, step: Undone) -> None:
        """Removes what a step made; what cannot be removed is of no stack any more."""
        now = self._stack.resources.get(step.logical_id)
        if now is None or not self._is_new(step):
            return
        self._remove(now)
        if step.before is None or step.before.made is None:
            del self._stack.resources[step.logical_id]
        else:
            self._stack.resources[step.logical_id] = step.before
            self._stack.happened(step.before, "UPDATE_COMPLETE", self._now())
