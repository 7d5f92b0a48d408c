"""Carrying out a saved plan: change by change, each only while what the plan saw still holds.

What was done is told by AWS itself: before a change is made, the thing is looked at again. So an apply that
died goes on where it was, and does nothing twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import msgspec
from msgspec import Struct

from craton.core.deployment_record import JournalEntry, Snapshot
from craton.core.errors import CloudError, UserError
from craton.engine.apply_lease import ApplyLease
from craton.engine.canaries import Canaries
from craton.engine.planning import check_organization, plan_of
from craton.planner.difference import differences
from craton.planner.plan import ABSENT, Change, Plan, digest_of, state_of, things
from craton.planner.seen import NotKnownError, Seen, worked_out
from craton.planner.things import thing_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Collection, Iterable, Mapping

    from craton.core.cloud_call import Call, Observation, Read
    from craton.core.deployment import Deployment
    from craton.core.deployment_record import Event
    from craton.core.ports import Cloud
    from craton.engine.apply_lease import Run
    from craton.engine.deployment_state import DeploymentState
    from craton.planner.thing import Body, Thing

Result = Literal["done", "already", "failed", "moved", "skipped", "waits", "kept", "unknown"]
"""Done now; so already; AWS refused or failed; it is no longer what the plan saw; what it needs did not come
about; its canary has not had it for long; it holds data, which is deleted only on demand; or what it is could
not be told."""

GOOD: Final = ("done", "already")
_TRIED: Final = (*GOOD, "failed")
_MOST_TOLD: Final = 3


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of one change."""

    change: Change
    result: Result
    detail: str = ""

    @property
    def is_good(self) -> bool:
        """Whether the thing is now what the plan wants."""
        return self.result in GOOD


class Applied(Struct, frozen=True, kw_only=True):
    """What became of a plan, and what remains to be done. `remaining` is the plan made afterwards."""

    outcomes: tuple[Outcome, ...]
    snapshot: Snapshot | None
    remaining: Plan

    @property
    def is_whole(self) -> bool:
        """Whether everything is now as the plan wants it."""
        return all(one.is_good for one in self.outcomes) and not self.remaining.open_changes


class Telling(Struct, frozen=True, kw_only=True):
    """How an apply goes on. Shapes: `number` counts from 1 to `count`."""

    number: int
    count: int
    change: Change
    outcome: Outcome | None


