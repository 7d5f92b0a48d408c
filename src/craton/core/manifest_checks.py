"""What a manifest's sections must say of each other. Each check is a function; what it finds are diagnostics.

Checks see a draft too, so that a manifest with a misspelt date still hears of its unknown OU in the same run.
They are therefore silent about what is flawed already, and about what they cannot know: `Origin` tells.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final

from craton.core.manifest_environment_checks import ENVIRONMENT_CHECKS, extent_is_read, extents_are_read
from craton.core.manifest_governance_checks import GOVERNANCE_CHECKS
from craton.core.manifest_origin import UNITS, Path, fault, repeated, unknown_accounts, unknown_units, warning
from craton.core.manifest_owner_checks import OWNER_CHECKS
from craton.core.manifest_policy_checks import POLICY_CHECKS
from craton.core.manifest_use_checks import USE_CHECKS
from craton.core.organization import Account, holds
from craton.core.quoting import ticked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.diagnostic import Diagnostic
    from craton.core.manifest import Environment, Manifest
    from craton.core.manifest_origin import Check, Origin

ACCOUNTS: Final = ("organization", "accounts")


def problems(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Every problem that the manifest's sections have with each other."""
    for checks in (CHECKS, ENVIRONMENT_CHECKS, OWNER_CHECKS, USE_CHECKS, POLICY_CHECKS, GOVERNANCE_CHECKS):
        for check in checks:
            yield from check(manifest, origin)


