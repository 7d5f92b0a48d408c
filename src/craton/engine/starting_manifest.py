"""A first manifest from a few answers: sound, short, and with a comment where a reader would ask."""

from __future__ import annotations

import csv
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
from msgspec import Meta, Struct

from craton.codec.json_document import decoded
from craton.codec.scalars import UnfitError
from craton.codec.scalars import read as read_scalar
from craton.codec.type_words import described, in_yaml
from craton.core.errors import UserError
from craton.core.manifest import Mode
from craton.core.manifest_text import (
    AccountId,
    BaseModelGlob,
    EnvironmentName,
    Name,
    OrganizationalUnitPath,
    OrganizationId,
    Region,
)
from craton.core.organization import ROOT
from craton.core.quoting import ticked
from craton.engine.approved_models import current_models, known_models, newest_of_families, price_of_answers
from craton.engine.manifests import examine_text
from craton.kinds.application_inference_profile import geographic_profile
from craton.kinds.parts.bedrock_cost import Usd
from craton.registry.lifecycle import ModelLifecycle, model_lifecycles

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from craton.engine.manifests import Examined

ENVIRONMENTS: Final = ("dev", "test", "staging", "prod")
_COLUMNS: Final = ("id", "name", "ou")
_DAYS_OF_NOTICE: Final = 365
_KINDS: Final[dict[str, object]] = {
    "account": AccountId,
    "environment": EnvironmentName,
    "model": BaseModelGlob,
    "name": Name,
    "organization": OrganizationId,
    "ou": OrganizationalUnitPath,
    "region": Region,
    "usd": Usd,
}


