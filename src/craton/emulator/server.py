"""The emulator as a server on the loopback address."""

from __future__ import annotations

import socket
import threading
from typing import TYPE_CHECKING, Final, Self

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import BaseWSGIServer, make_server

from craton.core.errors import UserError

if TYPE_CHECKING:
    from types import TracebackType

    from craton.emulator.application import Application

HOST: Final = "127.0.0.1"


class _Quiet(MotoRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002 - werkzeug's own method
        pass


class Server:
    """Serves an application on a port of the loopback address; port 0 takes a free one.

    Raises: UserError where the port is taken.
    """

    def __init__(self, application: Application, port: int = 0) -> None:
        self.application = application
        with _listening(port) as listener:
            self._server: BaseWSGIServer = make_server(
                HOST, port, application, threaded=True, request_handler=_Quiet, fd=listener.fileno()
            )
        self._thread = threading.Thread(target=self._server.serve_forever, name="emulator", daemon=True)

    @property
    def url(self) -> str:
        """The address to give to AWS_ENDPOINT_URL."""
        return f"http://{HOST}:{self._server.port}"

    def __enter__(self) -> Self:
        self.application.world.endpoint = self.url
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self.application.world.close()


def _listening(port: int) -> socket.socket:
    """A socket at the port: werkzeug itself would end the process where that is taken."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise UserError(
            f"port {port} cannot be used: {error.strerror}",
            hint="name another with `--port`, or 0 for a free one",
        ) from error
    listener.listen(128)
    return listener