class Applier:
    """Applies one plan.

    `targets` are the addresses that are wanted, with what they need; None for all. `deletes_data` lets go
    what holds data. `hub` is asked before each phase for the state that the hub keeps, since it may have come
    about. `now` tells the time in UTC, `told` hears how it goes on.
    """

    def __init__(
        self,
        plan: Plan,
        cloud: Cloud,
        state: DeploymentState,
        run: Run,
        *,
        by: str,
        why: str,
        now: Callable[[], dt.datetime],
        targets: Collection[str] | None = None,
        deletes_data: bool = False,
        hub: Callable[[], DeploymentState | None] = lambda: None,
        told: Callable[[Telling], None] = lambda _: None,
    ) -> None:
        self._plan = plan
        self._cloud = cloud
        self._lease = ApplyLease(state, run, holder=by, plan=plan.digest)
        self._by = by
        self._why = why
        self._now = now
        self._targets = targets
        self._deletes_data = deletes_data
        self._hub = hub
        self._told = told
        self._seen = Seen()
        self._outcomes: dict[str, Outcome] = {}
        self._journal: list[JournalEntry] = []
        self._canaries = Canaries(lambda: self._state, self._journal, plan, now)

    @property
    def _state(self) -> DeploymentState:
        """Where it is kept what is done, and by whom."""
        return self._lease.state

    def applied(self) -> Applied:
        """What became of the plan.

        Raises: UserError where somebody else applies, the deployment of the plan is no longer the newest, or
        the organization is another one; CloudError where the state cannot be reached.
        """
        check_organization(self._plan.deployment, self._cloud)
        with self._lease:
            self._settle()
            prior = self._prior()
            self._journal[:] = self._state.journal(self._plan.digest)  # nobody else writes it now
            chosen = chosen_of(self._plan, self._targets)
            if chosen:
                self._announce(prior)
            self._carry_out(chosen)
            self._settle()
            snapshot = self._remembered(prior)
        after = None if snapshot is None else snapshot.deployment
        remaining = plan_of(self._plan.deployment, after, self._cloud, at=self._now())
        return Applied(outcomes=tuple(self._outcomes.values()), snapshot=snapshot, remaining=remaining)

    def _prior(self) -> Snapshot | None:
        """What stands. Raises: UserError where another plan was applied since this one was made."""
        prior = self._state.snapshot()
        known = None if prior is None else digest_of(prior.deployment)
        resumed = prior is not None and prior.plan == self._plan.digest
        if known != self._plan.prior and not resumed:
            who = f"by `{prior.by}` at {prior.at:%Y-%m-%d %H:%M} UTC" if prior else "and its record is gone"
            raise UserError(f"something else was applied {who}", hint="plan again")
        return prior

    def _announce(self, prior: Snapshot | None) -> None:
        """What is about to come is known before it is there, so that it is not forgotten if this dies."""
        coming = self._with_leftovers(self._plan.deployment, prior)
        if prior is None or prior.deployment != coming:
            self._state.begin(self._snapshot(coming, is_whole=False))

    def _carry_out(self, chosen: list[Change]) -> None:
        known = {one.address: one for one in self._things()}
        phase = chosen[0].phase if chosen else None
        for number, change in enumerate(chosen, start=1):
            if change.phase != phase:
                phase = change.phase
                self._settle()
            self._told(Telling(number=number, count=len(chosen), change=change, outcome=None))
            self._lease.renew()
            outcome = self._outcome(change, known[change.address])
            self._outcomes[change.address] = outcome
            self._canaries.learn(change.address, is_new=outcome.result == "done")
            if outcome.result != "already":
                self._note(change, _EVENTS[outcome.result], outcome.detail)
            self._told(Telling(number=number, count=len(chosen), change=change, outcome=outcome))

    def _settle(self) -> None:
        """The state is kept, and the lease held, where others see it, as soon as there is such a place."""
        hub = self._hub()
        if hub is not None and hub.place != self._state.place:
            self._lease.move(hub)

    def _things(self) -> Iterable[Thing]:
        """Everything that a change can be about."""
        yield from things(self._plan.deployment, self._seen)
        yield from (thing_of(one, self._plan.deployment, self._seen) for one in self._plan.mending)
        if self._plan.former is not None:
            gone = {one.address for one in self._plan.changes if one.action == "delete"}
            yield from (one for one in things(self._plan.former, self._seen) if one.address in gone)

    def _outcome(self, change: Change, thing: Thing) -> Outcome:
        if change.action == "unknown":
            return Outcome(change=change, result="unknown", detail=change.unknown or "")
        if change.takes_data and not self._deletes_data:
            return Outcome(change=change, result="kept", detail="it holds data, and goes only on demand")
        lacking = self._kept(change) or self._lacking(change)
        if lacking is not None:
            return lacking
        waits = self._canaries.waits(thing.step.after)
        if waits is not None:
            return Outcome(change=change, result="waits", detail=waits)
        try:
            return self._made(change, thing)
        except (CloudError, NotKnownError) as error:
            return Outcome(change=change, result="failed", detail=str(error))

    def _kept(self, change: Change) -> Outcome | None:
        """Where something that is still there rests on what is to go."""
        if change.action != "delete":
            return None
        for one in self._outcomes.values():
            if change.address in one.change.needs and not one.is_good:
                result: Result = "kept" if one.result == "kept" else "skipped"
                return Outcome(change=change, result=result, detail=f"`{one.change.address}` needs it")
        return None

    def _lacking(self, change: Change) -> Outcome | None:
        """Where it cannot be begun: what it needs, or an earlier phase, did not come about."""
        for address in change.needs:
            earlier = self._outcomes.get(address)
            if earlier is not None and not earlier.is_good:
                return Outcome(change=change, result="skipped", detail=f"it needs `{address}`")
        for one in self._outcomes.values():
            if one.change.phase != change.phase and not one.is_good and one.result != "kept":
                detail = f"phase {one.change.phase} is not whole: `{one.change.address}`"
                return Outcome(change=change, result="skipped", detail=detail)
        return None

    def _made(self, change: Change, thing: Thing) -> Outcome:
        self._seen.forget(thing.told_by)
        before = self._now_is(thing)
        wanted = self._wanted(change, thing)
        if before == wanted:
            return Outcome(change=change, result="already")
        if state_of(before) != change.found and not self._was_begun(change):
            return Outcome(change=change, result="moved", detail=_moved(change, before))
        self._note(change, "begun")
        occasion = self._occasion(change)
        for call in self._calls(change, thing):
            self._cloud.act(msgspec.structs.replace(call, occasion=occasion))
        self._seen.forget(thing.told_by)
        return self._half(change, thing) or Outcome(change=change, result="done")

    def _half(self, change: Change, thing: Thing) -> Outcome | None:
        """Where a thing is not what it should be though AWS took every call."""
        if not thing.may_come_half:
            return None
        after, wanted = self._now_is(thing), self._wanted(change, thing)
        if after == wanted:
            return None
        return Outcome(change=change, result="failed", detail=_unlike(after, wanted))

    def _was_begun(self, change: Change) -> bool:
        """Whether an earlier run of this plan began with it, so that it may be half-way."""
        return any(one.address == change.address and one.event == "begun" for one in self._journal)

    def _occasion(self, change: Change) -> str:
        """What makes calls those of one attempt, with which an apply that died goes on."""
        failed = sum(one.address == change.address and one.event == "failed" for one in self._journal)
        return f"{self._plan.digest} {change.address} {failed}"

    def _now_is(self, thing: Thing) -> Body | None:
        return worked_out([thing.found], self._seen, self._asked)[0]

    def _wanted(self, change: Change, thing: Thing) -> Body | None:
        if change.action == "delete":
            return None
        return worked_out([thing.wanted], self._seen, self._asked)[0]

    def _calls(self, change: Change, thing: Thing) -> list[Call]:
        made = thing.remove if change.action == "delete" else thing.bring_about
        return worked_out([lambda: list(made())], self._seen, self._asked)[0]

    def _asked(self, reads: list[Read]) -> Iterable[Observation]:
        return self._cloud.observe(reads)

    def _note(self, change: Change, event: Event, detail: str = "") -> None:
        entry = JournalEntry(at=self._now(), address=change.address, event=event, detail=detail)
        self._state.note(self._plan.digest, entry)
        self._journal.append(entry)

    def _remembered(self, prior: Snapshot | None) -> Snapshot | None:
        """What stands now, kept for the next plan; the earlier where nothing was done at all."""
        done = [one for one in self._outcomes.values() if one.result == "done"]
        standing = self._standing(prior)
        if not done and prior is not None and prior.deployment == standing and self._state.is_kept(prior):
            return prior
        snapshot = self._snapshot(standing, is_whole=all(one.is_good for one in self._outcomes.values()))
        self._state.save(snapshot)
        return snapshot

    def _snapshot(self, deployment: Deployment, *, is_whole: bool) -> Snapshot:
        return Snapshot(
            number=self._state.next_number(),
            at=self._now(),
            by=self._by,
            why=self._why,
            plan=self._plan.digest,
            is_whole=is_whole,
            deployment=deployment,
        )

    def _standing(self, prior: Snapshot | None) -> Deployment:
        """What this plan wants, but for what was not even begun, with what was not taken away."""
        before = set() if prior is None else {one.address for one in things(prior.deployment, Seen())}
        never = {one.address for one in self._plan.changes if one.action == "create"} - before
        never -= {address for address, one in self._outcomes.items() if one.result in _TRIED}
        wanted = self._plan.deployment
        steps = tuple(one for one in wanted.steps if thing_of(one, wanted, Seen()).address not in never)
        return self._with_leftovers(msgspec.structs.replace(wanted, steps=steps), prior)

    def _with_leftovers(self, wanted: Deployment, prior: Snapshot | None) -> Deployment:
        """A deployment, and what of the earlier one was not taken away."""
        former = self._plan.former or (prior.deployment if prior else None)
        if former is None:
            return wanted
        gone = {one.address for one in self._plan.changes if one.action in ("delete", "unknown")}
        left = [
            one.step
            for one in things(former, Seen())
            if one.address in gone and not self._is_gone(one.address)
        ]
        if not left:
            return wanted
        files: Mapping[str, str] = {**former.files, **wanted.files}
        return msgspec.structs.replace(wanted, steps=(*wanted.steps, *left), files=files)

    def _is_gone(self, address: str) -> bool:
        outcome = self._outcomes.get(address)
        return outcome is not None and outcome.is_good


