"""Forms that are sent in the body of a request: read within bounds, and kept nowhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias
from urllib.parse import parse_qsl

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from craton.web.refusal import Refused

Pairs: TypeAlias = tuple[tuple[str, str], ...]
Answer: TypeAlias = Callable[[Request, Pairs], Response]
"""Answers a request, given what came in its body."""

MOST_BYTES: Final = 200_000
"""So long may a body be: what may be pasted, with its signs written as `%22`."""

_MOST_FIELDS: Final = 100
_KIND: Final = "application/x-www-form-urlencoded"


def reading(answer: Answer) -> Callable[[Request], Awaitable[Response]]:
    """The same answer to requests whose body is read first; it is worked out beside the other requests.

    Raises: Refused where the body is too long, or is no form.
    """

    async def answered(request: Request) -> Response:
        sent = await _pairs(request) if request.method == "POST" else ()
        return await run_in_threadpool(answer, request, sent)

    return answered


async def _pairs(request: Request) -> Pairs:
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _KIND:
        raise Refused(415, "this is no form", f"send it as `{_KIND}`")
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            raise Refused(413, f"a form may have {MOST_BYTES:,} bytes, and this one has more", None)
    try:
        return tuple(
            parse_qsl(body.decode("ascii", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS)
        )
    except ValueError:
        raise Refused(400, f"a form may have {_MOST_FIELDS} fields, and this one has more", None) from None
