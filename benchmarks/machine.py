"""What the figures were measured on."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
import os
import platform
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("duckdb", "isal", "msgspec", "pyarrow")


def commit() -> str:
    """The commit that is measured, with a mark where the tree differs from it."""
    at = ["git", "-C", str(ROOT)]
    name = subprocess.run(
        [*at, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=False
    )
    changed = subprocess.run(
        [*at, "status", "--porcelain", "--", "src", "benchmarks"], capture_output=True, text=True, check=False
    )
    return (name.stdout.strip() or "unknown") + (" with changes" if changed.stdout.strip() else "")


def memory_gib() -> float:
    """The machine's memory."""
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def processor() -> str:
    """The processor's name."""
    text = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").is_file() else ""
    names = [line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.processor()


def described() -> list[str]:
    """Lines about commit, date, machine and versions."""
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in PACKAGES)
    return [
        f"- commit: {commit()}",
        f"- date: {dt.datetime.now(dt.UTC):%Y-%m-%d %H:%M} UTC",
        f"- machine: {os.cpu_count()} cores of {processor()}, {memory_gib():.0f} GiB, {platform.system()}",
        f"- versions: Python {platform.python_version()}, {versions}",
    ]


def load() -> float:
    """How many processes wanted to run at once, on average over the last minute."""
    return os.getloadavg()[0]
