"""What drifted, who did it, and when, for people and for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from craton.views.plan_text import change_lines, value_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.drifting import Drift, Drifts


def drift_lines(found: Drifts) -> Iterator[str]:
    """Each thing that drifted with who did it, and how many there are."""
    for one in found.drifts:
        yield from one_drift_lines(one)
    for words in found.not_looked_at:
        yield f"  ? not looked at: {words}"
    counted = f"{len(found.drifts):,} of {len(found.plan.changes):,} things drifted"
    yield counted if found.drifts or found.not_looked_at else "nothing drifted"


def one_drift_lines(drift: Drift) -> Iterator[str]:
    """One thing that drifted."""
    if drift.change.address.startswith("drift/"):
        yield f"  ~ {drift.change.address.removeprefix('drift/')}: {drift.change.because}"
        for name, told in (drift.change.before or {}).items():
            yield f"      {name} ({told['type']}, {told['id']}) was {told['status'].lower()}"
            for path, one in told["properties"].items():
                yield f"        {path}: {value_text(one['was'])} became {value_text(one['is'])}"
    else:
        yield from change_lines(drift.change)
    for doer in drift.doers:
        yield f"      {doer.at} {doer.event} by {doer.by} (event {doer.event_id})"
    if not drift.doers:
        yield "      the trail tells of nobody who changed it"


def drift_as_json(found: Drifts) -> str:
    """The same for programs."""
    told: dict[str, Any] = {
        "drifts": [
            {
                "address": one.change.address,
                "account": one.change.account,
                "region": one.change.region,
                "is": one.change.before,
                "differences": one.change.differences,
                "unknown": one.change.unknown,
                "doers": one.doers,
            }
            for one in found.drifts
        ],
        "not_looked_at": found.not_looked_at,
    }
    return msgspec.json.format(msgspec.json.encode(told)).decode()
