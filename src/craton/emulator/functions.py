"""Invocations of Lambda functions, in processes of their own, with the credentials of the function's role."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import uuid
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from craton.emulator import lambda_host
from craton.emulator.credentials import role_session
from craton.emulator.errors import NotEmulatedError

if TYPE_CHECKING:
    from craton.emulator.world import World

_SESSION: Final = dt.timedelta(hours=1)
_END_SECONDS: Final = 5


class Function(Struct, frozen=True, kw_only=True):
    """A version of a function, ready to run. `timeout` in seconds, `memory` in MB; `code` is its zip file."""

    name: str
    arn: str
    version: str
    region: str
    runtime: str
    handler: str
    role: str
    timeout: int
    memory: int
    environment: dict[str, str]
    code: bytes
    log_group: str


class Outcome(Struct, frozen=True, kw_only=True):
    """What an invocation ended with: the payload as JSON, the kind of error if any, what was printed."""

    payload: str
    error: str | None
    log: str


class Functions:
    """Runs functions of one emulated world; closing it ends every process and removes their files."""

    def __init__(self) -> None:
        self._made: Path | None = None
        self._host: subprocess.Popen[str] | None = None
        self._control: socket.socket | None = None
        self._lock = threading.RLock()

    @property
    def _folder(self) -> Path:
        """The folder of the functions' files, made when it is first needed."""
        with self._lock:
            if self._made is None:
                self._made = Path(tempfile.mkdtemp(prefix="craton-lambda-"))
            return self._made

    def close(self) -> None:
        """Ends all."""
        with self._lock:
            if self._host is not None and self._host.stdin is not None and self._host.stdout is not None:
                self._host.stdin.close()
                try:
                    self._host.wait(_END_SECONDS)
                except subprocess.TimeoutExpired:
                    self._host.kill()
                    self._host.wait()
                self._host.stdout.close()
                self._host = None
            if self._control is not None:
                self._control.close()
                self._control = None
            if self._made is not None:
                shutil.rmtree(self._made, ignore_errors=True)
                self._made = None

    def invoke(self, world: World, function: Function, event: str) -> Outcome:
        """What the function makes of an event.

        Raises: NotEmulatedError for runtimes other than Python, and where nothing serves the emulator.
        """
        if not function.runtime.startswith("python3"):
            raise NotEmulatedError(f"the runtime {function.runtime}")
        if world.endpoint is None:
            raise NotEmulatedError("Lambda functions without a server that they can call")
        request = str(uuid.uuid4())
        log = self._folder / f"{request}.log"
        job = self._job(world, function, event, request, log)
        try:
            told = self._carried_out(job, function.timeout)
        finally:
            text = log.read_text("utf-8", errors="replace") if log.exists() else ""
            log.unlink(missing_ok=True)
        if told is None:
            message = f"{request} Task timed out after {function.timeout:.2f} seconds"
            return Outcome(payload=json.dumps({"errorMessage": message}), error="Unhandled", log=text)
        if "error" in told:
            return Outcome(payload=json.dumps(told["error"]), error="Unhandled", log=text)
        return Outcome(payload=told["returned"], error=None, log=text)

    def _job(self, world: World, function: Function, event: str, request: str, log: Path) -> dict[str, Any]:
        caller = role_session(function.role, function.name)
        key = world.keyring.session(caller, world.now() + _SESSION)
        stream = f"{world.now():%Y/%m/%d}/[{function.version}]{request.replace('-', '')}"
        folder = self._unpacked(function.code)
        environment = {
            "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
            "HOME": str(folder),
            "TZ": ":UTC",
            "LANG": "en_US.UTF-8",
            "LAMBDA_TASK_ROOT": str(folder),
            "_HANDLER": function.handler,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
            "AWS_LAMBDA_FUNCTION_NAME": function.name,
            "AWS_LAMBDA_FUNCTION_VERSION": function.version,
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
            "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
            "AWS_REGION": function.region,
            "AWS_DEFAULT_REGION": function.region,
            "AWS_ACCESS_KEY_ID": key.access_key_id,
            "AWS_SECRET_ACCESS_KEY": key.secret_access_key,
            "AWS_SESSION_TOKEN": str(key.session_token),
            "AWS_ENDPOINT_URL": str(world.endpoint),
            **function.environment,
        }
        return {
            "environment": environment,
            "folder": str(folder),
            "handler": function.handler,
            "event": event,
            "timeout": function.timeout,
            "function_name": function.name,
            "version": function.version,
            "arn": function.arn,
            "memory": function.memory,
            "request_id": request,
            "log_group": function.log_group,
            "log_stream": stream,
            "log": str(log),
        }

    def _unpacked(self, code: bytes) -> Path:
        """The folder of the code, unpacked once."""
        folder = self._folder / hashlib.sha256(code).hexdigest()[:32]
        with self._lock:
            if not folder.exists():
                with zipfile.ZipFile(io.BytesIO(code)) as packed:
                    packed.extractall(folder)
        return folder

    def _carried_out(self, job: dict[str, Any], timeout: int) -> dict[str, Any] | None:
        """The last line that the process tells; None where it did not end in time."""
        connection, theirs = socket.socketpair()
        with connection:
            with theirs:
                socket.send_fds(self._to_host(), [b"\0"], [theirs.fileno()])
            connection.settimeout(timeout + 1)
            with connection.makefile("rw", encoding="utf-8") as stream:
                process = int(json.loads(stream.readline())["process"])
                try:
                    stream.write(json.dumps(job) + "\n")
                    stream.flush()
                    connection.settimeout(timeout)
                    line = stream.readline()
                except TimeoutError:
                    line = ""
                if not line:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(process, signal.SIGKILL)
                    return None
                told: dict[str, Any] = json.loads(line)
                return told

    def _to_host(self) -> socket.socket:
        """Where the host, which is started at the first call, takes connections.

        They are handed over rather than made at a path: the temporary folder may be too deep for one.
        """
        with self._lock:
            if self._control is None or self._host is None or self._host.poll() is not None:
                if self._control is not None:
                    self._control.close()
                self._control, theirs = socket.socketpair()
                with theirs:
                    self._host = subprocess.Popen(  # noqa: S603 - our own program
                        [sys.executable, str(lambda_host.__file__), str(theirs.fileno())],
                        stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE,
                        text=True,
                        pass_fds=[theirs.fileno()],
                        env={"PATH": os.environ.get("PATH", "/usr/bin:/bin")},
                    )
                if self._host.stdout is None or self._host.stdout.readline() != "ready\n":
                    raise RuntimeError("the host of Lambda functions did not start")
            return self._control
