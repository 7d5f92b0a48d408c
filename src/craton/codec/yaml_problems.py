"""What the YAML parser says, told to somebody who has never read the YAML specification."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.core.diagnostic import Diagnostic, Place

if TYPE_CHECKING:
    from ruamel.yaml.error import MarkedYAMLError, StreamMark


class _Wording(Struct, frozen=True):
    """How one problem is told: by the parser's `pattern`, in our `message` and `hint`.

    `{0}` is what the pattern caught, `{line}` the line where the parser's context began. `at_context` puts
    the diagnostic there, because that is what must be mended. `mid_line` takes only problems that have
    something else before them on their line.
    """

    pattern: str
    message: str
    hint: str
    at_context: bool = False
    mid_line: bool = False


_WORDINGS: Final = (
    _Wording(
        r"found character '\\t' that cannot start any token|found a tab character|tab(?:ulator)? ",
        "a tab stands where only spaces may",
        "indent with spaces",
    ),
    _Wording(
        r"found character '(.)' that cannot start any token",
        "a text cannot begin with `{0}` unless it is quoted",
        "quote it",
    ),
    _Wording(
        r"mapping values are not allowed here",
        "a colon cannot stand here",
        "quote the text if the colon is part of it, else check how this and the line above are indented",
    ),
    _Wording(
        r"sequence entries are not allowed here",
        "a list cannot begin here",
        "put each `- ` on a line of its own below the key",
    ),
    _Wording(
        r"found unexpected end of stream|found unexpected document separator",
        "this quote is never closed",
        "close it",
        at_context=True,
    ),
    _Wording(
        r"could not find expected ':'",
        "this line is neither `key: value` nor part of the text above",
        "add a colon and a space after the key, or a space after the `-` of a list item",
        at_context=True,
    ),
    _Wording(
        r"found unknown escape character|expected escape sequence",
        "this backslash begins no escape that YAML knows",
        "use single quotes, in which a backslash is only a backslash",
    ),
    _Wording(
        r"expected '?,'? or '?([\]}])'?, but got '<stream end>'",
        "this bracket is never closed",
        "close it with `{0}`",
        at_context=True,
    ),
    _Wording(
        r"expected '?,'? or '?([\]}])'?",
        "a comma or `{0}` is missing before this",
        "the bracket that is open here stands on line {line}",
    ),
    _Wording(
        r"expected the node content, but found '<stream end>'",
        "the file ends where a value is expected",
        "write the value, and close what is open",
    ),
    _Wording(
        r"expected chomping or indentation indicators",
        "a text cannot begin with `|` or `>` unless it is quoted",
        "quote it, or begin the text on the next line",
    ),
    _Wording(
        r"while scanning an alias|while scanning an anchor",
        "a text cannot begin with `*` or `&` unless it is quoted",
        'quote it, as `"*"`',
    ),
    _Wording(
        r"expected <block end>",
        "nothing more may stand on this line",
        "put quotes around the whole text",
        mid_line=True,
    ),
    _Wording(
        r"expected <block end>, but found '-'",
        "a list item stands where a key is expected",
        "align it with the items of its list; the block around it began on line {line}",
    ),
    _Wording(
        r"expected <block end>",
        "this does not line up with what stands above",
        "align it with its siblings, or quote it if it is a text; the block around it began on line {line}",
    ),
    _Wording(
        r"expected the node content, but found '?(.+?)'?$",
        "a value is missing before this",
        "write the value, or remove what stands here",
    ),
)


def in_our_words(error: MarkedYAMLError, file: str, lines: tuple[str, ...]) -> Diagnostic:
    """The parser's complaint as a diagnostic with a place inside the file."""
    complaint = f"{error.context or ''}: {error.problem or ''}"
    for wording in _WORDINGS:
        found = re.search(wording.pattern, complaint)
        if found is None or (wording.mid_line and not _has_something_before(error.problem_mark, lines)):
            continue
        mark = error.context_mark if wording.at_context and error.context_mark else error.problem_mark
        began = error.context_mark.line + 1 if error.context_mark else 1
        caught = found[1] if found.re.groups and found[1] else ""
        return Diagnostic(
            rule="not_yaml",
            message=wording.message.format(caught, line=began),
            place=_inside(mark, file, lines),
            hint=wording.hint.format(caught, line=began),
        )
    problem = (error.problem or "it cannot be read").replace("<", "").replace(">", "")
    place = _inside(error.problem_mark or error.context_mark, file, lines)
    return Diagnostic(rule="not_yaml", message=f"this is no YAML: {problem}", place=place)


def _has_something_before(mark: StreamMark | None, lines: tuple[str, ...]) -> bool:
    return mark is not None and mark.line < len(lines) and bool(lines[mark.line][: mark.column].strip(" -"))


def _inside(mark: StreamMark | None, file: str, lines: tuple[str, ...]) -> Place:
    """The mark's place; what the end of the file is blamed for stands behind its last character."""
    if mark is None:
        return Place(file, 1, 1)
    line = min(mark.line, len(lines) - 1)
    return Place(file, line + 1, min(mark.column, len(lines[line])) + 1)
