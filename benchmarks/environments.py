"""Environments that the product's own must not hold: the peers', made on demand from a hashed lock.

`python benchmarks/environments.py NAME…` makes those of these names.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def python_of(name: str) -> str:
    """The interpreter of the environment of that name, in which stands what its lock says."""
    lock = ROOT / "requirements" / f"{name}.lock"
    folder = ROOT / ".venvs" / name
    stamp = folder / "lock.hash"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    python = folder / "bin" / "python"
    if stamp.is_file() and stamp.read_text() == wanted:
        return str(python)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(lock)], check=True)
    stamp.write_text(wanted)
    return str(python)


if __name__ == "__main__":
    for name in sys.argv[1:]:
        python_of(name)
