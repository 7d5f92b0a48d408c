"""Where functions put the answers to CloudFormation, in the place of a presigned address of S3."""

from __future__ import annotations

import threading
from typing import Final

PREFIX: Final = "/craton-emulator/cloudformation-response/"


class Responses:
    """Answers that have come, by the request that they answer."""

    def __init__(self) -> None:
        self._waiting: set[str] = set()
        self._come: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def path(self, request: str) -> str:
        """The path at which the answer to a request is expected from now on."""
        with self._lock:
            self._waiting.add(request)
        return f"{PREFIX}{request}"

    def put(self, path: str, body: bytes) -> bool:
        """Takes an answer; whether one was expected there."""
        request = path.removeprefix(PREFIX)
        with self._lock:
            if request not in self._waiting:
                return False
            self._waiting.discard(request)
            self._come[request] = body
            return True

    def take(self, request: str) -> bytes | None:
        """The answer to a request, once it has come; it is given once."""
        with self._lock:
            return self._come.pop(request, None)
