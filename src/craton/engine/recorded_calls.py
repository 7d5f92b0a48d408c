"""What pages ask of recorded calls: what other policies would make of them, and why one came out so."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from craton.core.diagnostic import Diagnostic
from craton.core.errors import UserError
from craton.core.organization import ROOT
from craton.core.quoting import ticked
from craton.core.spelling import did_you_mean
from craton.engine.answers import Answers
from craton.engine.candidates import LONGEST, places, read_candidate
from craton.engine.explaining import explain
from craton.engine.policy_catalog import policy_catalog
from craton.engine.progress import Silent
from craton.engine.replaying import Candidate, Removal, moment, replayed
from craton.engine.trying import Fault
from craton.replay.calls import Window
from craton.replay.summary import ReplaySummary

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from craton.core.policy import Policy
    from craton.engine.board import Present
    from craton.replay.explanation import Explanation
    from craton.simulator.call_report import ToldLeg, ToldStatement

FIELDS: Final = ("candidate", "pasted", "at", "remove", "since")
"""What a form about a replay can say."""

SPANS: Final = {
    "7d": "the last 7 days",
    "30d": "the last 30 days",
    "90d": "the last 90 days",
    "all": "all of it",
}
USUAL: Final = "30d"
PATIENCE_S: Final = 45.0
"""So long does a replay wait for another one to end; there is never more than one at a time."""

_ONE_AT_A_TIME: Final = threading.Lock()
_MOST_ANSWERS: Final = 32


class AskedReplay(Struct, frozen=True, kw_only=True):
    """What became of a form. `summary` is None where nothing was asked or something is at fault.

    `findings` are what the linter says of a pasted candidate.
    """

    said: Mapping[str, str]
    faults: Mapping[str, Fault]
    summary: ReplaySummary | None = None
    findings: tuple[Diagnostic, ...] = ()


class Offered(Struct, frozen=True):
    """A policy to choose: by its file where it is attached already, by its key where it is content."""

    value: str
    words: str


class ReplayChoices(Struct, frozen=True, kw_only=True):
    """What a form about a replay offers; `removals` are policies with their places."""

    attached: tuple[Offered, ...]
    shipped: tuple[Offered, ...]
    removals: tuple[Offered, ...]
    places: tuple[Offered, ...]


def replay_choices(present: Present) -> ReplayChoices:
    """What can be tried in this organization."""
    catalog = policy_catalog(present)
    manifest = present.manifest
    attached = manifest.policies if manifest else ()
    return ReplayChoices(
        attached=tuple(Offered(one.file or "", f"{one.title} ({one.file})") for one in catalog.attached),
        shipped=tuple(Offered(one.key, one.title) for one in catalog.shipped if one.kind == "scp"),
        removals=tuple(Offered(f"{one.file}@{one.at}", f"{one.file} at {one.at}") for one in attached),
        places=tuple(Offered(at, words) for at, words in places(manifest)) if manifest else (),
    )


def first_question(present: Present) -> Mapping[str, str]:
    """What is worth asking first: an attached policy where rules are enforced and it does not hold yet."""
    manifest = present.manifest
    if manifest is None:
        return {}
    catalog = policy_catalog(present)
    for entry in reversed(catalog.attached):
        for environment in manifest.environments.values():
            for unit in environment.organizational_units:
                accounts = [one.id for one in manifest.organization.accounts if one.ou == unit]
                if environment.mode == "enforce" and accounts and not set(accounts) & set(entry.accounts):
                    return {"candidate": entry.file or "", "at": unit}
    return {}


def asked_replay(present: Present, said: Mapping[str, str], now: dt.datetime) -> AskedReplay:
    """What becomes of the recorded calls with the policies that a form names. `now` is naive UTC."""
    return _Asking(present, said, now).result()


class _Asking:
    """Reads one form, and gathers what is at fault in it."""

    def __init__(self, present: Present, said: Mapping[str, str], now: dt.datetime) -> None:
        self._present = present
        self._said = {name: said.get(name, "").strip() for name in FIELDS}
        self._now = now
        self._faults: dict[str, Fault] = {}
        self._findings: tuple[Diagnostic, ...] = ()

    def result(self) -> AskedReplay:
        """What becomes of it."""
        at, since = self._place(), self._since()
        candidates = tuple(Candidate(policy, at) for policy in self._policies())
        removals = tuple(self._removals())
        if not candidates and not removals:
            self._fault("candidate", "no policy is named", "choose one, paste one, or choose one to detach")
        summary = None
        if not self._faults:
            question = (tuple(_digest(text) for text in self._said.values()), since)
            try:
                summary = self._present.once(_kept).of(
                    question, lambda: self._replayed(candidates, removals, since)
                )
            except UserError as error:
                self._fault("", error.message, error.hint)
        return AskedReplay(said=self._said, faults=self._faults, summary=summary, findings=self._findings)

    def _replayed(
        self, candidates: tuple[Candidate, ...], removals: tuple[Removal, ...], since: str | None
    ) -> ReplaySummary:
        present = self._present
        if present.manifest is None or present.manifest_path is None:
            raise UserError("replaying needs a manifest", hint="it says which policies are in force")
        newest = present.snapshot.freshness.get("api_event")
        if newest is None:
            hint = "`craton ingest` reads the files of a trail"
            raise UserError("the lake holds no CloudTrail events", hint=hint)
        if not _ONE_AT_A_TIME.acquire(timeout=PATIENCE_S):
            raise UserError("another replay is still running", hint="ask again in a minute")
        try:
            session = present.session()
            try:
                found = replayed(
                    session,
                    present.manifest,
                    present.manifest_path,
                    candidates=candidates,
                    removals=removals,
                    window=Window(since=moment(since, min(newest, self._now))),
                    progress=Silent(),
                )
            finally:
                session.close()
        finally:
            _ONE_AT_A_TIME.release()
        return _as_named(found, present.manifest_path.parent)

    def _policies(self) -> Iterator[Policy]:
        named, pasted = self._said["candidate"], self._said["pasted"]
        if named:
            catalog = policy_catalog(self._present)
            known = {one.file: one.policy for one in catalog.attached if one.file is not None}
            known |= {one.key: one.policy for one in catalog.shipped}
            if named in known:
                yield known[named]
            else:
                self._fault("candidate", f"there is no policy {ticked(named)}", did_you_mean(named, known))
        if len(pasted) > LONGEST:
            self._fault("pasted", f"this has {len(pasted):,} characters, and {LONGEST:,} are read")
        elif pasted:
            found = read_candidate(pasted, today=self._present.today)
            self._findings = found.problems
            if found.policy is not None:
                yield found.policy
            else:
                first = next(one for one in found.problems if one.severity == "error")
                where = f"line {first.place.line}, column {first.place.column}"
                self._fault("pasted", f"{where}: {first.message}", first.hint)

    def _place(self) -> str:
        asked = self._said["at"] or ROOT
        known = {at for at, _ in places(self._present.manifest)} if self._present.manifest else {asked}
        if asked not in known:
            message = f"there is no {ticked(asked)} in the organization"
            self._fault("at", message, did_you_mean(asked, known))
        return asked

    def _removals(self) -> Iterator[Removal]:
        asked = self._said["remove"]
        known = {one.value for one in replay_choices(self._present).removals}
        if asked and asked not in known:
            self._fault("remove", f"{ticked(asked)} is not attached", did_you_mean(asked, known))
        elif asked:
            file, _, at = asked.rpartition("@")
            yield Removal(file, at)

    def _since(self) -> str | None:
        asked = self._said["since"] or USUAL
        if asked not in SPANS:
            self._fault("since", f"{ticked(asked)} is no span of time", f"choose one of {', '.join(SPANS)}")
        return None if asked == "all" else asked

    def _fault(self, field: str, message: str, hint: str | None = None) -> None:
        self._faults.setdefault(field, Fault(message, hint))


def explained_event(present: Present, event_id: str) -> Explanation:
    """Why the recorded call of that event came out as it did.

    Raises: UserError where there is no manifest or no such event.
    """
    path = present.manifest_path
    if path is None:
        raise UserError("explaining needs a manifest", hint="it says which policies are in force")
    found: Explanation = present.once(_explained).of(event_id, lambda: explain(present.root, path, event_id))
    return replace(found, legs=tuple(_leg_as_named(one, path.parent) for one in found.legs))


def _kept(_: Present) -> Answers[ReplaySummary]:
    return Answers(lambda _: 1, most=_MOST_ANSWERS)


def _explained(_: Present) -> Answers[Explanation]:
    return Answers(lambda _: 1, most=_MOST_ANSWERS)


def _digest(text: str) -> str:
    """What stands for a field in a question: no pasted text is kept with its answer."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


def _as_named(found: ReplaySummary, folder: Path) -> ReplaySummary:
    """The same, with files named as the manifest names them."""
    return replace(
        found,
        reasons=tuple(
            replace(
                reason,
                statements=tuple(replace(one, file=_named(one.file, folder)) for one in reason.statements),
            )
            for reason in found.reasons
        ),
    )


def _leg_as_named(leg: ToldLeg, folder: Path) -> ToldLeg:
    def named(statements: tuple[ToldStatement, ...]) -> tuple[ToldStatement, ...]:
        return tuple(replace(one, file=_named(one.file, folder)) for one in statements)

    return replace(
        leg,
        statements=named(leg.statements),
        gates=tuple(replace(gate, statements=named(gate.statements)) for gate in leg.gates),
    )


def _named(file: str, folder: Path) -> str:
    path = Path(file)
    return str(path.relative_to(folder)) if path.is_relative_to(folder) else file
