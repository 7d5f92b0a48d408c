"""How far the rules of a manifest are rolled out: environments and accounts, as the newest plan saw them.

Nothing is asked of AWS: everything follows from what plans, applies and looks for drift left in the lake.
"""

from __future__ import annotations

import datetime as dt
import itertools
import re
from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from craton.core.deployment import Phase
from craton.core.organization import ROOT, up_from
from craton.engine.deployment_log import DeploymentLog
from craton.engine.deployment_records import DriftRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from craton.core.manifest import Manifest
    from craton.core.organization import Account
    from craton.engine.board import Present
    from craton.engine.deployment_records import ApplyRecord, PlanRecord, SnapshotRecord, StepRecord
    from craton.planner.plan import Change

Standing = Literal["current", "behind", "failed", "drifted", "unknown", "outside", "inactive"]
"""All is as wanted; something is still to be done; AWS failed at it; somebody changed it since; it could not
be told; no environment has it; or the account is suspended or closed, and nothing is deployed to it."""

STANDINGS: Final[tuple[Standing, ...]] = (
    "failed",
    "drifted",
    "behind",
    "unknown",
    "outside",
    "inactive",
    "current",
)
PHASES: Final[tuple[Phase, ...]] = ("management", "hub", "members")
_PLACE: Final = re.compile(r"(?P<account>\d{12})/(?P<region>[a-z0-9-]+)")
_CURRENT: Final = "CURRENT"
_FAILED: Final = frozenset({"FAILED", "INOPERABLE", "CANCELLED", "FAILED_IMPORT"})
"""Source: StackInstanceDetailedStatus and StackInstanceStatus of CloudFormation's API reference, retrieved
2026-11-27."""
_DIGITS: Final = 8
_SEEING: Final = ("plan", "mend", "after")
"""Plans that tell how far the manifest is; the others want something else to stand."""


class LastApply(Struct, frozen=True, kw_only=True):
    """The apply that changed something last. `number` is None where it brought nothing about.

    `is_plan_known` says whether the lake has its plan.
    """

    plan: str
    is_plan_known: bool
    number: int | None
    at: dt.datetime
    by: str
    why: str


class RegionRollout(Struct, frozen=True, kw_only=True):
    """The stack of an account in a Region: AWS's word for how it stands, None where there is none."""

    region: str
    status: str | None
    is_wanted: bool


class AccountRollout(Struct, frozen=True, kw_only=True):
    """One account. `version` begins the digest of the template that stands, `wanted_version` of the other.

    `policies` of the `policies_wanted` are attached around it. `drifts` is None where nobody looked since the
    last apply. `steps_done` of `steps` of its checklist are done; None where nobody looked.
    """

    account: str
    name: str
    environment: str | None
    organizational_unit: str | None
    phase: Phase
    state: Standing
    detail: str
    version: str | None
    wanted_version: str | None
    regions: tuple[RegionRollout, ...]
    policies: int
    policies_wanted: int
    drifts: int | None
    applied: LastApply | None
    steps_done: int | None
    steps: int | None


class PhaseRollout(Struct, frozen=True, kw_only=True):
    """One phase: how many things it has, and how many of them are still to be done."""

    phase: Phase
    things: int
    open: int
    unknown: int
    drifts: int | None
    applied: LastApply | None


class EnvironmentRollout(Struct, frozen=True, kw_only=True):
    """The accounts of an environment; None is that of the hub and the management account, and of others.

    `is_own` tells the former from the latter.
    """

    name: str | None
    is_own: bool = False
    mode: str | None
    accounts: tuple[AccountRollout, ...]


class Rollout(Struct, frozen=True, kw_only=True):
    """Everything as of the newest plan, whose time is `seen`.

    `drift` is what the last look for it found, None where nobody looked since the last apply. `damaged` names
    the records that are left out.
    """

    seen: dt.datetime | None
    plan: str | None
    commit: str | None
    drift: DriftRecord | None
    phases: tuple[PhaseRollout, ...]
    environments: tuple[EnvironmentRollout, ...]
    damaged: tuple[str, ...]

    def accounts(self) -> Iterator[AccountRollout]:
        """Every account, environment by environment."""
        for one in self.environments:
            yield from one.accounts


def rollout(present: Present) -> Rollout:
    """How far everything is, as far as records tell it."""
    log = DeploymentLog(present.root)
    return _Reading(log, present.manifest).rollout()


