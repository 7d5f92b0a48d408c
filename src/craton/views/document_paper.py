"""A document on paper: a tagged PDF with its fonts inside, the same bytes for the same value.

Typst sets it, from a template that gets the document as data: no text of it is ever read as markup, no file
and no address is opened, and fonts are those that typst brings.

Source: README of typst-py 0.15.2 ("Use a fixed creation timestamp for reproducible PDFs"), retrieved
2026-11-27.
"""

from __future__ import annotations

import datetime as dt
import re
import tempfile
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, assert_never

import msgspec
import typst

from craton.views.document import Figures, Listing, Paragraph, Table, runs, within_ours

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from craton.views.document import Block, Document

STANDARD: Final = "ua-1"
"""PDF/UA-1, ISO 14289-1: accessible. It also has typst tell of signs that no font has."""

_FIRST_BLOCK: Final = 256


_NOT_SHOWN: Final = re.compile(r'the text `"(?:\\u\{([0-9a-f]+)\}|(.))')
"""What typst says of a text for which no font has a sign."""


def paper(document: Document) -> bytes:
    """The PDF. Signs that no font has stand there by their number in Unicode, as U+65E5."""
    told, lacking = _told(document), set[int]()
    while True:
        try:
            return _set(_by_number(told, lacking), document.at)
        except typst.TypstError as error:
            found = _NOT_SHOWN.search(str(error))
            block = None if found is None else _block_of(chr(int(found[1], 16)) if found[1] else found[2])
            if block is None or block in lacking:
                raise
            lacking.add(block)


def _set(told: Any, at: dt.datetime) -> bytes:
    template = resources.files("craton") / "views" / "document.typ"
    with tempfile.TemporaryDirectory() as folder:  # where no package is found, and no other file
        source = Path(folder) / "document.typ"
        source.write_bytes(template.read_bytes())
        return typst.compile(
            source,
            root=Path(folder),
            ignore_system_fonts=True,
            sys_inputs={"document": msgspec.json.encode(told).decode()},
            pdf_standards=STANDARD,
            package_path=folder,
            package_cache_path=folder,
            timestamp=at.replace(microsecond=0, tzinfo=dt.UTC),
            format="pdf",
        )


def _by_number(value: Any, lacking: AbstractSet[int]) -> Any:
    """The value with the signs of these blocks by their numbers."""
    if not lacking:
        return value
    if isinstance(value, str):
        return "".join(f"U+{ord(one):04X} " if _block_of(one) in lacking else one for one in value)
    if isinstance(value, dict):
        return {key: _by_number(one, lacking) for key, one in value.items()}
    if isinstance(value, list):
        return [_by_number(one, lacking) for one in value]
    return value


def _block_of(sign: str) -> int:
    """Signs that stand together, of which fonts have all or none; each below U+0100 stands alone."""
    number = ord(sign)
    return number if number < _FIRST_BLOCK else number // _FIRST_BLOCK * _FIRST_BLOCK


def _told(document: Document) -> dict[str, Any]:
    """The document as the template reads it: texts as runs."""
    at = document.at
    return {
        "title": within_ours(document.title),
        "subtitle": _runs(document.subtitle),
        "made": f"Made by Craton on {at:%Y-%m-%d at %H:%M} UTC",
        "sections": [
            {
                "title": within_ours(section.title),
                "count": None if section.count is None else f"{section.count:,}",
                "blocks": [_block(block) for block in section.blocks],
            }
            for section in document.sections
        ],
    }


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Figures():
            figures = [
                {
                    "name": within_ours(one.name),
                    "value": within_ours(one.value),
                    "note": _runs(one.note),
                    "look": one.needs_a_look,
                }
                for one in block.figures
            ]
            return {"type": "figures", "figures": figures}
        case Paragraph():
            return {"type": "paragraph", "text": _runs(block.text)}
        case Listing():
            return {"type": "listing", "items": [_runs(one) for one in block.items]}
        case Table():
            return {
                "type": "table",
                "columns": [
                    {"name": within_ours(one.name), "align": one.align, "share": one.share}
                    for one in block.columns
                ],
                "rows": [[_runs(cell) for cell in row] for row in block.rows],
            }
        case _:
            assert_never(block)


def _runs(text: str) -> list[dict[str, Any]]:
    return [{"text": within_ours(part), "code": is_code} for part, is_code in runs(text)]
