"""Candidate policies against recorded calls: who would be denied that is not today, and who allowed."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.codec.policy_source import read_policy
from craton.core.errors import UserError
from craton.core.organization import ROOT
from craton.core.policy import Policy
from craton.core.quoting import ticked
from craton.core.spelling import did_you_mean
from craton.engine.lakes import MANIFEST, lake_of
from craton.engine.policies import PoliciesInForce
from craton.replay.answers import Answers
from craton.replay.calls import Window
from craton.replay.organization import AccountLevels, PolicyLevel, Replayed, StatementBook
from craton.replay.tallying import summary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.core.manifest import Manifest
    from craton.engine.policies import PolicyInForce
    from craton.engine.progress import Progress
    from craton.lake.session import Session
    from craton.replay.summary import ReplaySummary

_SPAN: Final = re.compile(r"(\d{1,5})([dhw])")
_UNITS: Final = {"d": "days", "h": "hours", "w": "weeks"}
_STEPS: Final = 3


class Candidate(Struct, frozen=True):
    """A policy that may be attached, and where: `root`, the path of an OU, or an account."""

    policy: Policy
    at: str

    @property
    def is_rcp(self) -> bool:
        """Whether it is a resource control policy: its statements say who is meant, as an SCP's cannot."""
        return any(one.principals is not None for one in self.policy.statements)

    def __str__(self) -> str:
        return f"{self.policy.file} at {self.at}"


class Removal(Struct, frozen=True):
    """A policy that may be detached, by its name, its file or AWS's name, and where from."""

    policy: str
    at: str

    def __str__(self) -> str:
        return f"{self.policy} at {self.at}"


def replay(
    lake: Path,
    manifest: Path | None,
    *,
    candidates: tuple[Candidate, ...] = (),
    removals: tuple[Removal, ...] = (),
    since: str | None,
    now: dt.datetime,
    progress: Progress,
    by_masks: bool = False,
) -> ReplaySummary:
    """What becomes of the lake's recorded calls when candidates are attached and others detached.

    `since` is a time, or a span back from the newest event, as `30d`; `now` is naive UTC.
    `by_masks` decides event by event, as the reference does.
    Raises: UserError where there is no lake, no manifest, no such place or no such policy.
    """
    into, known = lake_of(lake, manifest)
    if known is None:
        hint = "name it by `--manifest`: it says which accounts and policies there are"
        raise UserError("replaying needs a manifest", hint=hint)
    newest = into.snapshot().freshness.get("api_event")
    if newest is None:
        hint = "`craton ingest` reads the files of a trail"
        raise UserError(f"the lake {ticked(str(lake))} holds no CloudTrail events", hint=hint)
    session = into.session()
    try:
        return replayed(
            session,
            known,
            manifest or Path(MANIFEST),
            candidates=candidates,
            removals=removals,
            window=Window(since=moment(since, min(newest, now))),
            progress=progress,
            by_masks=by_masks,
        )
    finally:
        session.close()


def replayed(
    session: Session,
    manifest: Manifest,
    path: Path,
    *,
    candidates: tuple[Candidate, ...],
    removals: tuple[Removal, ...],
    window: Window,
    progress: Progress,
    by_masks: bool = False,
) -> ReplaySummary:
    """The same over a session of the caller's own, in which tables are made.

    Raises: UserError where there is no such place or no such policy.
    """
    progress.begin("policies", _STEPS, unit="steps")
    organization = levels(manifest, path, candidates, removals)
    book = StatementBook(organization.accounts.values())
    progress.advance(1)
    answers = Answers(session, organization, book, evaluator="masks" if by_masks else "sql")
    called = answers.find(window)
    progress.advance(1)
    found = summary(
        answers,
        organization,
        window,
        called,
        attached=tuple(str(one) for one in candidates),
        removed=tuple(str(one) for one in removals),
        statements=len(book.statements),
    )
    progress.advance(1)
    return found


