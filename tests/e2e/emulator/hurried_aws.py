"""The AWS CLI, loaded once and forked for each command, which spares the second that it takes to load.

It is run by the interpreter of the CLI's own environment, and is no test. Where the CLI would wait thirty
seconds for AWS, it waits half a second at most. Commands come from `ask_aws.py` by a socket, and it ends with
its input.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import select
import signal
import socket
import sys
import time
import traceback
from typing import Any

_LONGEST_S = 0.5
_LONGEST_REQUEST = 1 << 20
_SERVICES = ("cloudformation", "organizations", "s3", "sts", "logs", "iam", "bedrock", "bedrock-runtime")
"""Those that most commands are about."""
_sleep = time.sleep


def _hurried(seconds: float, /) -> None:
    _sleep(min(seconds, _LONGEST_S))


def _warm(driver: Any) -> Any:
    """A CLI that has read what each command would read and find out again: models, and who takes what."""
    loader = importlib.import_module("botocore.loaders").JSONFileLoader
    hooks = importlib.import_module("botocore.hooks")
    load, accepts = loader.load_file, hooks.accepts_kwargs
    loaded: dict[str, Any] = {}
    accepting: dict[Any, Any] = {}

    def load_file(self: Any, file_path: str) -> Any:
        if file_path not in loaded:
            loaded[file_path] = load(self, file_path)
        return loaded[file_path]

    def accepts_kwargs(function: Any) -> Any:
        known = getattr(function, "__func__", function)
        if known not in accepting:
            accepting[known] = accepts(function)
        return accepting[known]

    setattr(loader, "load_file", load_file)  # noqa: B010 - the CLI's own modules are not known to mypy
    setattr(hooks, "accepts_kwargs", accepts_kwargs)  # noqa: B010 - the same
    made = driver.create_clidriver()
    session = made.session
    for service in _SERVICES:
        session.get_service_model(service)
        for told in ("paginators-1", "waiters-2", "endpoint-rule-set-1"):
            with contextlib.suppress(Exception):
                session.get_component("data_loader").load_service_model(service, told)
    return made


def serve(path: str) -> None:
    """Takes commands at a socket of that path until the input ends."""
    driver = importlib.import_module("awscli.clidriver")
    made = _warm(driver)
    setattr(time, "sleep", _hurried)  # noqa: B010 - typeshed takes more than numbers for seconds
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the forks
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(path)
        listener.listen(64)
        while True:
            readable, _, _ = select.select([listener, sys.stdin], [], [])
            if sys.stdin in readable:
                return
            connection, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                _carry_out(connection, made)
            connection.close()


def _carry_out(connection: socket.socket, made: Any) -> None:
    """Runs a command with the streams, the folder and the environment of whoever asks; tells how it ended."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    data, streams, _, _ = socket.recv_fds(connection, _LONGEST_REQUEST, 3)
    while not data.endswith(b"\n"):
        data += connection.recv(_LONGEST_REQUEST)
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
        os.close(stream)
    asked = json.loads(data)
    own = {"AWS_DATA_PATH": os.environ["AWS_DATA_PATH"]}  # the CLI set it for itself when it was loaded
    os.environ.clear()
    os.environ.update(asked["environment"] | own)
    os.chdir(asked["folder"])
    roles = importlib.import_module("awscli.customizations.assumerole")
    setattr(roles, "CACHE_DIR", os.path.expanduser("~/.aws/cli/cache"))  # noqa: B010, PTH111 - as it says it
    made.session._config = made.session._profile_map = None  # files of settings are this command's own
    code = 1
    try:
        code = int(made.main(asked["words"]) or 0)
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:  # noqa: BLE001 - it is told as Python tells what nobody catches
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        connection.sendall(bytes([code & 0xFF]))
        os._exit(0)


if __name__ == "__main__":
    serve(sys.argv[1])
