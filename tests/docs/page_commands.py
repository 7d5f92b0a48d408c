"""Following a page: each of its blocks is run as a reader would run it, in a scratch folder."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
from typing import TYPE_CHECKING, Any

import boto3
from benchmarks.environments import ready_python
from tests.conftest import REPOSITORY
from tests.docs.markdown_source import blocks
from tests.e2e.emulator.aws_cli import put_aws

if TYPE_CHECKING:
    from pathlib import Path

    from tests.docs.markdown_source import Block

LONGEST_S = 300
S3 = re.compile(r"s3://([\w.-]+)/([\w./=-]*)")
CLI = re.compile(r"(?m)(?:^|\$\(|^HOME=\. )aws ")
OF_THE_CLI = ".aws-cli"
FOLDER = re.compile(r"~/([\w-]+)")


def run_by_a_reader(block: Block) -> bool:
    return block.language == "sh" and "not run" not in block.marks


def follow(page: Path, folder: Path) -> None:
    """Every command of the page ends and prints as the page says."""
    for name in (".venv", "examples"):
        (folder / name).symlink_to(REPOSITORY / name)
    python = ready_python("awscli")
    if python is not None and any(run_by_a_reader(one) and CLI.search(one.text) for one in blocks(page)):
        put_aws(python, folder / OF_THE_CLI)
    for block in blocks(page):
        where = f"{page.relative_to(REPOSITORY)}:{block.line}"
        if "file" in block.marks:
            file = folder / block.marks["file"]
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text)
        if not run_by_a_reader(block):
            continue
        with_logs(folder, block)
        result = ran(folder, block)
        printed = result.stdout.strip()
        expected = int(block.marks.get("exits", "0"))
        assert result.returncode == expected, f"{where} exits {result.returncode}\n{printed}"
        assert "Traceback" not in printed, f"{where}\n{printed}"
        if block.shows is not None:
            shown = re.escape(block.shows.strip()).replace("…", ".*")
            assert re.fullmatch(shown, printed, re.DOTALL), f"{where} prints\n{printed}"


def invocation(account_id: str = "333333333333", request_id: str = "r-1") -> dict[str, Any]:
    """A record as Bedrock delivers it to S3, invented."""
    return {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": "2026-10-01T12:00:00Z",
        "accountId": account_id,
        "region": "us-east-1",
        "requestId": request_id,
        "operation": "Converse",
        "modelId": "us.anthropic.claude-sonnet-4-6",
        "identity": {"arn": f"arn:aws:sts::{account_id}:assumed-role/search-app/i-0abc"},
        "input": {"inputContentType": "application/json", "inputTokenCount": 1200},
        "output": {"outputContentType": "application/json", "outputTokenCount": 300},
    }


def with_logs(folder: Path, block: Block) -> None:
    """Wherever the block reads from, there is a log file to read."""
    data = gzip.compress(json.dumps(invocation()).encode())
    for name in FOLDER.findall(block.text):
        (folder / name).mkdir(exist_ok=True)
        (folder / name / "20261001T120000000Z_0001.json.gz").write_bytes(data)
    if S3.search(block.text):
        s3 = boto3.client("s3")
        for bucket, prefix in S3.findall(block.text):
            s3.create_bucket(Bucket=bucket)
            s3.put_object(Bucket=bucket, Key=f"{prefix}20261001T120000000Z_0001.json.gz", Body=data)


def ran(folder: Path, block: Block) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CRATON_")}
    path = f"{folder}/.venv/bin:{folder}/{OF_THE_CLI}:{os.environ['PATH']}:{REPOSITORY}/.venvs/awscli/bin"
    environment |= {"HOME": str(folder), "PATH": path, "COLUMNS": "100"}
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", block.text],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=LONGEST_S,
        check=False,
    )
