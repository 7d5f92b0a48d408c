"""Markdown as the generated pages of the documentation are written."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

REPOSITORY = Path(__file__).resolve().parents[1]


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table with its head; cells keep to one line."""
    lines = [_row(head), _row(["---"] * len(head)), *(_row(row) for row in rows)]
    return "\n".join(lines)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in cells) + " |"


def code(text: object) -> str:
    """The text in back-ticks."""
    return f"`{text}`"


def note(module: str) -> str:
    """The first line of a generated page, which says how it is made."""
    return f"<!-- Written by `python -m scripts.{module}`; change the program, not this page. -->"


def between(text: str, name: str, inner: str) -> str:
    """The text with what stands between the marks `name` replaced.

    Raises: SystemExit where the text has no such marks.
    """
    start, end = f"<!-- {name}: generated -->", f"<!-- {name}: end -->"
    if text.count(start) != 1 or text.count(end) != 1:
        sys.exit(f"the page needs one `{start}` and one `{end}`")
    before, _, rest = text.partition(start)
    return f"{before}{start}\n\n{inner}\n\n{end}{rest.partition(end)[2]}"


def write(path: str, page: Callable[[], str]) -> None:
    """The page stands in its file, and what became of it on stdout."""
    file = REPOSITORY / path
    text = page()
    changed = not file.exists() or file.read_text("utf-8") != text
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    print(f"{path}: {'written' if changed else 'unchanged'}")
