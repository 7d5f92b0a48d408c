from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING

import httpx
import pytest
from tests.web.conftest import NOW, served

from craton.core.errors import UserError
from craton.engine.board import Board
from craton.web import documents
from craton.web.access import Access
from craton.web.server import Server

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

TOKEN = "a-token-of-some-length"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - bound for a moment, and only with a token
PATHS = [
    "/",
    "/usage",
    "/panels/overview.calls.json",
    "/panels/overview.calls.csv",
    "/nothing",
    "/api/panels",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_its_protection(client: httpx.Client, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    for rule in (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ):
        assert rule in policy
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cross-origin-resource-policy"] == "same-origin"
    assert "server" not in headers
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"])
def test_nothing_can_be_changed(client: httpx.Client, method: str) -> None:
    answer = client.request(method, "/")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD"
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize(
    "host",
    ["evil.example", "evil.example:8480", "127.0.0.1.evil.example", "", "[::1].evil.example", "10.0.0.1"],
)
def test_a_name_that_is_not_this_machine_is_refused(client: httpx.Client, host: str) -> None:
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 421
    assert "Overview" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:1", "127.0.0.1:99", "[::1]:8480"])
def test_a_name_that_is_this_machine_is_answered(client: httpx.Client, host: str) -> None:
    assert client.get("/", headers={"host": host}).status_code == 200


def test_a_further_name_can_be_allowed(board: Board) -> None:
    with served(board, names=("Craton.Example",)) as browser:
        assert browser.get("/", headers={"host": "craton.example"}).status_code == 200
        assert browser.get("/", headers={"host": "other.example"}).status_code == 421


def test_a_token_is_asked_for_once_and_kept_in_a_cookie(board: Board) -> None:
    server = Server(board, host="127.0.0.1", port=0, token=TOKEN)
    with server.running() as address, httpx.Client(timeout=60) as browser:
        base = address.partition("?")[0]
        assert address == f"{base}?token={TOKEN}"
        for path in ("", "usage", "panels/overview.calls.json", "api/panels", "nothing"):
            assert browser.get(base + path).status_code == 401
        entered = browser.get(f"{base}usage?team=search&token={TOKEN}")
        assert entered.status_code == 303
        assert entered.headers["location"] == "/usage?team=search"
        cookie = entered.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert TOKEN not in cookie
        assert browser.get(f"{base}usage").status_code == 200
        assert browser.get(f"{base}usage?team=search&token={TOKEN}").status_code == 303
        assert browser.get(f"{base}usage?team=search&token=of-another-day").status_code == 200
    with server_again(board) as again:
        assert again.get("/usage", headers={"cookie": cookie.partition(";")[0]}).status_code == 200
        assert again.get("/usage", headers={"cookie": cookie.partition("=")[0] + "=x"}).status_code == 401


def server_again(board: Board) -> AbstractContextManager[httpx.Client]:
    return served(board, token=TOKEN)


def test_programs_send_the_token_as_a_header(board: Board) -> None:
    with served(board, token=TOKEN) as browser:
        browser.headers["accept"] = "*/*"
        refused = browser.get("/api/panels", headers={"authorization": "Bearer wrong"})
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Bearer")
        assert "token" in refused.json()["error"]
        assert browser.get("/api/panels", headers={"authorization": f"bearer {TOKEN}"}).status_code == 200
        assert browser.get("/?token=wrong").status_code == 401


def test_beyond_this_machine_there_is_always_a_token() -> None:
    access = Access.at(EVERYWHERE, token=None)
    assert access.token
    assert len(access.token) >= 32
    assert access.token != Access.at(EVERYWHERE, token=None).token
    assert Access.at("127.0.0.1", token=None).token is None
    assert Access.at("::1", token=None).token is None


def test_a_server_that_others_can_reach_answers_nobody_without_its_token(board: Board) -> None:
    server = Server(board, host=EVERYWHERE, port=0)
    assert not server.is_local
    assert server.access.token
    assert server.address.endswith(f"?token={server.access.token}")
    with server.running(), httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=60) as browser:
        for path in ("/", "/usage", "/panels/overview.calls.json", "/api/version", "/api/openapi.json"):
            assert browser.get(path).status_code == 401
        shown = {"authorization": f"Bearer {server.access.token}"}
        assert browser.get("/usage", headers=shown).status_code == 200


def test_a_token_that_can_be_guessed_is_refused() -> None:
    with pytest.raises(UserError, match="shorter than 16"):
        Access.at("127.0.0.1", token="short")


def test_a_port_that_is_taken_is_told(board: Board) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(UserError, match=f"port {port} is taken") as raised:
            Server(board, host="127.0.0.1", port=port)
    assert "--port" in str(raised.value.hint)


def test_an_address_of_another_machine_is_told(board: Board) -> None:
    with pytest.raises(UserError, match="is no address to serve at"):
        Server(board, host="192.0.2.1", port=0)


def test_a_bug_is_told_to_nobody_but_the_log(
    lake: Path, manifest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret of the inside")

    board = Board.open(lake, manifest=manifest, clock=lambda: NOW)
    monkeypatch.setattr(documents, "trusts", broken)
    with served(board) as browser:
        answer = browser.get("/usage")
        assert answer.status_code == 500
        assert "secret" not in answer.text
        assert "RuntimeError" not in answer.text
        assert "content-security-policy" in answer.headers


def test_assets_are_kept_for_good_and_packed(client: httpx.Client) -> None:
    text = client.get("/").text
    names = re.findall(r'(?:src|href)="(/assets/[^"]+)"', text)
    assert {name.rpartition(".")[2] for name in names} == {"js", "css", "svg"}
    for name in names:
        answer = client.get(name)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-encoding"] == "gzip"
        plain = client.get(name, headers={"accept-encoding": "identity"})
        assert plain.content == answer.content


def test_pages_are_packed_too(client: httpx.Client) -> None:
    assert client.get("/usage").headers["content-encoding"] == "gzip"
