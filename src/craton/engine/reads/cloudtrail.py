"""What is read of AWS CloudTrail: trails, and of those of the account whether they write and what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.reads.question import Following, Plan, Question

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.engine.reads.question import Place


def _questions(at: Place) -> Iterator[Question]:
    own = f"trailList[?contains(TrailARN, ':{at.account}:trail/')]"
    status = Following(each=own, operation="GetTrailStatus", taken={"Name": "TrailARN"})
    selectors = Following(each=own, operation="GetEventSelectors", taken={"TrailName": "TrailARN"})
    then = (status, selectors) if at.is_home else ()
    yield Question(operation="DescribeTrails", parameters={"includeShadowTrails": at.is_home}, then=then)


PLAN: Final = Plan(service="cloudtrail", questions=_questions)
