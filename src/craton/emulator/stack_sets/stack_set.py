"""A stack set, its instances and the operations on it."""

from __future__ import annotations

import contextlib
import itertools
import math
import threading
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

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
        """How many accounts of a Region are worked on at once.

        Where the tolerance is strict, it is at most one more than may fail.
        Source: "StackSetOperationPreferences", docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/
        API_StackSetOperationPreferences.html, on ConcurrencyMode, retrieved 2026-11-26.
        """
        if self.concurrent_percentage is not None:
            asked = max(1, math.floor(accounts * self.concurrent_percentage / 100))
        else:
            asked = max(1, self.concurrent_count or 1)
        return asked if self.is_soft else min(asked, self.tolerated(accounts) + 1)


@dataclass(slots=True, kw_only=True)
class Instance:
    """The stack of a set in one account and Region; `unit` is the OU through which it came."""

    account: str
    region: str
    unit: str | None
    overrides: Mapping[str, str]
    stack_id: str | None = None
    status: str = "OUTDATED"
    detail: str = "PENDING"
    reason: str | None = None
    drift: str = "NOT_CHECKED"
    drift_checked: dt.datetime | None = None
    last_operation: str | None = None


@dataclass(slots=True, kw_only=True)
class Result:
    """What became of one instance in one operation."""

    account: str
    region: str
    unit: str | None
    status: str = "PENDING"
    reason: str | None = None


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
    drift: Mapping[str, Any] | None = None

    @property
    def is_busy(self) -> bool:
        """Whether an operation is under way or waits."""
        return any(one.status in ("QUEUED", "RUNNING", "STOPPING") for one in self.operations.values())


def new_id(name: str) -> str:
    """An id that no other stack set has."""
    return f"{name}:{uuid.uuid4()}"
