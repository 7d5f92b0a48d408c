"""Task states: functions are invoked, operations of services are called, in the state machine's role."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from craton.core.arn import Arn
from craton.emulator.workflows.failure import RUNTIME, StateFailure
from craton.emulator.workflows.integration import integration_of, is_function, java_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import Shape

    from craton.emulator.credentials import Caller
    from craton.emulator.workflows.history import History
    from craton.emulator.workflows.integration import Integration
    from craton.emulator.world import World

_TEXTS: Final = {("sns", "Publish"): "Message", ("sqs", "SendMessage"): "MessageBody"}
"""Parameters that optimized integrations turn into JSON text where they are given as objects."""
_UNKNOWN: Final = {"lambda": "AWSLambdaException"}
"""What errors that a service's model does not know are called, where it is not by the service's own name."""


class Tasks:
    """Carries out the tasks of one execution, as `caller`, in a Region."""

    def __init__(self, world: World, caller: Caller, region: str, history: History) -> None:
        self._world = world
        self._caller = caller
        self._region = region
        self._history = history

    def carry_out(self, resource: str, given: Any) -> Any:
        """What comes of a task. Raises: StateFailure."""
        return self._invoked(resource, given) if is_function(resource) else self._called(resource, given)

    def _invoked(self, function: str, given: Any) -> Any:
        history, text = self._history, json.dumps(given)
        history.add(
            "LambdaFunctionScheduled",
            "lambdaFunctionScheduledEventDetails",
            resource=function,
            input=text,
            inputDetails={"truncated": False},
        )
        history.add("LambdaFunctionStarted")
        try:
            output = json.loads(self._payload(function, text))
        except StateFailure as failure:
            history.add(
                "LambdaFunctionFailed",
                "lambdaFunctionFailedEventDetails",
                error=failure.error,
                cause=failure.cause,
            )
            raise
        history.add(
            "LambdaFunctionSucceeded",
            "lambdaFunctionSucceededEventDetails",
            output=json.dumps(output),
            outputDetails={"truncated": False},
        )
        return output

    def _payload(self, function: str, text: str) -> str:
        arn = Arn.parse(function)
        region = arn.region if arn else self._region
        client = self._world.inside.client("lambda", region, self._caller)
        try:
            answer = client.invoke(FunctionName=function, Payload=text.encode())
        except ClientError as error:
            raise _failure(integration_of("arn:aws:states:::lambda:invoke"), error) from error
        payload = str(answer["Payload"].read().decode())
        if answer.get("FunctionError"):
            raise _of_function(payload)
        return payload

    def _called(self, resource: str, given: Any) -> Any:
        integration, history = integration_of(resource), self._history
        told = {"resourceType": integration.resource_type, "resource": integration.resource}
        history.add(
            "TaskScheduled",
            "taskScheduledEventDetails",
            **told,
            region=self._region,
            parameters=json.dumps(given),
        )
        history.add("TaskStarted", "taskStartedEventDetails", **told)
        try:
            output = self._answer(integration, given if isinstance(given, dict) else {})
        except StateFailure as failure:
            history.add(
                "TaskFailed", "taskFailedEventDetails", **told, error=failure.error, cause=failure.cause
            )
            raise
        history.add(
            "TaskSucceeded",
            "taskSucceededEventDetails",
            **told,
            output=json.dumps(output),
            outputDetails={"truncated": False},
        )
        return output

    def _answer(self, integration: Integration, given: Mapping[str, Any]) -> Any:
        operation = integration.model.operation_model(integration.operation)
        shaped = _texted(integration, given) if integration.is_optimized else dict(given)
        parameters = _fitted(operation.input_shape, shaped) if operation.input_shape else {}
        client = self._world.inside.client(integration.service, self._region, self._caller)
        method = next(
            name for name, one in client.meta.method_to_api_mapping.items() if one == operation.name
        )
        try:
            answer = getattr(client, method)(**parameters)
        except ClientError as error:
            raise _failure(integration, error) from error
        except BotoCoreError as error:
            raise StateFailure(RUNTIME, str(error)) from error
        answer.pop("ResponseMetadata", None)
        if (integration.service, integration.operation) == ("lambda", "Invoke"):
            return _of_invocation(answer)
        return _plain(operation.output_shape, answer)


def _texted(integration: Integration, given: Mapping[str, Any]) -> dict[str, Any]:
    name = _TEXTS.get((integration.service, integration.operation), "")
    shaped = dict(given)
    if name in shaped and not isinstance(shaped[name], str):
        shaped[name] = json.dumps(shaped[name])
    if (integration.service, integration.operation) == ("events", "PutEvents"):
        shaped["Entries"] = [
            {**one, "Detail": one["Detail"] if isinstance(one["Detail"], str) else json.dumps(one["Detail"])}
            for one in shaped.get("Entries") or ()
        ]
    return shaped


def _fitted(shape: Shape, value: Any) -> Any:
    """Parameters as botocore names them: the integrations write every name with a capital letter first."""
    match shape.type_name:
        case "structure" if isinstance(value, dict):
            names = {f"{name[0].upper()}{name[1:]}": name for name in shape.members}
            unknown = sorted(value.keys() - names.keys())
            if unknown:
                raise StateFailure(RUNTIME, f"The field '{unknown[0]}' is not supported by Step Functions")
            return {names[key]: _fitted(shape.members[names[key]], one) for key, one in value.items()}
        case "list" if isinstance(value, list):
            return [_fitted(shape.member, one) for one in value]
        case "map" if isinstance(value, dict):
            return {key: _fitted(shape.value, one) for key, one in value.items()}
        case "blob":
            return value.encode() if isinstance(value, str) else json.dumps(value).encode()
        case "string" if isinstance(value, dict | list):
            return json.dumps(value)
        case _:
            return value


def _plain(shape: Shape | None, value: Any) -> Any:
    """An answer as JSON, the names of its members with a capital letter first."""
    match shape.type_name if shape else "":
        case "structure" if shape is not None and isinstance(value, dict):
            members = shape.members
            return {f"{key[0].upper()}{key[1:]}": _plain(members[key], one) for key, one in value.items()}
        case "map" if shape is not None:
            return {key: _plain(shape.value, one) for key, one in value.items()}
        case "list" if shape is not None:
            return [_plain(shape.member, one) for one in value]
        case "timestamp":
            return f"{value.astimezone(dt.UTC):%Y-%m-%dT%H:%M:%S.%fZ}"
        case "blob":
            whole = value if isinstance(value, bytes) else value.read()
            return whole.decode(errors="replace")
        case _:
            return value


def _of_invocation(answer: dict[str, Any]) -> Any:
    text = answer["Payload"].read().decode()
    if answer.get("FunctionError"):
        raise _of_function(text)
    try:
        payload = json.loads(text) if text else None
    except ValueError:
        payload = text
    kept = {name: one for name, one in answer.items() if name != "Payload"}
    return {**kept, "Payload": payload}


def _of_function(payload: str) -> StateFailure:
    """The failure that a function's error is: of the type that it raised."""
    told = json.loads(payload)
    return StateFailure(str(told.get("errorType") or "Lambda.Unknown"), payload)


def _failure(integration: Integration, error: ClientError) -> StateFailure:
    told = error.response["Error"]
    name = java_name(integration.model)
    shapes = {str(one.error_code): one.name for one in integration.model.error_shapes}
    own = shapes.get(str(told["Code"])) or _UNKNOWN.get(integration.service, name)
    kind = own if own.endswith("Exception") else f"{own}Exception"
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    cause = f"{told.get('Message')} (Service: {name}, Status Code: {status}, Error Code: {told['Code']})"
    return StateFailure(f"{name}.{kind}", cause)
