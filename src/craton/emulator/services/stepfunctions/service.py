"""The service, and what is kept of a state machine and an execution."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from craton.emulator.errors import ServiceError
from craton.emulator.service import Service

if TYPE_CHECKING:
    import datetime as dt
    import threading
    from collections.abc import Iterable

    from craton.emulator.call import Call
    from craton.emulator.workflows.history import History
    from craton.emulator.world import World

SERVICE = Service("stepfunctions", signing="states")


@dataclass(slots=True, kw_only=True)
class StateMachine:
    """A state machine. `text` is its definition as it was told, `definition` the same, read."""

    name: str
    arn: str
    text: str
    definition: dict[str, Any]
    role: str
    revision: str
    made: dt.datetime
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Kept:
    """An execution of a state machine; `status` is one of the enum ExecutionStatus."""

    name: str
    arn: str
    machine: str
    text: str
    began: dt.datetime
    history: History
    stopped: threading.Event
    status: str = "RUNNING"
    ended: dt.datetime | None = None
    output: str | None = None
    error: str | None = None
    cause: str | None = None


def machines(world: World, account: str, region: str) -> dict[str, StateMachine]:
    """The state machines of an account and Region by ARN."""
    return world.shelf(account, region, "state machines")


def executions(world: World, account: str, region: str) -> dict[str, Kept]:
    """The executions of an account and Region by ARN."""
    return world.shelf(account, region, "executions of state machines")


def existing(call: Call, arn: str) -> StateMachine:
    """The state machine of that ARN. Raises: ServiceError."""
    found = machines(call.world, call.account, call.region).get(arn)
    if found is None:
        raise ServiceError("StateMachineDoesNotExist", f"State Machine Does Not Exist: '{arn}'")
    return found


def page(call: Call, key: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A page of rows with the token of the next."""
    start, size = int(call.parameters.get("nextToken") or 0), int(call.parameters.get("maxResults") or 100)
    more = {"nextToken": str(start + size)} if start + size < len(rows) else {}
    return {key: rows[start : start + size], **more}


@SERVICE.permissions
def permissions(call: Call) -> Iterable[tuple[str, str]] | None:
    """A state machine that is made is authorised by the ARN that it will have."""
    if call.operation.name != "CreateStateMachine":
        return None
    arn = f"arn:aws:states:{call.region}:{call.account}:stateMachine:{call.parameters['name']}"
    return [("states:CreateStateMachine", arn)]


@SERVICE.tags_of("states")
def resource_tags(call: Call, arn: str) -> dict[str, str]:
    """The tags of a state machine."""
    parts = arn.split(":")
    found = machines(call.world, parts[4], parts[3]).get(arn)
    return dict(found.tags) if found else {}
