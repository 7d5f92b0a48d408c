"""A walk through a running dashboard: every page that links lead to, and both twins of every panel."""

from __future__ import annotations

import http.client
import json
import re
import time
from collections import deque
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator

PANELS: Final = "/api/panels"
PATIENCE_S: Final = 60.0
MOST_PAGES: Final = 500
_LINK = re.compile(r"""href=["'](/[^"'#]*)""")
_OK: Final = 200


class Seen(Struct, frozen=True):
    """One address, and what it gave. Units: milliseconds. `problem` is None where it is sound."""

    path: str
    is_page: bool
    took_ms: float
    problem: str | None


class Visit(Struct, frozen=True):
    """A whole walk."""

    seen: tuple[Seen, ...]

    @property
    def pages(self) -> int:
        """How many pages were seen."""
        return sum(one.is_page for one in self.seen)

    @property
    def problems(self) -> tuple[Seen, ...]:
        """What was not sound."""
        return tuple(one for one in self.seen if one.problem is not None)


class Visitor:
    """Asks one server, on this machine."""

    def __init__(self, port: int, *, host: str = "127.0.0.1") -> None:
        self._host = host
        self._port = port

    def is_answered(self) -> bool:
        """Whether the first page comes."""
        try:
            return self._get("/")[0] == _OK
        except OSError:
            return False

    def walk(self) -> Visit:
        """Every page once, whatever the filters in its links, then every panel's twins."""
        waiting, known = deque(["/"]), {"/"}
        seen: list[Seen] = []
        while waiting and len(seen) < MOST_PAGES:
            path = waiting.popleft()
            one, text = self._seen(path)
            seen.append(one)
            for link in _LINK.findall(text) if one.is_page else ():
                plain = urlsplit(link.replace("&amp;", "&")).path
                if plain not in known:
                    known.add(plain)
                    waiting.append(plain)
        one, text = self._seen(PANELS)
        twins = set() if one.problem else set(_addresses(json.loads(text)))
        if not twins and one.problem is None:
            one = Seen(PANELS, is_page=False, took_ms=one.took_ms, problem="no panels")
        if PANELS not in known:
            seen.append(one)
        seen += [self._seen(path)[0] for path in sorted(twins - known - {PANELS})]
        return Visit(tuple(seen))

    def _seen(self, path: str) -> tuple[Seen, str]:
        begun = time.perf_counter()
        try:
            status, kind, text = self._get(path)
        except OSError as error:
            return Seen(path, is_page=False, took_ms=0, problem=f"no answer: {error}"), ""
        took_ms = (time.perf_counter() - begun) * 1000
        is_page = kind.startswith("text/html")
        return Seen(path, is_page=is_page, took_ms=took_ms, problem=_problem(status, kind, text)), text

    def _get(self, path: str) -> tuple[int, str, str]:
        connection = http.client.HTTPConnection(self._host, self._port, timeout=PATIENCE_S)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return (
                answer.status,
                answer.getheader("content-type") or "",
                answer.read().decode("utf-8", "replace"),
            )
        except http.client.HTTPException as error:
            raise OSError(str(error)) from error
        finally:
            connection.close()


def _problem(status: int, kind: str, text: str) -> str | None:
    if status != _OK:
        return f"status {status}"
    if not text and not kind.startswith("text/csv"):
        return "empty"
    if kind.startswith("application/json"):
        try:
            json.loads(text)
        except ValueError:
            return "no JSON"
    return None


def _addresses(value: Any) -> Iterator[str]:
    """Every text within a JSON value that is an address of this server."""
    if isinstance(value, str):
        if value.startswith("/"):
            yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from _addresses(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _addresses(inner)
