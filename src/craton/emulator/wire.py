"""Requests and answers in the shape of each service's protocol, by moto's parsers and serializers.

They work from botocore's service models, so that names, types and error codes are the models' own.
"""

from __future__ import annotations

import functools
import io
import json
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

import msgspec
from moto.core.errors import ErrorShape
from moto.core.request import determine_request_protocol
from moto.core.responses import ActionResult, BaseResponse, EmptyResult
from moto.core.serialize import SerializationContext, get_serializer_class
from moto.core.utils import get_service_model
from moto.moto_server.werkzeug_app import BackendRequest
from msgspec import Struct

from craton.emulator.errors import NOT_EMULATED, ServiceError, usual_status

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.call import Operation

_SERVER_ERRORS: Final = 500


class Answer(Struct, frozen=True):
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes


class Wire(BaseResponse):
    """One request of one service, in the name of an account: what it says, and how to answer it.

    Raises: ValueError where the request is not of its protocol's form.
    """

    def __init__(self, operation: Operation, account: str, environ: Mapping[str, Any], body: bytes) -> None:
        super().__init__(service_name=operation.service)
        self._account = account
        self.automated_parameter_parsing = True
        self.allow_request_decompression = True
        self._operation = operation
        self._is_matched = False
        if body and "HTTP_X_AMZ_TARGET" in environ and "json" in environ.get("CONTENT_TYPE", ""):
            _check_object(body)
        # raw: what moto would decode may be no text
        self.setup_class(BackendRequest({**environ, "wsgi.input": io.BytesIO(body)}), use_raw_body=True)

    def _get_action(self) -> str:
        if not self._is_matched:  # moto asks several times; what it finds in the path is the same each time
            if _is_rest(self._operation.service):
                self._get_action_from_method_and_request_uri(self.normalized_request)
            self._is_matched = True
        return self._operation.name

    def get_current_account(self) -> str:
        """The account: moto would look for its access key in all accounts, one after the other."""
        return self._account

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters by the names of the service's model."""
        return dict(self.params)

    def success(self, result: Mapping[str, Any] | None) -> Answer:
        """The answer that holds `result`, by the names of the service's model."""
        told = EmptyResult() if result is None else ActionResult(result)
        status, headers, body = self.serialized(told)
        return _answer(status, headers, body)


@functools.cache
def _is_rest(service: str) -> bool:
    """Whether paths of requests to a service hold parameters."""
    return any(str(one).startswith("rest-") for one in get_service_model(service).protocols)


def _check_object(body: bytes) -> None:
    """Refuses what is no JSON object: moto would take it for an empty one. Raises: ValueError."""
    if not isinstance(msgspec.json.decode(body), dict):
        raise ValueError("the body is no JSON object")  # noqa: TRY004 - of a request, not of our code


def failure(
    operation: Operation, environ: Mapping[str, Any], error: ServiceError, request_id: str = ""
) -> Answer:
    """The answer that tells an error, in the shape of the protocol by which the operation was called."""
    model = get_service_model(operation.service)
    try:
        protocol = determine_request_protocol(model, environ.get("CONTENT_TYPE", ""))
    except NotImplementedError:
        protocol = str(model.protocol)
    made = get_serializer_class(model.service_name, protocol)(
        model.operation_model(operation.name), SerializationContext(request_id)
    )
    shape = _error_shape(operation.service, error.code, error.status)
    told: dict[str, Any] = {}
    # moto's own way to these looks the shape up anew each time, and warns of codes that the model lacks
    made._serialize_error_metadata(told, error, shape)  # noqa: SLF001
    response = made._serialized_error_to_response(  # noqa: SLF001
        made._create_default_response(),  # noqa: SLF001
        error,
        shape,
        told,
    )
    return _answer(response["status_code"], response["headers"], response["body"])


@functools.lru_cache(maxsize=4096)
def _error_shape(service: str, code: str, status: int | None) -> ErrorShape:
    """The error as the service's model has it, or else one of that code."""
    for shape in get_service_model(service).error_shapes:
        if code in (shape.name, shape.error_code, *shape.error_code_aliases):
            held = dict(shape._shape_model)  # noqa: SLF001 - nothing public tells it
            if status is not None:
                held["error"] = {**held.get("error", {}), "httpStatusCode": status}
            return ErrorShape(shape.name, held, shape._shape_resolver)  # noqa: SLF001
    meant = status or usual_status(code)
    return ErrorShape(
        shape_name=code,
        shape_model={
            "exception": True,
            "type": "structure",
            "members": {},
            "fault": meant >= _SERVER_ERRORS,
            "error": {"code": code, "httpStatusCode": meant},
        },
    )


def refusal(what: str, operation: Operation | None, environ: Mapping[str, Any], body: bytes) -> Answer:
    """The answer to what the emulator does not have: 501, and the name of it."""
    if operation is not None:
        return failure(operation, environ, ServiceError(NOT_EMULATED, what))
    if environ.get("HTTP_X_AMZ_TARGET") or b"Action=" not in body[:4096]:
        text = json.dumps({"__type": NOT_EMULATED, "message": what, "Message": what})
        headers = {"content-type": "application/x-amz-json-1.1", "x-amzn-errortype": NOT_EMULATED}
        return Answer(501, headers, text.encode())
    told = f"<Type>Receiver</Type><Code>{NOT_EMULATED}</Code><Message>{escape(what)}</Message>"
    text = f"<ErrorResponse><Error>{told}</Error><RequestId/></ErrorResponse>"
    return Answer(501, {"content-type": "text/xml"}, text.encode())


def _answer(status: int, headers: Mapping[str, Any], body: str | bytes | None) -> Answer:
    kept = {name: str(value) for name, value in headers.items() if name.lower() != "content-length"}
    return Answer(int(status), kept, body.encode() if isinstance(body, str) else bytes(body or b""))
