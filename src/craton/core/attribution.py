"""Whose call it was, by the manifest's rules, as things stood on the day of the call."""

from __future__ import annotations

import re
from fnmatch import translate
from typing import TYPE_CHECKING, Final, Literal, TypeVar

from msgspec import Struct

from craton.core.manifest import environment_in
from craton.core.owners import Period, Position, positions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import date

    from craton.core.manifest import Manifest
    from craton.core.organization import Account
    from craton.core.owners import PrincipalMatch
    from craton.core.principal import Principal

AttributedBy = Literal["request_metadata", "profile_tag", "principal", "account_owner", "unattributed"]


class Owner(Struct, frozen=True):
    """Where a call belongs. None is unknown.

    `environment` and `organizational_unit` are those of the account on the day of the call; the owner is the
    one that the rule `attributed_by` named, filled as far down as that rule goes.
    """

    environment: str | None = None
    organizational_unit: str | None = None
    business_unit: str | None = None
    cost_center: str | None = None
    team: str | None = None
    project: str | None = None
    attributed_by: AttributedBy = "unattributed"


class Attribution:
    """The manifest's rules, made ready to be asked often. Without a manifest, nothing is known.

    The first of these that names an owner decides: request metadata, tags of the application inference
    profile, the principal, the account. Of the rules of one kind that match, the one with more conditions
    wins, then the one deeper in the owners' tree, then the one that stands first in the manifest.
    """

    def __init__(self, manifest: Manifest | None) -> None:
        self._known_environments = manifest.environments if manifest else {}
        owners = list(positions(manifest.owners)) if manifest else []
        self._accounts: Mapping[str, Account] = manifest.accounts_by_id() if manifest else {}
        self._environments: dict[tuple[str, str], str | None] = {}
        self._tags = {
            arn: profile.tags for arn, profile in (manifest.profiles_by_arn() if manifest else {}).items()
        }
        self._by_metadata = _Labels(owners, lambda owner: owner.owner.match.request_metadata)
        self._by_tags = _Labels(owners, lambda owner: owner.owner.match.profile_tags)
        self._by_principal = _Callers(owners)
        self._by_account = _account_owners(owners)
        self.label_keys = frozenset(key for owner in owners for key in owner.owner.match.request_metadata)
        """The request metadata that decide; others make no difference."""
        self.tagged_profiles = frozenset(self._tags)
        """The inference profiles that decide; others make no difference."""
        self.turning_days = tuple(sorted(_turning_days(owners, self._accounts.values())))
        """The days on which anything begins or ends to hold; between two of them no answer changes."""

    def of(
        self,
        account_id: str | None,
        principal: Principal | None,
        profile_id: str | None,
        metadata: Mapping[str, str] | None,
        day: date,
    ) -> Owner:
        """The owner of a call that `principal` made in `account_id` on that UTC day.

        `profile_id` is the inference profile that was called, `metadata` what the caller sent as request
        metadata. None is unknown or absent.
        """
        rule: AttributedBy = "unattributed"
        owner = None
        if metadata and (owner := self._by_metadata.owner(metadata, day)):
            rule = "request_metadata"
        elif profile_id in self._tags and (owner := self._by_tags.owner(self._tags[profile_id], day)):
            rule = "profile_tag"
        elif principal and (owner := self._by_principal.owner(principal, account_id, day)):
            rule = "principal"
        elif owner := _first(self._by_account.get(account_id or "", ()), day, lambda _: True):
            rule = "account_owner"
        unit, cost_center, team, project = (*(owner or ()), None, None, None, None)[:4]
        environment, ou = self._standing(account_id, day)
        return Owner(environment, ou, unit, cost_center, team, project, rule)

    def principal_rules(self, principal: Principal) -> tuple[int, ...]:
        """The numbers of the rules that fit the principal in some account.

        Principals with the same numbers have, everything else being equal, the same owner.
        """
        return self._by_principal.fitting(principal)

    def _standing(self, account_id: str | None, day: date) -> tuple[str | None, str | None]:
        """The environment and the OU of the account on that day."""
        account = self._accounts.get(account_id or "")
        if account is None:
            return None, None
        ou = account.ou_on(day)
        if (account.id, ou) not in self._environments:
            self._environments[account.id, ou] = environment_in(self._known_environments, account.id, ou)
        return self._environments[account.id, ou], ou


class _Rule(Struct, frozen=True):
    """One rule: the names of the owner it leads to, and the days on which it holds."""

    names: tuple[str, ...]
    period: Period


class _LabelRule(_Rule, frozen=True):
    """Holds where all keys are there, each with one of its values."""

    wanted: tuple[tuple[str, frozenset[str]], ...]

    def is_met(self, labels: Mapping[str, str]) -> bool:
        return all(labels.get(key) in values for key, values in self.wanted)


class _Caller(_Rule, frozen=True):
    """Holds for callers that fit every pattern; an empty `accounts` means any."""

    patterns: tuple[tuple[str, re.Pattern[str]], ...]
    accounts: frozenset[str]

    def fits(self, principal: Principal) -> bool:
        return all(
            (name := getattr(principal, part)) is not None and pattern.fullmatch(name) is not None
            for part, pattern in self.patterns
        )


