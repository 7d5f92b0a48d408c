"""Runs Lambda functions: a process of its own that has boto3 loaded and forks for each invocation.

It is started as a file, imports nothing of the emulator, and gets connections handed over on a socket that
only the emulator has. One connection is one invocation: a line of JSON comes in, lines of JSON go out, of
which the first tells the process, and the last the result. When its input ends, because the emulator stops
or was killed, it ends every invocation that still runs, and itself.

An invocation tells the host which of botocore's data it read, and the host reads that too, so that later ones
have it in memory. Nothing else of an invocation is left for another.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from typing import IO, TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_REAP_SECONDS: Final = 5.0
_MOST_OF_A_PIPE: Final = 65536


class Context:
    """What a handler is told beside the event.

    Source: "Using the Lambda context object to retrieve Python function information",
    docs.aws.amazon.com/lambda/latest/dg/python-context.html, retrieved 2026-11-26.
    """

    def __init__(self, job: dict[str, Any]) -> None:
        self.function_name = job["function_name"]
        self.function_version = job["version"]
        self.invoked_function_arn = job["arn"]
        self.memory_limit_in_mb = job["memory"]
        self.aws_request_id = job["request_id"]
        self.log_group_name = job["log_group"]
        self.log_stream_name = job["log_stream"]
        self.identity = None
        self.client_context = None
        self._deadline = time.monotonic() + job["timeout"]

    def get_remaining_time_in_millis(self) -> int:
        """How long the handler may go on."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))


class Reading:
    """What this process and its forks read of botocore's data: each file once, if the host knows it."""

    def __init__(self) -> None:
        from botocore.loaders import JSONFileLoader, Loader  # noqa: PLC0415 - with boto3

        self.told, self._tells = os.pipe()
        self._held: dict[str, Any] = {}
        self._is_host = True
        self._buffer = b""
        reading, plain = self, JSONFileLoader.load_file

        class Files(JSONFileLoader):  # type: ignore[misc]  # botocore tells no types
            def load_file(self, file_path: str) -> Any:
                return reading.read(file_path, functools.partial(plain, self))

        self._plain = functools.partial(plain, JSONFileLoader())
        Loader.FILE_LOADER_CLASS = Files
        listed: dict[tuple[str, ...], list[str]] = {}
        look = Loader.list_available_services

        def services(loader: Loader, type_name: str) -> list[str]:
            asked = (type_name, *loader.search_paths)
            if asked not in listed:
                listed[asked] = look(loader, type_name)
            return listed[asked]

        Loader.list_available_services = services

    def read(self, path: str, plain: Callable[[str], Any]) -> Any:
        """What a file holds; where the host does not have it, it is told of it."""
        if path not in self._held:
            self._held[path] = plain(path)
            if not self._is_host:
                os.write(self._tells, f"{path}\n".encode())
        return self._held[path]

    def forked(self) -> None:
        """From now on this process is an invocation."""
        self._is_host = False
        os.close(self.told)

    def learn(self) -> None:
        """The host reads what invocations read."""
        *lines, self._buffer = (self._buffer + os.read(self.told, _MOST_OF_A_PIPE)).split(b"\n")
        for line in lines:
            self.read(line.decode(), self._plain)


def serve(control: socket.socket) -> None:
    """Takes invocations from a socket until the input ends."""
    import boto3  # noqa: PLC0415 - loaded once, so that each fork has it

    reading = Reading()
    session = boto3.Session("none", "none", region_name="us-east-1")
    session.client("sts")  # loads what every client needs
    session.client("iam").can_paginate("list_roles")  # the same for all that comes in pages
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    running: set[int] = set()
    while True:
        readable, _, _ = select.select([control, sys.stdin, reading.told], [], [], _REAP_SECONDS)
        running = {process for process in running if os.waitpid(process, os.WNOHANG) == (0, 0)}
        if sys.stdin in readable:
            break
        if reading.told in readable:
            reading.learn()
        if control in readable:
            _, numbers, _, _ = socket.recv_fds(control, 1, 1)
            if not numbers:
                break
            running.add(_forked(control, socket.socket(fileno=numbers[0]), reading))
    for process in running:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process, signal.SIGKILL)
            os.waitpid(process, 0)


def _forked(control: socket.socket, connection: socket.socket, reading: Reading) -> int:
    """The process that carries out an invocation."""
    process = os.fork()
    if process == 0:
        control.close()
        reading.forked()
        os.setsid()
        _run(connection)
        os._exit(0)
    connection.close()
    return process


def _run(connection: socket.socket) -> None:
    with connection.makefile("rw", encoding="utf-8") as stream:
        _tell(stream, {"process": os.getpid()})
        job = json.loads(stream.readline())
        os.environ.clear()
        os.environ.update(job["environment"])
        log = os.open(job["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(log, 1)
        os.dup2(log, 2)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - lives as long as we
        sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115 - lives as long as we
        result = _result(job)
        sys.stdout.flush()
        sys.stderr.flush()  # before the result: whoever gets it reads the log at once
        _tell(stream, result)


def _result(job: dict[str, Any]) -> dict[str, Any]:
    """What the handler returns, or the error that it raises."""
    try:
        os.chdir(job["folder"])
        sys.path.insert(0, job["folder"])
        module, _, function = job["handler"].rpartition(".")
        handler = getattr(importlib.import_module(module.replace("/", ".")), function)
        return {"returned": json.dumps(handler(json.loads(job["event"]), Context(job)))}
    except BaseException as error:  # noqa: BLE001 - whatever a function raises is told to its caller
        traceback.print_exc()
        trace = traceback.format_tb(error.__traceback__)
        return {"error": {"errorMessage": str(error), "errorType": type(error).__name__, "stackTrace": trace}}


def _tell(stream: IO[str], line: dict[str, Any]) -> None:
    stream.write(json.dumps(line) + "\n")
    stream.flush()


if __name__ == "__main__":
    serve(socket.socket(fileno=int(sys.argv[1])))
