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
    ready = ready_python(name)
    if ready is not None:
        return ready
    lock, folder = _lock(name), _folder(name)
    python = folder / "bin" / "python"
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(python), "-m", "pip", "install", "--quiet", "--no-compile", "--disable-pip-version-check"]
    subprocess.run([*pip, "--require-hashes", "-r", str(lock)], check=True)
    _stamp(name).write_text(_hash(lock))
    return str(python)


def ready_python(name: str) -> str | None:
    """The interpreter of that environment, if it has been made as its lock says."""
    stamp = _stamp(name)
    is_ready = stamp.is_file() and stamp.read_text() == _hash(_lock(name))
    return str(_folder(name) / "bin" / "python") if is_ready else None


def _lock(name: str) -> Path:
    return ROOT / "requirements" / f"{name}.lock"


def _folder(name: str) -> Path:
    return ROOT / ".venvs" / name


def _stamp(name: str) -> Path:
    return _folder(name) / "lock.hash"


def _hash(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


if __name__ == "__main__":
    for name in sys.argv[1:]:
        python_of(name)
