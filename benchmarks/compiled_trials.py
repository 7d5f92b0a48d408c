"""Lines made and damaged by chance, read by the compiled part under sanitizers and in Python."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import msgspec
from benchmarks import trials
from benchmarks.trials import Trial, timed
from scripts.compile_records import compiled

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT: Final = Path(__file__).resolve().parents[1]
SANITIZED: Final = (
    *("-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=address,undefined"),
    "-fno-sanitize-recover=undefined",
)
FLAGS: Final[dict[str, tuple[str, ...]]] = {"": SANITIZED, ", portable": (*SANITIZED, "-DPORTABLE")}


def read_two_ways(seed: int, spans: int) -> Trial:
    """Nothing is read otherwise, and no byte is touched that is not part of the lines."""

    def trial() -> tuple[str, bool, tuple[str, ...]]:
        told, wrong = [], []
        for number, (what, flags) in enumerate(FLAGS.items()):
            done = _under_sanitizers(compiled(trials.SCRATCH, flags), seed + number, spans // len(FLAGS))
            if not done.stdout:
                wrong.append(f"ended with {done.returncode}: {done.stderr[-2_000:]}")
                continue
            tried: dict[str, Any] = msgspec.json.decode(done.stdout)
            wrong += tried["otherwise"]
            told.append(
                f"{tried['lines']:,} lines in {tried['spans']:,} spans{what}, of {tried['sure']:,} the "
                f"compiled part was sure, {len(tried['otherwise'])} spans were read otherwise"
            )
        return "; ".join(told), not wrong, tuple(wrong)

    return timed(f"lines by chance read by the compiled part under sanitizers, seeds from {seed}", trial)


def _under_sanitizers(part: Path, seed: int, spans: int) -> subprocess.CompletedProcess[str]:
    """Python's own memory comes from the system, so that every object has its bounds."""
    environment = {
        **os.environ,
        "LD_PRELOAD": _library(),
        "ASAN_OPTIONS": "detect_leaks=0",
        "PYTHONMALLOC": "malloc",
    }
    command: Sequence[str] = (sys.executable, "-m", "tests.plain_records.differences", str(seed), str(spans))
    return subprocess.run(
        [*command, str(part)], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def _library() -> str:
    """Where the compiler keeps what watches memory, which has to be loaded before Python."""
    compiler = os.environ.get("CC") or sysconfig.get_config_var("CC") or "cc"
    named = subprocess.run(
        [*compiler.split(), "-print-file-name=libasan.so"], capture_output=True, text=True, check=True
    )
    return named.stdout.strip()
