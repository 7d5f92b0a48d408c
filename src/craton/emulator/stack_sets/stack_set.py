"""A stack set, its instances and the operations on it."""

from __future__ import annotations

import contextlib
import itertools
import threading
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from craton.emulator.stacks.drift import Report
    from craton.emulator.stacks.template import Template

Action = Literal["CREATE", "UPDATE", "DELETE", "DETECT_DRIFT"]


class AutoDeployment(Struct, frozen=True):
    """What happens when an account joins or leaves a target OU."""

    enabled: bool
    retains: bool


class Preferences(Struct, frozen=True, kw_only=True):
    """How an operation goes about it. Counts and percentages are of the accounts of one Region."""

    regions_in_parallel: bool = False
    region_order: tuple[str, ...] = ()
    tolerated_count: int | None = None
    tolerated_percentage: int | None = None
    concurrent_count: int | None = None
    concurrent_percentage: int | None = None
    is_soft: bool = False

    def tolerated(self, accounts: int) -> int:
        """How many accounts of a Region may fail before the others are left out."""
        if self.tolerated_percentage is not None:
            return accounts * self.tolerated_percentage // 100
        return self.tolerated_count or 0

    def concurrent(self, accounts: int) -> int:
        """How many accounts of a Region are to be worked on at once, whatever may fail."""
        if self.concurrent_percentage is not None:
            return max(1, accounts * self.concurrent_percentage // 100)
        return max(1, self.concurrent_count or 1)


@dataclass(slots=True, kw_only=True)
class Instance:
    """The stack of a set in one account and Region; `unit` is the OU through which it came.

    `report` is what the operation `report_operation` found when it looked for drift.
    """

    account: str
    region: str
    unit: str | None
    overrides: Mapping[str, str]
    stack_id: str | None = None
    status: str = "OUTDATED"
    detail: str = "PENDING"
    reason: str | None = None
    report: Report | None = None
    report_operation: str | None = None
    last_operation: str | None = None

    @property
    def drift(self) -> str:
        """What the latest operation that looked for drift found."""
        return self.report.status if self.report else "NOT_CHECKED"


@dataclass(slots=True, kw_only=True)
class Result:
    """What became of one instance in one operation; `drift` is what it found, if it looked for that."""

    account: str
    region: str
    unit: str | None
    status: str = "PENDING"
    reason: str | None = None
    drift: str | None = None


@dataclass(slots=True, kw_only=True)
class Operation:
    """One operation on a stack set."""

    id: str
    action: Action
    preferences: Preferences
    targets: Mapping[str, Any] | None
    created: dt.datetime
    retains: bool = False
    status: str = "QUEUED"
    reason: str | None = None
    ended: dt.datetime | None = None
    results: dict[tuple[str, str], Result] = field(default_factory=dict)

    @property
    def changes(self) -> bool:
        """Whether it changes instances, and does not only look at them."""
        return self.action != "DETECT_DRIFT"


class Turns:
    """Lets operations go one after the other, in the order in which they asked."""

    def __init__(self) -> None:
        self._asked = itertools.count()
        self._next = 0
        self._changed = threading.Condition()

    def ask(self) -> int:
        """The number of a turn."""
        return next(self._asked)

    @contextlib.contextmanager
    def at(self, number: int) -> Iterator[None]:
        """Waits until that turn has come, and lets the next one go on at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._next == number)
        try:
            yield
        finally:
            with self._changed:
                self._next += 1
                self._changed.notify_all()


@dataclass(slots=True, kw_only=True)
class StackSet:
    """One stack set. `units` are the OUs that it was deployed to, each with the Regions."""

    id: str
    name: str
    arn: str
    administrator: str
    region: str
    service_managed: bool
    template: Template
    parameters: Mapping[str, str]
    tags: Mapping[str, str]
    capabilities: tuple[str, ...]
    description: str | None
    auto_deployment: AutoDeployment | None
    managed_execution: bool
    administration_role: str | None
    execution_role: str
    is_deleted: bool = False
    units: dict[str, set[str]] = field(default_factory=dict)
    instances: dict[tuple[str, str], Instance] = field(default_factory=dict)
    operations: dict[str, Operation] = field(default_factory=dict)
    turns: Turns = field(default_factory=Turns)
    last_detection: Operation | None = None
    """The latest operation that looked for drift and has ended."""

    @property
    def is_busy(self) -> bool:
        """Whether an operation is under way or waits."""
        return any(one.status in ("QUEUED", "RUNNING", "STOPPING") for one in self.operations.values())


def new_id(name: str) -> str:
    """An id that no other stack set has."""
    return f"{name}:{uuid.uuid4()}"
