"""CloudTrail events to the columns of `api_event`.

A document that tells of another service costs one glance at its `eventSource`; one as CloudTrail writes it
is decoded in one typed pass; one that drifted from that is read field by field, and what drifted too far is
absent.

Source: docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-record-contents.html,
docs.aws.amazon.com/bedrock/latest/userguide/logging-cloudtrail-mantle.html, and recorded trails (2026-11).
"""

from __future__ import annotations

import datetime as dt
import functools
import json
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar, get_args, get_origin

import msgspec
from msgspec import UNSET, Meta, Raw, Struct, UnsetType

from craton.logs.account import account_id_of, is_unreadable
from craton.logs.masking import masked_identifier, masked_message, masked_parameters
from craton.logs.outcome import Bad, Ignored, undecodable
from craton.logs.timestamp import utc_time

if TYPE_CHECKING:
    from collections.abc import Callable

KEPT_SERVICES: Final = frozenset(
    {"iam", "sts", "organizations", "logs", "s3", "kms", "config", "cloudtrail", "budgets", "ram"}
)
"""Services beside the Bedrock family whose events tell of its governance."""

FAMILY: Final = "bedrock"
"""How the services of the family begin: bedrock, bedrock-agent, bedrock-agentcore, bedrock-mantle…"""

LARGEST_COUNT: Final = 1 << 53
LONGEST_REPEATED: Final = 1024
"""Short request parameters repeat in a trail, so what they tell is remembered. Units: bytes."""

Text = str | None
Id = Annotated[str, Meta(min_length=1)] | None
"""What tells an event from all others. A number tells it from none: another event may bear it too."""

Account = Annotated[str, Meta(min_length=1, description="an account id")] | None
Count = Annotated[int, Meta(ge=0, le=LARGEST_COUNT)] | None


class ApiEvent(Struct):
    """What one event says of itself; attribution and place are added by the caller.

    `event_time` is naive UTC. `unknown` names the top-level fields that Craton does not know.
    """

    event_id: Text
    event_time: dt.datetime
    account_id: str
    region: Text
    event_source: str
    event_name: str
    event_type: Text
    event_category: Text
    request_id: Text
    principal_arn: Text
    principal_type: Text
    session_issuer: Text
    access_key_id: Text
    bearer_token: bool
    mfa: bool | None
    source_ip: Text
    user_agent: Text
    vpc_endpoint_id: Text
    tls_host: Text
    read_only: bool | None
    management_event: bool | None
    error_code: Text
    error_message: Text
    model_id: Text
    inference_region: Text
    input_tokens: Count
    output_tokens: Count
    request_parameters: Text
    resources: list[str] | None
    unknown: tuple[str, ...] = ()


class _Source(Struct):
    eventSource: Text = None


class _Issuer(Struct):
    arn: Text = None


class _Attributes(Struct):
    mfaAuthenticated: bool | None = None


class _Session(Struct):
    sessionIssuer: _Issuer | None = None
    attributes: _Attributes | None = None


class _Identity(Struct):
    type: Text = None
    arn: Text = None
    accountId: Account = None
    accessKeyId: Text = None
    sessionContext: _Session | None = None


class _Tls(Struct):
    clientProvidedHostHeader: Text = None


class _Additional(Struct):
    callWithBearerToken: bool | None = None
    inferenceRegion: Text = None
    inputTokens: Count = None
    outputTokens: Count = None


class _Resource(Struct):
    ARN: Text = None
    arn: Text = None


class _Request(Struct, frozen=True):
    parameters: Text
    model_id: Text
    bearer_token: bool


_SKIPPED: Final = Raw(b"null")