class _Labels:
    """The rules over labels of one kind, found by one of the labels they ask for."""

    def __init__(
        self, owners: Iterable[Position], wanted: Callable[[Position], Mapping[str, tuple[str, ...]]]
    ) -> None:
        rules = [
            (owner, _LabelRule(owner.names, owner.period, _conditions(wanted(owner))))
            for owner in owners
            if wanted(owner)
        ]
        rules.sort(key=lambda rule: (-len(rule[1].wanted), -len(rule[0].names)))
        self._ranked = [rule for _, rule in rules]
        self._by_label: dict[tuple[str, str], list[int]] = {}
        for rank, rule in enumerate(self._ranked):
            key, values = rule.wanted[0]
            for value in values:
                self._by_label.setdefault((key, value), []).append(rank)

    def owner(self, labels: Mapping[str, str], day: date) -> tuple[str, ...] | None:
        """The names of the owner whom the labels name on that day."""
        ranks = sorted(rank for label in labels.items() for rank in self._by_label.get(label, ()))
        return _first((self._ranked[rank] for rank in ranks), day, lambda rule: rule.is_met(labels))


def _turning_days(owners: Iterable[Position], accounts: Iterable[Account]) -> set[date]:
    days = {day for owner in owners for day in (owner.period.since, owner.period.until) if day is not None}
    return days | {unit.until for account in accounts for unit in account.earlier}


def _conditions(wanted: Mapping[str, tuple[str, ...]]) -> tuple[tuple[str, frozenset[str]], ...]:
    return tuple((key, frozenset(values)) for key, values in sorted(wanted.items()))


class _Callers:
    """The rules over callers: those with more conditions first, then those with longer patterns."""

    def __init__(self, owners: Iterable[Position]) -> None:
        rules = [
            (_precision(match), owner, _caller(owner, match))
            for owner in owners
            for match in owner.owner.match.principals
        ]
        rules.sort(key=lambda rule: (*rule[0], -len(rule[1].names)))
        self._ranked = [caller for _, _, caller in rules]
        self._by_part: dict[str, list[tuple[int, re.Pattern[str]]]] = {}
        for rank, caller in enumerate(self._ranked):
            for part, pattern in caller.patterns[:1]:
                self._by_part.setdefault(part, []).append((rank, pattern))
        self._known: dict[tuple[str, str], list[int]] = {}
        self._asks_sessions = any(part == "session" for one in self._ranked for part, _ in one.patterns)
        self._without_session: dict[tuple[str | None, ...], tuple[int, ...]] = {}

    def owner(self, principal: Principal, account_id: str | None, day: date) -> tuple[str, ...] | None:
        """The names of the owner to whom the caller belongs on that day."""
        callers = (self._ranked[rank] for rank in self.fitting(principal))
        return _first(callers, day, lambda caller: not caller.accounts or account_id in caller.accounts)

    def fitting(self, principal: Principal) -> tuple[int, ...]:
        """The rules whose every pattern fits the caller, the one that goes first at the front.

        Where no rule asks for a session, callers are few and what fits them is remembered.
        """
        if self._asks_sessions:
            return self._all_fitting(principal)
        names = (principal.role, principal.permission_set, principal.user)
        if names not in self._without_session:
            self._without_session[names] = self._all_fitting(principal)
        return self._without_session[names]

    def _all_fitting(self, principal: Principal) -> tuple[int, ...]:
        names = ((part, getattr(principal, part)) for part in self._by_part)
        ranks = sorted(rank for part, name in names if name is not None for rank in self._ranks(part, name))
        return tuple(rank for rank in ranks if self._ranked[rank].fits(principal))

    def _ranks(self, part: str, name: str) -> list[int]:
        """The rules whose first pattern fits. Roles and users are few and remembered; sessions are not."""
        if part == "session":
            return self._fitting(part, name)
        if (part, name) not in self._known:
            self._known[part, name] = self._fitting(part, name)
        return self._known[part, name]

    def _fitting(self, part: str, name: str) -> list[int]:
        return [rank for rank, pattern in self._by_part[part] if pattern.fullmatch(name)]


_PARTS: Final = ("role", "permission_set", "user", "session")


def _caller(owner: Position, match: PrincipalMatch) -> _Caller:
    globs = [(part, glob) for part in _PARTS if (glob := getattr(match, part)) is not None]
    patterns = tuple((part, _compiled(glob)) for part, glob in globs)
    return _Caller(owner.names, owner.period, patterns, frozenset(match.accounts))


def _precision(match: PrincipalMatch) -> tuple[int, int]:
    """Less is more precise: how many conditions, then how many characters they leave no choice about."""
    globs = [glob for part in _PARTS if (glob := getattr(match, part)) is not None]
    literal = sum(character not in "*?" for glob in globs for character in glob)
    return -len(globs) - bool(match.accounts), -literal


def _compiled(glob: str) -> re.Pattern[str]:
    # `translate` makes patterns that never backtrack: the names they meet come from logs, so may be anything.
    return re.compile(translate(glob.replace("[", "[[]")))


def _account_owners(owners: Iterable[Position]) -> dict[str, list[_Rule]]:
    """The rules over accounts by account, the deeper owner first."""
    rules: dict[str, list[_Rule]] = {}
    for owner in sorted(owners, key=lambda owner: -len(owner.names)):
        for account in owner.owner.match.accounts:
            rules.setdefault(account, []).append(_Rule(owner.names, owner.period))
    return rules


_AnyRule = TypeVar("_AnyRule", bound=_Rule)


def _first(rules: Iterable[_AnyRule], day: date, holds: Callable[[_AnyRule], bool]) -> tuple[str, ...] | None:
    """The names of the owner to whom the first rule leads that is in force on that day and holds."""
    return next((rule.names for rule in rules if day in rule.period and holds(rule)), None)
