"""Looking again and again: what goes wrong at one look is told, and may be well at the next."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final, TypeVar

import click
import msgspec

from craton.core.errors import CratonError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

T = TypeVar("T")

_MAY_PASS: Final = (CratonError, OSError, msgspec.DecodeError, UnicodeError)
"""AWS that does not answer, a manifest that is just being written, a disk or a network that is away."""


def looks(look: Callable[[], T], seconds: float) -> Iterator[T]:
    """What each look finds that comes to its end, so many seconds after the one before."""
    while True:
        time.sleep(seconds)
        try:
            found = look()
        except _MAY_PASS as error:
            click.echo(f"error: {error}; looking again in {_span(seconds)}", err=True)
        else:
            yield found


def _span(seconds: float) -> str:
    return f"{seconds / 60:g} minutes" if seconds >= 60 else f"{seconds:g} seconds"  # noqa: PLR2004
