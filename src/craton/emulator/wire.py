"""Requests and answers in the shape of each service's protocol, by moto's parsers and serializers.

They work from botocore's service models, so that names, types and error codes are the models' own.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING, Any

from moto.core.responses import ActionResult, BaseResponse, EmptyResult
from moto.moto_server.werkzeug_app import BackendRequest
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.call import Operation
    from craton.emulator.errors import ServiceError


class Answer(Struct, frozen=True):
    """An HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes


class Wire(BaseResponse):
    """One request of one service: what it says, and how to answer it."""

    def __init__(self, operation: Operation, environ: Mapping[str, Any], body: bytes) -> None:
        super().__init__(service_name=operation.service)
        self.automated_parameter_parsing = True
        self.allow_request_decompression = True
        self._operation = operation
        self.setup_class(BackendRequest({**environ, "wsgi.input": io.BytesIO(body)}), use_raw_body=True)

    def _get_action(self) -> str:
        self._get_action_from_method_and_request_uri(self.normalized_request)
        return self._operation.name

    @property
    def parameters(self) -> dict[str, Any]:
        """The parameters by the names of the service's model."""
        return dict(self.params)

    def success(self, result: Mapping[str, Any] | None) -> Answer:
        """The answer that holds `result`, by the names of the service's model."""
        return self._answer(EmptyResult() if result is None else ActionResult(result))

    def failure(self, error: ServiceError) -> Answer:
        """The answer that tells the error."""
        return self._answer(ActionResult(error))

    def _answer(self, result: ActionResult) -> Answer:
        status, headers, body = self.serialized(result)
        kept = {name: str(value) for name, value in headers.items() if name.lower() != "content-length"}
        return Answer(int(status), kept, body.encode() if isinstance(body, str) else bytes(body or b""))


def refusal(what: str) -> Answer:
    """The answer to what the emulator does not have: 501, and the name of it."""
    text = json.dumps({"__type": "NotEmulated", "message": what, "Message": what})
    headers = {"content-type": "application/x-amz-json-1.1", "x-amzn-errortype": "NotEmulated"}
    return Answer(501, headers, text.encode())