def accounts_are_listed_once(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """No account is in two OUs, or twice in one."""
    first: dict[str, tuple[int, Account]] = {}
    for index, account in enumerate(manifest.organization.accounts):
        if account.id not in first:
            if account.id:
                first[account.id] = (index, account)
            continue
        at, other = first[account.id]
        place = origin.place((*ACCOUNTS, index, "id"))
        line = origin.place((*ACCOUNTS, at, "id")).line
        if account.ou == other.ou:
            hint = f"the first stands on line {line}; remove one of them"
            yield fault("account_twice", f"account {ticked(account.id)} is listed twice", place, hint)
        else:
            message = (
                f"account {ticked(account.id)} is in two OUs: {ticked(other.ou)} and {ticked(account.ou)}"
            )
            hint = (
                f"list it once, on line {line} or here, with the OU that holds it now; "
                "where it was before goes under its `earlier`"
            )
            yield fault("account_in_two_ous", message, place, hint)


def accounts_differ_in_name_and_mail(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Names and mail addresses tell accounts apart. AWS allows equal names, not equal addresses."""
    accounts = manifest.organization.accounts
    names = [((*ACCOUNTS, index, "name"), account.name) for index, account in enumerate(accounts)]
    for text, place, line in repeated(origin, names):
        hint = f"the other stands on line {line}; pages show names, and could not tell the two apart"
        yield warning("account_name_twice", f"two accounts are named {ticked(text)}", place, hint)
    mails = [((*ACCOUNTS, index, "email"), account.email or "") for index, account in enumerate(accounts)]
    for text, place, line in repeated(origin, mails):
        hint = f"the other stands on line {line}; AWS gives an address to one account only"
        yield fault("account_email_twice", f"two accounts have the address {ticked(text)}", place, hint)


def units_are_listed_once(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """No OU and no id of an OU stands twice."""
    units = manifest.organization.organizational_units
    paths = [((*UNITS, index, "path"), unit.path) for index, unit in enumerate(units)]
    for text, place, line in repeated(origin, paths):
        hint = f"the first stands on line {line}; remove one of them"
        yield fault("ou_twice", f"the OU {ticked(text)} is listed twice", place, hint)
    ids = [((*UNITS, index, "id"), unit.id or "") for index, unit in enumerate(units)]
    for text, place, line in repeated(origin, ids):
        hint = f"the other stands on line {line}; each OU has an id of its own"
        yield fault("ou_id_twice", f"two OUs have the id {ticked(text)}", place, hint)


def units_are_known(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Each OU that is named is one of the organization's."""
    yield from unknown_units(manifest, origin, _units_named(manifest))


def _units_named(manifest: Manifest) -> Iterator[tuple[Path, str]]:
    for index, account in enumerate(manifest.organization.accounts):
        yield (*ACCOUNTS, index, "ou"), account.ou
        for at, earlier in enumerate(account.earlier):
            yield (*ACCOUNTS, index, "earlier", at, "ou"), earlier.ou
    for name, environment in manifest.environments.items():
        for at, unit in enumerate(environment.organizational_units):
            yield ("environments", name, "organizational_units", at), unit
        if environment.canary is not None:
            yield ("environments", name, "canary"), environment.canary


def earlier_units_follow_each_other(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """An account leaves its earlier OUs on different days."""
    for index, account in enumerate(manifest.organization.accounts):
        path = (*ACCOUNTS, index, "earlier")
        days = [((*path, at, "until"), unit.until.isoformat()) for at, unit in enumerate(account.earlier)]
        for text, place, line in repeated(origin, days):
            message = f"account {ticked(account.id)} left two OUs on {text}"
            hint = f"the other stands on line {line}; one of the two was left first"
            yield fault("earlier_ous_overlap", message, place, hint)


def special_accounts_are_listed(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """The management account and the hub account are accounts of the organization, and two."""
    organization = manifest.organization
    management: Path = ("organization", "management_account")
    hub: Path = ("organization", "hub_account")
    named = [(management, organization.management_account), (hub, organization.hub_account)]
    yield from unknown_accounts(manifest, origin, named)
    is_known = organization.hub_account in manifest.accounts_by_id()
    if is_known and organization.hub_account == organization.management_account:
        message = "the hub account is the management account"
        hint = "use a member account: no SCP protects what rests in the management account"
        yield warning("hub_is_management", message, origin.place(hub), hint)


def regions_are_listed_once(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """No Region stands twice."""
    regions = [(("regions", index), region) for index, region in enumerate(manifest.regions)]
    for text, place, _ in repeated(origin, regions):
        yield warning(
            "region_twice", f"the Region {ticked(text)} is listed twice", place, "remove one of them"
        )


def environments_hold_known_accounts(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Each account that an environment lists is in the organization, and no environment is empty."""
    for name, environment in manifest.environments.items():
        path = ("environments", name)
        named: list[tuple[Path, str]] = [
            ((*path, "accounts", index), account) for index, account in enumerate(environment.accounts)
        ]
        yield from unknown_accounts(manifest, origin, named)
        empty = not environment.accounts and not environment.organizational_units
        if empty and extent_is_read(origin, name):
            hint = "list its OUs under `organizational_units`, or its accounts under `accounts`"
            message = f"the environment {ticked(name)} holds no OU and no account"
            yield warning("environment_empty", message, origin.key_place(path), hint)


def canaries_are_of_their_environment(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Policies come first to accounts of the same environment."""
    for name, environment in manifest.environments.items():
        canary, path = environment.canary, ("environments", name, "canary")
        if canary is None or not origin.whole(path) or not extent_is_read(origin, name):
            continue
        if not any(holds(unit, canary) for unit in environment.organizational_units):
            message = f"the canary {ticked(canary)} is no OU of the environment {ticked(name)}"
            hint = "name one of its `organizational_units`, or an OU below one"
            yield fault("canary_elsewhere", message, origin.place(path), hint)


def environments_do_not_overlap(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """No account can be in two environments: neither by OUs that hold each other, nor by being listed."""
    for one, other in combinations(manifest.environments.items(), 2):
        yield from _units_in_both(origin, one, other)
        yield from _accounts_in_both(manifest, origin, one, other)


def _units_in_both(
    origin: Origin, one: tuple[str, Environment], other: tuple[str, Environment]
) -> Iterator[Diagnostic]:
    for at, unit in enumerate(other[1].organizational_units):
        for first in one[1].organizational_units:
            if not holds(first, unit) and not holds(unit, first):
                continue
            inner = unit if holds(first, unit) else first
            names = f"{ticked(one[0])} and {ticked(other[0])}"
            message = f"the OU {ticked(inner)} is in two environments: {names}"
            hint = (
                "remove it from one" if first == unit else f"{ticked(_outer(first, unit))} holds it already"
            )
            place = origin.place(("environments", other[0], "organizational_units", at))
            yield fault("ou_in_two_environments", message, place, hint)


def _outer(one: str, other: str) -> str:
    return one if holds(one, other) else other


def _accounts_in_both(
    manifest: Manifest, origin: Origin, one: tuple[str, Environment], other: tuple[str, Environment]
) -> Iterator[Diagnostic]:
    accounts = manifest.accounts_by_id()
    for (name, environment), (rival_name, rival) in ((one, other), (other, one)):
        for index, account_id in enumerate(environment.accounts):
            account = accounts.get(account_id)
            units = [account.ou, *(unit.ou for unit in account.earlier)] if account else []
            unit = next((unit for unit in units if rival.covers("", unit)), None)
            listed_twice = account_id in rival.accounts and name == other[0]
            if not account_id or (unit is None and not listed_twice):
                continue
            names = f"{ticked(rival_name)} and {ticked(name)}"
            message = f"account {ticked(account_id)} is in two environments: {names}"
            hint = (
                "remove it from one"
                if unit is None
                else f"it is in {ticked(rival_name)} by its OU {ticked(unit)}"
            )
            place = origin.place(("environments", name, "accounts", index))
            yield fault("account_in_two_environments", message, place, hint)


def accounts_are_in_an_environment(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Where there are environments, each active member account is in one; SCPs reach none else."""
    organization = manifest.organization
    special = {organization.management_account, organization.hub_account}
    known, units = manifest.accounts_by_id(), organization.unit_paths()
    if not manifest.environments or not special <= known.keys() or not extents_are_read(manifest, origin):
        return
    for index, account in enumerate(organization.accounts):
        path = (*ACCOUNTS, index)
        outside = manifest.environment_of(account.id, account.ou) is None
        expected = account.status == "ACTIVE" and account.id not in special
        if outside and expected and account.ou in units and origin.whole(path):
            message = f"account {ticked(account.id)} ({account.name}) is in no environment"
            hint = f"no rules hold for it; add its OU {ticked(account.ou)} or its id to an environment"
            yield warning("account_in_no_environment", message, origin.place((*path, "id")), hint)


def the_management_account_is_not_enforced(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Nobody believes that an SCP holds for the management account."""
    management = manifest.accounts_by_id().get(manifest.organization.management_account)
    if management is None:
        return
    name = manifest.environment_of(management.id, management.ou)
    if name is not None and manifest.environments[name].mode == "enforce":
        message = f"the environment {ticked(name)} enforces its rules, but holds the management account"
        hint = (
            f"no SCP ever applies to the management account {ticked(management.id)}: keep Bedrock out of it"
        )
        yield warning("management_account_enforced", message, origin.key_place(("environments", name)), hint)


CHECKS: Final[tuple[Check, ...]] = (
    accounts_are_listed_once,
    accounts_differ_in_name_and_mail,
    units_are_listed_once,
    units_are_known,
    earlier_units_follow_each_other,
    special_accounts_are_listed,
    regions_are_listed_once,
    environments_hold_known_accounts,
    canaries_are_of_their_environment,
    environments_do_not_overlap,
    accounts_are_in_an_environment,
    the_management_account_is_not_enforced,
)
