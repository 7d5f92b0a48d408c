"""A survey of many accounts in every Region, against the emulated organization."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Final

import msgspec
from benchmarks.trials import Trial, timed
from tests.e2e.deployment.operator import Operator
from tests.e2e.emulator.running import started
from tests.e2e.survey.inhabited import MODEL, PROFILE, SCP, ask, attach

from craton.core.survey import Survey

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST_S: Final = 600.0
UNITS: Final = ("workloads/dev", "workloads/test", "workloads/staging", "workloads/prod")
MANAGEMENT: Final = "111111111111"
A_FIFTH: Final = 5


def large_survey(count: int) -> Trial:
    """All Regions of so many accounts, a fifth of which call models, under a policy that breaks a profile."""

    def trial() -> tuple[str, bool, tuple[str, ...]]:
        members = [f"{number:012d}" for number in range(500_000_000_001, 500_000_000_000 + count)]
        calling = members[::A_FIFTH]
        with tempfile.TemporaryDirectory(prefix="craton-survey-") as made:
            folder = Path(made)
            (folder / "accounts.yaml").write_text("\n".join(organization(members)))
            with started("--accounts", str(folder / "accounts.yaml"), folder=folder) as running:
                for account in calling:
                    ask(running, account, PROFILE)
                    ask(running, account, MODEL)
                attach(running, "one-region", SCP, "workloads")
                operator = Operator(running, folder, "")
                begun = time.monotonic()
                told = operator.run("survey", "--format", "json", "-o", "out", exits=2)
                seconds = time.monotonic() - begun
        found = msgspec.json.decode(told, type=Survey)
        wrong = [f"{one.account}: {one.operation}: {one.reason}" for one in found.unread]
        wrong += [
            f"{one}: not found" for one in calling if one not in {each.account for each in found.unlogged}
        ]
        if seconds > LONGEST_S:
            wrong.append(f"it took {seconds:.0f} s, and {LONGEST_S:.0f} are the most")
        result = f"{found.reads:,} reads in {len(found.regions)} Regions, {seconds:.0f} s"
        return result, not wrong, tuple(wrong)

    return timed(f"a survey of {count} accounts in every Region", trial)


def organization(members: list[str]) -> Iterator[str]:
    """An organization of these accounts, as the emulator reads it."""
    yield "organization:"
    yield "  id: o-exampleorgid"
    yield f'  management_account: "{MANAGEMENT}"'
    yield f'  hub_account: "{members[0]}"'
    yield f"  organizational_units: [{', '.join(f'{{path: {unit}}}' for unit in UNITS)}]"
    yield "  accounts:"
    yield f'    - {{id: "{MANAGEMENT}", name: management, ou: root}}'
    for number, account in enumerate(members):
        yield f'    - {{id: "{account}", name: team-{number}, ou: {UNITS[number % len(UNITS)]}}}'
    yield "regions: [us-east-1]"
