"""Answers that are none, in the form that the asker understands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from starlette.datastructures import Headers
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import Scope

    from craton.web.documents import Documents

THEMES = ("light", "dark")


class Refused(Exception):  # noqa: N818 - an answer, not an error of the program
    """Ends a request with a status, a message and a hint."""

    def __init__(self, status: int, message: str, hint: str | None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.hint = hint


def refusal(documents: Documents, scope: Scope, status: int, message: str, hint: str | None) -> Response:
    """The answer: a page for who browses, JSON for everybody else; nothing of what happened inside."""
    headers = Headers(scope=scope)
    if "text/html" in headers.get("accept", ""):
        theme = theme_of(headers.get("cookie", ""))
        return Response(documents.problem(status, message, hint, theme=theme), status, media_type="text/html")
    body = msgspec.json.encode({"error": message, "hint": hint})
    return Response(body, status, media_type="application/json")


def theme_of(cookies: str) -> str | None:
    """The theme that the browser was told to keep; None where it follows the system."""
    for part in cookies.split(";"):
        name, _, value = part.strip().partition("=")
        if name == "theme" and value in THEMES:
            return value
    return None
