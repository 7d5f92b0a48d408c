"""One look for drift: what drifted and what that opens, who is in no environment, what is not governed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from craton.engine.deployment_records import DriftEntry, DriftRecord
from craton.engine.drift_openings import openings
from craton.engine.drifting import Drifts, drifts
from craton.engine.policy_effects import with_effects
from craton.engine.ungoverned import accounts_without_environment, used_regions

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from craton.core.deployment_record import Snapshot
    from craton.core.manifest import Manifest
    from craton.core.ports import Cloud
    from craton.engine.progress import Progress


class DriftReport(Struct, frozen=True):
    """What drifted, with the plan that mends it, and the same as it is told and kept."""

    found: Drifts
    record: DriftRecord

    @property
    def is_clean(self) -> bool:
        """Whether nothing is otherwise than it was applied, and nothing was left out."""
        return not (
            self.record.drifts or self.record.not_looked_at or self.record.accounts or self.record.regions
        )


def drift_report(
    snapshot: Snapshot,
    cloud: Cloud,
    manifest: Manifest,
    path: Path,
    lake: Path | None,
    *,
    at: dt.datetime,
    by: str,
    progress: Progress | None = None,
) -> DriftReport:
    """What is otherwise than the newest apply left it. `path` is the manifest's file, `by` who looks.

    Raises: UserError where a policy that the manifest names cannot be read; DataError where the lake cannot.
    """
    found = drifts(snapshot, cloud, at=at, progress=progress)
    plan = with_effects(found.plan, manifest, path, lake, progress=progress)
    known = {one.address: one for one in plan.changes}
    told = tuple(msgspec.structs.replace(one, change=known[one.change.address]) for one in found.drifts)
    found = msgspec.structs.replace(found, plan=plan, drifts=told)
    opened = openings(plan, manifest, path)
    accounts, untold = accounts_without_environment(manifest, snapshot.deployment, cloud)
    regions = used_regions(lake, path, manifest, snapshot.deployment.regions, at=at)
    record = DriftRecord(
        first_at=at,
        last_at=at,
        by=by,
        applied=snapshot.number,
        things=len(plan.changes),
        drifts=tuple(
            DriftEntry(
                address=one.change.address,
                account=one.change.account,
                region=one.change.region,
                action=one.change.action,
                because=one.change.because,
                before=one.change.before,
                after=one.change.after,
                differences=one.change.differences,
                unknown=one.change.unknown,
                doers=one.doers,
                opens=opened.get(one.change.address, ()),
            )
            for one in told
        ),
        not_looked_at=(*found.not_looked_at, *([untold] if untold else [])),
        accounts=accounts,
        regions=regions.regions,
        regions_unknown=regions.unknown,
    )
    return DriftReport(found, record)
