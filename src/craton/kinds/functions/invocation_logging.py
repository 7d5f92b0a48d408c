"""A custom resource: the logging of Bedrock's invocations in the account and Region where this runs."""

import json
import time
import urllib.request
from typing import Any

import boto3
from botocore.exceptions import ClientError

ID = "invocation-logging"
PAUSE_S = 5
MARGIN_MS = 15_000
PASSING = {"AccessDeniedException", "ThrottlingException", "ValidationException"}
"""What Bedrock says while a role or a bucket policy that was just made is not known everywhere."""


def handler(event: dict[str, Any], context: Any) -> None:
    """Answers CloudFormation, whatever happens."""
    answer = {key: event[key] for key in ("StackId", "RequestId", "LogicalResourceId")}
    answer |= {"PhysicalResourceId": ID, "Status": "SUCCESS"}
    try:
        wanted = typed(event["ResourceProperties"]["Configuration"])
        if event["RequestType"] == "Delete":
            remove(boto3.client("bedrock"), wanted)
        else:
            put(boto3.client("bedrock"), wanted, context)
    except Exception as error:
        print(f"{event['RequestType']} failed: {error!r}")
        answer |= {"Status": "FAILED", "Reason": f"{type(error).__name__}: {error}"[:1000]}
    body = json.dumps(answer).encode()
    request = urllib.request.Request(event["ResponseURL"], data=body, method="PUT")
    urllib.request.urlopen(request, timeout=10).close()


def typed(told: dict[str, Any]) -> dict[str, Any]:
    """The configuration with its booleans, of which CloudFormation makes texts."""
    return {key: value == "true" if value in ("true", "false") else value for key, value in told.items()}


def put(bedrock: Any, wanted: dict[str, Any], context: Any) -> None:
    """Logging is as wanted; what may pass is waited for."""
    while True:
        try:
            bedrock.put_model_invocation_logging_configuration(loggingConfig=wanted)
        except ClientError as error:
            left = context.get_remaining_time_in_millis() - PAUSE_S * 1000
            if error.response["Error"]["Code"] not in PASSING or left < MARGIN_MS:
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
