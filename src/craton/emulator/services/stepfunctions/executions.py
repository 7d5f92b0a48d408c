"""Operations on executions of state machines."""

from __future__ import annotations

import functools
import json
import threading
import uuid
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.constraints import check_parameters
from craton.emulator.delivery.access import LostError, in_role
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.runtime.naming import letters
from craton.emulator.services.stepfunctions.service import (
    SERVICE,
    Kept,
    StateMachine,
    executions,
    existing,
    page,
)
from craton.emulator.services.stepfunctions.state_machines import PRINCIPAL
from craton.emulator.workflows.execution import Execution, Run, StoppedError
from craton.emulator.workflows.failure import TIMEOUT, StateFailure
from craton.emulator.workflows.history import History
from craton.emulator.workflows.tasks import Tasks

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.emulator.world import World

_WHOLE: Final = {"included": True}


@SERVICE.operation("StartExecution")
def start_execution(call: Call) -> Result:
    """Starts an execution behind the call; the same name with the same input again is no error."""
    check_parameters(call)
    given = call.parameters
    machine = existing(call, str(given["stateMachineArn"]))
    text = str(given.get("input") or "{}")
    try:
        held = json.loads(text)
    except ValueError as error:
        raise ServiceError(
            "InvalidExecutionInput", f"Invalid State Machine Execution Input: '{error}'"
        ) from error
    name = str(given.get("name") or uuid.uuid4())
    arn = f"arn:aws:states:{call.region}:{call.account}:execution:{machine.name}:{name}"
    kept = executions(call.world, call.account, call.region)
    found = kept.get(arn)
    if found is not None:
        if found.status == "RUNNING" and found.text == text:
            return {"executionArn": arn, "startDate": found.began}
        raise ServiceError("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")
    made = kept[arn] = Kept(
        name=name,
        arn=arn,
        machine=machine.arn,
        text=text,
        began=call.time,
        history=History(call.world.now),
        stopped=threading.Event(),
    )
    work = functools.partial(_carried_out, call.world, machine, made, held, call.region)
    call.world.work.start(f"execution {arn}", work)
    return {"executionArn": arn, "startDate": made.began}


def _carried_out(world: World, machine: StateMachine, kept: Kept, held: Any, region: str) -> None:
    """The execution has come to its end."""
    history = kept.history
    history.add(
        "ExecutionStarted",
        "executionStartedEventDetails",
        input=kept.text,
        inputDetails={"truncated": False},
        roleArn=machine.role,
    )
    try:
        output = Execution(_run(world, machine, kept, held, region)).output()
    except StoppedError:
        kept.status = "ABORTED"
        history.add("ExecutionAborted", "executionAbortedEventDetails", error=kept.error, cause=kept.cause)
    except StateFailure as failure:
        kept.error, kept.cause = failure.error, failure.cause
        timed_out = failure.error == TIMEOUT
        kind, details = ("TimedOut", "executionTimedOut") if timed_out else ("Failed", "executionFailed")
        kept.status = "TIMED_OUT" if timed_out else "FAILED"
        history.add(f"Execution{kind}", f"{details}EventDetails", error=kept.error, cause=kept.cause)
    except NotEmulatedError as lacking:
        world.refused.append(f"{kept.arn}: {lacking}")
        kept.status, kept.error, kept.cause = "FAILED", "States.Runtime", f"not emulated: {lacking}"
        history.add("ExecutionFailed", "executionFailedEventDetails", error=kept.error, cause=kept.cause)
    else:
        kept.status, kept.output = "SUCCEEDED", json.dumps(output)
        history.add(
            "ExecutionSucceeded",
            "executionSucceededEventDetails",
            output=kept.output,
            outputDetails={"truncated": False},
        )
    kept.ended = world.now()


def _run(world: World, machine: StateMachine, kept: Kept, held: Any, region: str) -> Run:
    """What the execution is made with. Raises: StateFailure where the role lets nobody in any more."""
    account = machine.arn.split(":")[4]
    try:
        caller = in_role(
            world,
            machine.role,
            PRINCIPAL,
            letters(kept.arn, 32),
            source_arn=machine.arn,
            source_account=account,
        )
    except LostError as error:
        raise StateFailure("States.Runtime", f"The role cannot be assumed: {error}") from error
    facts = {
        "Execution": {
            "Id": kept.arn,
            "Input": held,
            "Name": kept.name,
            "RoleArn": machine.role,
            "StartTime": f"{kept.began:%Y-%m-%dT%H:%M:%S.000Z}",
        },
        "StateMachine": {"Id": machine.arn, "Name": machine.name},
    }
    return Run(
        definition=machine.definition,
        held=held,
        facts=facts,
        tasks=Tasks(world, caller, region, kept.history),
        history=kept.history,
        stopped=kept.stopped,
    )


def _existing(call: Call) -> Kept:
    arn = str(call.parameters["executionArn"])
    found = executions(call.world, call.account, call.region).get(arn)
    if found is None:
        raise ServiceError("ExecutionDoesNotExist", f"Execution Does Not Exist: '{arn}'")
    return found


def _told(kept: Kept) -> dict[str, Any]:
    told = {"stopDate": kept.ended}
    return {
        "executionArn": kept.arn,
        "stateMachineArn": kept.machine,
        "name": kept.name,
        "status": kept.status,
        "startDate": kept.began,
        **{name: one for name, one in told.items() if one is not None},
    }


@SERVICE.operation("DescribeExecution")
def describe_execution(call: Call) -> Result:
    """Tells an execution, and what came of it."""
    found = _existing(call)
    more = {"output": found.output, "error": found.error, "cause": found.cause}
    details = {"outputDetails": _WHOLE} if found.output is not None else {}
    return {
        **_told(found),
        "input": found.text,
        "inputDetails": _WHOLE,
        **details,
        **{name: one for name, one in more.items() if one is not None},
    }


@SERVICE.operation("ListExecutions")
def list_executions(call: Call) -> Result:
    """Lists the executions of a state machine, the newest first."""
    if call.parameters.get("mapRunArn"):
        raise NotEmulatedError("the parameter mapRunArn")
    machine = existing(call, str(call.parameters["stateMachineArn"]))
    wanted = call.parameters.get("statusFilter")
    rows = [
        _told(one)
        for one in reversed(list(executions(call.world, call.account, call.region).values()))
        if one.machine == machine.arn and wanted in (None, one.status)
    ]
    return page(call, "executions", rows)


@SERVICE.operation("GetExecutionHistory")
def get_execution_history(call: Call) -> Result:
    """Tells the events of an execution."""
    events = list(_existing(call).history.events)
    if call.parameters.get("reverseOrder"):
        events.reverse()
    return page(call, "events", events)


@SERVICE.operation("StopExecution")
def stop_execution(call: Call) -> Result:
    """The execution ends before its next state; one that has ended stays as it is."""
    found = _existing(call)
    if found.ended is None:
        found.error, found.cause = call.parameters.get("error"), call.parameters.get("cause")
        found.stopped.set()
    return {"stopDate": found.ended or call.time}