def chosen_of(plan: Plan, targets: Collection[str] | None) -> list[Change]:
    """The open changes that are wanted, and those that they need; for None all.

    Raises: UserError where an address is not in the plan.
    """
    by_address = {one.address: one for one in plan.changes}
    waiting = list(by_address if targets is None else targets)
    wanted: set[str] = set()
    while waiting:
        address = waiting.pop()
        if address not in by_address:
            raise UserError(f"the plan has no `{address}`", hint="`craton plan` tells every address")
        if address not in wanted:
            wanted.add(address)
            waiting += [one for one in by_address[address].needs if one in by_address]
    return [one for one in plan.changes if one.is_open and one.address in wanted]


_EVENTS: Final[dict[str, Event]] = {
    "done": "done",
    "failed": "failed",
    "moved": "failed",
    "skipped": "skipped",
    "waits": "skipped",
    "kept": "kept",
    "unknown": "skipped",
}


def _moved(change: Change, before: Body | None) -> str:
    if before is None:
        return "it was there when the plan was made, and is no more"
    if change.found == ABSENT:
        return "it was not there when the plan was made"
    return "it was changed since the plan was made"


def _unlike(after: Body | None, wanted: Body | None) -> str:
    """Where a thing is not what it was made."""
    if after is None:
        return "it is not there after it was made"
    if wanted is None:
        return "it is still there after it was to go"
    found = list(differences(after, wanted))
    told = "; ".join(f"{one.path} is {one.before}, not {one.after}" for one in found[:_MOST_TOLD])
    return told if len(found) <= _MOST_TOLD else f"{told}; and {len(found) - _MOST_TOLD} more"
