"""Writes the tables in docs/concepts/environments.md from the example's manifest, as it is compiled."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from scripts.markdown_page import REPOSITORY, between, table, write

from craton.engine.environments import environments
from craton.engine.manifests import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.compiler.environment_table import Line
    from craton.engine.environments import Environments

PATH: Final = "docs/concepts/environments.md"
EXAMPLE: Final = REPOSITORY / "examples" / "acme-org" / "craton.yaml"
DAY: Final = dt.date(2026, 11, 26)
"""A day of its own, for exceptions lapse."""

_LONG: Final = 40
"""Units: characters."""


def page() -> str:
    """The page with the tables as they are now."""
    found = environments(load(EXAMPLE), EXAMPLE, today=DAY)
    names = [one.name for one in found.environments]
    text = (REPOSITORY / PATH).read_text("utf-8")
    text = between(text, "differences", table(("", *names), _differing(found)))
    alike = [(one.title, next(iter(one.cells.values()))) for one in found.alike()]
    return between(text, "same", table(("", "everywhere"), alike))


def _differing(found: Environments) -> Iterator[tuple[str, ...]]:
    yield ("what it is for", *(one.tier for one in found.environments))
    yield ("mode", *(one.mode for one in found.environments))
    for line in found.differing():
        yield (line.title, *_cells(line))


def _cells(line: Line) -> Iterator[str]:
    """The cells, where a long one is not said again right after it."""
    before = ("", "")
    for name, cell in line.cells.items():
        yield f"as in {before[0]}" if cell == before[1] and len(cell) > _LONG else cell
        before = name, cell


def main() -> None:
    """Writes the page."""
    write(PATH, page)


if __name__ == "__main__":
    main()
