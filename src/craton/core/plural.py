"""Counts with their nouns."""

from __future__ import annotations


def plural(count: int, noun: str, several: str | None = None) -> str:
    """The count with its noun, which stands for `several` as given, or with an `s`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {several or f'{noun}s'}"
