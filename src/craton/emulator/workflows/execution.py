"""One execution of a state machine, state by state.

Waits last as long as they say, up to a cap; what was left out counts as if it had passed. Branches of a
Parallel state and items of a Map state come one after another.
"""

from __future__ import annotations

import datetime as dt
import json
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.workflows.choice import chosen
from craton.emulator.workflows.failure import BRANCH, RUNTIME, TIMEOUT, StateFailure, is_among
from craton.emulator.workflows.payload import effective_input, filled, found_at, output_of, placed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.workflows.history import History
    from craton.emulator.workflows.tasks import Tasks

LONGEST_WAIT: Final = 2.0
"""Seconds that a Wait state or a retrier really waits at most."""
MOST_EVENTS: Final = 25_000
_DEFAULT_ATTEMPTS: Final = 3
_OF_TASKS: Final = ("Task", "Parallel", "Map")


class StoppedError(Exception):
    """Somebody stopped the execution."""


@dataclass(slots=True, kw_only=True)
class Run:
    """What an execution is made with. `facts` are the parts of the context object that stay."""

    definition: Mapping[str, Any]
    held: Any
    facts: Mapping[str, Any]
    tasks: Tasks
    history: History
    stopped: threading.Event = field(default_factory=threading.Event)


class Execution:
    """Carries out a run."""

    def __init__(self, run: Run) -> None:
        self._run = run
        self._history = run.history
        self._began = time.monotonic()
        self._skipped = 0.0

    def output(self) -> Any:
        """What the state machine ends with. Raises: StateFailure, StoppedError."""
        return self._machine(self._run.definition, self._run.held, {})

    def _machine(self, machine: Mapping[str, Any], held: Any, more: Mapping[str, Any]) -> Any:
        """What the states of a machine make of an input."""
        name: str | None = str(machine["StartAt"])
        while name is not None:
            self._check_going(machine)
            state = machine["States"][name]
            context = self._context(name, more)
            self._history.entered(state["Type"], name, held)
            name, held = self._passed(name, state, held, context)
        return held

    def _check_going(self, machine: Mapping[str, Any]) -> None:
        if self._run.stopped.is_set():
            raise StoppedError
        limit = machine.get("TimeoutSeconds")
        if limit is not None and self._elapsed() > limit:
            raise StateFailure(TIMEOUT, "The execution timed out")
        if len(self._history.events) > MOST_EVENTS:
            raise StateFailure(
                RUNTIME, f"The execution reached the maximum number of history events ({MOST_EVENTS})."
            )

    def _elapsed(self) -> float:
        """Seconds since the start, those that were not waited for included."""
        return time.monotonic() - self._began + self._skipped

    def _context(self, name: str, more: Mapping[str, Any]) -> dict[str, Any]:
        entered = self._history.now()
        state = {"Name": name, "EnteredTime": f"{entered:%Y-%m-%dT%H:%M:%S.%fZ}", "RetryCount": 0}
        return {**self._run.facts, "State": state, **more}

    def _passed(
        self, name: str, state: Mapping[str, Any], held: Any, context: dict[str, Any]
    ) -> tuple[str | None, Any]:
        """The state that follows, None at the end, and the input that it gets. Raises: StateFailure."""
        kind = state["Type"]
        try:
            target, output = self._tried(state, held, context)
        except StateFailure as failure:
            catcher = next(
                (
                    one
                    for one in state.get("Catch") or ()
                    if is_among(failure.error, one["ErrorEquals"], of_a_task=kind in _OF_TASKS)
                ),
                None,
            )
            if catcher is None:
                raise
            told = {"Error": failure.error, "Cause": failure.cause}
            target, output = str(catcher["Next"]), placed(catcher, held, told)
        if kind != "Fail":
            self._history.exited(kind, name, output)
        return target, output

    def _tried(self, state: Mapping[str, Any], held: Any, context: dict[str, Any]) -> tuple[str | None, Any]:
        """The same, after as many attempts as the retriers of the state allow."""
        attempts = [0 for _ in state.get("Retry") or ()]
        while True:
            try:
                return self._outcome(state, held, context)
            except StateFailure as failure:
                of_a_task = state["Type"] in _OF_TASKS
                number, retrier = next(
                    (
                        (number, one)
                        for number, one in enumerate(state.get("Retry") or ())
                        if is_among(failure.error, one["ErrorEquals"], of_a_task=of_a_task)
                    ),
                    (-1, None),
                )
                if retrier is None or attempts[number] >= int(retrier.get("MaxAttempts", _DEFAULT_ATTEMPTS)):
                    raise
                pause = float(retrier.get("IntervalSeconds", 1)) * (
                    float(retrier.get("BackoffRate", 2.0)) ** attempts[number]
                )
                self._wait(min(pause, float(retrier.get("MaxDelaySeconds", pause))))
                attempts[number] += 1
                context["State"]["RetryCount"] += 1

    def _outcome(
        self, state: Mapping[str, Any], raw: Any, context: Mapping[str, Any]
    ) -> tuple[str | None, Any]:
        target: str | None = state.get("Next")
        match state["Type"]:
            case "Choice":
                held = effective_input(state, raw, context)
                return chosen(state, held, context), output_of(state, held, held, context)
            case "Succeed":
                held = effective_input(state, raw, context)
                return None, output_of(state, held, held, context)
            case "Wait":
                held = effective_input(state, raw, context)
                self._wait(_seconds(state, held, context))
                return target, output_of(state, held, held, context)
            case "Fail":
                raise StateFailure(
                    _told(state, "Error", raw, context) or "", _told(state, "Cause", raw, context) or ""
                )
            case "Pass":
                held = effective_input(state, raw, context)
                return target, output_of(state, raw, state.get("Result", held), context)
            case "Task":
                result = self._task(state, effective_input(state, raw, context))
            case "Parallel":
                result = self._parallel(state, effective_input(state, raw, context))
            case _:
                result = self._map(state, raw, context)
        return target, output_of(state, raw, result, context)

    def _task(self, state: Mapping[str, Any], given: Any) -> Any:
        began = self._elapsed()
        result = self._run.tasks.carry_out(str(state["Resource"]), given)
        limit = state.get("TimeoutSeconds")
        if limit is not None and self._elapsed() - began > limit:
            raise StateFailure(TIMEOUT, "The task timed out")
        return result

    def _parallel(self, state: Mapping[str, Any], given: Any) -> list[Any]:
        self._history.add("ParallelStateStarted")
        try:
            results = [self._machine(branch, given, {}) for branch in state["Branches"]]
        except StateFailure as failure:
            self._history.add("ParallelStateFailed")
            raise StateFailure(failure.error or BRANCH, failure.cause) from failure
        self._history.add("ParallelStateSucceeded")
        return results

    def _map(self, state: Mapping[str, Any], raw: Any, context: Mapping[str, Any]) -> list[Any]:
        chosen_input = effective_input(state, raw, context, "")
        items = found_at(state.get("ItemsPath", "$"), chosen_input, context)
        if not isinstance(items, list):
            raise StateFailure(RUNTIME, "Reference path of a Map state must point to an array")
        template = state.get("ItemSelector", state.get("Parameters"))
        machine = state.get("ItemProcessor") or state["Iterator"]
        name = context["State"]["Name"]
        self._history.add("MapStateStarted", "mapStateStartedEventDetails", length=len(items))
        results = []
        for index, item in enumerate(items):
            more = {"Map": {"Item": {"Index": index, "Value": item}}}
            told = {"name": name, "index": index}
            self._history.add("MapIterationStarted", "mapIterationStartedEventDetails", **told)
            try:
                given = item if template is None else filled(template, chosen_input, {**context, **more})
                results.append(self._machine(machine, given, more))
            except StateFailure:
                self._history.add("MapIterationFailed", "mapIterationFailedEventDetails", **told)
                self._history.add("MapStateFailed")
                raise
            self._history.add("MapIterationSucceeded", "mapIterationSucceededEventDetails", **told)
        self._history.add("MapStateSucceeded")
        return results

    def _wait(self, seconds: float) -> None:
        """Waits up to the cap; what is left out counts as if it had passed. Raises: StoppedError."""
        really = max(0.0, min(seconds, LONGEST_WAIT))
        self._skipped += max(0.0, seconds) - really
        if self._run.stopped.wait(really):
            raise StoppedError


