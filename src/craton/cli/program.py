"""The `craton` program: finds its verbs by looking into `commands/`, imports one only when it is called."""

from __future__ import annotations

import ast
import errno
import importlib
import keyword
import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from craton.core.errors import CratonError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = Path(__file__).parent / "commands"

_OF_THE_MACHINE = {
    errno.ENOSPC: "make room, then run the command again",
    errno.EDQUOT: "make room, then run the command again",
    errno.EFBIG: "the system allows no file of that size here",
    errno.EROFS: "name a folder that may be written",
    errno.EACCES: "check the permissions of that file and its folders",
    errno.EPERM: "check the permissions of that file and its folders",
    errno.EIO: "check the disk",
    errno.ENOENT: "check its name, and whether a folder can be made there",
    errno.ENOTDIR: "one of its folders is a file: check its name",
    errno.EISDIR: "it is a folder: name a file",
    errno.EEXIST: "a file has that name already: name another",
    errno.ENAMETOOLONG: "give it a shorter name",
    errno.ELOOP: "its symbolic links lead in a circle: name where they should lead",
    errno.EMFILE: "allow more open files: `ulimit -n`",
}
"""What is wrong with a machine and not with the program, and what to do about it."""

DONE, ERROR, FOUND = 0, 1, 2
"""Exit codes: done; an error stopped the command; changes or findings are present."""


def verbs() -> list[str]:
    """The verbs there are, in the order of the alphabet."""
    return sorted(_verb(file) for file in COMMANDS.glob("*.py") if file.stem != "__init__")


def _verb(file: Path) -> str:
    """The verb of a module; one whose name is a word of Python has `_` behind it."""
    return file.stem.rstrip("_").replace("_", "-")


def _module(verb: str) -> str:
    """The name of a verb's module."""
    name = verb.replace("-", "_")
    return f"{name}_" if keyword.iskeyword(name) else name


def summary(verb: str) -> str:
    """The first line of the verb's docstring, read without importing the verb."""
    text = (COMMANDS / f"{_module(verb)}.py").read_text("utf-8")
    return (ast.get_docstring(ast.parse(text)) or "").partition("\n")[0].rstrip(".")


class Verbs(click.Group):
    """A group whose commands are the modules of `commands/`; each defines `command`."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002, D102 - click's own method
        return verbs()

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002, D102
        if cmd_name not in verbs():
            return None
        module = importlib.import_module(f"craton.cli.commands.{_module(cmd_name)}")
        command = module.command
        if not isinstance(command, click.Command):
            raise TypeError(f"craton.cli.commands.{cmd_name} defines no click command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002, D102
        with formatter.section("Commands"):
            formatter.write_dl([(verb, summary(verb)) for verb in verbs()])


def _version(context: click.Context, parameter: click.Parameter, asked: bool) -> None:  # noqa: ARG001 - click's
    if asked:
        from craton.engine.installation import told

        click.echo("\n".join(told()))
        context.exit()


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version, and whether logs are read by the compiled part.",
)
def root() -> None:
    """Govern and monitor Amazon Bedrock across every account of an AWS Organization."""


def program(arguments: Sequence[str] | None = None) -> int:
    """The exit code of running `craton` with `arguments`, by default those of the process.

    Errors that a person can mend are told on stderr in one line with a hint; bugs crash with a traceback.
    """
    try:
        result = root.main(args=arguments, prog_name="craton", standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        return 130
    except click.ClickException as error:
        error.show()
        return ERROR
    except CratonError as error:
        click.echo(f"error: {error.message}", err=True)
        if error.hint:
            click.echo(f"  hint: {error.hint}", err=True)
        return ERROR
    except SystemExit:  # so click leaves where whoever reads the output went away, as `head` does
        return DONE
    except OSError as error:
        if error.errno not in _OF_THE_MACHINE:
            raise
        where = f"`{error.filename}`: " if error.filename else ""
        click.echo(f"error: {where}{os.strerror(error.errno).lower()}", err=True)
        click.echo(f"  hint: {_OF_THE_MACHINE[error.errno]}", err=True)
        return ERROR
    return result if isinstance(result, int) else DONE
