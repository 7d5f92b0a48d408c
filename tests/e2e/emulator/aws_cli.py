"""The AWS CLI of an environment of its own: a client of AWS that nobody of this project wrote."""

from __future__ import annotations

import atexit
import functools
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from benchmarks.environments import ready_python

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.e2e.emulator.running import Running

HURRIED = Path(__file__).with_name("hurried_aws.py")
ASK = Path(__file__).with_name("ask_aws.py")
_WITHIN_S = 60.0


@functools.cache
def aws_command(python: str) -> tuple[str, ...]:
    """What stands in the place of `aws`: the CLI is loaded once for all commands of this process.

    `python` is the interpreter of the CLI's environment.
    """
    path = f"{tempfile.mkdtemp(prefix='aws', dir='/tmp')}/cli"
    process = subprocess.Popen(
        [python, str(HURRIED), path], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    atexit.register(_end, process, path)
    deadline = time.monotonic() + _WITHIN_S
    while not Path(path).exists():
        assert process.poll() is None, "the AWS CLI did not start"
        assert time.monotonic() < deadline, "the AWS CLI does not listen"
        time.sleep(0.02)
    return sys.executable, "-I", "-S", str(ASK), path


def put_aws(python: str, folder: Path) -> None:
    """In the folder, which is made, stands that command by the name of `aws`."""
    folder.mkdir()
    aws = folder / "aws"
    aws.write_text(f'#!/bin/sh\nexec {shlex.join(aws_command(python))} "$@"\n')
    aws.chmod(0o755)


def _end(process: subprocess.Popen[str], path: str) -> None:
    process.communicate()
    shutil.rmtree(Path(path).parent, ignore_errors=True)


class AwsCliError(Exception):
    """A command that the CLI ended with an error; its text is what was told on standard error."""


class AwsCli:
    """Calls the emulator by commands, in the name of the holder of `keys`: of its administrator, else."""

    def __init__(
        self, python: str, running: Running, folder: Path, keys: Mapping[str, str] | None = None
    ) -> None:
        self._python = python
        self._running = running
        self._folder = folder
        told = running.told
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "AWS_ENDPOINT_URL": told["AWS_ENDPOINT_URL"],
            "AWS_ACCESS_KEY_ID": told["AWS_ACCESS_KEY_ID"],
            "AWS_SECRET_ACCESS_KEY": told["AWS_SECRET_ACCESS_KEY"],
            "AWS_DEFAULT_REGION": told["AWS_DEFAULT_REGION"],
            "AWS_MAX_ATTEMPTS": "1",
            "AWS_PAGER": "",
        }
        if keys is not None:
            self.environment |= {
                "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
                "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
                "AWS_SESSION_TOKEN": keys["SessionToken"],
            }

    def __call__(self, *words: str, region: str | None = None) -> Any:
        """What a command prints: decoded where it is JSON. Raises: AwsCliError."""
        where = ["--region", region] if region else []
        ended = subprocess.run(
            [*aws_command(self._python), *words, *where],
            cwd=self._folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if ended.returncode != 0:
            raise AwsCliError(f"{ended.stderr.strip()} {ended.stdout.strip()}".strip())
        try:
            return json.loads(ended.stdout)
        except ValueError:
            return ended.stdout

    def assuming(self, role_arn: str) -> AwsCli:
        """The CLI in a session of a role."""
        made = self("sts", "assume-role", "--role-arn", role_arn, "--role-session-name", "rehearsal")
        return AwsCli(self._python, self._running, self._folder, made["Credentials"])


def python_of_the_cli() -> str:
    """The interpreter of the CLI's environment; a test without one is skipped aloud."""
    found = ready_python("awscli")
    if found is None:
        pytest.skip("the AWS CLI is not set up: `make second-opinions`")
    return found
