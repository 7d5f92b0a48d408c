"""Which operation an HTTP request calls, where, and with whose key."""

from __future__ import annotations

import functools
import io
import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qs

from botocore.session import Session
from moto.core.routing import get_service_router
from moto.moto_server.werkzeug_app import BackendRequest
from msgspec import Struct
from werkzeug.exceptions import HTTPException

from craton.emulator.call import Operation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.service import Service

FOUND: Final = "craton.found"
"""Under this name a part of the emulator that calls says what it calls; HTTP cannot set it."""

_SCOPE: Final = re.compile(r"Credential=([^/,\s]+)/\d{8}/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")
_BY_ANYBODY: Final = (b"Action=AssumeRoleWithSAML", b"Action=AssumeRoleWithWebIdentity")
_BEGINNING: Final = 4096
_UNTOLD_REGION: Final = "us-east-1"
_EXPRESS: Final = "s3express"
_OBJECT_LAMBDA: Final = "s3-object-lambda"
_ALSO_S3: Final = (_EXPRESS, _OBJECT_LAMBDA)
"""Names under which requests to directory buckets and Object Lambda are signed; neither is emulated."""
_DIRECTORIES: Final = {"ListBuckets": "ListDirectoryBuckets"}
"""What requests of S3 call where they are to directory buckets."""
_S3_CONTROL: Final = "/v20180820/"


class Identified(Struct, frozen=True):
    """What a request calls. `operation` is None where no emulated service has it; `wanted` tells it then.

    `access_key_id` is empty where the request carries no signature. `is_elsewhere` where the operation is
    one of a part of its service that is not emulated.
    """

    access_key_id: str
    session_token: str | None
    region: str
    wanted: str
    operation: Operation | None
    is_elsewhere: bool = False


class Directory:
    """Finds the operation of a request among the emulated services."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._by_signing: dict[str, list[str]] = {}
        for service in services.values():
            self._by_signing.setdefault(service.signing, []).append(service.name)

    def identify(self, environ: Mapping[str, Any], body: bytes) -> Identified:
        """What the request calls. One without a signature calls S3, but for what STS lets anybody ask."""
        told = environ.get(FOUND)
        if isinstance(told, Identified):
            return told
        query = parse_qs(environ.get("QUERY_STRING", ""))
        scope = _SCOPE.search(_signature(environ, query))
        if scope is None:
            signing = "sts" if any(name in body[:_BEGINNING] for name in _BY_ANYBODY) else "s3"
            key, region = "", _UNTOLD_REGION
        else:
            key, region, signing = scope.groups()
        token = environ.get("HTTP_X_AMZ_SECURITY_TOKEN") or _first(query, "X-Amz-Security-Token")
        operation = self._operation(signing, environ, body)
        wanted = _wanted(signing, environ, query, body)
        return Identified(key, token, region, wanted, operation, is_elsewhere=signing in _ALSO_S3)

    def _operation(self, signing: str, environ: Mapping[str, Any], body: bytes) -> Operation | None:
        if signing == _OBJECT_LAMBDA:
            return Operation("s3", "WriteGetObjectResponse")
        if signing == _EXPRESS:
            found = self._operation("s3", environ, body)
            return None if found is None else Operation("s3", _DIRECTORIES.get(found.name, found.name))
        names = self._by_signing.get(signing) or ([signing] if signing in _services() else [])
        if signing == "s3":
            control = environ["PATH_INFO"].startswith(_S3_CONTROL)
            names = [name for name in names if (name == "s3control") == control]
        for service in names:
            request = BackendRequest({**environ, "wsgi.input": io.BytesIO(body)})
            try:
                found, _ = get_service_router(service).match(request)
            except (HTTPException, NotImplementedError):
                continue
            return Operation(service, found.name)
        return None


@functools.cache
def _services() -> frozenset[str]:
    """Every service that botocore has a model of: what is not emulated is refused by its name, too."""
    return frozenset(Session().get_available_services())


def access_key_of(environ: Mapping[str, Any]) -> str | None:
    """The key that signed a request; None where none did."""
    scope = _SCOPE.search(_signature(environ, parse_qs(environ.get("QUERY_STRING", ""))))
    return scope[1] if scope else None


def _signature(environ: Mapping[str, Any], query: Mapping[str, list[str]]) -> str:
    """The text that names the credential: the header, or the query of a presigned URL."""
    header: str | None = environ.get("HTTP_AUTHORIZATION")
    return header or f"Credential={_first(query, 'X-Amz-Credential') or ''}"


def _first(query: Mapping[str, list[str]], name: str) -> str | None:
    return next(iter(query.get(name, ())), None)


def _wanted(signing: str, environ: Mapping[str, Any], query: Mapping[str, list[str]], body: bytes) -> str:
    """What was called, as far as the request says: for the refusal of what is not emulated."""
    target: str = environ.get("HTTP_X_AMZ_TARGET", "")
    form = parse_qs(body.decode("utf-8", errors="replace")) if b"Action=" in body[:_BEGINNING] else {}
    action = target.rpartition(".")[2] or _first(query, "Action") or _first(form, "Action")
    return (
        f"{signing}:{action}" if action else f"{signing}: {environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
    )
