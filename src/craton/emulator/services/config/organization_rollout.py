"""What Config has in every account of an organization: who may say so, and where it is.

Source: "Managing AWS Config Rules Across All Accounts in Your Organization" and "Managing Conformance Packs
Across all Accounts in Your Organization", docs.aws.amazon.com/config/latest/developerguide/, retrieved
2026-11-26.
"""

from __future__ import annotations

import functools
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from craton.emulator.errors import ServiceError
from craton.emulator.runtime.naming import letters
from craton.emulator.services.config.service import page, tag

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from craton.emulator.call import Call
    from craton.emulator.organization import Organization
    from craton.emulator.world import World

PRINCIPAL: Final = "config-multiaccountsetup.amazonaws.com"
RULES: Final = "organization-config-rule"
PACKS: Final = "organization-conformance-pack"
_ENABLING: Final = "organizations:EnableAWSServiceAccess"
_SHELF: Final = "config organization {}"
_JOINING: Final = "config organization joining"


class FailedError(Exception):
    """Something could not be made or removed in an account: the code and the message of why."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Content(Protocol):
    """What is rolled out: a rule, or a conformance pack."""

    def deploy(self, world: World, account: str, region: str, name: str) -> None:
        """It is in the account under that name, as it is told now. Raises: FailedError."""

    def remove(self, world: World, account: str, region: str, name: str) -> None:
        """It is not in the account. Raises: FailedError."""


@dataclass(slots=True, kw_only=True)
class Standing:
    """How it stands in one account; `status` is one of the enum OrganizationResourceDetailedStatus."""

    status: str
    updated: dt.datetime
    code: str | None = None
    message: str | None = None

    def told(self) -> dict[str, Any]:
        """What answers tell of it beside the status."""
        why = {"ErrorCode": self.code, "ErrorMessage": self.message}
        return {"LastUpdateTime": self.updated, **{name: one for name, one in why.items() if one}}


@dataclass(slots=True, kw_only=True)
class Rollout:
    """A rule or pack of an organization, and how it stands in each account.

    `kind` is the word for it in ARNs, `inner` the name under which it stands in accounts, `verb` what is
    being done to it: CREATE, UPDATE or DELETE.
    """

    kind: str
    name: str
    inner: str
    arn: str
    region: str
    updated: dt.datetime
    content: Content
    told: Mapping[str, Any]
    excluded: frozenset[str]
    verb: str = "CREATE"
    is_busy: bool = True
    accounts: dict[str, Standing] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def status(self) -> str:
        """How it stands as a whole."""
        if self.is_busy:
            return f"{self.verb}_IN_PROGRESS"
        failed = any(one.status.endswith("_FAILED") for one in self.accounts.values())
        return f"{self.verb}_{'FAILED' if failed else 'SUCCESSFUL'}"

    def standing(self) -> Standing:
        """How it stands as a whole, with the reason of the first account in which it failed."""
        failed = (one for one in self.accounts.values() if one.status.endswith("_FAILED"))
        first = next(failed, None)
        return Standing(
            status=self.status,
            updated=self.updated,
            code=first.code if first else None,
            message=first.message if first else None,
        )


def rollouts(world: World, account: str, region: str, kind: str) -> dict[str, Rollout]:
    """What an account, the management account or a delegated administrator, has rolled out, by name."""
    return world.shelf(account, region, _SHELF.format(kind))


def organization_for(call: Call) -> Organization:
    """The organization that a call may roll out to. Raises: ServiceError for all other callers."""
    organization = call.world.organization
    if organization is None or call.account not in organization.members:
        raise ServiceError(
            "NoAvailableOrganizationException",
            "Organization is no longer available: the account is in no organization.",
        )
    delegated = organization.administrators.get(call.account, {})
    if call.account != organization.management_account and PRINCIPAL not in delegated:
        raise ServiceError(
            "OrganizationAccessDeniedException",
            "This action can be only made by AWS Organization's management account or delegated"
            " administrator.",
        )
    return organization


def enable_access(call: Call, organization: Organization) -> None:
    """Config may act in the organization: the management account's call sees to it, if it may.

    Raises: ServiceError.
    """
    if PRINCIPAL in organization.service_access:
        return
    if call.account != organization.management_account:
        raise ServiceError(
            "OrganizationAccessDeniedException", f"{PRINCIPAL} has no access to the organization."
        )
    if call.caller.type != "AWSService":
        call.world.authorization.require(
            call, _ENABLING, "*", {"organizations:ServicePrincipal": (PRINCIPAL,)}
        )
    organization.service_access[PRINCIPAL] = call.time


def put(call: Call, kind: str, name: str, inner: str, content: Content) -> Rollout:
    """It is rolled out behind the call to every account that is not excluded.

    Raises: ServiceError for callers that may not, and while something is done to it already.
    """
    organization, told = organization_for(call), call.parameters
    enable_access(call, organization)
    held = rollouts(call.world, call.account, call.region, kind)
    excluded = frozenset(map(str, told.get("ExcludedAccounts") or ()))
    found = held.get(name)
    if found is None:
        own = letters(f"{call.account}/{call.region}/{kind}/{name}", 8)
        found = held[name] = Rollout(
            kind=kind,
            name=name,
            inner=f"{inner}-{name}-{own}",
            arn=f"arn:aws:config:{call.region}:{call.account}:{kind}/{name}-{own}",
            region=call.region,
            updated=call.time,
            content=content,
            told=told,
            excluded=excluded,
        )
    else:
        _check_rests(found)
        found.verb, found.is_busy, found.updated = "UPDATE", True, call.time
        found.content, found.told, found.excluded = content, told, excluded
    tag(call, found.arn)
    _watch(call.world, organization)
    call.world.work.start(f"{kind} {name}", functools.partial(_settled, call.world, found))
    return found


def _check_rests(rollout: Rollout) -> None:
    if rollout.is_busy:
        raise ServiceError("ResourceInUseException", f"{rollout.name} is in state {rollout.status}.")


def existing(call: Call, kind: str, name: str, missing: str) -> Rollout:
    """What is rolled out under that name. Raises: ServiceError of the code `missing`."""
    organization_for(call)
    found = rollouts(call.world, call.account, call.region, kind).get(name)
    if found is None:
        raise ServiceError(missing, f"{name} does not exist in this account and Region.")
    return found


def delete(call: Call, rollout: Rollout) -> None:
    """It is removed behind the call from every account. Raises: ServiceError while it does not rest."""
    _check_rests(rollout)
    rollout.verb, rollout.is_busy = "DELETE", True
    held = rollouts(call.world, call.account, call.region, rollout.kind)

    def work() -> None:
        _settled(call.world, rollout)
        if rollout.status == "DELETE_SUCCESSFUL":
            held.pop(rollout.name, None)

    call.world.work.start(f"{rollout.kind} {rollout.name}", work)


def _settled(world: World, rollout: Rollout) -> None:
    """It is where it must be, and nowhere else, as far as accounts let it."""
    with rollout.lock:
        wanted = [] if rollout.verb == "DELETE" else _wanted(world, rollout)
        for account in sorted({*rollout.accounts} - {*wanted}):
            _settle(world, rollout, account, "DELETE")
        for account in wanted:
            _settle(world, rollout, account, rollout.verb if account in rollout.accounts else "CREATE")
        rollout.is_busy = False


def _wanted(world: World, rollout: Rollout) -> list[str]:
    organization = world.organization
    members = organization.members.values() if organization else ()
    return [one.id for one in members if one.state == "ACTIVE" and one.id not in rollout.excluded]


def _settle(world: World, rollout: Rollout, account: str, verb: str) -> None:
    standing = Standing(status=f"{verb}_IN_PROGRESS", updated=world.now())
    rollout.accounts[account] = standing
    try:
        if verb == "DELETE":
            rollout.content.remove(world, account, rollout.region, rollout.inner)
            del rollout.accounts[account]
        else:
            rollout.content.deploy(world, account, rollout.region, rollout.inner)
        standing.status = f"{verb}_SUCCESSFUL"
    except FailedError as why:
        standing.status, standing.code, standing.message = f"{verb}_FAILED", why.code, str(why)
    standing.updated = world.now()


def _watch(world: World, organization: Organization) -> None:
    """Accounts that join or leave from now on are told of."""
    kept = world.shelf("", "", _JOINING)
    if organization.id not in kept:
        kept[organization.id] = True
        organization.moved.append(lambda account, _, __: _moved(world, account))


def _moved(world: World, account: str) -> None:
    for kind in (RULES, PACKS):
        for held in world.shelves(_SHELF.format(kind)).values():
            for rollout in tuple(held.values()):
                work = functools.partial(_settled_in, world, rollout, account)
                world.work.start(f"{kind} {rollout.name} in {account}", work)


def _settled_in(world: World, rollout: Rollout, account: str) -> None:
    with rollout.lock:
        is_wanted = rollout.verb != "DELETE" and account in _wanted(world, rollout)
        if is_wanted and account not in rollout.accounts:
            _settle(world, rollout, account, "CREATE")
        elif not is_wanted and account in rollout.accounts:
            _settle(world, rollout, account, "DELETE")


def asked_for(call: Call, kind: str, key: str, missing: str) -> list[Rollout]:
    """What a call names by the parameter `key`, or all. Raises: ServiceError of the code `missing`."""
    organization_for(call)
    names = call.parameters.get(key)
    held = rollouts(call.world, call.account, call.region, kind)
    return [existing(call, kind, str(name), missing) for name in names] if names else list(held.values())


def details(call: Call, rollout: Rollout, key: str, *, name: str, status: str) -> dict[str, Any]:
    """How it stands in each account, under the names that an operation has for it."""
    filters = call.parameters.get("Filters") or {}
    rows = [
        {"AccountId": account, name: rollout.inner, status: one.status, **one.told()}
        for account, one in sorted(rollout.accounts.items(), key=lambda pair: pair[0])
        if filters.get("AccountId") in (None, account) and filters.get(status) in (None, one.status)
    ]
    return page(call, key, rows)
