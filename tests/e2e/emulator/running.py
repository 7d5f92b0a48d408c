"""`craton emulator` as a process, and clients of what it serves."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
import urllib.request
from typing import TYPE_CHECKING, Any

from tests.clients import client

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CRATON = (sys.executable, "-m", "craton", "emulator")
REGION = "us-east-1"


class Running:
    """The command as a process, and clients of what it serves."""

    def __init__(self, process: subprocess.Popen[str], told: dict[str, str], seconds: float) -> None:
        self.process = process
        self.told = told
        self.seconds = seconds
        self.url = told["AWS_ENDPOINT_URL"]

    def client(self, service: str, *, region: str = REGION, **keys: str) -> Any:
        return client(
            service,
            self.url,
            region,
            keys.get("AccessKeyId", self.told["AWS_ACCESS_KEY_ID"]),
            keys.get("SecretAccessKey", self.told["AWS_SECRET_ACCESS_KEY"]),
            keys.get("SessionToken"),
        )

    def session(self, role_arn: str, **keys: str) -> dict[str, str]:
        """The keys of a session of a role, which the holder of `keys` assumes."""
        made = self.client("sts", **keys).assume_role(RoleArn=role_arn, RoleSessionName="rehearsal")
        return {name: value for name, value in made["Credentials"].items() if name != "Expiration"}

    def state(self) -> dict[str, list[str]]:
        """What the emulator refused because it does not have it, and what failed in it behind calls."""
        with urllib.request.urlopen(f"{self.url}/craton-emulator/state") as answer:  # noqa: S310 - our own
            found: dict[str, list[str]] = json.load(answer)
        return found

    def reset(self) -> None:
        """All is as it was at the start."""
        request = urllib.request.Request(f"{self.url}/craton-emulator/reset", method="POST")  # noqa: S310
        urllib.request.urlopen(request).close()  # noqa: S310 - our own address


@contextlib.contextmanager
def started(*options: str, folder: Path) -> Iterator[Running]:
    """The command at a free port until the end of the block. Its files are in `folder`."""
    begun = time.monotonic()
    process = subprocess.Popen(
        [*CRATON, "--port", "0", *options],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(folder)},
    )
    assert process.stdout is not None
    assert process.stderr is not None
    told = {}
    for _ in range(4):
        line = process.stdout.readline()
        name, _, value = line.strip().removeprefix("export ").partition("=")
        told[name] = value
    try:
        yield Running(process, told, time.monotonic() - begun)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate(timeout=60)
