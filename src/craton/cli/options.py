"""Options that several verbs share."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import click


class LakeFolder(click.Path):
    """A folder of this machine. Logs may lie behind an address; the lake that they are read into may not."""

    def __init__(self) -> None:
        super().__init__(path_type=Path, file_okay=False)

    def convert(
        self, value: str | os.PathLike[str], param: click.Parameter | None, ctx: click.Context | None
    ) -> Path:
        """See `click.ParamType.convert`."""
        if "://" in os.fspath(value):
            self.fail(f"`{value}` is an address, and a lake is a folder of this machine", param, ctx)
        return Path(os.fsdecode(super().convert(value, param, ctx)))


lake = click.option(
    "--lake",
    required=True,
    envvar="CRATON_LAKE",
    show_envvar=True,
    metavar="DIR",
    type=LakeFolder(),
    help="The lake: a folder of Craton's own.",
)
records = click.option(
    "--lake",
    envvar="CRATON_LAKE",
    show_envvar=True,
    metavar="DIR",
    type=LakeFolder(),
    help="The lake whose recorded calls tell effects, and whose pages show what came of this.",
)
manifest = click.option(
    "--manifest",
    envvar="CRATON_MANIFEST",
    show_envvar=True,
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The manifest; by default `craton.yaml` in the working folder, if there is one.",
)
manifest_argument = click.argument(
    "manifest",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("craton.yaml"),
    metavar="MANIFEST",
    required=False,
)
json_or_human = click.option(
    "--format",
    "output",
    type=click.Choice(["human", "json"]),
    default="human",
    show_default=True,
    help="How to print the result.",
)
quiet = click.option("--quiet", is_flag=True, help="Draw no progress.")

role = click.option(
    "--role",
    envvar="CRATON_ROLE",
    show_envvar=True,
    metavar="NAME",
    help="The role that is assumed in accounts other than the caller's own, with its path if it has one; by"
    " default Craton's own for reads, else OrganizationAccountAccessRole.",
)
state = click.option(
    "--state",
    envvar="CRATON_STATE",
    show_envvar=True,
    metavar="DIR",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(".craton"),
    show_default=True,
    help="Where what was applied is kept until the hub stands, which keeps it from then on.",
)
survey_lake = click.option(
    "--lake",
    default=Path(".craton/survey"),
    show_default=True,
    metavar="DIR",
    type=LakeFolder(),
    help="The lake that keeps what AWS answers to a survey.",
)


def now() -> dt.datetime:
    """The present moment, in naive UTC."""
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)


def listed(text: str | None) -> tuple[str, ...]:
    """What stands between commas."""
    return tuple(one.strip() for one in (text or "").split(",") if one.strip())
