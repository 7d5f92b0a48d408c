"""The AWS CLI, loaded once and forked for each command, which spares the second that it takes to load.

It is run by the interpreter of the CLI's own environment, and is no test. Where the CLI would wait thirty
seconds for AWS, it waits half a second at most. Commands come from `ask_aws.py` by a socket, and it ends with
its input.
"""

from __future__ import annotations

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
_sleep = time.sleep


def _hurried(seconds: float, /) -> None:
    _sleep(min(seconds, _LONGEST_S))


def serve(path: str) -> None:
    """Takes commands at a socket of that path until the input ends."""
    driver = importlib.import_module("awscli.clidriver")
    driver.create_clidriver()
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
                _carry_out(connection, driver)
            connection.close()


def _carry_out(connection: socket.socket, driver: Any) -> None:
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
    sys.argv = ["aws", *asked["words"]]
    code = 1
    try:
        code = int(driver.main() or 0)
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
