"""Collecting: what AWS answers about every account and Region of the manifest becomes rows of `observed`.

First the organization is asked which accounts are suspended or closed, then all others are asked. Questions
that follow from an answer are asked in the next round; so rounds are few, and each is spread over accounts,
Regions and services at once.
"""

from __future__ import annotations

import datetime as dt
import itertools
from typing import TYPE_CHECKING, Any, Final

import msgspec

from craton.codec.canonical_json import encode
from craton.core.cloud_call import Read
from craton.core.collect_report import STATUSES, CollectReport, PlaceReport
from craton.core.errors import UserError
from craton.engine.collection_scope import Scope
from craton.engine.lakes import lake_of
from craton.engine.reads import plans
from craton.engine.rounds import Rounds
from craton.lake.observation_journal import Collection, Journals

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from craton.core.manifest import Manifest
    from craton.core.ports import Cloud
    from craton.lake.lake import Lake
    from craton.lake.observation_journal import Journal
    from craton.lake.progress import Progress

SUSPENDED: Final = frozenset({"SUSPENDED", "PENDING_CLOSURE", "CLOSED"})
"""Source: the enum AccountState in botocore's service model of AWS Organizations, retrieved 2026-11-24."""


_GOES_ON: Final = dt.timedelta(hours=1)
"""So long ago a stopped collection may have begun that goes on by itself: answers of one are of one time."""


def collect(
    lake: Path,
    *,
    manifest: Path | None,
    cloud: Cloud,
    caller: str,
    accounts: Sequence[str] = (),
    regions: Sequence[str] = (),
    resume: bool = False,
    now: dt.datetime,
    progress: Progress,
) -> CollectReport:
    """Every read of the collection is a row of the lake.

    `caller` is the account of whoever asks; `accounts` and `regions` narrow those of the manifest. A
    collection of the same scope that was stopped goes on, if it began a short while ago, or with `resume`,
    which wants that there is one. Others that were stopped become rows as far as they came.
    Raises: UserError where there is no manifest, it does not know an account or Region, or there is nothing
        to resume.
    """
    into, known = lake_of(lake, manifest)
    if known is None:
        raise UserError("there is no manifest", hint="name it with `--manifest`, or run `craton init`")
    scope = Scope.of(known, caller=caller, accounts=accounts, regions=regions)
    journal = opened(into, known, scope.digest, resume=resume, now=now)
    try:
        run = _Run(cloud, journal, scope, progress)
        run.ask_all()
        skipped = skipped_rows(journal, known, run.skipped, now)
        version = committed(into, journal, itertools.chain(rows_of(journal, known), skipped))
    finally:
        journal.close()
    return run.report(version)


class _Run:
    """One run over the accounts of a scope, but those that are suspended or closed."""

    def __init__(self, cloud: Cloud, journal: Journal, scope: Scope, progress: Progress) -> None:
        self._journal = journal
        self._scope = scope
        self._rounds = Rounds(cloud, journal, progress)
        self._states: dict[str, str] = {
            one.id: str(one.status) for one in scope.manifest.organization.accounts
        }

    @property
    def skipped(self) -> dict[str, str]:
        """The accounts that are not asked, with their state."""
        return {
            account: self._states[account]
            for account in self._scope.accounts
            if self._states[account] in SUSPENDED
        }

    def ask_all(self) -> None:
        """Everything of the scope is asked, but of accounts that are suspended or closed."""
        self._learn_states()
        self._rounds.ask(
            (plan, question, read)
            for account in self._scope.accounts
            if account not in self.skipped
            for place in self._scope.places(account)
            for plan in plans().values()
            for read, question in plan.reads(place)
        )

    def report(self, version: int) -> CollectReport:
        """What it came to."""
        return CollectReport(
            collection=self._journal.collection.name,
            version=version,
            places=tuple(
                PlaceReport(
                    account=account,
                    region=region,
                    reads=counts.total(),
                    by_status={status: counts[status] for status in STATUSES},
                )
                for (account, region), counts in sorted(self._rounds.counts.items())
            ),
            skipped=dict(sorted(self.skipped.items())),
            problems=tuple(
                msgspec.structs.replace(one, times=times)
                for one, times in sorted(self._rounds.problems.items())
            ),
            asked=self._rounds.asked,
            reads=sum(counts.total() for counts in self._rounds.counts.values()),
        )

    def _learn_states(self) -> None:
        """The states of accounts are those that Organizations tells, where it may be asked."""
        account = self._scope.organization_account
        if account not in self._scope.accounts:
            return
        read = Read(
            account=account,
            region=self._scope.regions[0],
            service="organizations",
            operation="ListAccounts",
        )
        for observation in self._rounds.answers([read]):
            for one in observation.answer["Accounts"] if observation.answer else ():
                self._states[one["Id"]] = one.get("State") or one["Status"]


def opened(lake: Lake, manifest: Manifest | None, scope: str, *, resume: bool, now: dt.datetime) -> Journal:
    """The journal of the stopped collection of the same scope, or of a new one; others become rows.

    Raises: UserError where there is nothing to resume.
    """
    lake.create()
    journals = Journals(lake.root)
    found: Journal | None = None
    for stopped in journals.stopped():
        collection = stopped.collection
        is_recent = now - collection.begun <= _GOES_ON
        if found is None and collection.scope == scope and (resume or is_recent):
            found = stopped
        else:
            committed(lake, stopped, rows_of(stopped, manifest))
    if found is not None:
        return found
    if resume:
        raise UserError(
            f"no collection of this scope was stopped in `{lake.root}`",
            hint="leave out `--resume` to begin one",
        )
    return journals.begin(Collection.beginning(now, scope))


def committed(lake: Lake, journal: Journal, rows: Iterable[Mapping[str, Any]]) -> int:
    """The version of the lake in which the rows are, which then no journal holds."""
    collection = journal.collection
    version = lake.observe(rows, collection=collection.name, collected_at=collection.begun)
    journal.remove()
    return version


def rows_of(journal: Journal, manifest: Manifest | None) -> Iterator[dict[str, Any]]:
    """What the journal knows, as rows of `observed`."""
    for one in journal.observations():
        yield {
            **_standing(manifest, journal.collection, one.read.account),
            "observed_at": one.at,
            "region": one.read.region,
            "service": one.read.service,
            "operation": one.read.operation,
            "parameters": encode(one.read.parameters).decode(),
            "status": one.status,
            "answer": encode(one.answer).decode() if one.status == "answered" else None,
            "error_code": one.error,
            "error_message": one.message,
        }


def skipped_rows(
    journal: Journal, manifest: Manifest | None, skipped: Mapping[str, str], now: dt.datetime
) -> Iterator[dict[str, Any]]:
    """The accounts that were not asked, with their states, as rows of `observed`."""
    for account, state in sorted(skipped.items()):
        yield {
            **_standing(manifest, journal.collection, account),
            "observed_at": now,
            "status": "skipped",
            "error_code": state,
            "error_message": f"the account is {state.lower().replace('_', ' ')}",
        }


def _standing(manifest: Manifest | None, collection: Collection, account: str) -> dict[str, Any]:
    """What rows of an account have in common."""
    known = manifest.accounts_by_id().get(account) if manifest else None
    return {
        "collection": collection.name,
        "collected_at": collection.begun,
        "account_id": account,
        "environment": manifest.environment_of(known.id, known.ou) if manifest and known else None,
        "organizational_unit": known.ou if known else None,
    }
