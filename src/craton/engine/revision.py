"""Which commit of its repository a manifest is."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

_PATIENCE_S: Final = 5.0


def commit_of(manifest: Path) -> str | None:
    """The commit that the file of a manifest is in, with `+` where it was changed since; None outside of any.

    Shapes: 12 hexadecimal digits.
    """
    commit = _git(manifest, "log", "-1", "--format=%H", "--", manifest.name)
    if not commit:
        return None
    changed = _git(manifest, "status", "--porcelain", "--", manifest.name)
    return f"{commit[:12]}{'+' if changed else ''}"


def _git(manifest: Path, *words: str) -> str | None:
    try:
        told = subprocess.run(  # noqa: S603 - words of our own and a file name behind `--`
            ["git", "-C", str(manifest.resolve().parent), *words],  # noqa: S607 - whichever git the user has
            capture_output=True,
            text=True,
            timeout=_PATIENCE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return told.stdout.strip() if told.returncode == 0 else None