def _seconds(state: Mapping[str, Any], held: Any, context: Mapping[str, Any]) -> float:
    """How long a Wait state waits. Raises: StateFailure."""
    if "Seconds" in state:
        return float(state["Seconds"])
    if "SecondsPath" in state:
        told = found_at(state["SecondsPath"], held, context)
        if isinstance(told, bool) or not isinstance(told, int | float) or told < 0:
            raise StateFailure(RUNTIME, f"'{told}' at {state['SecondsPath']} is no number of seconds")
        return float(told)
    text = state.get("Timestamp") or found_at(state["TimestampPath"], held, context)
    try:
        until = dt.datetime.fromisoformat(str(text))
    except ValueError as error:
        raise StateFailure(RUNTIME, f"'{text}' is no timestamp") from error
    if until.tzinfo is None:
        raise StateFailure(RUNTIME, f"'{text}' is no timestamp with an offset")
    start = str(context["State"]["EnteredTime"])
    return (until - dt.datetime.fromisoformat(start)).total_seconds()


def _told(state: Mapping[str, Any], name: str, held: Any, context: Mapping[str, Any]) -> str | None:
    """The Error or Cause of a Fail state."""
    path = state.get(f"{name}Path")
    if path is None:
        return state.get(name)
    found = found_at(str(path), held, context)
    return found if isinstance(found, str) else json.dumps(found)
