"""The trail of the organization records, and delivers what it records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.verifying.check import Check, Questions, Scene, Subject, Verdict, failed, passed
from craton.kinds.organization_trail import TRAIL_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator


def _subjects(scene: Scene) -> Iterator[Subject]:
    yield Subject(account=scene.intent.management_account, region=scene.home, of=TRAIL_NAME)


def _judge(_: Scene, of: Subject, asked: Questions) -> Verdict:
    told = asked.ask(of.account, of.region, "cloudtrail", "GetTrailStatus", Name=of.of)
    if told is None:
        return failed("there is no such trail")
    if not told["IsLogging"]:
        return failed("it does not record")
    error = told.get("LatestDeliveryError") or ""
    return failed(f"it cannot deliver: {error}") if error else passed()


CHECK: Final = Check(
    title="the trail of the organization records",
    hint="`aws cloudtrail start-logging`, or `craton drift` for who stopped it",
    subjects=_subjects,
    judge=_judge,
)
