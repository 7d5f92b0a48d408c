"""Has the AWS CLI that waits at a socket carry out a command; started in the place of `aws`, and no test."""

from __future__ import annotations

import json
import os
import socket
import sys

if __name__ == "__main__":
    _, path, *words = sys.argv
    asked = {"words": words, "folder": os.getcwd(), "environment": dict(os.environ)}  # noqa: PTH109 - loads less
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(path)
        data = json.dumps(asked).encode() + b"\n"
        sent = socket.send_fds(connection, [data], [0, 1, 2])
        connection.sendall(data[sent:])
        code = connection.recv(1)
    sys.exit(code[0] if code else 1)
