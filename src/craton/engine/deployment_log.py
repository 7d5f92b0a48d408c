"""What was planned, applied and found, kept in the lake's folder so that pages can show it without AWS.

deployments/plans/TIME-DIGEST.json       each plan that was made; one that found the same stands for all
deployments/applies/TIME-DIGEST.json     each run of an apply, with what became of each change
deployments/snapshots/NNNNNN.json        who brought what into AWS and why, as the hub keeps it
deployments/drift/TIME.json              what looks for drift found, as long as they found the same
deployments/accounts/ACCOUNT.json        how far each account is on its way into its environment
deployments/told.json                    of which drift the hub's topic was told
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from craton.codec import canonical_json
from craton.codec.json_document import decoded
from craton.core.errors import CratonError, DataError
from craton.engine.deployment_records import (
    ApplyRecord,
    ChecklistRecord,
    DriftRecord,
    OutcomeRecord,
    PlanRecord,
    Purpose,
    SnapshotRecord,
    StepRecord,
)
from craton.engine.lakes import lake_of
from craton.engine.local_state import LocalState
from craton.planner.plan import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from craton.engine.applying import Applied, Telling
    from craton.engine.deployment_state import DeploymentState
    from craton.planner.onboarding import Checklist
    from craton.planner.plan import Plan

T = TypeVar("T")

FOLDER: Final = "deployments"
_PLANS, _APPLIES, _SNAPSHOTS, _DRIFT, _ACCOUNTS = (
    "plans/",
    "applies/",
    "snapshots/",
    "drift/",
    "accounts/",
)
_TOLD: Final = "told.json"
_DIGITS: Final = 16
_BETWEEN_WRITES: Final = dt.timedelta(seconds=1)


class DeploymentLog:
    """The records in a lake's folder. Where nobody wrote, nothing is found; what is damaged is left out.

    Raises: UserError where the folder is no lake, from whatever writes.
    """

    def __init__(self, lake: Path) -> None:
        self.root = lake
        self._store = LocalState(lake / FOLDER)
        self._damaged: dict[str, str] = {}

    @property
    def damaged(self) -> tuple[str, ...]:
        """The records that were left out of what was read until now, each with why."""
        return tuple(f"`{FOLDER}/{key}` cannot be read: {why}" for key, why in sorted(self._damaged.items()))

    def state(self) -> str:
        """Another word whenever a record was written since."""
        return f"{self._store.newest():x}"

    def plan(self, plan: Plan, *, by: str, purpose: Purpose, commit: str | None = None) -> PlanRecord:
        """The record of a plan, which is kept. One before it that found the same and was not applied goes."""
        record = plan_record(plan, by=by, purpose=purpose, commit=commit)
        former = next(iter(self._newest(_PLANS, PlanRecord)), None)
        self._write(f"{_PLANS}{_moment(plan.at)}-{record.digest[:_DIGITS]}.json", record)
        if former is not None and former.digest != record.digest and _found(former) == _found(record):
            self._forget(former)
        return record

    def _forget(self, plan: PlanRecord) -> None:
        is_applied = any(plan.digest in (one.plan, one.after) for one in self.applies())
        if not is_applied and not self._damaged:  # which may be the apply of just this plan
            self._store.delete(f"{_PLANS}{_moment(plan.at)}-{plan.digest[:_DIGITS]}.json")

    def plans(self) -> Iterator[PlanRecord]:
        """Every plan, the newest first."""
        yield from self._newest(_PLANS, PlanRecord)

    def plan_of(self, digest: str) -> PlanRecord | None:
        """The plan whose digest begins so, where there is one."""
        keys = (one for one in self._store.keys(_PLANS) if one.partition("-")[2].startswith(digest[:_DIGITS]))
        record = self._read(key, PlanRecord) if digest and (key := next(keys, None)) else None
        return record if record is not None and record.digest.startswith(digest) else None

    def apply(self, record: ApplyRecord) -> None:
        """Afterwards the run of an apply is kept as it is now."""
        self._write(f"{_APPLIES}{_moment(record.begun)}-{record.plan[:_DIGITS]}.json", record)

    def applies(self) -> Iterator[ApplyRecord]:
        """Every run of an apply, the newest first."""
        yield from self._newest(_APPLIES, ApplyRecord)

    def learn(self, state: DeploymentState) -> None:
        """Afterwards this knows every apply that the hub knows. Raises: CloudError."""
        known = sum(1 for _ in self._store.keys(_SNAPSHOTS))
        for one in state.snapshots(beyond=known):
            self.snapshot(
                SnapshotRecord(
                    number=one.number,
                    at=one.at,
                    by=one.by,
                    why=one.why,
                    plan=one.plan,
                    is_whole=one.is_whole,
                    deployment=digest_of(one.deployment),
                )
            )

    def snapshot(self, record: SnapshotRecord) -> None:
        """Afterwards what the hub knows of an apply is kept."""
        self._write(f"{_SNAPSHOTS}{record.number:06}.json", record)

    def snapshots(self) -> Iterator[SnapshotRecord]:
        """What the hub keeps of applies, the newest first."""
        yield from self._newest(_SNAPSHOTS, SnapshotRecord)

    def drift(self, record: DriftRecord) -> None:
        """Afterwards what a look found is kept; where it is the same as before, that lasts longer."""
        former = self.newest_drift()
        if former is not None and _drifted(former) == _drifted(record):
            record = msgspec.structs.replace(record, first_at=former.first_at)
        self._write(f"{_DRIFT}{_moment(record.first_at)}.json", record)

    def newest_drift(self) -> DriftRecord | None:
        """What the last look found; None where nobody looked."""
        return next(iter(self.drifts()), None)

    def drifts(self) -> Iterator[DriftRecord]:
        """What looks found, the newest first."""
        yield from self._newest(_DRIFT, DriftRecord)

    def checklist(self, found: Checklist, at: dt.datetime) -> ChecklistRecord:
        """How far an account is, with the time since when each step is so; it is kept."""
        former = self.checklist_of(found.account)
        known = {(one.title, one.state): one.since for one in former.steps} if former else {}
        record = ChecklistRecord(
            account=found.account,
            name=found.name,
            organizational_unit=found.organizational_unit,
            environment=found.environment,
            begun=former.begun if former else at,
            looked_at=at,
            steps=tuple(
                StepRecord(
                    title=one.title,
                    state=one.state,
                    detail=one.detail,
                    since=known.get((one.title, one.state), at),
                )
                for one in found.steps
            ),
        )
        self._write(f"{_ACCOUNTS}{found.account}.json", record)
        return record

    def checklist_of(self, account: str) -> ChecklistRecord | None:
        """How far an account was when it was looked at last; None where nobody looked."""
        key = f"{_ACCOUNTS}{account}.json"
        return self._read(key, ChecklistRecord) if key in set(self._store.keys(_ACCOUNTS)) else None

    def checklists(self) -> Iterator[ChecklistRecord]:
        """How far each account was that somebody looked at, by id."""
        for key in self._store.keys(_ACCOUNTS):
            record = self._read(key, ChecklistRecord)
            if record is not None:
                yield record

    def told(self, kind: type[T]) -> T:
        """What was told of drift and is not mended; nothing at first.

        Raises: DataError where the record is damaged.
        """
        found = self._read(_TOLD, kind)
        if _TOLD in self._damaged:
            raise DataError(
                f"the record `{self._store.place}/{_TOLD}` cannot be read: {self._damaged[_TOLD]}",
                hint="remove it: all that drifted is told once more",
            )
        return found or kind()

    def tell(self, memory: object) -> None:
        """Afterwards that is what was told."""
        self._write(_TOLD, memory)

    def _newest(self, prefix: str, kind: type[T]) -> Iterator[T]:
        for key in reversed(list(self._store.keys(prefix))):
            record = self._read(key, kind)
            if record is not None:
                yield record

    def _read(self, key: str, kind: type[T]) -> T | None:
        """The record; None where there is none, or it is damaged."""
        try:
            held = self._store.read(key)
            return None if held is None else decoded(held.data, kind)
        except msgspec.DecodeError as error:
            self._damaged[key] = str(error).lower()
        except OSError as error:
            self._damaged[key] = (error.strerror or str(error)).lower()
        return None

    def _write(self, key: str, record: object) -> None:
        lake_of(self.root, None)[0].create()
        data = canonical_json.encode(record) + b"\n"
        held = self._store.read(key)
        while self._store.write(key, data, over=held.version if held else None) is None:
            held = self._store.read(key)


class Records:
    """Keeps records in the folder of a lake, where one is named; where that fails, all else goes on.

    `tell` is told why, once.
    """

    def __init__(self, lake: Path | None, tell: Callable[[str], None]) -> None:
        self._log = None if lake is None else DeploymentLog(lake)
        self._tell = tell
        self._is_told = False

    def keep(self, write: Callable[[DeploymentLog], object]) -> None:
        """Afterwards it is written, or it was told that it cannot be."""
        if self._log is None:
            return
        try:
            write(self._log)
        except (CratonError, OSError) as error:
            if not self._is_told:
                self._is_told = True
                why = str(error.strerror or error).lower() if isinstance(error, OSError) else str(error)
                self._tell(f"no record of this can be kept in `{self._log.root}`: {why}; all else goes on")


class ApplyLog:
    """Follows one run of an apply, and stops it by nothing. `now` tells the time in UTC."""

    def __init__(
        self, records: Records, plan: Plan, *, by: str, why: str, now: Callable[[], dt.datetime]
    ) -> None:
        self._records = records
        self._now = now
        self._by = by
        self._plan = plan
        self._record = ApplyRecord(
            plan=plan.digest, begun=now(), by=by, why=why, planned=len(plan.open_changes)
        )
        self._written = self._record.begun
        records.keep(self._begin)

    def _begin(self, log: DeploymentLog) -> None:
        self._planned(log)
        log.apply(self._record)

    def _planned(self, log: DeploymentLog) -> PlanRecord:
        """The plan, which is kept at the latest now."""
        purpose: Purpose = "mend" if self._plan.mending else "plan"
        return log.plan_of(self._plan.digest) or log.plan(self._plan, by=self._by, purpose=purpose)

    def told(self, telling: Telling) -> None:
        """Afterwards what became of a change is known, and is kept soon."""
        if telling.outcome is None:
            return
        at = self._now()
        outcome = OutcomeRecord(
            at=at,
            address=telling.change.address,
            phase=telling.change.phase,
            action=telling.change.action,
            result=telling.outcome.result,
            detail=telling.outcome.detail,
        )
        self._record = msgspec.structs.replace(self._record, outcomes=(*self._record.outcomes, outcome))
        if at - self._written >= _BETWEEN_WRITES:
            self._written = at
            self._records.keep(lambda log: log.apply(self._record))

    def ended(self, applied: Applied) -> None:
        """Afterwards the whole run is kept, and the plan of what is left."""
        self._records.keep(lambda log: self._end(log, applied))

    def _end(self, log: DeploymentLog, applied: Applied) -> None:
        commit = self._planned(log).commit
        after = log.plan(applied.remaining, by=self._by, purpose="after", commit=commit)
        snapshot = applied.snapshot
        log.apply(
            msgspec.structs.replace(
                self._record,
                ended=self._now(),
                number=snapshot.number if snapshot else None,
                is_whole=applied.is_whole,
                after=after.digest,
                remaining=tuple(one.address for one in applied.remaining.open_changes),
            )
        )


def plan_record(plan: Plan, *, by: str, purpose: Purpose, commit: str | None = None) -> PlanRecord:
    """What is kept of a plan."""
    wanted = plan.deployment
    return PlanRecord(
        digest=plan.digest,
        at=plan.at,
        by=by,
        purpose=purpose,
        organization=wanted.organization,
        management_account=wanted.management_account,
        hub_account=wanted.hub_account,
        regions=wanted.regions,
        deployment=digest_of(wanted),
        prior=plan.prior,
        changes=plan.changes,
        effect=plan.effect,
        commit=commit,
    )


def _found(plan: PlanRecord) -> object:
    """What makes two plans tell the same: neither when nor by whom they were made."""
    return plan.purpose, plan.deployment, plan.prior, plan.changes, plan.commit


def _drifted(record: DriftRecord) -> object:
    return (
        record.applied,
        record.drifts,
        record.not_looked_at,
        record.accounts,
        [(one.account, one.region) for one in record.regions],
        record.regions_unknown,
    )


def _moment(at: dt.datetime) -> str:
    return f"{at:%Y%m%dT%H%M%S.%fZ}"
