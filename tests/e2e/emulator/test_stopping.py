"""What is left of the emulator when it has stopped: nothing."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from benchmarks.measurement import members
from tests.e2e.emulator.deployment import MANIFEST
from tests.e2e.emulator.running import CRATON, Running

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.slow

WATCH = """
import os, sys
_log = os.open(os.environ["WRITTEN"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
_names = {"os.mkdir", "os.rename", "os.link", "os.symlink", "os.truncate"}

def _heard(event, arguments):
    if event == "open":
        path, mode, flags = arguments
        writes = flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT) if isinstance(flags, int) else False
        if not writes or isinstance(path, int):
            return
    elif event in _names:
        path = arguments[0]
    else:
        return
    os.write(_log, os.path.abspath(os.fsdecode(path)).encode() + b"\\n")

sys.addaudithook(_heard)
"""
CODE = "def handler(event, context):\n    open('kept', 'w').close()\n    return 1\n"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ],
}


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    """Folders for what it may write, where it stands, and where it lives; and an ear for what it writes."""
    for name in ("temporary", "working", "home", "watch"):
        (tmp_path / name).mkdir()
    (tmp_path / "watch" / "sitecustomize.py").write_text(WATCH)
    return tmp_path


@pytest.fixture
def running(folders: Path) -> Iterator[Running]:
    """The command, listened to from its first line on."""
    process = subprocess.Popen(
        [*CRATON, "--port", "0", "--accounts", str(MANIFEST), "--format", "json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=folders / "working",
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(folders / "watch"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "WRITTEN": str(folders / "written"),
            "TMPDIR": str(folders / "temporary"),
            "HOME": str(folders / "home"),
        },
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        yield Running(process, json.loads(process.stdout.readline()), 0)
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def run_a_function(running: Running) -> None:
    iam, functions, stacks = (running.client(name) for name in ("iam", "lambda", "cloudformation"))
    role = iam.create_role(RoleName="function", AssumeRolePolicyDocument=json.dumps(TRUST))["Role"]["Arn"]
    properties = {
        "FunctionName": "one",
        "Runtime": "python3.12",
        "Handler": "index.handler",
        "Role": role,
        "Code": {"ZipFile": CODE},
    }
    body = {"Resources": {"F": {"Type": "AWS::Lambda::Function", "Properties": properties}}}
    stacks.create_stack(StackName="one", TemplateBody=json.dumps(body))
    stacks.get_waiter("stack_create_complete").wait(StackName="one", WaiterConfig={"Delay": 1})
    assert functions.invoke(FunctionName="one")["Payload"].read() == b"1"


def test_stopping_leaves_no_process_no_file_and_nobody_at_the_port(running: Running, folders: Path) -> None:
    run_a_function(running)
    assert len(members(running.process.pid)) > 1, "no process for functions"
    assert list((folders / "temporary").iterdir()) != []
    running.process.send_signal(signal.SIGTERM)
    _, errors = running.process.communicate()
    assert (running.process.returncode, errors) == (0, "press Ctrl+C to stop\nstopped\n")
    assert members(running.process.pid) == []
    for name in ("temporary", "working", "home"):
        assert list((folders / name).iterdir()) == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", int(running.url.rpartition(":")[2])))


def test_it_writes_in_its_own_folder_alone(running: Running, folders: Path) -> None:
    run_a_function(running)
    running.process.terminate()
    running.process.communicate()
    written = {Path(line) for line in (folders / "written").read_text().splitlines()}
    assert any(path.is_relative_to(folders / "temporary") for path in written), "nothing was heard"
    elsewhere = {path for path in written if not path.is_relative_to(folders / "temporary")}
    assert elsewhere <= {Path(os.devnull), folders / "written"}
