"""AWS Lambda: functions that really run."""

from __future__ import annotations

import base64
import contextlib
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError
from moto.awslambda.exceptions import UnknownFunctionException
from moto.awslambda.models import LambdaFunction, lambda_backends

from craton.emulator.credentials import role_session
from craton.emulator.delivery.access import LostError, in_role
from craton.emulator.delivery.addresses import policy_of_function
from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.functions import Function, Outcome
from craton.emulator.service import Service
from craton.emulator.wire import Answer

if TYPE_CHECKING:
    from craton.emulator.call import Call
    from craton.emulator.service import Result
    from craton.emulator.world import World

SERVICE = Service(
    "lambda",
    moto=(
        *("CreateFunction", "GetFunction", "GetFunctionConfiguration", "DeleteFunction", "ListFunctions"),
        *("UpdateFunctionCode", "UpdateFunctionConfiguration", "PublishVersion", "ListVersionsByFunction"),
        *("AddPermission", "RemovePermission", "GetPolicy"),
        *("TagResource", "UntagResource", "ListTags"),
        *("PutFunctionConcurrency", "GetFunctionConcurrency", "DeleteFunctionConcurrency"),
    ),
)
LOG_TAIL: Final = 4096
PRINCIPAL: Final = "lambda.amazonaws.com"


@SERVICE.before("CreateFunction", "UpdateFunctionConfiguration")
def check_role(call: Call) -> None:
    """Refuses a role that is not there, or that does not let Lambda in."""
    role = call.parameters.get("Role")
    if not role:
        return
    name = str(call.parameters["FunctionName"]).rpartition(":")[2]
    source = f"arn:aws:lambda:{call.region}:{call.account}:function:{name}"
    try:
        in_role(call.world, str(role), PRINCIPAL, name, source_arn=source, source_account=call.account)
    except LostError as error:
        raise ServiceError(
            "InvalidParameterValueException",
            "The role defined for the function cannot be assumed by Lambda.",
        ) from error


def _log_group(function: LambdaFunction) -> str:
    """Where what a function prints goes: where its configuration says, else into the group of its name."""
    return str(getattr(function, _LOGS, {}).get("LogGroup") or f"/aws/lambda/{function.function_name}")


def _told(function: LambdaFunction, on_create: bool = False) -> dict[str, Any]:
    """What moto tells of a function, and where its logs go, of which moto knows nothing."""
    logging = {"LogFormat": "Text", "LogGroup": _log_group(function)}
    return {**_told_by_moto(function, on_create), "LoggingConfig": logging}


_LOGS: Final = "emulated_logging_config"
_told_by_moto: Final = LambdaFunction.get_configuration
LambdaFunction.get_configuration = _told  # type: ignore[method-assign, assignment]


@SERVICE.after("CreateFunction", "UpdateFunctionConfiguration")
def keep_logging(call: Call, _: object) -> None:
    """Afterwards what the function prints goes where the call says."""
    if "LoggingConfig" in call.parameters:
        name = str(call.parameters["FunctionName"])
        found = lambda_backends[call.account][call.region].get_function(name)
        setattr(found, _LOGS, call.parameters["LoggingConfig"] or {})


@SERVICE.operation("Invoke")
def invoke(call: Call) -> Result:
    """Runs a function: at once, or behind the call where it is invoked as an event."""
    given = call.parameters
    function = function_of(
        call.world, call.account, call.region, given["FunctionName"], given.get("Qualifier")
    )
    payload = given.get("Payload") or b"{}"
    event = payload.decode() if isinstance(payload, bytes) else str(payload)
    match given.get("InvocationType") or "RequestResponse":
        case "DryRun":
            return Answer(204, {}, b"")
        case "Event":
            call.world.work.start(f"function {function.name}", lambda: run(call.world, function, event))
            return Answer(202, {}, b"")
        case _:
            return _answered(function, run(call.world, function, event), bool(given.get("LogType") == "Tail"))


def _answered(function: Function, outcome: Outcome, wants_log: bool) -> Answer:
    headers = {"content-type": "application/json", "x-amz-executed-version": function.version}
    if outcome.error:
        headers["x-amz-function-error"] = outcome.error
    if wants_log:
        headers["x-amz-log-result"] = base64.b64encode(outcome.log.encode()[-LOG_TAIL:]).decode()
    return Answer(200, headers, outcome.payload.encode())


def run(world: World, function: Function, event: str) -> Outcome:
    """What a function makes of an event; what it printed is in its log group, if its role may write there."""
    outcome = world.functions.invoke(world, function, event)
    logs = world.inside.client("logs", function.region, role_session(function.role, function.name))
    group, stream = function.log_group, f"{world.now():%Y/%m/%d}/[{function.version}]"
    lines = [line for line in outcome.log.splitlines() if line] or ["END"]
    now = int(world.now().timestamp() * 1000)
    with contextlib.suppress(ClientError):
        try:
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
        except logs.exceptions.ResourceNotFoundException:
            logs.create_log_group(logGroupName=group)
            logs.create_log_stream(logGroupName=group, logStreamName=stream)
    with contextlib.suppress(ClientError):
        logs.put_log_events(
            logGroupName=group,
            logStreamName=stream,
            logEvents=[{"timestamp": now, "message": line} for line in lines],
        )
    return outcome


def function_of(
    world: World, account: str, region: str, name_or_arn: str, qualifier: str | None = None
) -> Function:
    """The function of a name or ARN. Raises: ServiceError where there is none."""
    if name_or_arn.startswith("arn:"):
        parts = name_or_arn.split(":")
        region, account = parts[3], parts[4]
        qualifier = qualifier or (parts[7] if len(parts) > 7 else None)  # noqa: PLR2004 - the eighth part
    try:
        found = lambda_backends[account][region].get_function(name_or_arn, qualifier)
    except UnknownFunctionException as error:
        raise ServiceError("ResourceNotFoundException", f"Function not found: {name_or_arn}") from error
    if found.package_type == "Image":
        raise NotEmulatedError("functions in container images")
    return _function(world, found, region)


def _function(world: World, found: LambdaFunction, region: str) -> Function:
    if found.layers:
        raise NotEmulatedError("layers")
    code = found.code_bytes
    if code is None:
        bucket, key = found.code["S3Bucket"], found.code["S3Key"]
        owner = world.keyring.root_key(found.account_id).caller
        code = world.inside.client("s3", region, owner).get_object(Bucket=bucket, Key=key)["Body"].read()
    return Function(
        name=found.function_name,
        arn=found.function_arn,
        version=str(found.version or "$LATEST"),
        region=region,
        runtime=str(found.run_time),
        handler=str(found.handler),
        role=found.role,
        timeout=int(found.timeout or 3),
        memory=int(found.memory_size or 128),
        environment={str(key): str(value) for key, value in (found.environment_vars or {}).items()},
        code=bytes(code),
        log_group=_log_group(found),
    )


@SERVICE.policy_of("lambda")
def resource_policy(call: Call, arn: str) -> str | None:  # noqa: ARG001 - the signature of all such
    """The policy of a function, which says who else may invoke it."""
    return policy_of_function(arn)
