"""How long it takes to compile a manifest of ten environments and two hundred accounts, proofs included."""

from __future__ import annotations

import datetime as dt
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from craton.engine.compiling import compilation, write

ENVIRONMENTS: Final = 10
ACCOUNTS: Final = 200
TODAY: Final = dt.date(2026, 11, 26)
_TIERS: Final = ("sandbox", "dev", "test", "staging", "prod")


def manifest() -> str:
    """Half of the environments observe; models differ in each."""
    units = [f"workloads/unit-{number}" for number in range(ENVIRONMENTS)]
    accounts = [
        f'    - {{id: "{300_000_000_000 + number:012d}", name: account-{number}, ou: {unit}}}'
        for number, unit in enumerate(units * (ACCOUNTS // ENVIRONMENTS))
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


def main() -> None:
    """Prints the seconds of each run, the first with everything still to be loaded."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "craton.yaml"
        path.write_text(manifest())
        for run in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
            begun, used = time.perf_counter(), time.process_time()
            found = compilation(path, today=TODAY)
            if found.compilation is None or not found.is_sound:
                raise SystemExit("\n".join(str(one) for one in found.diagnostics))
            files = write(found.compilation, Path(folder) / "out")
            held = sum(one.held for one in found.proofs)
            took, cpu = time.perf_counter() - begun, time.process_time() - used
            print(f"run {run + 1}: {took:.2f} s, {cpu:.2f} s of CPU; {len(files)} files, {held:,} proofs")


if __name__ == "__main__":
    main()
