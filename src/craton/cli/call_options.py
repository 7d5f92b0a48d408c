"""The options of `craton simulate` by which somebody describes one call of Bedrock."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from craton.cli import options
from craton.engine.bedrock_calls import CallQuestion, PolicyFile

if TYPE_CHECKING:
    from collections.abc import Callable

_FILE: Final = click.Path(path_type=Path, dir_okay=False)
_TIME: Final = ["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"]


class _At(click.ParamType[PolicyFile]):
    """A file of a policy, and where it is attached."""

    name = "FILE@TARGET"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> PolicyFile:
        """The file before the last `@`, and what stands after it; the root where nothing does."""
        if isinstance(value, PolicyFile):
            return value
        file, at, target = str(value).rpartition("@")
        if at and not target:
            self.fail(f"`{value}` names no target after `@`", param, ctx)
        return PolicyFile(Path(file), target) if at else PolicyFile(Path(target), "root")


class _Setting(click.ParamType[tuple[str, str]]):
    """A condition key and its value."""

    name = "KEY=VALUE"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """The key before the first `=`, and the value."""
        if isinstance(value, tuple):
            return value
        key, equals, text = str(value).partition("=")
        if not key or not equals:
            self.fail(f"`{value}` is no `KEY=VALUE`", param, ctx)
        return key, text


_OPTIONS: Final = (
    click.option("--principal", metavar="ARN", help="Who calls: a role, a role session or a user."),
    click.option("--api", default="Converse", show_default=True, metavar="NAME", help="What is called."),
    click.option("--model", metavar="ID", help="The model, or an inference profile, by id or ARN."),
    click.option(
        "--profile",
        metavar="PROFILE",
        help="Through which inference profile: `us`, `global`, an id, or the ARN of an application profile.",
    ),
    click.option("--region", metavar="REGION", help="The Region that is called."),
    click.option("--stream", is_flag=True, help="The answer comes as a stream."),
    click.option("--batch", is_flag=True, help="As a batch job."),
    click.option("--guardrail", metavar="ID[:VERSION]", help="With this guardrail."),
    click.option("--endpoint", metavar="VPCE", help="Through this VPC endpoint, or `public`."),
    click.option("--bearer", type=click.Choice(["short-term", "long-term"]), help="With an API key."),
    click.option("--tier", metavar="TIER", help="With this service tier, such as `flex`."),
    click.option("--project", default="default", show_default=True, help="The project, on mantle."),
    click.option("--organization", metavar="ID", help="The organization of the principal."),
    click.option("--at", type=click.DateTime(formats=_TIME), help="When, in UTC."),
    click.option("--context", type=_Setting(), multiple=True, help="What another condition key holds."),
    click.option("--absent", multiple=True, metavar="KEY", help="A condition key that is not there."),
    click.option("--scp", "scps", type=_At(), multiple=True, help="An SCP, and where it is attached."),
    click.option("--identity", type=_FILE, multiple=True, help="A policy of the principal."),
    click.option("--boundary", "boundaries", type=_FILE, multiple=True, help="Its permissions boundary."),
    click.option("--session", "sessions", type=_FILE, multiple=True, help="The policy of its session."),
    click.option(
        "--endpoint-policy", "endpoint_policies", type=_FILE, multiple=True, help="Of the endpoint."
    ),
    click.option("--no-full-access", is_flag=True, help="`FullAWSAccess` is not attached beside the SCPs."),
    click.option("--management-account", is_flag=True, help="The principal is of the management account."),
    options.manifest,
)


def call_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """A command with all of them."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def question_of(said: dict[str, Any]) -> CallQuestion:
    """The question that the options ask.

    Raises: click.UsageError where an option that is needed was left out.
    """
    for needed in ("principal", "model", "region"):
        if not said[needed]:
            raise click.UsageError(f"name `--cases FILE`, or a call with `--{needed}`")
    context: dict[str, tuple[str, ...]] = {}
    for key, value in said["context"]:
        context[key] = (*context.get(key, ()), value)
    at = said["at"]
    plain = ("principal", "model", "region", "api", "profile", "stream", "batch", "guardrail", "endpoint")
    return CallQuestion(
        **{name: said[name] for name in plain},
        bearer=said["bearer"].replace("-", "_").upper() if said["bearer"] else None,
        tier=said["tier"],
        project=said["project"],
        organization=said["organization"],
        at=at.replace(tzinfo=dt.UTC) if at else None,
        context=context,
        absent=frozenset(said["absent"]),
        scps=said["scps"],
        identity=said["identity"],
        boundaries=said["boundaries"],
        sessions=said["sessions"],
        endpoint_policies=said["endpoint_policies"],
        manifest=said["manifest"],
        full_access=not said["no_full_access"],
        management_account=said["management_account"],
    )