class _Reading:
    def __init__(self, log: DeploymentLog, manifest: Manifest | None) -> None:
        self._manifest = manifest
        plans = (one for one in log.plans() if one.purpose in _SEEING)
        self._plan: PlanRecord | None = next(plans, None)
        newest = () if self._plan is None else itertools.chain((self._plan,), plans)
        self._commit = next((one.commit for one in newest if one.commit is not None), None)
        self._applies = list(log.applies())
        self._log = log
        self._plans: dict[str, bool] = {}
        self._snapshot = next(log.snapshots(), None)
        self._drift = _fresh(next(log.drifts(), None), self._applies)
        self._checklists = {one.account: one for one in log.checklists()}
        self._changes = self._plan.changes if self._plan else ()
        units = manifest.organization.organizational_units if manifest else ()
        self._units = {one.id: one.path for one in units if one.id is not None}

    def rollout(self) -> Rollout:
        return Rollout(
            seen=self._plan.at if self._plan else None,
            plan=self._plan.digest if self._plan else None,
            commit=self._commit,
            drift=self._drift,
            phases=tuple(self._phase(one) for one in PHASES) if self._plan else (),
            environments=tuple(self._environments()),
            damaged=self._log.damaged,  # once all is read
        )

    def _phase(self, phase: Phase) -> PhaseRollout:
        own = [one for one in self._changes if one.phase == phase]
        drifts = self._drift.drifts if self._drift else ()
        return PhaseRollout(
            phase=phase,
            things=len(own),
            open=sum(one.is_open for one in own),
            unknown=sum(one.action == "unknown" for one in own),
            drifts=None
            if self._drift is None
            else sum(self._phase_of(one.address) == phase for one in drifts),
            applied=self._last({one.address for one in own}),
        )

    def _phase_of(self, address: str) -> Phase | None:
        known = next((one.phase for one in self._changes if one.address == address), None)
        if known is not None or self._plan is None or not address.startswith("drift/"):
            return known
        account = address.split("/")[1]
        return "hub" if account in (self._plan.hub_account, self._plan.management_account) else "members"

    def _environments(self) -> Iterator[EnvironmentRollout]:
        if self._manifest is None:
            return
        accounts = [self._account(one, self._manifest) for one in self._manifest.organization.accounts]
        for name, environment in self._manifest.environments.items():
            own = tuple(one for one in accounts if one.environment == name)
            yield EnvironmentRollout(name=name, mode=environment.mode, accounts=own)
        for is_own in (True, False):
            rest = (one for one in accounts if one.environment is None)
            those = tuple(one for one in rest if (one.phase != "members") is is_own)
            if those:
                yield EnvironmentRollout(name=None, is_own=is_own, mode=None, accounts=those)

    def _account(self, account: Account, manifest: Manifest) -> AccountRollout:
        environment = manifest.environment_of(account.id, account.ou)
        phase = _phase_for(account.id, manifest)
        if phase != "members":
            environment = None
        own = list(self._of(account, environment, phase))
        regions = tuple(self._regions(account.id, own))
        attached = [one for one in own if one.address.startswith("policy_attachment/")]
        drifts = self._drifts_of(account.id)
        standing, detail = self._state(account, environment, phase, own, regions, drifts)
        versions = self._versions(own, account.id)
        checklist = self._checklists.get(account.id)
        return AccountRollout(
            account=account.id,
            name=account.name,
            environment=environment,
            organizational_unit=account.ou,
            phase=phase,
            state=standing,
            detail=detail,
            version=versions[0],
            wanted_version=versions[1] if versions[1] != versions[0] else None,
            regions=regions,
            policies=sum(bool(one.before) for one in attached),
            policies_wanted=sum(bool(one.after) for one in attached),
            drifts=drifts,
            applied=self._last({one.address for one in own}),
            steps_done=_done(checklist.steps) if checklist else None,
            steps=len(checklist.steps) if checklist else None,
        )

    def _of(self, account: Account, environment: str | None, phase: Phase) -> Iterator[Change]:
        """The changes that an account meets: policies around it, its stacks, and what they come from."""
        met = self._policies_around(account) if phase != "management" else {}
        for one in self._changes:
            kind, _, rest = one.address.partition("/")
            if kind in ("policy", "policy_attachment"):
                if one.address in met or (phase == "management" and kind == "policy"):
                    yield one
            elif kind == "stack":
                if rest.startswith(f"{account.id}/"):
                    yield one
            elif kind in ("stack_set", "stack_instances"):
                name = rest.partition("/")[0]
                has = environment is not None and name.endswith(f"-{environment}")
                if has and (kind == "stack_set" or account.id in _accounts_of(one)):
                    yield one
            elif phase == one.phase == "management":
                yield one

    def _policies_around(self, account: Account) -> dict[str, None]:
        """The addresses of the policies that hold for an account, and of their attachments around it."""
        around = {ROOT, account.id, *(up_from(account.ou) if account.ou != ROOT else ())}
        found: dict[str, None] = {}
        for one in self._changes:
            kind, _, rest = one.address.partition("/")
            name, _, at = rest.partition("/")
            if kind == "policy_attachment" and self._units.get(at, at) in around:
                found |= {one.address: None, f"policy/{name}": None}
        return found

    def _regions(self, account: str, own: Iterable[Change]) -> Iterator[RegionRollout]:
        """The stacks of an account by Region."""
        found: dict[str, list[str | None]] = {}
        for one in own:
            if one.address.startswith("stack_instances/"):
                for side, body in enumerate((one.before, one.after)):
                    for key, status in (body or {}).items():
                        place = _PLACE.fullmatch(str(key))
                        if place is not None and place["account"] == account:
                            found.setdefault(place["region"], [None, None])[side] = str(status)
            elif one.address.startswith("stack/"):
                region = one.address.split("/")[2]
                stands = _CURRENT if one.before and not one.is_open else "OUTDATED" if one.before else None
                found[region] = [stands, _CURRENT if one.after else None]
        for region, (before, after) in sorted(found.items()):
            yield RegionRollout(region=region, status=before, is_wanted=after is not None)

    def _state(  # noqa: PLR0917 - one line for each way in which an account may stand
        self,
        account: Account,
        environment: str | None,
        phase: Phase,
        own: list[Change],
        regions: tuple[RegionRollout, ...],
        drifts: int | None,
    ) -> tuple[Standing, str]:
        if account.status != "ACTIVE":
            return "inactive", f"it is {account.status.lower().replace('_', ' ')}: nothing is deployed to it"
        if self._plan is None:
            return "unknown", "no plan has looked at it"
        if environment is None and phase == "members":
            return "outside", "no environment holds its OU, and none names it"
        if phase == "members" and not regions:
            return "unknown", "the newest plan tells of no stack of it: AWS may not have it in that OU"
        failed = [one for one in regions if one.status in _FAILED]
        if failed:
            return "failed", ", ".join(f"{one.region}: {one.status}" for one in failed)
        if drifts:
            return "drifted", f"{drifts} changed by hand"
        unknown = next((one for one in own if one.action == "unknown"), None)
        if unknown is not None:
            return "unknown", unknown.unknown or ""
        open_ones = [one for one in own if one.is_open]
        if open_ones:
            missing = [one.region for one in regions if one.is_wanted and one.status is None]
            where = f", no stack yet in {', '.join(missing)}" if missing else ""
            return "behind", f"{len(open_ones)} to be done{where}"
        return "current", "all is as the manifest wants it"

    def _drifts_of(self, account: str) -> int | None:
        if self._drift is None:
            return None
        named = (one for one in self._drift.drifts if one.address.startswith(("drift/", "stack/")))
        return sum(one.address.split("/")[1] == account for one in named)

    def _versions(self, own: Iterable[Change], account: str) -> tuple[str | None, str | None]:
        """The template that stands and the one that is wanted, by the beginning of their digests."""
        for one in own:
            if one.address.startswith(("stack_set/", f"stack/{account}/")):
                return _version(one.before), _version(one.after)
        return None, None

    def _last(self, addresses: set[str]) -> LastApply | None:
        """The newest apply that did something about these; the newest of all that the hub knows elsewise."""
        for one in self._applies:
            if any(made.result == "done" and made.address in addresses for made in one.outcomes):
                return self._told(one, one.ended or one.begun)
        known = self._snapshot
        if known is None or not addresses or any(one.number == known.number for one in self._applies):
            return None
        return self._told(known, known.at)

    def _told(self, one: ApplyRecord | SnapshotRecord, at: dt.datetime) -> LastApply:
        if one.plan not in self._plans:
            self._plans[one.plan] = self._log.plan_of(one.plan) is not None
        return LastApply(
            plan=one.plan,
            is_plan_known=self._plans[one.plan],
            number=one.number,
            at=at,
            by=one.by,
            why=one.why,
        )


def _phase_for(account: str, manifest: Manifest) -> Phase:
    told = manifest.organization
    own: dict[str, Phase] = {told.management_account: "management", told.hub_account: "hub"}
    return own.get(account, "members")


def _fresh(drift: DriftRecord | None, applies: Iterable[ApplyRecord]) -> DriftRecord | None:
    """What a look found, if nothing was applied since: what drifted then may be mended now."""
    newest = next((one for one in applies), None)
    if drift is None or newest is None:
        return drift
    return drift if drift.last_at > (newest.ended or newest.begun) else None


def _accounts_of(change: Change) -> set[str]:
    keys = (str(key) for body in (change.before, change.after) for key in (body or {}))
    return {place["account"] for key in keys if (place := _PLACE.fullmatch(key))}


def _version(body: Mapping[str, Mapping[str, str]] | None) -> str | None:
    digest = ((body or {}).get("template") or {}).get("sha256")
    return digest[:_DIGITS] if digest else None


def _done(steps: Iterable[StepRecord]) -> int:
    return sum(one.state in ("done", "not_needed") for one in steps)
