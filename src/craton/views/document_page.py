"""A document as one page of HTML that needs nothing else: no script, no picture, no address to fetch from.

Its own policy on content forbids everything but its style sheet, whose digest it names.
"""

from __future__ import annotations

import base64
import hashlib
from html import escape as escaped
from typing import TYPE_CHECKING, Final, assert_never

from craton.views.document import Figures, Listing, Paragraph, Table, runs, within_ours
from craton.views.palette import DARK, LIGHT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.views.document import Block, Document, Figure, Section

_CONTROLS: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32), *range(127, 160)), "�")
_STYLE: Final = """
:root { color-scheme: light dark; --sans: system-ui, -apple-system, "Segoe UI", Roboto, Arial, sans-serif;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace;
  --ink: LIGHT_INK; --muted: LIGHT_MUTED; --line: LIGHT_LINE; --surface: LIGHT_SURFACE; --ground: #f6f7f7;
  --look: #8a4b00; --look-soft: #fdf1de; }
@media (prefers-color-scheme: dark) { :root {
  --ink: DARK_INK; --muted: DARK_MUTED; --line: DARK_LINE; --surface: DARK_SURFACE; --ground: #0f1112;
  --look: #f0b866; --look-soft: #35280f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 400 15px/1.5 var(--sans);
  font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
header, main, footer { max-width: 1080px; margin: 0 auto; padding: 20px 16px; }
header { padding-bottom: 0; }
h1 { margin: 0; font-size: 24px; line-height: 1.25; letter-spacing: -0.015em; overflow-wrap: anywhere; }
header p, footer p { margin: 6px 0 0; color: var(--muted); overflow-wrap: anywhere; }
section { margin: 0 0 16px; padding: 16px; background: var(--surface); border: 1px solid var(--line);
  border-radius: 8px; }
h2 { margin: 0 0 8px; font-size: 16px; line-height: 1.35; }
h2 span { color: var(--muted); font-weight: 400; }
p { margin: 0 0 8px; overflow-wrap: anywhere; }
section > :last-child { margin-bottom: 0; }
ul { margin: 0 0 8px; padding-left: 18px; }
li { margin: 0 0 4px; overflow-wrap: anywhere; }
code { font-family: var(--mono); font-size: 0.9em; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(136px, 1fr)); gap: 8px; margin: 0; }
dl div { padding: 10px 12px; border: 1px solid var(--line); border-radius: 8px; }
dl div.look { border-color: var(--look); background: var(--look-soft); }
dt { color: var(--muted); font-size: 13px; }
dl div.look dt, dl div.look small { color: var(--look); }
dd { margin: 0; font-size: 19px; line-height: 1.3; font-weight: 600; overflow-wrap: anywhere; }
dd small { display: block; color: var(--muted); font-size: 12.5px; font-weight: 400; }
table { width: 100%; margin: 0 0 8px; border-collapse: collapse; font-size: 13.5px; }
th, td { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top;
  overflow-wrap: anywhere; }
th { color: var(--muted); font-weight: 600; overflow-wrap: normal; }
th.right, td.right { text-align: right; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
tbody tr:last-child td { border-bottom: 0; }
@media (min-width: 641px) { dl { grid-template-columns: repeat(auto-fill, minmax(180px, 1fr)); } }
@media (max-width: 640px) {
  dd { font-size: 17px; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  table, tbody, tr, td { display: block; }
  tr { padding: 8px 0; border-bottom: 1px solid var(--line); }
  tbody tr:last-child { border-bottom: 0; }
  td, td.right { display: grid; grid-template-columns: 108px minmax(0, 1fr); gap: 8px; padding: 2px 0;
    border: 0; text-align: left; white-space: normal; }
  td::before { content: attr(data-column); color: var(--muted); }
}
@media print { body { background: none; } section { break-inside: avoid-page; border: 0; padding: 0; } }
"""


def page(document: Document) -> bytes:
    """The page, in UTF-8; the same for the same document."""
    return "".join(f"{line}\n" for line in _lines(document)).encode()


def _lines(document: Document) -> Iterator[str]:
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    yield "<!doctype html>"
    yield '<html lang="en">'
    yield "<head>"
    yield '<meta charset="utf-8">'
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">'
    yield '<meta name="color-scheme" content="light dark">'
    yield '<meta name="referrer" content="no-referrer">'
    yield f"<title>{escape(document.title)}</title>"
    yield f"<style>{style}</style>"
    yield "</head>"
    yield "<body>"
    yield f"<header><h1>{escape(document.title)}</h1><p>{_text(document.subtitle)}</p></header>"
    yield "<main>"
    for section in document.sections:
        yield from _section(section)
    yield "</main>"
    yield f"<footer><p>Made by Craton on {document.at:%Y-%m-%d at %H:%M} UTC.</p></footer>"
    yield "</body>"
    yield "</html>"


def _style() -> str:
    style = _STYLE
    for name, palette in (("LIGHT", LIGHT), ("DARK", DARK)):
        for part in ("ink", "muted", "line", "surface"):
            style = style.replace(f"{name}_{part.upper()}", getattr(palette, part))
    return style


def _section(section: Section) -> Iterator[str]:
    count = f" <span>{section.count:,}</span>" if section.count is not None else ""
    yield "<section>"
    yield f"<h2>{escape(section.title)}{count}</h2>"
    for block in section.blocks:
        yield from _block(block)
    yield "</section>"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Figures():
            yield "<dl>"
            yield from (_figure(one) for one in block.figures)
            yield "</dl>"
        case Paragraph():
            yield f"<p>{_text(block.text)}</p>"
        case Listing():
            yield "<ul>"
            yield from (f"<li>{_text(one)}</li>" for one in block.items)
            yield "</ul>"
        case Table():
            yield from _table(block)
        case _:
            assert_never(block)


def _figure(one: Figure) -> str:
    note = f"<small>{_text(one.note)}</small>" if one.note else ""
    kind = ' class="look"' if one.needs_a_look else ""
    return f"<div{kind}><dt>{escape(one.name)}</dt><dd>{escape(one.value)}{note}</dd></div>"


def _table(table: Table) -> Iterator[str]:
    kinds = [' class="right"' if one.align == "right" else "" for one in table.columns]
    heads = "".join(
        f'<th scope="col"{kind}>{escape(one.name)}</th>'
        for kind, one in zip(kinds, table.columns, strict=True)
    )
    yield "<table>"
    yield f"<thead><tr>{heads}</tr></thead>"
    yield "<tbody>"
    for row in table.rows:
        cells = zip(kinds, table.columns, row, strict=True)
        told = "".join(
            f'<td{kind} data-column="{escape(column.name)}"><span>{_text(cell)}</span></td>'
            for kind, column, cell in cells
        )
        yield f"<tr>{told}</tr>"
    yield "</tbody>"
    yield "</table>"


def escape(text: str) -> str:
    """The text as HTML, what is no sign at all replaced."""
    return escaped(within_ours(text.translate(_CONTROLS)))


def _text(text: str) -> str:
    """The text, its code as such."""
    return "".join(
        f"<code>{escape(part)}</code>" if is_code else escape(part) for part, is_code in runs(text)
    )
