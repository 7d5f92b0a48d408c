"""How long it takes to compile a manifest of ten environments and two hundred accounts, proofs included."""

from __future__ import annotations

import json
import shutil
import statistics
import sys
from typing import TYPE_CHECKING, Final

from benchmarks.figures import Figure
from benchmarks.machine import ROOT
from benchmarks.measurement import run

if TYPE_CHECKING:
    from collections.abc import Callable

ENVIRONMENTS: Final = 10
ACCOUNTS: Final = 200
LONGEST_S: Final = 5.0
TODAY: Final = "2026-11-26"
_TIERS: Final = ("sandbox", "dev", "test", "staging", "prod")


def compiling(rounds: int, told: Callable[[str], None]) -> tuple[list[Figure], list[str]]:
    """The figure of the compiler, from the start of the process to its end: the median of the rounds."""
    folder = ROOT / "build" / "bench-compile"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    file = folder / "craton.yaml"
    file.write_text(manifest(), "utf-8")
    command = [sys.executable, "-m", "craton", "compile", str(file), "-o", str(folder / "out")]
    runs = [run([*command, "--today", TODAY, "--format", "json"], watch=False) for _ in range(rounds)]
    answer = json.loads(runs[-1].stdout)
    held = sum(one["held"] for one in answer["proofs"])
    seconds = [one.seconds for one in runs]
    middle, used = statistics.median(seconds), statistics.median(one.cpu_s for one in runs)
    told(f"compiling: {middle:.2f} s, {used:.2f} s of processor time, {held:,} proofs")
    figure = Figure(
        f"compiling {ENVIRONMENTS} environments and {ACCOUNTS} accounts, whole process",
        f"under {LONGEST_S:.0f} s",
        f"{middle:.2f} s ({min(seconds):.2f} to {max(seconds):.2f}), {used:.2f} s of processor time; "
        f"{len(answer['files'])} files, {held:,} proofs",
        "",
        middle < LONGEST_S,
    )
    return [figure], []


def manifest(count: int = ACCOUNTS) -> str:
    """So many accounts in ten environments, of which half observe; models differ in each."""
    units = [f"workloads/unit-{number}" for number in range(ENVIRONMENTS)]
    accounts = [
        f'    - {{id: "{300_000_000_000 + number:012d}", name: account-{number}, ou: {unit}}}'
        for number, unit in enumerate(units * (count // ENVIRONMENTS))
    ]
    environments = [
        f"  unit-{number}: {{mode: {'enforce' if number % 2 else 'observe'}, tier: {_TIERS[number // 2]}, "
        f"organizational_units: [{unit}]}}"
        for number, unit in enumerate(units)
    ]
    approved = [
        f"    unit-{number}: [anthropic.claude-sonnet-*, amazon.nova-*, cohere.embed-*]"
        if number % 2 == 0
        else f"    unit-{number}: [anthropic.claude-sonnet-4-6, amazon.nova-lite-v1:0, amazon.nova-pro-v1:0]"
        for number in range(ENVIRONMENTS)
    ]
    return "\n".join(
        [
            "organization:",
            "  id: o-exampleorgid",
            '  management_account: "111111111111"',
            '  hub_account: "222222222222"',
            "  organizational_units:",
            *(f"    - {{path: {unit}}}" for unit in units),
            "  accounts:",
            '    - {id: "111111111111", name: management, ou: root}',
            '    - {id: "222222222222", name: hub, ou: root}',
            *accounts,
            "regions: [us-east-1, us-west-2]",
            "environments:",
            *environments,
            "models:",
            "  approved:",
            *approved,
            "",
        ]
    )