class StartingAccount(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An account and where it stands."""

    id: str
    name: str
    ou: str = ROOT


class StartingEnvironment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """An environment: its OUs, its approved models, and what else is not as its name says.

    `usd_per_month` is what each of its accounts may spend.
    """

    organizational_units: tuple[str, ...]
    approved: tuple[str, ...]
    mode: Mode | None = None
    usd_per_month: Decimal | None = None


class Answers(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a first manifest is made of; a file of answers is this as JSON."""

    organization: str
    management_account: str
    hub_account: str
    regions: tuple[str, ...]
    accounts: tuple[StartingAccount, ...]
    environments: Annotated[dict[str, StartingEnvironment], Meta(min_length=1)]


class Suggestion(Struct, frozen=True):
    """A model to approve, and what is known of its end."""

    model: str
    lifecycle: ModelLifecycle | None


def flaw(kind: str, text: str) -> str | None:
    """What is wrong with an answer of that kind, with what would mend it; None where nothing is."""
    try:
        read_scalar(text, plain=False, kind=described(msgspec.inspect.type_info(_KINDS[kind])))
    except UnfitError as error:
        return f"{error.message}; {error.hint}" if error.hint else error.message
    return None


def answers_in(file: Path) -> Answers:
    """The answers in a JSON file.

    Raises: UserError where it cannot be read, or holds something else.
    """
    try:
        return decoded(file.read_bytes(), Answers)
    except OSError as error:
        raise UserError(f"`{file}` cannot be read: {(error.strerror or str(error)).lower()}") from None
    except msgspec.DecodeError as error:
        hint = "`craton init --help` lists what is answered"
        raise UserError(f"`{file}` holds no answers: {error}", hint=hint) from None


def accounts_in(file: Path) -> tuple[StartingAccount, ...]:
    """The accounts in a CSV file with the columns `id`, `name` and `ou`; others are passed over.

    Raises: UserError where it cannot be read, or a column is not there.
    """
    try:
        lines = file.read_text("utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"`{file}` cannot be read: {error}") from None
    rows = csv.DictReader(lines)
    missing = [one for one in _COLUMNS if one not in (rows.fieldnames or ())]
    if missing:
        hint = "its first line names the columns: `id,name,ou`"
        raise UserError(f"`{file}` has no column {ticked(missing[0])}", hint=hint)
    return tuple(StartingAccount(**{one: (row[one] or "").strip() for one in _COLUMNS}) for row in rows)


def suggestions(region: str, day: date) -> tuple[Suggestion, ...]:
    """Models to approve: of each family the newest that is called from the Region and stays for a year."""
    found = [
        model
        for model in current_models(tuple(sorted(known_models())), day)
        if geographic_profile(model, region) and price_of_answers(model, region, day) and _stays(model, day)
    ]
    return tuple(Suggestion(model, model_lifecycles().get(model)) for model in newest_of_families(found))


def write(answers: Answers, path: Path, *, today: date, replace: bool = False) -> Examined:
    """The manifest stands in the file, unless something is wrong with it: what is, either way.

    Raises: UserError where the file is there already and is not to be replaced, or cannot be written.
    """
    data = starting_manifest(answers)
    found = examine_text(data, path, today=today)
    if found.manifest is None:
        return found
    try:
        with path.open("wb" if replace else "xb") as file:
            file.write(data)
    except FileExistsError:
        hint = "`--force` replaces it, or name another file"
        raise UserError(f"{ticked(str(path))} is there already", hint=hint) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UserError(f"{ticked(str(path))} cannot be written: {reason}") from None
    return found


def mode_of(name: str) -> Mode:
    """How an environment of that name begins: rules are enforced where a release is rehearsed or runs."""
    return "enforce" if name in ("staging", "prod") else "observe"


def starting_manifest(answers: Answers) -> bytes:
    """The manifest. The management and the hub account are in it whether `accounts` name them or not."""
    return "".join(f"{line}\n" for line in _lines(answers)).encode()


def _lines(answers: Answers) -> Iterator[str]:
    accounts = _accounts(answers)
    named = {unit for one in answers.environments.values() for unit in one.organizational_units}
    units = sorted((named | {one.ou for one in accounts}) - {ROOT})
    yield "# How this organization may use Amazon Bedrock. `craton validate` checks it, `craton compile`"
    yield "# makes what AWS needs of it. What is not said here has a default: `craton schema` tells which."
    yield "organization:"
    yield f"  id: {in_yaml(answers.organization)}"
    yield f"  management_account: {in_yaml(answers.management_account)}"
    yield "  # Where Craton runs and all logs rest. Nothing else should live there."
    yield f"  hub_account: {in_yaml(answers.hub_account)}"
    yield "  # An OU's id, once it is here, is what compiled policies and stack sets are sent to."
    yield f"  organizational_units:{'' if units else ' []'}"
    yield from (f"    - {{path: {in_yaml(unit)}}}" for unit in units)
    yield "  accounts:"
    for one in accounts:
        yield f"    - {{id: {in_yaml(one.id)}, name: {in_yaml(one.name)}, ou: {in_yaml(one.ou)}}}"
    yield "# The first is the home Region, where what exists once is made."
    yield f"regions: {in_yaml(answers.regions)}"
    yield "# `observe` tells what a rule would stop; `enforce` stops it."
    yield "environments:"
    for name, environment in answers.environments.items():
        mode = environment.mode or mode_of(name)
        inside = in_yaml(environment.organizational_units)
        yield f"  {name}: {{mode: {mode}, organizational_units: {inside}}}"
    yield "models:"
    yield "  # By id or by pattern; a model is approved through each of its profiles."
    yield "  approved:"
    yield from _approved(answers)
    budgets = {
        name: one.usd_per_month for name, one in answers.environments.items() if one.usd_per_month is not None
    }
    if budgets:
        yield "# What each account of an environment may spend on Bedrock before somebody is told."
        yield "budgets:"
        yield f"  usd_per_month: {in_yaml(budgets)}"


def _approved(answers: Answers) -> Iterator[str]:
    """The lists of models; one that is the same as another is written once."""
    anchors: dict[tuple[str, ...], str] = {}
    lists = [one.approved for one in answers.environments.values()]
    for name, environment in answers.environments.items():
        approved = environment.approved
        if approved in anchors:
            yield f"    {name}: *{anchors[approved]}"
            continue
        anchors[approved] = name
        anchor = f" &{name}" if lists.count(approved) > 1 else ""
        yield f"    {name}:{anchor}{'' if approved else ' []'}"
        yield from (f"      - {in_yaml(model)}" for model in approved)


def _accounts(answers: Answers) -> Sequence[StartingAccount]:
    known = {one.id for one in answers.accounts}
    own = (("management", answers.management_account), ("hub", answers.hub_account))
    missing = [StartingAccount(id=account, name=name) for name, account in own if account not in known]
    return (*missing, *answers.accounts)


def units_for(name: str, accounts: Sequence[StartingAccount]) -> tuple[str, ...]:
    """The OUs that an environment of that name is taken to have: those of the accounts that end in it."""
    found = sorted({one.ou for one in accounts if one.ou.rpartition("/")[2].lower() == name})
    return tuple(found) or (f"workloads/{name}",)


def _stays(model: str, day: date) -> bool:
    """Whether no end of the model is known that is near."""
    lifecycle = model_lifecycles().get(model)
    return lifecycle is None or (
        lifecycle.state_on(day) == "active" and (lifecycle.end_of_life - day).days >= _DAYS_OF_NOTICE
    )
