"""What drifted, who did it, and when, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from craton.core.plural import plural
from craton.views.plan_text import change_lines, value_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.drift_report import DriftReport
    from craton.engine.drifting import Drift


def drift_lines(report: DriftReport) -> Iterator[str]:
    """Each thing that drifted with who did it and what it opens, and what is not governed."""
    found, record = report.found, report.record
    for one, told in zip(found.drifts, record.drifts, strict=True):
        yield from one_drift_lines(one, told.opens)
    for words in record.not_looked_at:
        yield f"  ? not looked at: {words}"
    for each in record.accounts:
        yield f"  ! account {each.account} {each.name} is in no environment: {each.detail}"
    for each in record.regions:
        calls = "unknown calls" if each.calls is None else plural(each.calls, "call")
        last = f", the last at {each.last:%Y-%m-%d %H:%M} UTC" if each.last else ""
        yield f"  ! {each.region} is not governed: {calls} in account {each.account} {each.name}{last}"
    if record.regions_unknown is not None:
        yield f"whether Regions are used that are not governed is unknown: {record.regions_unknown}"
    counted = f"{len(found.drifts):,} of {plural(len(found.plan.changes), 'thing')} drifted"
    yield counted if found.drifts or record.not_looked_at else "nothing drifted"


def one_drift_lines(drift: Drift, opens: tuple[str, ...] = ()) -> Iterator[str]:
    """One thing that drifted."""
    if drift.change.address.startswith("drift/"):
        yield f"  ~ {drift.change.address.removeprefix('drift/')}: {drift.change.because}"
        for name, told in (drift.change.before or {}).items():
            yield f"      {name} ({told['type']}, {told['id']}) was {told['status'].lower()}"
            for path, one in told["properties"].items():
                yield f"        {path}: {value_text(one['was'])} became {value_text(one['is'])}"
    else:
        yield from change_lines(drift.change)
    yield from (f"      opens: {one}" for one in opens)
    for doer in drift.doers:
        of = f" of {', '.join(doer.resources)}" if doer.resources else ""
        yield f"      {doer.at} {doer.event}{of} by {doer.by} (event {doer.event_id})"
    if not drift.doers:
        yield "      the trail tells of nobody who changed it"


def drift_as_json(report: DriftReport) -> str:
    """The same for programs."""
    found, record = report.found, report.record
    told: dict[str, Any] = {
        "drifts": [
            {
                "address": one.change.address,
                "account": one.change.account,
                "region": one.change.region,
                "is": one.change.before,
                "differences": one.change.differences,
                "unknown": one.change.unknown,
                "opens": kept.opens,
                "effect_of_mending": one.change.effect,
                "doers": one.doers,
            }
            for one, kept in zip(found.drifts, record.drifts, strict=True)
        ],
        "not_looked_at": record.not_looked_at,
        "accounts_in_no_environment": record.accounts,
        "regions_not_governed": record.regions,
        "regions_unknown": record.regions_unknown,
    }
    return msgspec.json.format(msgspec.json.encode(told)).decode()
