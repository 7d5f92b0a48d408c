"""The deployment guide on an emulated organization, as a reader would follow it."""

from __future__ import annotations

import os
import re
import subprocess
from typing import TYPE_CHECKING

from tests.conftest import REPOSITORY
from tests.docs.markdown_source import Block, blocks
from tests.e2e.emulator.aws_cli import AwsCli, put_aws

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.e2e.emulator.running import Running

GUIDE = REPOSITORY / "docs" / "ENTERPRISE_DEPLOYMENT_GUIDE.md"
EXAMPLE = REPOSITORY / "examples" / "acme-org" / "craton.yaml"
LINKED = ("cloudformation", "examples", "governance", "organization.json", "scripts")
HERE = "by tests/e2e/deployment"


class NotAsTheGuideSaysError(Exception):
    """A block that ended or printed otherwise than the guide says."""


class Reader:
    """Somebody at a shell in a checkout of the repository, with the AWS CLI and the organization's keys."""

    def __init__(self, python: str, running: Running, folder: Path) -> None:
        self.folder = folder
        self.running = running
        self.administrator = AwsCli(python, running, folder)
        for name in LINKED:
            (folder / name).symlink_to(REPOSITORY / name)
        put_aws(python, folder / "bin")
        self.environment = {
            **self.administrator.environment,
            "PATH": f"{folder / 'bin'}:{os.environ['PATH']}",
            "POLL_SECONDS": "0.5",
        }

    def follow(self) -> Iterator[str]:
        """What each block prints, in their order. Raises: NotAsTheGuideSaysError."""
        for block in blocks(GUIDE):
            if "file" in block.marks:
                (self.folder / block.marks["file"]).write_text(block.text)
            elif block.language == "sh" and HERE in block.marks.get("not run", ""):
                yield self.type(block)

    def type(self, block: Block) -> str:
        """What a block prints. Raises: NotAsTheGuideSaysError."""
        ended = self.run(block.text)
        if ended.returncode != 0:
            raise NotAsTheGuideSaysError(f"line {block.line} exits {ended.returncode}\n{ended.stderr}")
        shown = re.escape(block.shows.strip()).replace("…", ".*") if block.shows is not None else ".*"
        if not re.fullmatch(shown, ended.stdout.strip(), re.DOTALL):
            raise NotAsTheGuideSaysError(f"line {block.line} prints\n{ended.stdout}")
        return ended.stdout

    def run(self, text: str) -> subprocess.CompletedProcess[str]:
        """The end of a text that is typed into a shell."""
        return subprocess.run(
            ["bash", "-euo", "pipefail", "-c", text],
            cwd=self.folder,
            env=self.environment | {"AWS_CONFIG_FILE": "aws.config"},
            capture_output=True,
            text=True,
            check=False,
        )
