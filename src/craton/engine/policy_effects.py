"""What each change of a policy in a plan would have made of the calls of the last thirty days.

A change is judged alone, everything else being as AWS told it when the plan was made: the policies that the
manifest says are attached, and those of the plan where they are attached now.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from craton.codec import canonical_json
from craton.codec.policy_source import read_policy
from craton.core.errors import UserError
from craton.core.policy import Policy
from craton.engine.lakes import lake_of
from craton.engine.policies import PoliciesInForce
from craton.engine.progress import Silent
from craton.planner.effect import Affected, PolicyEffect
from craton.replay.answers import Answers
from craton.replay.calls import Window
from craton.replay.organization import AccountLevels, PolicyLevel, Replayed, StatementBook
from craton.replay.tallying import summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from craton.core.manifest import Manifest
    from craton.engine.policies import AccountPolicies, Level
    from craton.engine.progress import Progress
    from craton.lake.session import Session
    from craton.planner.plan import Change, Plan
    from craton.replay.summary import ReplaySummary, Share

DAYS: Final = 30
_SCP: Final = "SERVICE_CONTROL_POLICY"
_RCP: Final = "RESOURCE_CONTROL_POLICY"
_POLICY, _ATTACHMENT = "policy/", "policy_attachment/"

_TEAMS: Final = """
SELECT who, arg_max(team, events) FROM (
  SELECT coalesce(CASE WHEN principal_type = 'AssumedRole' THEN session_issuer END, principal_arn, source_ip)
    AS who, team, count(*) AS events
  FROM api_event WHERE day >= $since AND team IS NOT NULL GROUP BY 1, 2
) GROUP BY 1
"""
_COVERED: Final = """
SELECT count(DISTINCT day) FROM api_event WHERE event_time >= $since AND event_time <= $until
"""


class Side(Struct, frozen=True):
    """What is attached where, of the policies of a plan. Shapes: by place, in the order of the plan."""

    at: Mapping[str, tuple[tuple[str, Policy], ...]]


def with_effects(
    plan: Plan, manifest: Manifest, path: Path, lake: Path | None, *, progress: Progress | None = None
) -> Plan:
    """The plan, each change of an SCP or an RCP with its effect on calls that the lake has recorded.

    `path` is the manifest's file. The days end when the plan was made.
    Raises: UserError where a policy that the manifest names cannot be read; DataError where the lake cannot.
    """
    judged = PlannedPolicies(plan, manifest)
    if not judged.changes:
        return plan
    unknown = _not_known(lake, path, judged.since, judged.until)
    if unknown is not None or lake is None:
        changes = tuple(
            _with(one, judged.without_effect(one) or unknown) if one.address in judged.changes else one
            for one in plan.changes
        )
        total = unknown if any(judged.without_effect(one) is None for one in judged.open()) else None
        return msgspec.structs.replace(plan, changes=changes, effect=total)
    effects = _Replaying(judged, manifest, path, lake, progress=progress or Silent())
    return msgspec.structs.replace(
        plan,
        changes=tuple(_with(one, effects.of(one)) for one in plan.changes),
        effect=effects.of_all(),
    )


def _with(change: Change, effect: PolicyEffect | None) -> Change:
    return change if effect is None else msgspec.structs.replace(change, effect=effect)


def _not_known(lake: Path | None, path: Path, since: dt.datetime, until: dt.datetime) -> PolicyEffect | None:
    """Why nothing can be replayed, where nothing can."""
    if lake is None:
        return PolicyEffect(state="unknown", because="no lake is named", of_days=DAYS)
    known, _ = lake_of(lake, path)
    try:
        newest = known.snapshot().freshness.get("api_event")
    except UserError:
        return PolicyEffect(state="unknown", because="there is no lake yet", of_days=DAYS)
    if newest is None:
        return PolicyEffect(state="unknown", because="the lake holds no CloudTrail events", of_days=DAYS)
    session = known.session()
    try:
        days = _days(session, since, until)
    finally:
        session.close()
    if days:
        return None
    because = f"the lake's newest CloudTrail event is of {newest:%Y-%m-%d}: it has 0 of the last {DAYS} days"
    return PolicyEffect(state="unknown", because=because, of_days=DAYS)


def _days(session: Session, since: dt.datetime, until: dt.datetime) -> int:
    return int(session.query(_COVERED, {"since": since, "until": until}).rows[0][0])


class PlannedPolicies:
    """The policies of a plan: their words before and after, and where they are attached."""

    def __init__(self, plan: Plan, manifest: Manifest) -> None:
        self.since, self.until = plan.at - dt.timedelta(days=DAYS), plan.at
        units = {one.id: one.path for one in manifest.organization.organizational_units if one.id is not None}
        self._words: dict[str, tuple[Policy | None, Policy | None]] = {}
        self._types: dict[str, str] = {}
        self._attachments: list[tuple[str, str, Change]] = []
        self.changes: dict[str, Change] = {}
        for change in plan.changes:
            if change.address.startswith(_POLICY):
                self._learn(change)
        for change in plan.changes:
            name, _, at = change.address.removeprefix(_ATTACHMENT).partition("/")
            if change.address.startswith(_ATTACHMENT) and name in self._types:
                self._attachments.append((name, units.get(at, at), change))
                if change.is_open:
                    self.changes[change.address] = change

    def _learn(self, change: Change) -> None:
        name = change.address.removeprefix(_POLICY)
        kind = next((one["type"] for one in (change.after, change.before) if one), None)
        if kind not in (_SCP, _RCP):
            return
        self._types[name] = kind
        self._words[name] = (_policy(name, change.before), _policy(name, change.after))
        if change.is_open:
            self.changes[change.address] = change

    def open(self) -> Iterator[Change]:
        """The changes of policies, in the order of the plan."""
        yield from self.changes.values()

    def without_effect(self, change: Change) -> PolicyEffect | None:
        """Why a change decides no call by itself or is unknown, where that is so."""
        if change.action == "unknown":
            return PolicyEffect(state="unknown", because="what it is now is not known", of_days=DAYS)
        if not change.address.startswith(_POLICY):
            return None
        name = change.address.removeprefix(_POLICY)
        before, after = self._words[name]
        if before == after:
            return PolicyEffect(state="none", because="it says the same as before")
        if not any(one == name and is_now for one, _, is_now in self._now()):
            return PolicyEffect(state="none", because="it holds nowhere before it is attached")
        return None

    def places(self, change: Change) -> frozenset[str]:
        """Where the policy of a change is attached, now or once it is made."""
        name = change.address.removeprefix(_POLICY)
        if not change.address.startswith(_POLICY):
            return frozenset(at for _, at, one in self._attachments if one.address == change.address)
        return frozenset(at for one, at, each in self._attachments if one == name and _is(each.before))

    def side(self, changed: Iterable[Change]) -> Side:
        """What is attached where, once these changes are made; nothing changed is how it is now."""
        made = {one.address for one in changed}
        found: dict[str, list[tuple[str, Policy]]] = defaultdict(list)
        for name, at, change in self._attachments:
            is_attached = _is(change.after if change.address in made else change.before)
            before, after = self._words[name]
            words = after if f"{_POLICY}{name}" in made or before is None else before
            if is_attached and words is not None:
                found[at].append((self._types[name], words))
        return Side({at: tuple(policies) for at, policies in found.items()})

    def _now(self) -> Iterator[tuple[str, str, bool]]:
        return ((name, at, _is(change.before)) for name, at, change in self._attachments)


def _is(body: Any) -> bool:
    return bool(body and body.get("attached"))


def _policy(name: str, body: Mapping[str, Any] | None) -> Policy | None:
    if body is None:
        return None
    policy, problems = read_policy(canonical_json.encode(body["content"]), name, name)
    return None if any(one.severity == "error" for one in problems) else policy


class _Replaying:
    """Decides the recorded calls for each change, and for all of them together.

    Which statements speak of which calls is found once, for all of them.
    """

    def __init__(
        self,
        judged: PlannedPolicies,
        manifest: Manifest,
        path: Path,
        lake: Path,
        *,
        progress: Progress,
    ) -> None:
        self._judged = judged
        self._manifest = manifest
        self._accounts = PoliciesInForce(manifest, path).every()
        self._lake, _ = lake_of(lake, path)
        self._now = judged.side(())
        self._progress = progress
        self._days = 0
        self._teams: dict[str, str] = {}
        self._effects: dict[frozenset[str], PolicyEffect] = {}
        self._real = [one for one in judged.open() if judged.without_effect(one) is None]
        if self._real:
            self._replay()

    def of(self, change: Change) -> PolicyEffect | None:
        """The effect of a change; None of one that is of no policy, or none at all."""
        if change.address not in self._judged.changes:
            return None
        return self._judged.without_effect(change) or self._effects[_key([change])]

    def of_all(self) -> PolicyEffect | None:
        """The effect of all changes together; None where none has any."""
        return self._effects[_key(self._real)] if self._real else None

    def _replay(self) -> None:
        together = list(self._judged.open())
        scenarios = {_key([one]): self._organization(self._judged.side([one])) for one in self._real}
        whole = self._organization(self._judged.side(together))
        scenarios[_key(self._real)] = whole
        self._progress.begin("replaying", len(scenarios), unit="changes")
        book = StatementBook(one for each in scenarios.values() for one in each.accounts.values())
        window = Window(since=self._judged.since)
        session = self._lake.session()
        try:
            self._days = _days(session, self._judged.since, self._judged.until)
            self._teams = dict(session.query(_TEAMS, {"since": self._judged.since.date()}).rows)
            answers = Answers(session, whole, book, evaluator="sql")
            called = answers.find(window)
            for key, organization in scenarios.items():
                answers.rule(organization)
                count = len(book.statements)
                found = summary(
                    answers, organization, window, called, attached=(), removed=(), statements=count
                )
                self._effects[key] = self._effect(found)
                self._progress.advance(1)
        finally:
            session.close()

    def _organization(self, after: Side) -> Replayed:
        shared: dict[str, tuple[PolicyLevel, PolicyLevel]] = {}
        accounts = {one.account: self._levels(one, after, shared) for one in self._accounts}
        profiles = self._manifest.profiles_by_arn()
        return Replayed(
            organization=self._manifest.organization.id,
            accounts=accounts,
            models={arn: profile.model for arn, profile in profiles.items()},
        )

    def _levels(
        self, account: AccountPolicies, after: Side, shared: dict[str, tuple[PolicyLevel, PolicyLevel]]
    ) -> AccountLevels:
        for level in account.levels:
            if level.at not in shared:
                today = _level(level, self._now)
                candidate = _level(level, after)
                shared[level.at] = (today, today if today == candidate else candidate)
        pairs = [shared[level.at] for level in account.levels]
        return AccountLevels(
            account=account.account,
            is_management=account.is_management,
            today=tuple(today for today, _ in pairs),
            candidate=tuple(candidate for _, candidate in pairs),
        )

    def _effect(self, found: ReplaySummary) -> PolicyEffect:
        return PolicyEffect(
            state="replayed",
            days=self._days,
            of_days=DAYS,
            calls=found.tally.calls,
            newly_denied=found.tally.newly_denied,
            newly_allowed=found.tally.newly_allowed,
            unknown=found.tally.unknown,
            denied=self._by_team((one, one.tally.newly_denied) for one in found.principals),
            allowed=self._by_team((one, one.tally.newly_allowed) for one in found.principals),
        )

    def _by_team(self, counted: Iterable[tuple[Share, int]]) -> tuple[Affected, ...]:
        calls: dict[str | None, int] = defaultdict(int)
        principals: dict[str | None, int] = defaultdict(int)
        for share, count in counted:
            if count:
                team = self._teams.get(share.name)
                calls[team] += count
                principals[team] += 1
        order = sorted(calls, key=lambda one: (-calls[one], one or ""))
        return tuple(Affected(team=one, principals=principals[one], calls=calls[one]) for one in order)


def _key(changes: Iterable[Change]) -> frozenset[str]:
    return frozenset(one.address for one in changes)


def _level(level: Level, side: Side) -> PolicyLevel:
    own = side.at.get(level.at, ())
    return PolicyLevel(
        at=level.at,
        scps=(*level.of_type(_SCP), *(policy for kind, policy in own if kind == _SCP)),
        rcps=(*level.of_type(_RCP), *(policy for kind, policy in own if kind == _RCP)),
    )
