"""Who may ask, by which name, and what every answer carries for its protection."""

from __future__ import annotations

import hmac
import ipaddress
import re
import secrets
from collections.abc import Callable
from hashlib import sha256
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qsl, urlencode

from msgspec import Struct
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response

from craton.core.errors import UserError
from craton.web.page import with_query

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

Refusal = Callable[["Scope", int, str, str], Response]
"""Makes the answer of a refused request: of its scope, a status, a message and a hint."""

LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
SHORTEST_TOKEN: Final = 16
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "font-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_HOST: Final = re.compile(r"(?:\[(?P<address>[0-9A-Fa-f:.]+)\]|(?P<name>[^\[\]:/@\s]+))(?::\d{1,5})?")
_OPEN_TO_ALL: Final = "/assets/"
_PARAMETER: Final = "token"
_A_WEEK: Final = 7 * 24 * 3600


class Access(Struct, frozen=True):
    """By which host names the server may be asked, and the token that askers must have.

    `hosts` None means any; `token` None means that no token is asked for.
    """

    hosts: frozenset[str] | None
    token: str | None

    @classmethod
    def at(cls, host: str, *, token: str | None, names: tuple[str, ...] = ()) -> Access:
        """The access to a server bound to `host`: beyond this machine, only with a token.

        On this machine a page of another site could reach the server through a name of its own that leads
        here, so that only names that mean this machine are answered.
        Raises: UserError where the token is short enough to be guessed.
        """
        if token is not None and len(token) < SHORTEST_TOKEN:
            raise UserError(
                f"the token is shorter than {SHORTEST_TOKEN} characters",
                hint="leave `--token` out, and one is made",
            )
        known = frozenset(name.lower() for name in names)
        if is_loopback(host):
            return cls(LOOPBACK_NAMES | {host.lower()} | known, token)
        return cls(known or None, token or secrets.token_urlsafe(24))


def is_loopback(host: str) -> bool:
    """Whether a name or address leads to this machine alone."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Guard:
    """Stands before the application: refuses what may not ask, and puts the protecting headers on answers."""

    def __init__(
        self, app: ASGIApp, *, access: Access, refusal: Refusal, forms: frozenset[str] = frozenset()
    ) -> None:
        """`forms` are the paths that may be asked by a form in a body, which changes nothing either."""
        self._app = app
        self._forms = forms
        self._access = access
        self._refusal = refusal
        key = (access.token or "").encode()
        # The cookie proves the token without being it, and is another one for each token.
        self._session = hmac.new(key, b"session", sha256).hexdigest()
        self._cookie = f"craton_{hmac.new(key, b'name', sha256).hexdigest()[:8]}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        refused = self._refused(scope)
        await (refused or self._app)(_without_token(scope), receive, _protected(send))

    def _refused(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        is_form = scope["method"] == "POST" and scope["path"] in self._forms
        if scope["method"] not in ("GET", "HEAD") and not is_form:
            answer = self._refusal(scope, 405, "nothing can be changed here", "ask with GET or HEAD")
            answer.headers["allow"] = "GET, HEAD"
            return answer
        host = headers.getlist("host")
        if len(host) != 1 or not self._is_known(host[0]):
            return self._refusal(
                scope,
                421,
                "this server does not go by the name that it was asked for",
                "open the address that `craton serve` printed, or allow the name with `--allow-host`",
            )
        if is_form and not _is_own(headers):
            return self._refusal(
                scope,
                403,
                "this form was sent by a page of another site",
                "open the page here, and send it there",
            )
        if self._access.token is None or scope["path"].startswith(_OPEN_TO_ALL):
            return None
        return self._unknown(scope, headers, self._access.token)

    def _is_known(self, host: str) -> bool:
        found = _HOST.fullmatch(host)
        if found is None:
            return False
        name = (found["address"] or found["name"]).lower()
        return self._access.hosts is None or name in self._access.hosts

    def _unknown(self, scope: Scope, headers: Headers, token: str) -> Response | None:
        """The answer to somebody who has not shown the token, and to who has just done so in the address."""
        if any(name == _PARAMETER and _same(value, token) for name, value in _query(scope)):
            rest = _query(_without_token(scope))
            answer = RedirectResponse(with_query(scope["path"], rest), status_code=303)
            answer.set_cookie(self._cookie, self._session, max_age=_A_WEEK, httponly=True, samesite="lax")
            answer.headers["cache-control"] = "no-store"
            return answer
        shown = headers.get("authorization", "")
        if shown[:7].lower() == "bearer " and _same(shown[7:].strip(), token):
            return None
        morsel = SimpleCookie(headers.get("cookie", "")).get(self._cookie)
        if morsel is not None and _same(morsel.value, self._session):
            return None
        refused = self._refusal(
            scope,
            401,
            "this dashboard asks for its token",
            "open the address that `craton serve` printed; programs send `Authorization: Bearer …`",
        )
        refused.headers["www-authenticate"] = 'Bearer realm="craton"'
        return refused


def _query(scope: Scope) -> list[tuple[str, str]]:
    return parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)


def _without_token(scope: Scope) -> Scope:
    """The same request with no token in its address: whoever is let in with another has shown who it is."""
    query = _query(scope)
    if not any(name == _PARAMETER for name, _ in query):
        return scope
    rest = [(name, value) for name, value in query if name != _PARAMETER]
    return {**scope, "query_string": urlencode(rest).encode()}


def _is_own(headers: Headers) -> bool:
    """Whether a form was sent by a page of ours, or by a program: browsers say which.

    Under `no-referrer` a browser sends the origin `null` from our own pages too, so that what it says of the
    site decides where it says anything.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None:
        return site in ("same-origin", "none")
    return origin is None or origin.partition("://")[2].lower() == headers.get("host", "").lower()


def _same(shown: str, known: str) -> bool:
    return hmac.compare_digest(shown.encode(), known.encode())


def _protected(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in _HEADERS.items():
                headers.setdefault(name, value)
            headers.setdefault("cache-control", "private, no-cache")
        await send(message)

    return sending
