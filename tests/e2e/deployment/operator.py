"""Somebody who brings a manifest into an emulated organization with `craton` alone."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

from tests.e2e.deployment.hurried_craton import craton

if TYPE_CHECKING:
    from pathlib import Path

    from tests.e2e.emulator.running import Running

CRATON = (sys.executable, "-m", "craton")


class Operator:
    """A shell in a folder that holds `craton.yaml`, with the keys of the management account."""

    def __init__(self, running: Running, folder: Path, manifest: str) -> None:
        self.running = running
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            **running.told,
        }
        self._is_settled = False
        self.write(manifest)

    def write(self, manifest: str) -> None:
        """The manifest is this from now on."""
        (self.folder / "craton.yaml").write_text(manifest)

    def start(self, *words: str) -> subprocess.Popen[str]:
        """`craton` with these words, as a process of its own, which waits as long as it waits for AWS."""
        return subprocess.Popen(
            [*CRATON, *words],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *words: str, exits: int = 0) -> str:
        """What `craton` prints; it ends as it should."""
        ended = self.ended(*words)
        assert ended.returncode == exits, f"{words} exits {ended.returncode}\n{ended.stdout}\n{ended.stderr}"
        return ended.stdout

    def ended(self, *words: str) -> subprocess.CompletedProcess[str]:
        """The end of `craton` with these words, in a hurry."""
        return craton(self.environment, self.folder, *words)

    def plan(self, *words: str, exits: int = 2) -> dict[str, Any]:
        """The open changes of a plan that is saved as `plan.json`, by address."""
        told = json.loads(self.run("plan", "-o", "plan.json", "--format", "json", *words, exits=exits))
        self._is_settled = exits == 0 and not words
        return {one["address"]: one for one in told["plan"]["changes"] if one["action"] != "no-op"}

    def apply(self, *words: str, exits: int = 0) -> dict[str, Any]:
        """What became of each change of the saved plan, by address."""
        told = json.loads(self.run("apply", "plan.json", "--format", "json", *words, exits=exits))
        self._is_settled = exits == 0
        return {one["address"]: one for one in told["outcomes"]}

    def settle(self) -> None:
        """Everything stands as the manifest says, whatever a test before this one left."""
        if not self._is_settled and self.ended("plan", "-o", "plan.json").returncode:
            self.apply()

    def move(self, account: str, path: str) -> None:
        """The account is in that OU, which it was not before."""
        organizations = self.running.client("organizations")
        at = organizations.list_roots()["Roots"][0]["Id"]
        for name in path.split("/"):
            told = organizations.list_organizational_units_for_parent(ParentId=at)["OrganizationalUnits"]
            at = next(one["Id"] for one in told if one["Name"] == name)
        start = organizations.list_parents(ChildId=account)["Parents"][0]["Id"]
        organizations.move_account(AccountId=account, SourceParentId=start, DestinationParentId=at)

    def stop_after(self, changes: int, *words: str, wait: float = 0.0) -> int:
        """Kills `craton` so many seconds after it told of so many changes; how many it told of."""
        process = self.start(*words)
        assert process.stderr is not None
        told = 0
        for line in process.stderr:
            told += re.match(r"\d+/\d+ ", line) is not None
            if told >= changes:
                break
        time.sleep(wait)
        process.kill()
        process.communicate()
        return told
