"""What was installed, for whoever asks."""

from __future__ import annotations

from craton import __version__
from craton.logs.plain_records import WAY


def told() -> tuple[str, ...]:
    """The version, and in which way most of a log is read: that is all in which installations differ."""
    return f"craton, version {__version__}", f"plain invocation records are read {WAY}"
