"""The lines of a template, byte for byte as ruamel.yaml writes them, in a tenth of its time.

Which texts may stand plain and which need quotes, ruamel.yaml itself says; what stands where is written here.
A value that it writes in a way of its own, such as a text longer than a line, is left to it.
"""

from __future__ import annotations

import functools
import io
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.emitter import Emitter
from ruamel.yaml.nodes import ScalarNode
from ruamel.yaml.scalarstring import DoubleQuotedScalarString, LiteralScalarString

if TYPE_CHECKING:
    from collections.abc import Iterator

_TEXT: Final = "tag:yaml.org,2002:str"
WIDTH: Final = 4_096
_LONGEST: Final = 3_500
"""A text as long is not broken over lines, wherever it begins."""
_LONGEST_KEY: Final = 100
_PRINTABLE: Final = re.compile(r"[ !#-\[\]-~]*")
"""What stands between double quotes as it is."""
_LINES: Final = re.compile(r"[ -~]*[!-~](?:\n(?:[ -~]*[!-~])?)*")
"""Lines of which none ends with a space."""


_OPEN_END: Final = "...\n"
"""What ends a document whose last text ends with empty lines."""


class _UnusualError(Exception):
    """How a value is written, ruamel.yaml alone knows."""


class _OpenEndedError(Exception):
    """A text ends with empty lines: where it ends, what comes after it tells."""


def writer(step: int) -> YAML:
    """What writes templates, each level of mappings `step` spaces further in."""
    made = YAML(typ="rt")
    made.default_flow_style = False
    made.width = WIDTH
    made.allow_unicode = True
    made.brace_single_entry_mapping_in_flow_sequence = True
    made.indent(mapping=step, sequence=2, offset=0)
    return made


def lines(document: CommentedMap, step: int) -> str:
    """The document as such a writer puts it."""
    try:
        return "".join(_block_mapping(document, 0, step, first=""))
    except _OpenEndedError:
        return _by_writer(document, step)


def _block_mapping(held: Mapping[str, Any], indent: int, step: int, first: str) -> Iterator[str]:
    """The lines of a mapping, of which the first begins with `first` in the place of spaces."""
    before = first
    for key, value in held.items():
        try:
            entry = "".join(_entry(key, value, indent, step))
        except _UnusualError:
            entry = _left_to_the_writer(key, value, indent, step)
        yield f"{before}{entry}"
        before = " " * indent


def _left_to_the_writer(key: str, value: Any, indent: int, step: int) -> str:
    """An entry of a mapping that stands as far in, as ruamel.yaml writes it."""
    around = indent // step
    document = CommentedMap({key: value})
    for _ in range(around):
        document = CommentedMap({"within": document})
    written = _by_writer(document, step)
    if written.endswith(_OPEN_END):
        raise _OpenEndedError
    return written.split("\n", around)[-1][indent:]


def _by_writer(document: CommentedMap, step: int) -> str:
    out = io.StringIO()
    writer(step).dump(document, out)
    return out.getvalue()


def _entry(key: str, value: Any, indent: int, step: int) -> Iterator[str]:
    yield f"{_scalar(key, is_flow=False, is_key=True)}:"
    if _is_block(value):
        yield "\n"
        if isinstance(value, Mapping):
            yield from _block_mapping(value, indent + step, step, first=" " * (indent + step))
        else:
            yield from _block_list(value, indent, step)
    elif isinstance(value, LiteralScalarString):
        yield from _literal(value, indent + step)
    else:
        yield f" {_inline(value)}\n"


def _block_list(held: CommentedSeq, indent: int, step: int) -> Iterator[str]:
    for one in held:
        start = f"{' ' * indent}- "
        if isinstance(one, Mapping) and _is_block(one):
            yield from _block_mapping(one, indent + 2, step, first=start)
        elif _is_block(one) or isinstance(one, LiteralScalarString):
            raise _UnusualError("a list within a list")
        else:
            yield f"{start}{_inline(one)}\n"


def _literal(text: str, indent: int) -> Iterator[str]:
    if text.endswith("\n\n"):
        raise _OpenEndedError
    if not _LINES.fullmatch(text) or text[0] in " \n":
        raise _UnusualError(text)
    yield " |\n" if text.endswith("\n") else " |-\n"
    for line in text.removesuffix("\n").split("\n"):
        yield f"{' ' * indent}{line}\n" if line else "\n"


def _is_block(value: Any) -> bool:
    return isinstance(value, (CommentedMap, CommentedSeq)) and bool(value) and not value.fa.flow_style()


def _inline(value: Any) -> str:
    """What stands on one line."""
    if isinstance(value, (CommentedMap, CommentedSeq)):
        return _flow(value)
    return _scalar(value, is_flow=False, is_key=False)


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        pairs = (f"{_scalar(key, is_flow=True, is_key=True)}: {_flow(one)}" for key, one in value.items())
        return f"{{{', '.join(pairs)}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(_flow, value))}]"
    return _scalar(value, is_flow=True, is_key=False)


def _scalar(value: Any, *, is_flow: bool, is_key: bool) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, DoubleQuotedScalarString):
        return _quoted(value)
    if not isinstance(value, str) or isinstance(value, LiteralScalarString):
        raise _UnusualError(repr(value))
    return _text(value, is_flow=is_flow, is_key=is_key)


@functools.lru_cache(maxsize=65_536)
def _text(value: str, *, is_flow: bool, is_key: bool) -> str:
    if len(value) > (_LONGEST_KEY if is_key else _LONGEST):
        raise _UnusualError(value)
    told = _emitter().analyze_scalar(value)
    may_be_plain = told.allow_flow_plain if is_flow else told.allow_block_plain
    if told.empty or told.multiline or not told.allow_single_quoted:
        raise _UnusualError(value)
    if may_be_plain and _resolver().resolve(ScalarNode, value, (True, False)) == _TEXT:
        return value
    if "'" in value:
        return _quoted(value)
    return f"'{value}'"


def _quoted(value: str) -> str:
    if len(value) > _LONGEST or not _PRINTABLE.fullmatch(value):
        raise _UnusualError(value)
    return f'"{value}"'


@functools.cache
def _yaml() -> YAML:
    return YAML(typ="rt")


@functools.cache
def _emitter() -> Emitter:
    return Emitter(None, allow_unicode=True, dumper=_yaml())


@functools.cache
def _resolver() -> Any:
    return _yaml().resolver
