"""The server of the dashboard: bound to an address, answering until it is told to stop."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import uvicorn

from craton.core.errors import UserError
from craton.views.picture import packed_script
from craton.web.access import Access, is_loopback
from craton.web.application import application

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.board import Board

_WAITING: Final = 128
_POLL_SECONDS: Final = 0.01
_FAREWELL_SECONDS: Final = 3
_EVERYWHERE: Final = ("0.0.0.0", "::")  # noqa: S104 - compared with, not bound to


class Server:
    """A dashboard bound to an address, not yet answering."""

    def __init__(
        self, board: Board, *, host: str, port: int, token: str | None = None, names: tuple[str, ...] = ()
    ) -> None:
        """`port` 0 takes any that is free; `names` are further host names to answer to.

        Raises: UserError where the address cannot be had, or the token is too short.
        """
        self.access = Access.at(host, token=token, names=names)
        self._socket = _bound(host, port)
        self.port: int = self._socket.getsockname()[1]
        self._host = host
        self._server = uvicorn.Server(
            uvicorn.Config(
                application(board, self.access),
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                ws="none",
                timeout_graceful_shutdown=_FAREWELL_SECONDS,
            )
        )

    @property
    def address(self) -> str:
        """Where to open it, with the token if it asks for one."""
        host = socket.gethostname() if self._host in _EVERYWHERE else self._host
        name = f"[{host}]" if ":" in host else host
        token = f"?token={quote(self.access.token, safe='')}" if self.access.token else ""
        return f"http://{name}:{self.port}/{token}"

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        return is_loopback(self._host)

    def run(self) -> None:
        """Answers until the process is told to stop."""
        # The drawing script takes a second to make: it is made before somebody waits for it.
        threading.Thread(target=packed_script, daemon=True).start()
        with contextlib.suppress(KeyboardInterrupt):
            self._server.run(sockets=[self._socket])

    @contextlib.contextmanager
    def running(self) -> Iterator[str]:
        """Answers in the background while the context lasts, and gives the address."""
        thread = threading.Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        thread.start()
        try:
            while not self._server.started and thread.is_alive():
                thread.join(_POLL_SECONDS)
            yield self.address
        finally:
            self._server.should_exit = True
            thread.join()


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio sends answers at once, rather than wait 40 ms for the asker to confirm.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((host, port))
        made.listen(_WAITING)
    except OSError as error:
        made.close()
        raise _refused(host, port, error) from error
    return made


def _refused(host: str, port: int, error: OSError) -> UserError:
    match error.errno:
        case errno.EADDRINUSE:
            return UserError(
                f"port {port} is taken on `{host}`",
                hint="name another with `--port`, or 0 for any that is free",
            )
        case errno.EACCES:
            return UserError(f"port {port} is not for this user", hint="name one above 1023 with `--port`")
        case _:
            return UserError(f"`{host}` is no address to serve at: {error.strerror or error}")
