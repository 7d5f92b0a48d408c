from __future__ import annotations

import json
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from craton.engine.demo.visiting import Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator

HTML, JSON, CSV = "text/html; charset=utf-8", "application/json", "text/csv"
PANELS = [{"id": "a", "json": "/panels/a.json", "csv": "/panels/a.csv", "title": "no address"}]
SOUND = {
    "/": (200, HTML, '<a href="/cost?days=7">cost</a> <a href="https://elsewhere.example/">away</a>'),
    "/cost": (200, HTML, '<a href="/?x=1&amp;y=2">back</a><link href="/assets/a.css">'),
    "/assets/a.css": (200, "text/css", "a{}"),
    "/api/panels": (200, JSON, json.dumps(PANELS)),
    "/panels/a.json": (200, JSON, "[]"),
    "/panels/a.csv": (200, CSV, ""),
}
Site = dict[str, tuple[int, str, str]]


class Served:
    """A site on this machine, as a table of its answers."""

    def __init__(self) -> None:
        self.site: Site = dict(SOUND)
        served = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                status, kind, text = served.site.get(self.path.partition("?")[0], (404, HTML, "nothing here"))
                self.send_response(status)
                self.send_header("content-type", kind)
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.visitor = Visitor(self.server.server_port)


@pytest.fixture
def served() -> Iterator[Served]:
    site = Served()
    thread = threading.Thread(target=site.server.serve_forever, args=(0.02,))
    thread.start()
    yield site
    site.server.shutdown()
    thread.join()
    site.server.server_close()


def test_every_page_that_links_lead_to_and_every_twin_is_seen_once(served: Served) -> None:
    visit = served.visitor.walk()
    assert sorted(one.path for one in visit.seen) == sorted(SOUND)
    assert (visit.pages, visit.problems) == (2, ())


@pytest.mark.parametrize(
    ("path", "answer", "problem"),
    [
        ("/cost", (500, HTML, "a fault"), "status 500"),
        ("/cost", (200, HTML, ""), "empty"),
        ("/panels/a.json", (200, JSON, "{"), "no JSON"),
        ("/panels/a.csv", (404, CSV, "gone"), "status 404"),
        ("/api/panels", (200, JSON, "[]"), "no panels"),
        ("/api/panels", (503, JSON, "[]"), "status 503"),
    ],
)
def test_what_is_not_sound_is_told(
    served: Served, path: str, answer: tuple[int, str, str], problem: str
) -> None:
    served.site[path] = answer
    assert [(one.path, one.problem) for one in served.visitor.walk().problems] == [(path, problem)]


def test_panels_whose_twins_are_linked_from_pages_are_seen_once(served: Served) -> None:
    served.site["/cost"] = (200, HTML, '<a href="/panels/a.json">json</a><a href="/panels/a.csv">csv</a>')
    del served.site["/assets/a.css"]
    visit = served.visitor.walk()
    assert sorted(one.path for one in visit.seen) == sorted(served.site)
    assert visit.problems == ()


def test_a_first_page_comes_or_not(served: Served) -> None:
    assert served.visitor.is_answered()
    served.site["/"] = (500, HTML, "a fault")
    assert not served.visitor.is_answered()


def test_no_answer_is_a_problem() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        visitor = Visitor(taken.getsockname()[1])
        (first, _) = visitor.walk().problems
        assert not visitor.is_answered()
    assert first.path == "/"
    assert (first.problem or "").startswith("no answer")
