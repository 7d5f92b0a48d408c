"""CloudTrail events: those of calls to models, and the frame of all others."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Raw

from craton.engine.demo.calls import DAY_MS, iso
from craton.engine.demo.traces import assessment

if TYPE_CHECKING:
    from craton.engine.demo.calls import Call, Caller
    from craton.engine.demo.dice import Dice

Event = dict[str, Any]

_MESSAGES: Final = {
    "ThrottlingException": "Too many tokens, please wait before trying again.",
    "ValidationException": "Input is too long for requested model.",
    "ResourceNotFoundException": (
        "This model version has reached the end of its life. "
        "Please refer to the AWS documentation for more details."
    ),
    "ModelTimeoutException": "The request took too long to process.",
    "ServiceUnavailableException": "Bedrock is unable to process your request.",
}
_ALIASES: Final = {"AccessDeniedException": ("AccessDenied", "AccessDeniedException")}


@functools.lru_cache(maxsize=4096)
def user_identity(caller: Caller, day_ms: int) -> Raw:
    """`userIdentity`, as every event of the caller on one day has it."""
    identity: Event = {
        "type": caller.kind,
        "principalId": caller.principal_id,
        "arn": caller.arn,
        "accountId": caller.account_id,
        "accessKeyId": caller.access_key_id,
    }
    if caller.role_arn is None:
        identity["userName"] = caller.arn.rpartition("/")[2]
    else:
        identity["sessionContext"] = {
            "sessionIssuer": {
                "type": "Role",
                "principalId": caller.principal_id.partition(":")[0],
                "arn": caller.role_arn,
                "accountId": caller.account_id,
                "userName": caller.role_arn.rpartition("/")[2],
            },
            "attributes": {
                "creationDate": f"{iso(day_ms)}Z",
                "mfaAuthenticated": "true" if caller.mfa else "false",
            },
        }
    if caller.invoked_by is not None:
        identity["invokedBy"] = caller.invoked_by
    return Raw(msgspec.json.encode(identity))


def event(
    dice: Dice,
    caller: Caller,
    *,
    at: int,
    region: str,
    service: str,
    name: str,
    parameters: Event | None = None,
    read_only: bool = True,
    data: bool = False,
    host: str | None = None,
) -> Event:
    """The frame of an event that `caller` caused; what is special is added by the caller of this function."""
    made: Event = {
        "eventVersion": "1.11",
        "userIdentity": user_identity(caller, at // DAY_MS * DAY_MS),
        "eventTime": f"{iso(at)}Z",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": region,
        "sourceIPAddress": caller.source_ip,
        "userAgent": caller.user_agent,
        "requestParameters": parameters,
        "responseElements": None,
        "requestID": dice.uuid(),
        "eventID": dice.uuid(),
        "readOnly": read_only,
        "eventType": "AwsApiCall",
        "managementEvent": not data,
        "recipientAccountId": caller.account_id,
        "eventCategory": "Data" if data else "Management",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": host or f"{service}.{region}.amazonaws.com",
        },
    }
    if caller.vpc_endpoint_id is not None:
        made["vpcEndpointId"] = caller.vpc_endpoint_id
        made["vpcEndpointAccountId"] = caller.account_id
    return made


def call_event(dice: Dice, call: Call) -> Event:
    """The event of a call to a model: a management event, or a data event where the call is asynchronous."""
    is_async = call.operation == "StartAsyncInvoke"
    made = event(
        dice,
        call.caller,
        at=call.at + call.latency_ms,
        region=call.region,
        service="bedrock",
        name=call.operation,
        parameters={"modelId": call.model_id},
        read_only=not is_async,
        data=is_async,
        host=f"bedrock-runtime.{call.region}.amazonaws.com",
    )
    made["requestID"] = call.request_id
    if call.error is not None:
        _add_error(dice, made, call)
        return made
    additional: Event = {}
    if call.caller.bearer_token:
        additional["callWithBearerToken"] = True
    if call.inference_region and call.inference_region != call.region:
        additional["inferenceRegion"] = call.inference_region
    if call.input_tokens is not None and not call.is_blocked and dice.chance(0.5):
        additional["inputTokens"] = call.input_tokens
        additional["outputTokens"] = call.output_tokens or 0
    if additional:
        made["additionalEventData"] = additional
    return made


def _add_error(dice: Dice, made: Event, call: Call) -> None:
    code = call.error or ""
    made["errorCode"] = dice.one_of(_ALIASES.get(code, (code,)))
    if code == "AccessDeniedException":
        made["errorMessage"] = (
            f"User: {call.caller.arn} is not authorized to perform: bedrock:InvokeModel on resource: "
            f"arn:aws:bedrock:{call.region}::foundation-model/{call.model.id} "
            "with an explicit deny in a service control policy"
        )
    elif dice.chance(0.8):
        made["errorMessage"] = _MESSAGES.get(code, "The request failed.")
    if call.caller.bearer_token:
        made["additionalEventData"] = {"callWithBearerToken": True}


def guardrail_event(dice: Dice, call: Call) -> Event:
    """The data event that tells of a guardrail's evaluation of a call, the text found included."""
    verdict = call.verdict
    if verdict is None:
        raise ValueError("the call met no guardrail")
    arn = f"arn:aws:bedrock:{call.region}:{call.caller.account_id}:guardrail/{verdict.guardrail_id}"
    made = event(
        dice,
        call.caller,
        at=call.at + call.latency_ms,
        region=call.region,
        service="bedrock",
        name="ApplyGuardrail",
        parameters={
            "guardrailIdentifier": verdict.guardrail_id,
            "guardrailVersion": verdict.version,
            "source": verdict.side.upper(),
        },
        data=True,
        host=f"bedrock-runtime.{call.region}.amazonaws.com",
    )
    made["responseElements"] = {
        "action": "GUARDRAIL_INTERVENED" if verdict.intervened else "NONE",
        "assessments": [assessment(dice, verdict)],
    }
    made["resources"] = [
        {"accountId": call.caller.account_id, "type": "AWS::Bedrock::Guardrail", "ARN": arn},
    ]
    return made
