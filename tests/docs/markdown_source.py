"""Pages of the documentation as their tests read them: blocks with the marks before them, links, headings.

A mark is an HTML comment on the line before a block: `<!-- not run: reason -->`, `<!-- exits 2 -->`,
`<!-- file: craton.yaml -->`. A `text` block right after an `sh` block shows what that prints; `…` in it
stands for anything.
"""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, Literal

from markdown_it import MarkdownIt
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from markdown_it.token import Token

_MARK = re.compile(r"<!-- (?P<word>not run|exits|file)(?:: | )(?P<said>.+?) -->")
_PARSER = MarkdownIt("commonmark").enable("table")
_NO_SLUG = re.compile(r"[^\w\- ]")


class Block(Struct, frozen=True):
    """A fenced block. `shows` is the text of the `text` block that follows an `sh` block."""

    language: str
    text: str
    line: int
    marks: dict[Literal["not run", "exits", "file"], str]
    shows: str | None = None


class Link(Struct, frozen=True):
    """A link or an image: its target as written, and the line."""

    target: str
    line: int


def pages(repository: Path) -> list[Path]:
    """Every page of the documentation."""
    return [*sorted(repository.glob("*.md")), *sorted((repository / "docs").rglob("*.md"))]


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    found: list[Block] = []
    marks: dict[Literal["not run", "exits", "file"], str] = {}
    previous: Token | None = None
    for token in _PARSER.parse(page.read_text("utf-8")):
        if token.type == "html_block":
            marks |= {m["word"]: m["said"] for m in _MARK.finditer(token.content)}  # type: ignore[misc]
        elif token.type == "fence":
            line = token.map[0] + 1 if token.map else 0
            block = Block(token.info.strip(), token.content, line, marks)
            if block.language == "text" and previous is not None and previous.info.strip() == "sh":
                before = found.pop()
                block = Block(before.language, before.text, before.line, before.marks, token.content)
            found.append(block)
            marks = {}
        previous = token if token.type in ("fence", "html_block") else None
    return found


def links(page: Path) -> Iterator[Link]:
    """The links and images of a page."""
    for token in _PARSER.parse(page.read_text("utf-8")):
        line = token.map[0] + 1 if token.map else 0
        for child in token.children or ():
            target = child.attrGet("href") or child.attrGet("src")
            if isinstance(target, str):
                yield Link(target, line)


def anchors(page: Path) -> set[str]:
    """The fragments that the headings of a page can be reached by."""
    tokens = _PARSER.parse(page.read_text("utf-8"))
    titles = [
        "".join(child.content for child in inline.children or ())
        for heading, inline in itertools.pairwise(tokens)
        if heading.type == "heading_open"
    ]
    return {_NO_SLUG.sub("", title.lower()).replace(" ", "-") for title in titles}


def prose(page: Path) -> str:
    """What a reader reads of a page as words: no code, no targets of links."""
    words = []
    for token in _PARSER.parse(page.read_text("utf-8")):
        words += [child.content for child in token.children or () if child.type == "text"]
    return "\n".join(words)
