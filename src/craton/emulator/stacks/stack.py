"""A stack: its resources, what happened to it, and in what state it is."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from msgspec import Struct

if TYPE_CHECKING:
    import datetime as dt

    from craton.emulator.credentials import Caller
    from craton.emulator.resources.kind import Made
    from craton.emulator.stacks.rollback import Undone
    from craton.emulator.stacks.template import Template


class Event(Struct, frozen=True, kw_only=True):
    """One line of a stack's history. `time` in naive UTC."""

    event_id: str
    time: Any
    logical_id: str
    physical_id: str
    type: str
    status: str
    reason: str | None
    properties: Mapping[str, Any] | None


@dataclass(slots=True, kw_only=True)
class Resource:
    """One resource of a stack. `made` is None until it exists; `properties` are those it was given last.

    `generation` counts how often it has been replaced.
    """

    logical_id: str
    type: str
    properties: Mapping[str, Any]
    made: Made | None = None
    status: str = "CREATE_IN_PROGRESS"
    reason: str | None = None
    deletion_policy: str = "Delete"
    update_replace_policy: str = "Delete"
    metadata: Any = None
    generation: int = 0
    updated: dt.datetime | None = None


@dataclass(slots=True, kw_only=True)
class Stack:
    """One stack. `caller` is who acts for it: whoever called, or the role it was given.

    `imports` are the exported values of other stacks that it uses; `unfinished` what a rollback that failed
    has still to put back; `parent_id` is the id of the stack whose
    resource it is, if it is nested.
    """

    stack_id: str
    name: str
    account: str
    region: str
    caller: Caller
    role_arn: str | None
    template: Template
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    capabilities: tuple[str, ...]
    created: dt.datetime
    status: str = "REVIEW_IN_PROGRESS"
    reason: str | None = None
    updated: dt.datetime | None = None
    deleted: dt.datetime | None = None
    description: str | None = None
    disable_rollback: bool = False
    termination_protection: bool = False
    notification_arns: tuple[str, ...] = ()
    stack_set_id: str | None = None
    resources: dict[str, Resource] = field(default_factory=dict)
    outputs: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    imports: set[str] = field(default_factory=set)
    unfinished: tuple[Undone, ...] = ()
    parent_id: str | None = None
    events: list[Event] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def is_gone(self) -> bool:
        """Whether it was deleted; its id still answers."""
        return self.status == "DELETE_COMPLETE"

    @property
    def is_busy(self) -> bool:
        """Whether an operation is under way."""
        return self.status.endswith("_IN_PROGRESS") and self.status != "REVIEW_IN_PROGRESS"

    def happened(self, resource: Resource, status: str, now: dt.datetime, reason: str | None = None) -> None:
        """The resource has this status from now on, and the history says so."""
        resource.status, resource.reason, resource.updated = status, reason, now
        self._tell(
            time=now,
            logical_id=resource.logical_id,
            physical_id=resource.made.physical_id if resource.made else "",
            type=resource.type,
            status=status,
            reason=reason,
            properties=resource.properties,
        )

    def became(self, status: str, now: dt.datetime, reason: str | None = None) -> None:
        """The stack has this status from now on, and the history says so."""
        self.status, self.reason = status, reason
        self._tell(
            time=now,
            logical_id=self.name,
            physical_id=self.stack_id,
            type="AWS::CloudFormation::Stack",
            status=status,
            reason=reason,
            properties=None,
        )

    def _tell(self, **told: Any) -> None:
        self.events.append(Event(event_id=str(uuid.uuid4()), **told))


def new_stack_id(account: str, region: str, name: str) -> str:
    """An ARN that no other stack has."""
    return f"arn:aws:cloudformation:{region}:{account}:stack/{name}/{uuid.uuid4()}"
