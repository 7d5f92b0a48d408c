"""Writes docs/reference/cli.md from the commands themselves."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from scripts.markdown_page import code, note, table, write

from craton.cli.program import root, verbs

if TYPE_CHECKING:
    from collections.abc import Iterator

PATH: Final = "docs/reference/cli.md"

_HEAD: Final = """# Commands

Standard output is data, standard error is talk; progress is drawn on standard error, and only where that is a
terminal. `craton COMMAND --help` says what this page says; `craton --version` says which version that is, and
whether plain invocation records are read by the compiled part or, more slowly, in Python.

| exit code | means |
| --- | --- |
| 0 | done |
| 1 | an error stopped the command; one line on standard error says which, the next one what to do |
| 2 | done, and something was found that deserves a look: quarantined documents, a flawed manifest |
| 130 | stopped by the keyboard |

What programs may rely on is told in [the contract](contract.md).
"""


def page() -> str:
    """The page."""
    context = click.Context(root, info_name="craton")
    commands = [(verb, root.get_command(context, verb)) for verb in verbs()]
    parts = [note("generate_cli_reference"), _HEAD.strip()]
    for verb, command in commands:
        if command is not None:
            parts += _section(click.Context(command, info_name=verb, parent=context), verb, command)
    return "\n\n".join(parts) + "\n"


def _section(context: click.Context, verb: str, command: click.Command) -> Iterator[str]:
    yield f"## craton {verb}"
    yield f"    {' '.join(['craton', verb, *command.collect_usage_pieces(context)])}"
    yield inspect.cleandoc(command.help or "").replace("\b\n", "")
    options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
    if options:
        yield table(("option", "meaning", "default"), [_row(context, one) for one in options])


def _row(context: click.Context, option: click.Option) -> tuple[str, str, str]:
    shown = option.get_help_record(context)
    form, help_text = shown or (", ".join(option.opts), option.help or "")
    meaning = help_text.partition("  [")[0]
    if isinstance(option.type, click.IntRange):
        form = f"{option.opts[0]} {option.type.min}…{option.type.max}"
    return code(form), meaning, _default(option)


def _default(option: click.Option) -> str:
    """What holds where the option is not given."""
    variables = [option.envvar] if isinstance(option.envvar, str) else list(option.envvar or ())
    said = [f"the variable {code(name)}" for name in variables]
    if option.required:
        said.append("required")
    elif isinstance(option.default, str | int | float | Path) and not isinstance(option.default, bool):
        said.append(code(option.default))
    return ", else ".join(said)


def main() -> None:
    """Writes the page."""
    write(PATH, page)


if __name__ == "__main__":
    main()