class _Record(Struct, forbid_unknown_fields=True):
    """An event as CloudTrail writes it. What is `Raw` is not looked into; responses carry session tokens."""

    eventSource: str
    eventName: str
    eventTime: str
    recipientAccountId: Account | UnsetType = UNSET
    eventID: Id = None
    eventType: Text = None
    eventCategory: Text = None
    awsRegion: Text = None
    requestID: Text = None
    userIdentity: _Identity | None = None
    sourceIPAddress: Text = None
    userAgent: Text = None
    vpcEndpointId: Text = None
    tlsDetails: _Tls | None = None
    readOnly: bool | None = None
    managementEvent: bool | None = None
    errorCode: Text = None
    errorMessage: Text = None
    requestParameters: Raw = _SKIPPED
    additionalEventData: _Additional | None = None
    resources: list[_Resource] | None = None
    responseElements: Raw = _SKIPPED
    eventVersion: Raw = _SKIPPED
    apiVersion: Raw = _SKIPPED
    serviceEventDetails: Raw = _SKIPPED
    sharedEventID: Raw = _SKIPPED
    vpcEndpointAccountId: Raw = _SKIPPED
    addendum: Raw = _SKIPPED
    sessionCredentialFromConsole: Raw = _SKIPPED
    eventContext: Raw = _SKIPPED
    edgeDeviceDetails: Raw = _SKIPPED
    insightDetails: Raw = _SKIPPED


KNOWN_FIELDS: Final = frozenset(_Record.__struct_fields__)

DIGEST_FIELD: Final = "digestPublicKeyFingerprint"

_glance = msgspec.json.Decoder(_Source).decode
_typed = msgspec.json.Decoder(_Record, strict=False).decode
_any = msgspec.json.Decoder().decode


def decode_api_event(document: bytes) -> ApiEvent | Ignored | Bad:
    """The event of one JSON document, or why there is none. Never raises."""
    try:
        source = _glance(document).eventSource
        if source is not None and not is_kept(source):
            return Ignored("other_service")
        return _event(_typed(document), ())
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _decoded_with_patience(document)


def _decoded_with_patience(document: bytes) -> ApiEvent | Ignored | Bad:
    try:
        return api_event_of(_any(document))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Bad("api_event", undecodable(error))


def api_event_of(value: object) -> ApiEvent | Ignored | Bad:
    """The event of a decoded JSON value, or why there is none; every field that drifted too far is absent."""
    if not isinstance(value, dict):
        return Bad("api_event", "not_an_object")
    source, name, time = (_text(value.get(key)) for key in ("eventSource", "eventName", "eventTime"))
    if value.get("eventSource") is None:
        return (
            Ignored("digest") if DIGEST_FIELD in value else Bad("api_event", "unrecognised", "no eventSource")
        )
    if source is None or not isinstance(value["eventSource"], str):
        return Bad("api_event", "bad_type", "eventSource")
    if not is_kept(source):
        return Ignored("other_service")
    if name is None:
        return Bad("api_event", "unrecognised", "no eventName")
    if time is None:
        return Bad("api_event", "no_time")
    unknown = {masked_identifier(str(key)) for key in value.keys() - KNOWN_FIELDS}
    record = _tolerant(_Record, value | {"eventSource": source, "eventName": name, "eventTime": time})
    asked = json.dumps(value.get("requestParameters"), ensure_ascii=False)
    record.requestParameters = Raw(asked.encode("utf-8", "replace"))
    if record.userIdentity is None:
        record.userIdentity = _Identity(arn=_text(value.get("userIdentity")))
    if "recipientAccountId" in value:
        told = value["recipientAccountId"]
        record.recipientAccountId = account_id_of(told)
        unknown |= {"recipientAccountId (not readable)"} if is_unreadable(told) else set()
    return _event(record, tuple(sorted(unknown)))


def is_kept(event_source: str) -> bool:
    """Whether `api_event` keeps the events of a service, named as CloudTrail does: `iam.amazonaws.com`."""
    service = event_source.partition(".")[0]
    return service in KEPT_SERVICES or service.startswith(FAMILY)


