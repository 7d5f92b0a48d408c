"""Custom resources of an account and Region: a former stack's end is awaited, and invocations are logged."""

import json
import time
import urllib.request
from typing import Any

import boto3
from botocore.exceptions import ClientError

PAUSE_S = 5
PATIENCE = 30
MARGIN_MS = 15_000
PASSING = {"AccessDeniedException", "ThrottlingException", "ValidationException"}
"""What Bedrock says while a role or a bucket policy that was just made is not known everywhere."""


def handler(event: dict[str, Any], context: Any) -> None:
    """Answers CloudFormation, whatever happens."""
    answer = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    answer |= {"PhysicalResourceId": event["LogicalResourceId"], "Status": "SUCCESS"}
    answer["Data"] = {"Part": event["StackId"].split("/")[-1][:8]}
    try:
        act(event["RequestType"] != "Delete", event["ResourceProperties"], event["StackId"], context)
    except Exception as error:
        print(f"{event['RequestType']} failed: {error!r}")
        answer |= {"Status": "FAILED", "Reason": f"{type(error).__name__}: {error}"[:1000]}
    body = json.dumps(answer).encode()
    request = urllib.request.Request(event["ResponseURL"], data=body, method="PUT")
    urllib.request.urlopen(request, timeout=10).close()


def act(is_wanted: bool, properties: dict[str, Any], own: str, context: Any) -> None:
    """The one or the other resource is there or gone, as its properties tell."""
    if "Configuration" in properties:
        wanted = typed(properties["Configuration"])
        (put if is_wanted else remove)(boto3.client("bedrock"), wanted)
    elif is_wanted:
        outlast(boto3.client("cloudformation"), properties["Former"], own, context)


def outlast(stacks: Any, prefix: str, own: str, context: Any) -> None:
    """No other stack of these names is left. Raises: TimeoutError."""
    while left := [
        f"{one['StackName']} is {one['StackStatus']}"
        for page in stacks.get_paginator("list_stacks").paginate()
        for one in page["StackSummaries"]
        if one["StackName"].startswith(prefix)
        and one["StackStatus"] != "DELETE_COMPLETE"
        and one["StackId"] != own
    ]:
        if context.get_remaining_time_in_millis() < MARGIN_MS:
            raise TimeoutError(left[0])
        time.sleep(PAUSE_S)


def typed(told: dict[str, Any]) -> dict[str, Any]:
    """The configuration with its booleans, of which CloudFormation makes texts."""
    return {key: value == "true" if value in ("true", "false") else value for key, value in told.items()}


def put(bedrock: Any, wanted: dict[str, Any]) -> None:
    """Logging is as wanted; what may pass is waited for."""
    for left in reversed(range(PATIENCE)):
        try:
            bedrock.put_model_invocation_logging_configuration(loggingConfig=wanted)
        except ClientError as error:
            if error.response["Error"]["Code"] not in PASSING or not left:
                raise
        else:
            return
        time.sleep(PAUSE_S)


def remove(bedrock: Any, wanted: dict[str, Any]) -> None:
    """Logging is off, unless somebody set it otherwise since."""
    held = bedrock.get_model_invocation_logging_configuration().get("loggingConfig")
    if held and within(wanted, held):
        bedrock.delete_model_invocation_logging_configuration()


def within(wanted: Any, held: Any) -> bool:
    """Whether all that is wanted is held; Bedrock may tell more."""
    if isinstance(wanted, dict):
        return isinstance(held, dict) and all(within(wanted[key], held.get(key)) for key in wanted)
    return bool(wanted == held)
