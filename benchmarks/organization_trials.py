"""An organization of hundreds of accounts, planned and applied against the emulated one."""

from __future__ import annotations

import json
import re
import resource
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.compile_figures import ENVIRONMENTS, manifest
from benchmarks.trials import Trial, timed
from msgspec import Struct
from tests.e2e.deployment.operator import Operator
from tests.e2e.emulator.running import started

if TYPE_CHECKING:
    from tests.e2e.emulator.running import Running

REGIONS: Final = 2
MOST_CALLS: Final = 25
"""Calls of a plan, of each account and Region."""
MOST_CPU_S: Final = 10.0
FEW: Final = 5
"""So many times fewer accounts show whether time grows with the accounts or with their square."""
MOST_GROWTH: Final = 1.5
"""What a plan may cost of each account in the large organization, as a multiple of the small one."""


class Done(Struct, frozen=True):
    """What a command cost. Units: seconds; processor time is that of Craton's own processes."""

    wall: float
    cpu: float
    calls: int

    def __str__(self) -> str:
        return f"{self.wall:.0f} s, {self.cpu:.1f} s of its processor time, {self.calls:,} calls"


class Deployed(Struct, frozen=True):
    """An organization that was planned, applied and planned again. Units: seconds by phase."""

    planned: Done
    applied: Done
    again: Done
    phases: dict[str, float]
    left: list[str]


def large_organization(accounts: int) -> Trial:
    """Everything is deployed into so many accounts and two Regions; then a plan finds nothing to do."""

    def trial() -> tuple[str, bool, tuple[str, ...]]:
        small, large = deployed(accounts // FEW), deployed(accounts)
        places = accounts * REGIONS
        each = large.again.calls / places
        growth = large.again.cpu / max(small.again.cpu, 0.1) / FEW
        wrong = [f"{one} is not as it should be" for one in (*small.left, *large.left)]
        if each > MOST_CALLS:
            wrong.append(f"{each:.1f} calls of a plan, of each account and Region: {MOST_CALLS} are the most")
        if large.again.cpu > MOST_CPU_S:
            wrong.append(
                f"{large.again.cpu:.1f} s of processor time of a plan: {MOST_CPU_S:.0f} are the most"
            )
        if growth > MOST_GROWTH:
            wrong.append(f"a plan costs {growth:.2f} times as much of each account as with a fifth of them")
        phases = ", ".join(f"{phase} {seconds:.0f} s" for phase, seconds in large.phases.items())
        told = (
            f"first plan {large.planned}; apply {large.applied} ({phases}); plan again {large.again},"
            f" {each:.1f} of each account and Region, {growth:.2f} times the time of each account in"
            f" an organization of {accounts // FEW}"
        )
        return told, not wrong, tuple(wrong)

    return timed(f"{accounts} accounts in {REGIONS} Regions, {ENVIRONMENTS} environments", trial)


def deployed(accounts: int) -> Deployed:
    """So many accounts in an emulated organization of their own."""
    text = manifest(accounts)
    with tempfile.TemporaryDirectory(prefix="craton-organization-") as made:
        folder = Path(made)
        (folder / "craton.yaml").write_text(text)
        with started("--accounts", str(folder / "craton.yaml"), folder=folder) as running:
            operator = Operator(running, folder, text)
            _count(running)
            planned = _cost(running, operator, "plan", "-o", "plan.json", "--quiet", exits=2)
            begun, cpu, calls = time.monotonic(), _cpu(), _calls(running)
            phases = _applied(operator)
            applied = Done(time.monotonic() - begun, _cpu() - cpu, _calls(running) - calls)
            again = _cost(running, operator, "plan", "-o", "again.json", "--quiet")
        changes = json.loads((folder / "again.json").read_text())["plan"]["changes"]
        left = [one["address"] for one in changes if one["action"] != "no-op"]
    return Deployed(planned, applied, again, phases, left)


def _applied(operator: Operator) -> dict[str, float]:
    """The seconds that each phase took, as the command tells of its changes."""
    changes = json.loads((operator.folder / "plan.json").read_text())["plan"]["changes"]
    phase_of = {one["address"]: one["phase"] for one in changes}
    process = operator.start("apply", "plan.json", "--why", "a trial")
    took: dict[str, float] = {}
    before = time.monotonic()
    for line in process.stderr or ():
        told = re.match(r"\d+/\d+ \S+ (\S+): ", line)
        if told:
            now = time.monotonic()
            phase = phase_of[told[1]]
            took[phase] = took.get(phase, 0.0) + now - before
            before = now
    process.communicate()
    return took


def _cost(running: Running, operator: Operator, *words: str, exits: int = 0) -> Done:
    begun, cpu, calls = time.monotonic(), _cpu(), _calls(running)
    process = operator.start(*words)
    process.communicate()
    if process.returncode not in (0, exits):
        raise RuntimeError(f"{words} exits {process.returncode}")
    return Done(time.monotonic() - begun, _cpu() - cpu, _calls(running) - calls)


def _cpu() -> float:
    """Of processes that ended: the emulator is not among them."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _count(running: Running) -> None:
    """From now on calls are counted: by a fault about all of them, that does nothing."""
    _ask(running, "POST", {"kind": "slow", "seconds": 0})


def _calls(running: Running) -> int:
    (told,) = _ask(running, "GET")
    return int(told["seen"])


def _ask(running: Running, method: str, body: dict[str, Any] | None = None) -> Any:
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{running.url}/craton-emulator/faults",
        data=None if body is None else json.dumps(body).encode(),
        method=method,
    )
    with urllib.request.urlopen(request) as answer:  # noqa: S310 - our own address
        return json.load(answer)


if __name__ == "__main__":
    print(large_organization(20))
