"""What the owners of a manifest must say of each other: names, dates and claims."""

from __future__ import annotations

from itertools import combinations, islice, product
from typing import TYPE_CHECKING, Final

from craton.core.manifest_origin import Path, fault, unknown_accounts
from craton.core.owners import Period, positions
from craton.core.quoting import listed, ticked

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Mapping

    from craton.core.diagnostic import Diagnostic
    from craton.core.manifest import Manifest
    from craton.core.manifest_origin import Check, Origin
    from craton.core.owners import Position, PrincipalMatch

_LEVELS: Final = {
    "business_unit": "business units",
    "cost_center": "cost centers",
    "team": "teams",
    "project": "projects",
}


def names_are_borne_once_at_a_time(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """On any day, a name means one business unit, one cost center, one team, and one project of a team."""
    bearers: dict[Hashable, list[Position]] = {}
    for owner in positions(manifest.owners):
        if owner.owner.name and _dates_are_sound(origin, owner):
            scope = owner.names if owner.level == "project" else owner.names[-1:]
            bearers.setdefault((owner.level, scope), []).append(owner)
    for owners in bearers.values():
        for one, other in combinations(owners, 2):
            if one.period.overlaps(other.period):
                message = f"two {_LEVELS[one.level]} are named {ticked(one.owner.name)} at the same time"
                place = origin.place((*other.path, "name"))
                yield fault("name_twice", message, place, _hint_to_part(origin, one, other))


def _hint_to_part(origin: Origin, one: Position, other: Position) -> str:
    line = origin.place((*one.path, "name")).line
    if other.owner.since is not None and one.owner.until is None:
        return f"end the one on line {line} with `until: {other.owner.since}`, or rename one of them"
    return f"the other stands on line {line}; rename one, or part them by `until` and `from`"


def _dates_are_sound(origin: Origin, owner: Position) -> bool:
    """Whether the dates of the owner and of those around it could be read."""
    around = [owner.path[:length] for length in range(3, len(owner.path) + 1, 2)]
    return origin.whole(*((*path, key) for path in around for key in ("from", "until")))


def owners_are_read(manifest: Manifest, origin: Origin) -> bool:
    """Whether the names of all owners are known, so that can be said that there is no such one."""
    found = [owner.path for owner in positions(manifest.owners)]
    lists = [(*path, key) for path in found for key in ("cost_centers", "teams", "projects")]
    holders: list[Path] = [("owners",), ("owners", "business_units"), *found, *lists]
    return all(map(origin.complete, holders)) and origin.whole(*((*path, "name") for path in found))


def periods_hold_some_day(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Nothing ends before it begins, or lives outside the dates of what it belongs to."""
    empty: set[Path] = set()
    for owner in positions(manifest.owners):
        if not owner.period.is_empty or not _dates_are_sound(origin, owner) or owner.path[:-2] in empty:
            empty |= {owner.path} if owner.path[:-2] in empty else set()
            continue
        empty.add(owner.path)
        if Period(owner.owner.since, owner.owner.until).is_empty:
            yield ends_before_it_begins(origin, owner.path)
        else:
            message = f"{ticked(owner.owner.name)} is in force on no day"
            hint = f"its dates lie outside those of {ticked(owner.names[-2])}, to which it belongs"
            yield fault("never_in_force", message, origin.place((*owner.path, "name")), hint)


def ends_before_it_begins(origin: Origin, path: Path) -> Diagnostic:
    """The problem of a mapping at `path` whose `until` is not after its `from`."""
    hint = "`until` is the first day on which it holds no more"
    return fault("until_before_from", "`until` is not after `from`", origin.place((*path, "until")), hint)


def callers_can_be_met(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Each rule over callers names some, and none that cannot be."""
    for owner in positions(manifest.owners):
        for index, match in enumerate(owner.owner.match.principals):
            path = (*owner.path, "match", "principals", index)
            if not origin.whole(path):
                continue
            if not _names_a_caller(match):
                hint = "give `role`, `permission_set`, `user` or `session`"
                if match.accounts:
                    hint += "; to match whole accounts, list them under `match.accounts`"
                yield fault("caller_unnamed", "this names no caller", origin.place(path), hint)
            elif match.user is not None and (match.role or match.permission_set or match.session):
                message = "this matches nobody: a caller is a user or a role's session, never both"
                hint = "make two items of it, each with its `- `"
                yield fault("caller_impossible", message, origin.place((*path, "user")), hint)


def _names_a_caller(match: PrincipalMatch) -> bool:
    return any((match.role, match.permission_set, match.user, match.session))


def claimed_accounts_are_known(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """Each account that an owner claims is one of the organization's."""
    yield from unknown_accounts(manifest, origin, _accounts_named(manifest))


def _accounts_named(manifest: Manifest) -> Iterator[tuple[Path, str]]:
    for owner in positions(manifest.owners):
        path = (*owner.path, "match")
        for index, account in enumerate(owner.owner.match.accounts):
            yield (*path, "accounts", index), account
        for at, match in enumerate(owner.owner.match.principals):
            for index, account in enumerate(match.accounts):
                yield (*path, "principals", at, "accounts", index), account


def no_two_owners_claim_the_same_calls(manifest: Manifest, origin: Origin) -> Iterator[Diagnostic]:
    """On any day, a rule leads to one owner."""
    claimants: dict[Hashable, list[tuple[Position, Path, str]]] = {}
    for owner in positions(manifest.owners):
        if _dates_are_sound(origin, owner):
            for claim, path, words in _claims(owner):
                claimants.setdefault(claim, []).append((owner, path, words))
    for claims in claimants.values():
        for (one, first, _), (other, path, words) in combinations(claims, 2):
            if not one.period.overlaps(other.period):
                continue
            names = listed(("/".join(one.names), "/".join(other.names)))
            line = origin.place(first).line
            message = f"two owners claim calls {words}: {names}"
            if one.path == other.path:
                message = f"{ticked(one.owner.name)} claims calls {words} twice"
            hint = f"the first claim stands on line {line}; remove one, or part them by `until` and `from`"
            yield fault("claimed_twice", message, origin.place(path), hint)


def _claims(owner: Position) -> Iterator[tuple[Hashable, Path, str]]:
    """What the owner claims: a value that is equal for equal claims, its path, and the claim in words."""
    match, path = owner.owner.match, (*owner.path, "match")
    for kind, wanted in (("request_metadata", match.request_metadata), ("profile_tags", match.profile_tags)):
        noun = "with request metadata" if kind == "request_metadata" else "through profiles tagged"
        for labels in _labels(wanted):
            words = f"{noun} {ticked(', '.join(f'{key}={value}' for key, value in labels))}"
            yield (kind, labels), (*path, kind), words
    for index, caller in enumerate(match.principals):
        given = [(part, getattr(caller, part)) for part in ("role", "permission_set", "user", "session")]
        parts = tuple((part, glob) for part, glob in given if glob)
        if parts:
            words = f"by {ticked(', '.join(f'{part} {glob}' for part, glob in parts))}"
            yield ("principal", parts, frozenset(caller.accounts)), (*path, "principals", index), words
    for index, account in enumerate(match.accounts):
        if account:
            yield ("account", account), (*path, "accounts", index), f"in account {ticked(account)}"


_MOST_COMBINATIONS: Final = 256


def _labels(wanted: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[tuple[str, str], ...]]:
    """Every combination of one value a key that the rule accepts."""
    if wanted:
        choices = [[(key, value) for value in values] for key, values in sorted(wanted.items())]
        yield from islice(product(*choices), _MOST_COMBINATIONS)


OWNER_CHECKS: Final[tuple[Check, ...]] = (
    names_are_borne_once_at_a_time,
    periods_hold_some_day,
    callers_can_be_met,
    claimed_accounts_are_known,
    no_two_owners_claim_the_same_calls,
)
