"""The event that CloudTrail tells of a call.

Source: "CloudTrail record contents", docs.aws.amazon.com/awscloudtrail/latest/userguide/
cloudtrail-event-reference-record-contents.html, retrieved 2026-11-26, and recorded trails: JSON services tell
no parameters of a call that was not allowed, REST services do; texts that a model marks as sensitive are
hidden; of a call of a model only the model is told.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Final

from botocore.parsers import create_parser

from craton.emulator.constraints import service_model
from craton.emulator.observation.event_names import (
    GLOBAL,
    data_type_of,
    is_read_only,
    name_of,
    source_of,
)
from craton.emulator.observation.referenced import resources_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from botocore.model import ServiceModel, Shape

    from craton.emulator.credentials import Caller
    from craton.emulator.record import Record
    from craton.emulator.wire import Answer
    from craton.emulator.world import World

VERSION: Final = "1.11"
HIDDEN: Final = "HIDDEN_DUE_TO_SECURITY_REASONS"
_SECRETS: Final = frozenset(
    {"sessionToken", "secretAccessKey", "password", "serviceSpecificCredential", "servicePassword"}
)
_DENIED: Final = {
    "AccessDeniedException": "AccessDenied",
    "AuthorizationError": "AccessDenied",
    "UnauthorizedOperation": "Client.UnauthorizedOperation",
}
_ONLY: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(
        ("InvokeModel", "InvokeModelWithResponseStream", "Converse", "ConverseStream"), ("modelId",)
    ),
    "ApplyGuardrail": ("guardrailIdentifier", "guardrailVersion", "source"),
    **dict.fromkeys(("CreateGuardrail", "UpdateGuardrail"), ("guardrailIdentifier", "name")),
    "PutResourcePolicy": ("resourceArn",),
}
"""Of these calls of Bedrock only these parameters are told, as recorded events show."""


def event_of(world: World, record: Record) -> dict[str, Any]:
    """The event of a call."""
    operation, data = record.operation, data_type_of(record.operation)
    event: dict[str, Any] = {
        "eventVersion": VERSION,
        "userIdentity": _identity(record),
        "eventTime": f"{record.time:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": source_of(operation),
        "eventName": name_of(operation),
        "awsRegion": region_of(record),
        "sourceIPAddress": record.source_ip,
        "userAgent": record.user_agent,
    }
    if record.error_code:
        event["errorCode"] = _DENIED.get(record.error_code, record.error_code)
        if record.error_message:
            event["errorMessage"] = record.error_message
    event["requestParameters"] = _parameters(record)
    event["responseElements"] = _response(record)
    more = world.shelf(record.caller.account, record.region, "additional event data").get(record.request_id)
    if more:
        event["additionalEventData"] = dict(more)
    event["requestID"] = record.request_id
    event["eventID"] = record.event_id
    event["readOnly"] = is_read_only(operation)
    resource = _resource(record) if data else None
    if resource:
        account = resource.split(":")[4] or record.caller.account
        event["resources"] = [{"accountId": account, "type": data, "ARN": resource}]
    elif data is None and (managed := resources_of(record)):
        event["resources"] = managed
    event["eventType"] = "AwsApiCall"
    event["managementEvent"] = data is None
    event["recipientAccountId"] = record.caller.account
    if record.vpc_endpoint_id:
        event["vpcEndpointId"] = record.vpc_endpoint_id
        event["vpcEndpointAccountId"] = record.caller.account
    event["eventCategory"] = "Management" if data is None else "Data"
    event["tlsDetails"] = {"clientProvidedHostHeader": record.host}
    return event


def region_of(record: Record) -> str:
    """The Region in which the event of a call is told."""
    return "us-east-1" if record.operation.service in GLOBAL else record.region


def _identity(record: Record) -> dict[str, Any]:
    caller = record.caller
    told: dict[str, Any] = {
        "type": {"User": "IAMUser", "Account": "Root"}.get(caller.type, caller.type),
        "principalId": caller.user_id,
        "arn": caller.arn,
        "accountId": caller.account,
    }
    if record.access_key_id and record.access_key_id != "AKIAINSIDE":
        told["accessKeyId"] = record.access_key_id
    if caller.type == "User":
        told["userName"] = caller.arn.rpartition("/")[2]
    if caller.type == "AssumedRole":
        told["sessionContext"] = _session(caller)
    return told


def _session(caller: Caller) -> dict[str, Any]:
    """The role of a session, and whether somebody showed a second factor for it."""
    told: dict[str, Any] = {
        "sessionIssuer": {
            "type": "Role",
            "principalId": caller.user_id.partition(":")[0],
            "arn": caller.principal_arn,
            "accountId": caller.account,
            "userName": caller.principal_arn.rpartition("/")[2],
        },
        "attributes": {"mfaAuthenticated": "true" if caller.mfa else "false"},
    }
    if caller.source_identity:
        told["sourceIdentity"] = caller.source_identity
    return told


def _parameters(record: Record) -> dict[str, Any] | None:
    model = service_model(record.operation.service)
    told = record.error_code and _DENIED.get(record.error_code, record.error_code)
    if told == "AccessDenied" and model.protocol in ("json", "query"):
        return None
    shape = model.operation_model(record.operation.name).input_shape
    only = _ONLY.get(record.operation.name) if record.operation.service.startswith("bedrock") else None
    given = {name: value for name, value in record.parameters.items() if only is None or name in only}
    found = _told(shape, given) if shape else {}
    if record.operation.service == "s3":
        found = {"bucketName" if name == "bucket" else name: one for name, one in found.items()}
        found.pop("body", None)
        found["Host"] = record.host
    return found or None


def _response(record: Record) -> dict[str, Any] | None:
    """What a call that changed something was answered; nothing of secrets."""
    answer, data = record.answer, data_type_of(record.operation)
    wanted = not is_read_only(record.operation) and (data is None)
    if answer is None or not (wanted or record.operation.name == "ApplyGuardrail"):
        return None
    model = service_model(record.operation.service)
    shape = model.operation_model(record.operation.name).output_shape
    if shape is None or "eventstream" in answer.headers.get("content-type", ""):
        return None
    parser = create_parser(_protocol(model, answer))
    response = {"status_code": answer.status, "headers": answer.headers, "body": answer.body}
    parsed = parser.parse(response, shape)
    parsed.pop("ResponseMetadata", None)
    found = _told(shape, parsed)
    if record.operation.name == "ApplyGuardrail":
        found = {name: found[name] for name in ("action", "assessments") if name in found}
    return found or None


def _protocol(model: ServiceModel, answer: Answer) -> str:
    """How the answer is written: of a service that speaks CBOR, JSON and XML, callers choose."""
    if model.protocol != "smithy-rpc-v2-cbor":
        return str(model.protocol)
    return {b"{": "json", b"<": "query"}.get(answer.body.lstrip()[:1], str(model.protocol))


def _told(shape: Shape, value: Any) -> Any:
    """A value as events tell it: members begin with a small letter, and what is sensitive is hidden."""
    if value is None:
        return None
    if shape.metadata.get("sensitive"):
        return HIDDEN
    match shape.type_name:
        case "structure":
            found = {}
            for name, one in value.items():
                if name in shape.members and one is not None:
                    key = f"{name[0].lower()}{name[1:]}"
                    found[key] = HIDDEN if key in _SECRETS else _told(shape.members[name], one)
            return found
        case "list":
            return [_told(shape.member, one) for one in value]
        case "map":
            return {str(key): _told(shape.value, one) for key, one in value.items()}
        case "timestamp":
            return f"{value:%Y-%m-%dT%H:%M:%SZ}" if isinstance(value, dt.datetime) else str(value)
        case "blob":
            return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)
        case _:
            return value


def _resource(record: Record) -> str | None:
    """The ARN of what a data event is about, as far as its parameters name it."""
    given = record.parameters
    place = f"{record.region}:{record.caller.account}"
    match record.operation.service:
        case "s3" if given.get("Bucket"):
            key = given.get("Key")
            return f"arn:aws:s3:::{given['Bucket']}{f'/{key}' if key else ''}"
        case "lambda" if given.get("FunctionName"):
            name = str(given["FunctionName"])
            return name if name.startswith("arn:") else f"arn:aws:lambda:{place}:function:{name}"
        case "bedrock-runtime" if given.get("guardrailIdentifier"):
            name = str(given["guardrailIdentifier"])
            return name if name.startswith("arn:") else f"arn:aws:bedrock:{place}:guardrail/{name}"
        case "sns" if given.get("TopicArn"):
            return str(given["TopicArn"])
        case "sqs" if given.get("QueueUrl"):
            account, _, name = str(given["QueueUrl"]).rpartition("/")
            return f"arn:aws:sqs:{record.region}:{account.rpartition('/')[2]}:{name}"
        case "kinesis" if given.get("StreamName"):
            return f"arn:aws:kinesis:{place}:stream/{given['StreamName']}"
        case _:
            return None


def text_of(event: Mapping[str, Any]) -> str:
    """An event as text."""
    return json.dumps(event, separators=(",", ":"), ensure_ascii=False, default=str)
