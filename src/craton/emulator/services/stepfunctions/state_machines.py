"""Operations on state machines.

Source: "CreateStateMachine", docs.aws.amazon.com/step-functions/latest/apireference/
API_CreateStateMachine.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import re
import uuid
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.constraints import check_parameters
from craton.emulator.delivery.access import LostError, in_role
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.services.stepfunctions.service import SERVICE, StateMachine, existing, machines, page
from craton.emulator.workflows.definition import read

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.call import Call
    from craton.emulator.service import Result

PRINCIPAL: Final = "states.amazonaws.com"
_NAME: Final = re.compile(r"[^\s<>{}\[\]?*\"#%\\^|~`$&,;:/\x00-\x1f\x7f-\x9f]{1,80}")


@SERVICE.operation("CreateStateMachine")
def create_state_machine(call: Call) -> Result:
    """Keeps a state machine; the same one again is no error."""
    check_parameters(call)
    given = call.parameters
    _refuse_others(given)
    name = str(given["name"])
    if not _NAME.fullmatch(name):
        raise ServiceError("InvalidName", f"Invalid Name: '{name}'")
    definition = read(str(given["definition"]))
    arn = f"arn:aws:states:{call.region}:{call.account}:stateMachine:{name}"
    _check_role(call, str(given["roleArn"]), arn)
    tags = {str(one["key"]): str(one["value"]) for one in given.get("tags") or ()}
    held = machines(call.world, call.account, call.region)
    found = held.get(arn)
    if found is None:
        found = held[arn] = StateMachine(
            name=name,
            arn=arn,
            text=str(given["definition"]),
            definition=definition,
            role=str(given["roleArn"]),
            revision=str(uuid.uuid4()),
            made=call.time,
            tags=tags,
        )
    elif (found.text, found.role, found.tags) != (given["definition"], given["roleArn"], tags):
        raise ServiceError("StateMachineAlreadyExists", f"State Machine Already Exists: '{arn}'")
    return {"stateMachineArn": arn, "creationDate": found.made}


def _refuse_others(given: Mapping[str, Any]) -> None:
    """Raises: NotEmulatedError for what state machines here do not do."""
    if given.get("type", "STANDARD") != "STANDARD":
        raise NotEmulatedError(f"state machines of the type {given['type']}")
    if (given.get("loggingConfiguration") or {}).get("level", "OFF") != "OFF":
        raise NotEmulatedError("the parameter loggingConfiguration")
    if (given.get("tracingConfiguration") or {}).get("enabled"):
        raise NotEmulatedError("the parameter tracingConfiguration")
    if (given.get("encryptionConfiguration") or {}).get("type", "AWS_OWNED_KEY") != "AWS_OWNED_KEY":
        raise NotEmulatedError("the parameter encryptionConfiguration")
    for name in ("publish", "versionDescription"):
        if given.get(name):
            raise NotEmulatedError(f"the parameter {name}")


def _check_role(call: Call, role: str, arn: str) -> None:
    """Raises: ServiceError where the service cannot be in the role."""
    try:
        in_role(call.world, role, PRINCIPAL, "check", source_arn=arn, source_account=call.account)
    except LostError as error:
        raise ServiceError(
            "AccessDeniedException",
            f"Neither the global service principal {PRINCIPAL}, nor the regional one is authorized to assume"
            " the provided role.",
        ) from error


@SERVICE.operation("DescribeStateMachine")
def describe_state_machine(call: Call) -> Result:
    """Tells a state machine."""
    found = existing(call, str(call.parameters["stateMachineArn"]))
    return {
        "stateMachineArn": found.arn,
        "name": found.name,
        "status": "ACTIVE",
        "definition": found.text,
        "roleArn": found.role,
        "type": "STANDARD",
        "creationDate": found.made,
        "loggingConfiguration": {"level": "OFF", "includeExecutionData": False},
        "tracingConfiguration": {"enabled": False},
        "encryptionConfiguration": {"type": "AWS_OWNED_KEY"},
        "revisionId": found.revision,
    }


@SERVICE.operation("ListStateMachines")
def list_state_machines(call: Call) -> Result:
    """Lists state machines."""
    rows = [
        {"stateMachineArn": one.arn, "name": one.name, "type": "STANDARD", "creationDate": one.made}
        for one in machines(call.world, call.account, call.region).values()
    ]
    return page(call, "stateMachines", rows)


@SERVICE.operation("UpdateStateMachine")
def update_state_machine(call: Call) -> Result:
    """The state machine has another definition or role; executions that are under way keep theirs."""
    check_parameters(call)
    given = call.parameters
    _refuse_others(given)
    found = existing(call, str(given["stateMachineArn"]))
    if not any(given.get(name) for name in ("definition", "roleArn", "loggingConfiguration")):
        raise ServiceError(
            "MissingRequiredParameter", "Either the definition, the role ARN, or both must be specified"
        )
    text, role = str(given.get("definition") or found.text), str(given.get("roleArn") or found.role)
    definition = read(text)
    _check_role(call, role, found.arn)
    found.text, found.definition, found.role = text, definition, role
    found.revision = str(uuid.uuid4())
    return {"updateDate": call.time, "revisionId": found.revision}


@SERVICE.operation("DeleteStateMachine")
def delete_state_machine(call: Call) -> Result:
    """Removes a state machine; that it is gone is no error."""
    machines(call.world, call.account, call.region).pop(str(call.parameters["stateMachineArn"]), None)
    return {}


@SERVICE.operation("ValidateStateMachineDefinition")
def validate_state_machine_definition(call: Call) -> Result:
    """Tells whether a definition is one."""
    check_parameters(call)
    if call.parameters.get("type", "STANDARD") != "STANDARD":
        raise NotEmulatedError(f"state machines of the type {call.parameters['type']}")
    try:
        read(str(call.parameters["definition"]))
    except ServiceError as error:
        row = {"severity": "ERROR", "code": "SCHEMA_VALIDATION_FAILED", "message": str(error.message)}
        return {"result": "FAIL", "diagnostics": [row], "truncated": False}
    return {"result": "OK", "diagnostics": [], "truncated": False}


@SERVICE.operation("TagResource", "UntagResource", "ListTagsForResource")
def tag_resource(call: Call) -> Result:
    """Sets, removes or tells the tags of a state machine."""
    given, arn = call.parameters, str(call.parameters["resourceArn"])
    found = machines(call.world, call.account, call.region).get(arn)
    if found is None:
        raise ServiceError("ResourceNotFound", f"Resource not found: '{arn}'")
    if call.operation.name == "ListTagsForResource":
        return {"tags": [{"key": key, "value": value} for key, value in found.tags.items()]}
    found.tags.update({str(one["key"]): str(one["value"]) for one in given.get("tags") or ()})
    for key in given.get("tagKeys") or ():
        found.tags.pop(str(key), None)
    return {}
