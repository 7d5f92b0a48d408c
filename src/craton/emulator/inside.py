"""Clients for parts of the emulator that call AWS themselves: botocore's own, without a socket.

A part calls in somebody's name: CloudFormation as the role it was given, a service as its service-linked
role. The call goes the way of every other call, so that policies hold for it too.
"""

from __future__ import annotations

import contextvars
import functools
import io
import threading
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit

import boto3
import botocore.session
from botocore import UNSIGNED
from botocore.awsrequest import AWSResponse
from botocore.config import Config

from craton.emulator.authentication import INSIDE
from craton.emulator.call import Operation
from craton.emulator.identification import FOUND, Identified

if TYPE_CHECKING:
    from collections.abc import Iterator

    from botocore.awsrequest import AWSPreparedRequest
    from botocore.client import ClientMeta

    from craton.emulator.application import Application
    from craton.emulator.credentials import Caller

_NOWHERE: Final = "http://127.0.0.1:9"
"""An address for botocore; nothing is sent to it."""
INSIDE_KEY: Final = "AKIAINSIDE"
"""The key of calls from inside. They are not signed, for nobody looks at signatures."""


class _Speaker(NamedTuple):
    """Who calls, and the application that answers."""

    application: Application
    caller: Caller


_speaker: contextvars.ContextVar[_Speaker] = contextvars.ContextVar("speaker")
_making: Final = threading.Lock()


class Inside:
    """Gives clients of an application."""

    def __init__(self, application: Application) -> None:
        self._application = application

    def client(self, service: str, region: str, caller: Caller) -> Any:
        """A boto3 client that calls in the name of `caller`."""
        with _making:
            shared = _shared(service, region)
        return _As(shared, _Speaker(self._application, caller))


@functools.cache
def _session() -> boto3.Session:
    return boto3.Session(INSIDE_KEY, "unused", region_name="us-east-1")


@functools.cache
def _shared(service: str, region: str) -> Any:
    """The one client of a Region and service, for all callers and threads, and one AWS after the other.

    To make a client takes as long as some ten calls.
    """
    config = Config(
        signature_version=UNSIGNED,
        retries={"total_max_attempts": 1},
        s3={"addressing_style": "path"},
        user_agent=_user_agent(),
    )
    client = _session().client(service, region_name=region, endpoint_url=_NOWHERE, config=config)
    client.meta.events.register("before-send.*.*", functools.partial(_send, client.meta, service))
    return client


@functools.cache
def _user_agent() -> str:
    """What botocore would put together again for each call."""
    told: str = botocore.session.Session().user_agent()
    return told


def _send(
    client: ClientMeta, service: str, request: AWSPreparedRequest, event_name: str, **_: object
) -> AWSResponse:
    application, caller = _speaker.get()
    url = urlsplit(request.url)
    body = _bytes_of(request.body)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "PATH_INFO": unquote(url.path, encoding="latin-1"),
        "RAW_URI": f"{url.path}?{url.query}" if url.query else url.path,
        "QUERY_STRING": url.query,
        "SERVER_NAME": url.hostname,
        "SERVER_PORT": str(url.port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.version": (1, 0),
        "wsgi.errors": io.StringIO(),
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_AUTHORIZATION": _authorization(client.service_model.signing_name, client.region_name),
        INSIDE: caller,
    }
    operation = event_name.rpartition(".")[2]
    if not client.service_model.operation_model(operation).deprecated:
        environ[FOUND] = _found(service, operation, client.region_name)
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = _text(value)
    served = application.world.endpoint
    environ["HTTP_HOST"] = urlsplit(served).netloc if served else url.netloc
    answer = application.answer(environ, body)
    return AWSResponse(request.url, answer.status, answer.headers, _Stream(answer.body))


@functools.cache
def _found(service: str, operation: str, region: str) -> Identified:
    """What a call from inside calls: botocore knows, and nobody need find it out from the request.

    But a deprecated operation is no other on the wire than the one that followed it.
    """
    called = Operation(service, operation)
    return Identified(INSIDE_KEY, None, region, str(called), called)


@functools.cache
def _authorization(signing_name: str, region: str) -> str:
    """The header from which moto takes the service and the Region."""
    scope = f"{INSIDE_KEY}/20260101/{region}/{signing_name}/aws4_request"
    return f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none"


class _Stream(io.BytesIO):
    """A body as botocore reads it."""

    def stream(self, amount: int = 65536, **_: object) -> Any:
        """The body in pieces."""
        while piece := self.read(amount):
            yield piece


class _As:
    """A shared client, acting as one caller."""

    def __init__(self, client: Any, speaker: _Speaker) -> None:
        self._client = client
        self._as = speaker

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._client, name)
        if not callable(found) or name in ("meta", "exceptions"):
            return found
        if name == "get_paginator":
            return lambda operation: _AsPages(found(operation), self._as)

        def called(*args: Any, **kwargs: Any) -> Any:
            token = _speaker.set(self._as)
            try:
                return found(*args, **kwargs)
            finally:
                _speaker.reset(token)

        return called


class _AsPages:
    """A paginator, acting as one caller."""

    def __init__(self, paginator: Any, speaker: _Speaker) -> None:
        self._paginator = paginator
        self._as = speaker

    def paginate(self, **parameters: Any) -> Iterator[Any]:
        """The pages, each fetched when it is asked for."""
        pages = iter(self._paginator.paginate(**parameters))
        while True:
            token = _speaker.set(self._as)
            try:
                page = next(pages, None)
            finally:
                _speaker.reset(token)
            if page is None:
                return
            yield page


def _bytes_of(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    return bytes(body) if isinstance(body, bytes | bytearray) else bytes(body.read())


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
