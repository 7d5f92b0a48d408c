"""Write a first manifest from a few questions: who belongs to the organization, and which models it approves.

Options and `--answers` answer questions beforehand, and `--no-questions` takes what is usual for the rest.
`--from-organization` asks AWS instead, as `craton survey` does: OUs, accounts with their tags, policies, and
the models and Regions in use. What is there stays as it is: policies that others wrote are written beside the
manifest. What is written is sound, or nothing is written: the exit code is 2 where the answers do not fit.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from craton.cli import options
from craton.cli.program import DONE, FOUND
from craton.cli.progress import drawn
from craton.core.errors import UserError
from craton.core.quoting import ticked
from craton.engine.organization_access import OrganizationAccess
from craton.engine.starting_manifest import (
    ENVIRONMENTS,
    Answers,
    StartingAccount,
    StartingEnvironment,
    accounts_in,
    answers_in,
    flaw,
    mode_of,
    suggestions,
    units_for,
    write,
)
from craton.engine.surveying import manifest_of_organization
from craton.views.diagnostic_text import counted, with_its_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from craton.engine.starting_manifest import Suggestion
    from craton.engine.survey.adopting import Adopted

_REGION = "us-east-1"


@click.command("init", help=__doc__)
@click.argument(
    "file", type=click.Path(path_type=Path), default=Path("craton.yaml"), metavar="FILE", required=False
)
@click.option(
    "--answers",
    "answered",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="JSON with all answers: organization, management_account, hub_account, regions, accounts (each with "
    "id, name, ou) and environments (each with organizational_units, approved, mode, usd_per_month).",
)
@click.option("--organization", metavar="ID", help="The organization's id.")
@click.option("--management-account", metavar="ID", help="The account that owns the organization.")
@click.option("--hub-account", metavar="ID", help="The account where Craton runs and logs rest.")
@click.option("--region", "regions", multiple=True, metavar="REGION", help="A Region; the home Region first.")
@click.option(
    "--accounts",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="CSV of all accounts, with the columns `id`, `name` and `ou`.",
)
@click.option("--environment", "environments", multiple=True, metavar="NAME=OU", help="An environment's OU.")
@click.option("--approve", multiple=True, metavar="NAME=MODEL", help="A model approved in an environment.")
@click.option(
    "--budget", multiple=True, metavar="NAME=USD", help="What each account there may spend a month."
)
@click.option("--no-questions", is_flag=True, help="Take what is usual where nothing is said.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@click.option("--from-organization", is_flag=True, help="Read the organization, and ask nothing.")
@options.survey_lake
@options.role
@options.state
@options.quiet
def command(
    *,
    file: Path,
    answered: Path | None,
    organization: str | None,
    management_account: str | None,
    hub_account: str | None,
    regions: tuple[str, ...],
    accounts: Path | None,
    environments: tuple[str, ...],
    approve: tuple[str, ...],
    budget: tuple[str, ...],
    no_questions: bool,
    force: bool,
    from_organization: bool,
    lake: Path,
    role: str | None,
    state: Path,
    quiet: bool,
) -> int:
    """See the module."""
    today = options.now().date()
    if from_organization:
        with drawn(quiet=quiet) as progress:
            written, notes = manifest_of_organization(
                OrganizationAccess(role),
                file,
                hub_account=hub_account,
                regions=regions,
                lake=lake,
                state=state,
                replace=force,
                clock=options.now,
                progress=progress,
            )
        return _told(written, notes, file)
    if file.exists() and not force:
        hint = "`--force` replaces it, or name another file"
        raise UserError(f"{ticked(str(file))} is there already", hint=hint)
    if answered is not None:
        answers = answers_in(answered)
    else:
        asking = _Asking(silent=no_questions)
        answers = asking.answers(
            organization=organization,
            management_account=management_account,
            hub_account=hub_account,
            regions=regions,
            accounts=accounts,
            units=_by_name(environments, "--environment"),
            approved=_by_name(approve, "--approve"),
            budgets=_by_name(budget, "--budget"),
            today=today,
        )
    found = write(answers, file, today=today, replace=force)
    for one in found.diagnostics:
        click.echo(with_its_line(one, found.lines_of(one.place)), err=True)
    if found.manifest is None:
        click.echo(counted(found.diagnostics), err=True)
        return FOUND
    click.echo(file)
    click.echo(f"next: `craton validate {file}`, then `craton compile {file} -o compiled`", err=True)
    return DONE


def _told(written: Adopted, notes: tuple[str, ...], file: Path) -> int:
    """The exit code, once it is told what was written and what was guessed."""
    for one in written.examined.diagnostics:
        click.echo(with_its_line(one, written.examined.lines_of(one.place)), err=True)
    if written.examined.manifest is None:
        click.echo(counted(written.examined.diagnostics), err=True)
        return FOUND
    for note in notes:
        click.echo(note, err=True)
    for path in written.files:
        click.echo(path)
    click.echo(f"next: `craton validate {file}`, then `craton plan {file}`", err=True)
    return DONE


class _Asking:
    """Asks for what was not said; where it is silent, takes what is usual."""

    def __init__(self, *, silent: bool) -> None:
        self._silent = silent

    def answers(
        self,
        *,
        organization: str | None,
        management_account: str | None,
        hub_account: str | None,
        regions: tuple[str, ...],
        accounts: Path | None,
        units: dict[str, tuple[str, ...]],
        approved: dict[str, tuple[str, ...]],
        budgets: dict[str, tuple[str, ...]],
        today: date,
    ) -> Answers:
        """All answers, in the order in which they are asked for."""
        organization = organization or self._text("organization id", "--organization", "organization")
        management = management_account or self._text("management account", "--management-account", "account")
        hub = hub_account or self._text("hub account, where logs rest", "--hub-account", "account")
        regions = regions or self._texts("Regions, the home Region first", "region", (_REGION,))
        known = accounts_in(accounts) if accounts is not None else self._accounts()
        names = tuple(dict.fromkeys((*units, *approved))) or self._texts(
            "environments", "environment", ENVIRONMENTS
        )
        offered = suggestions(regions[0], today)
        usual = tuple(one.model for one in offered)
        if not self._silent and len(approved) < len(names):
            _tell(offered)
        made = {}
        for name in names:
            inside = units.get(name) or self._texts(f"OUs of {name}", "ou", units_for(name, known))
            models = approved.get(name) or self._models(name, usual)
            made[name] = StartingEnvironment(
                organizational_units=inside,
                approved=models,
                mode=mode_of(name),
                usd_per_month=self._budget(name, budgets.get(name, ())),
            )
            usual = models
        return Answers(
            organization=organization,
            management_account=management,
            hub_account=hub,
            regions=regions,
            accounts=known,
            environments=made,
        )

    def _text(self, about: str, option: str, kind: str) -> str:
        if self._silent:
            raise click.UsageError(f"say the {about.partition(',')[0]} with `{option}`")
        return str(click.prompt(about, value_proc=_checked(kind), err=True))

    def _texts(self, about: str, kind: str, usual: Sequence[str]) -> tuple[str, ...]:
        if self._silent:
            return tuple(usual)
        found: tuple[str, ...] = click.prompt(
            about, default=" ".join(usual), value_proc=_all_checked(kind), err=True
        )
        return found

    def _models(self, name: str, usual: Sequence[str]) -> tuple[str, ...]:
        return self._texts(f"models approved in {name}, by id or pattern", "model", usual)

    def _budget(self, name: str, said: tuple[str, ...]) -> Decimal | None:
        if said:
            return Decimal(_checked("usd")(said[-1]))
        if self._silent:
            return None
        about = f"USD that each account of {name} may spend a month, empty for what is usual"
        told: str = click.prompt(
            about, default="", show_default=False, value_proc=_checked_or_none("usd"), err=True
        )
        return Decimal(told) if told else None

    def _accounts(self) -> tuple[StartingAccount, ...]:
        """One account after the other, until an empty line."""
        found: list[StartingAccount] = []
        while not self._silent:
            told = click.prompt(
                "account as ID NAME OU, empty for no more", default="", show_default=False, err=True
            )
            if not told:
                break
            try:
                found.append(_account(told))
            except click.UsageError as error:
                click.echo(f"Error: {error.message}", err=True)
        return tuple(found)


def _account(told: str) -> StartingAccount:
    """An account as it is typed; the OU is what follows the name. Raises: click.UsageError."""
    parts = told.split(maxsplit=2)
    if len(parts) < 2:  # noqa: PLR2004 - an id and a name
        raise click.UsageError("say the id, the name and the OU, such as `333333333333 search workloads/dev`")
    for kind, text in zip(("account", "name", "ou"), parts, strict=False):
        if (problem := flaw(kind, text)) is not None:
            raise click.UsageError(problem)
    return StartingAccount(**dict(zip(("id", "name", "ou"), parts, strict=False)))


def _checked(kind: str) -> Callable[[str], str]:
    def check(text: str) -> str:
        problem = flaw(kind, text.strip())
        if problem is not None:
            raise click.UsageError(problem)
        return text.strip()

    return check


def _checked_or_none(kind: str) -> Callable[[str], str]:
    check = _checked(kind)
    return lambda text: check(text) if text.strip() else ""


def _all_checked(kind: str) -> Callable[[str], tuple[str, ...]]:
    """OUs may have spaces in their names, and stand with commas between them; all else may have either."""
    check = _checked(kind)

    def check_all(text: str) -> tuple[str, ...]:
        parts = text.split(",") if kind == "ou" and "," in text else text.replace(",", " ").split()
        return tuple(check(part) for part in parts)

    return check_all


def _by_name(given: tuple[str, ...], option: str) -> dict[str, tuple[str, ...]]:
    """What was said of each environment, in its order. Raises: click.UsageError."""
    found: dict[str, tuple[str, ...]] = {}
    for one in given:
        name, equals, value = one.partition("=")
        if not equals or not value:
            raise click.UsageError(f"`{option} {one}` is no `NAME=VALUE`")
        found[name] = (*found.get(name, ()), value)
    return found


def _tell(offered: Sequence[Suggestion]) -> None:
    """The models to choose among, and when they end."""
    click.echo("models of today, each family's newest:", err=True)
    for one in offered:
        end = one.lifecycle.end_of_life if one.lifecycle else None
        click.echo(f"  {one.model}: {f'ends on {end}' if end else 'no end is announced'}", err=True)
