"""What the phases brought about is there, as it was brought: policies, attachments, stacks and stack sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.verifying.check import Check, Questions, Scene, Subject, Verdict, failed, passed
from craton.planner.difference import differences
from craton.planner.plan import things
from craton.planner.seen import Seen

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_TOLD: Final = 2


def _subjects(scene: Scene) -> Iterator[Subject]:
    for one in things(scene.deployment, Seen()):
        yield Subject(account=one.step.account, region=one.step.region, of=one.address)


def _judge(scene: Scene, of: Subject, asked: Questions) -> Verdict:
    thing = next(one for one in things(scene.deployment, asked) if one.address == of.of)
    found, wanted = thing.found(), thing.wanted()
    if found is None:
        return failed("it is not there")
    if found == wanted:
        return passed()
    told = [one.path for one in differences(found, wanted)]
    more = f" and {len(told) - _MOST_TOLD} more" if len(told) > _MOST_TOLD else ""
    return failed(f"it differs in {', '.join(told[:_MOST_TOLD])}{more}")


CHECK: Final = Check(
    title="what the manifest wants stands",
    hint="`craton plan -o plan.json` tells what differs, and `craton apply plan.json` brings it about",
    subjects=_subjects,
    judge=_judge,
)