def _event(record: _Record, unknown: tuple[str, ...]) -> ApiEvent | Bad:
    moment = utc_time(record.eventTime)
    if moment is None:
        return Bad("api_event", "bad_time")
    identity = record.userIdentity or _Identity()
    session = identity.sessionContext or _Session()
    account_id = record.recipientAccountId
    if account_id is UNSET:  # there was no such field before version 1.02 of the format
        account_id = identity.accountId
    if not account_id:
        return Bad("api_event", "no_account", "recipientAccountId", unknown)
    additional = record.additionalEventData or _Additional()
    asked = bytes(record.requestParameters)
    request = _repeated_request(asked) if len(asked) <= LONGEST_REPEATED else _request(asked)
    return ApiEvent(
        event_id=record.eventID,
        event_time=moment,
        account_id=account_id,
        region=record.awsRegion,
        event_source=record.eventSource,
        event_name=record.eventName,
        event_type=record.eventType,
        event_category=record.eventCategory,
        request_id=record.requestID,
        principal_arn=identity.arn,
        principal_type=identity.type,
        session_issuer=session.sessionIssuer.arn if session.sessionIssuer else None,
        access_key_id=identity.accessKeyId,
        # CloudTrail marks calls by API key and is silent about all others; bedrock-mantle has its own place.
        bearer_token=additional.callWithBearerToken or request.bearer_token,
        mfa=session.attributes.mfaAuthenticated if session.attributes else None,
        source_ip=record.sourceIPAddress,
        user_agent=record.userAgent,
        vpc_endpoint_id=record.vpcEndpointId,
        tls_host=record.tlsDetails.clientProvidedHostHeader if record.tlsDetails else None,
        read_only=record.readOnly,
        management_event=record.managementEvent,
        error_code=record.errorCode,
        error_message=None if record.errorMessage is None else masked_message(record.errorMessage),
        model_id=request.model_id,
        inference_region=additional.inferenceRegion,
        input_tokens=additional.inputTokens,
        output_tokens=additional.outputTokens,
        request_parameters=request.parameters,
        resources=_arns(record.resources),
        unknown=unknown,
    )


def _request(parameters: bytes) -> _Request:
    value = _any(parameters)
    named = value if isinstance(value, dict) else {}
    model_id = _text(named.get("modelId") or named.get("model"))
    return _Request(
        parameters=masked_parameters(value),
        model_id=None if model_id is None else masked_identifier(model_id),
        bearer_token=_flag(named.get("callWithBearerToken")) or False,
    )


_repeated_request = functools.lru_cache(maxsize=4096)(_request)


def _arns(resources: list[_Resource] | None) -> list[str] | None:
    arns = [arn for one in resources or () if (arn := one.ARN or one.arn)]
    return arns or None


_Kind = TypeVar("_Kind", bound=Struct)


def _tolerant(kind: type[_Kind], value: dict[str, Any]) -> _Kind:
    """`value` as a struct: each part that can be read is there, each that cannot is absent."""
    read = {name: part(value[name]) for name, part in _readers(kind).items() if name in value}
    return kind(**{name: part for name, part in read.items() if part is not None})


@functools.cache
def _readers(kind: type[Struct]) -> dict[str, Callable[[Any], Any]]:
    """How each field of a struct is read with patience; raw ones are not."""
    fields = msgspec.structs.fields(kind)
    return {field.name: _reader(field.type) for field in fields if field.type is not Raw}


def _reader(kind: Any) -> Callable[[Any], Any]:
    if kind in _SIMPLE:
        return _SIMPLE[kind]
    inner = get_args(kind)[0]
    if get_origin(inner) is list:
        element = get_args(inner)[0]
        return lambda items: [_tolerant(element, one) for one in _listed(items) if isinstance(one, dict)]
    return lambda value: _tolerant(inner, value) if isinstance(value, dict) else None


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _text(value: object) -> str | None:
    """A text or a number as text, encodable; None for everything else."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return str(value)
    return None


def _id(value: object) -> str | None:
    return (_text(value) or None) if isinstance(value, str) else None


def _flag(value: object) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(str(value).strip().lower())


def _count(value: object) -> int | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
        return int(number) if number.is_integer() and 0 <= number <= LARGEST_COUNT else None
    except (ValueError, OverflowError):
        return None


_SIMPLE: Final[dict[Any, Callable[[Any], Any]]] = {
    str: _text,
    Text: _text,
    Id: _id,
    Account: account_id_of,
    Account | UnsetType: account_id_of,
    Count: _count,
    bool | None: _flag,
}
"""How the kinds of fields that hold no others are read with patience."""