def levels(
    manifest: Manifest, path: Path, candidates: Iterable[Candidate] = (), removals: Iterable[Removal] = ()
) -> Replayed:
    """What stands above each account today, and with candidates attached and others detached.

    Raises: UserError where there is no such place or no such policy.
    """
    in_force = PoliciesInForce(manifest, path)
    attached, detached = tuple(candidates), tuple(removals)
    places = _places(manifest)
    for at in (*(one.at for one in attached), *(one.at for one in detached)):
        if at not in places:
            hint = (
                did_you_mean(at, places)
                or f"write `{ROOT}`, the path of an OU, or an account of the manifest"
            )
            raise UserError(f"there is no {ticked(at)} in the organization", hint=hint)
    used: set[Removal] = set()
    shared: dict[str, tuple[PolicyLevel, PolicyLevel]] = {}
    accounts: dict[str, AccountLevels] = {}
    for account in in_force.every():
        for level in account.levels:
            if level.at not in shared:
                shared[level.at] = _sides(level.at, level.policies, attached, detached, used)
        pairs = [shared[level.at] for level in account.levels]
        accounts[account.account] = AccountLevels(
            account=account.account,
            is_management=account.is_management,
            today=tuple(today for today, _ in pairs),
            candidate=tuple(candidate for _, candidate in pairs),
        )
    for one in detached:
        if one not in used:
            raise UserError(
                f"no policy {ticked(one.policy)} is attached to {ticked(one.at)}",
                hint=f"attached there: {', '.join(_attached(in_force, one.at))}",
            )
    profiles = manifest.profiles_by_arn()
    return Replayed(
        organization=manifest.organization.id,
        accounts=accounts,
        models={arn: profile.model for arn, profile in profiles.items()},
    )


def _attached(in_force: PoliciesInForce, at: str) -> list[str]:
    """The names of the policies that are attached to a place."""
    levels = (level for account in in_force.every() for level in account.levels if level.at == at)
    level = next(levels, None)
    return [one.policy.name for one in level.policies] if level else ["nothing that any account meets"]


def _places(manifest: Manifest) -> frozenset[str]:
    return manifest.organization.unit_paths() | frozenset(manifest.accounts_by_id())


def _sides(
    at: str,
    policies: tuple[PolicyInForce, ...],
    candidates: tuple[Candidate, ...],
    removals: tuple[Removal, ...],
    used: set[Removal],
) -> tuple[PolicyLevel, PolicyLevel]:
    """What is attached at a place on both sides; the same value where that is the same."""
    removed = {one.policy: one for one in removals if one.at == at}
    kept = []
    for one in policies:
        named = [name for name in _names(one) if name in removed]
        used.update(removed[name] for name in named)
        if not named:
            kept.append(one)
    added = [one for one in candidates if one.at == at]
    today = _level(at, policies, ())
    if not added and len(kept) == len(policies):
        return today, today
    return today, _level(at, kept, added)


def _names(one: PolicyInForce) -> tuple[str, ...]:
    """What somebody may call an attached policy: by its name, or by its file with or without folders."""
    return (one.policy.name, *((one.file, Path(one.file).name) if one.file else ()))


def _level(at: str, policies: Iterable[PolicyInForce], added: Iterable[Candidate]) -> PolicyLevel:
    held = [(one.type == "RESOURCE_CONTROL_POLICY", one.policy) for one in policies]
    held += [(one.is_rcp, one.policy) for one in added]
    return PolicyLevel(
        at=at,
        scps=tuple(policy for is_rcp, policy in held if not is_rcp),
        rcps=tuple(policy for is_rcp, policy in held if is_rcp),
    )


def candidate(file: Path, at: str) -> Candidate:
    """The policy of a file as a candidate. Raises: UserError where it holds none."""
    try:
        data = file.read_bytes()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise UserError(f"the policy {ticked(str(file))} cannot be read: {reason}") from None
    policy, problems = read_policy(data, str(file), file.stem)
    wrong = [problem for problem in problems if problem.severity == "error"]
    if policy is None or wrong:
        raise UserError("\n".join(str(one) for one in wrong), hint=f"`craton lint {file}` shows the places")
    return Candidate(policy, at)


def moment(since: str | None, end: dt.datetime) -> dt.datetime | None:
    """The moment that somebody means: a span back from the end of the data, or a day or time in UTC.

    Raises: UserError where it is neither.
    """
    if since is None:
        return None
    span = _SPAN.fullmatch(since.strip())
    try:
        if span is not None:
            return end - dt.timedelta(**{_UNITS[span[2]]: int(span[1])})
        found = dt.datetime.fromisoformat(since.strip())
    except (ValueError, OverflowError):
        hint = "write a span as `30d`, `12h` or `4w`, or a day as `2026-10-01`"
        raise UserError(f"{ticked(since)} is no time", hint=hint) from None
    return found.astimezone(dt.UTC).replace(tzinfo=None) if found.tzinfo else found
