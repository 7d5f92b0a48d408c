"""What a manifest must have so that anything can be compiled, and what is left out where it lacks something.

Source: botocore 1.44.5, data/partitions.json, retrieved 2026-11-26;
repost.aws/knowledge-center/use-eventbridge-rule-across-regions on events of global services, and
docs.aws.amazon.com/cur/latest/userguide/dataexports-create-standard.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from craton.core.diagnostic import Diagnostic
from craton.core.manifest_origin import fault
from craton.core.quoting import ticked
from craton.kinds.data_export import REGION as GLOBAL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent
    from craton.core.manifest_origin import Origin

_OF_AWS: Final = re.compile(r"(?!cn-)[a-z]{2}-[a-z]+-[0-9]+")
"""Regions of the partition `aws`; those of others begin with `cn`, or have one part more."""


def premise_problems(intent: Intent, origin: Origin) -> Iterator[Diagnostic]:
    """That there is an environment, in Regions that can have what is compiled, and what some cannot have."""
    if not intent.environments:
        message = "there is no environment, and so nobody for whom anything could be compiled"
        hint = "add some, as in `environments: {dev: {mode: observe, organizational_units: [workloads/dev]}}`"
        yield fault("no_environment", message, origin.place(("environments",)), hint)
    yield from _of_regions(intent, origin)


def _of_regions(intent: Intent, origin: Origin) -> Iterator[Diagnostic]:
    elsewhere = [one for one in intent.regions if _OF_AWS.fullmatch(one) is None]
    for region in elsewhere:
        place = origin.place(("regions", intent.regions.index(region)))
        message = f"{ticked(region)} is of another partition than `aws`, for which policies are compiled"
        hint = "an organization is of one partition: leave the Region out"
        yield fault("region_partition", message, place, hint)
    if elsewhere:
        return
    if intent.home_region != GLOBAL:
        message = f"exports of the bill are left out: AWS makes them in `{GLOBAL}` alone"
        hint = f"name `{GLOBAL}` first under `regions`, or make them by hand in the management account"
        yield _remark("exports_left_out", message, hint, origin)
    if GLOBAL not in intent.regions:
        message = f"of detached organization policies and new API keys nobody is told: `{GLOBAL}` alone is"
        hint = f"add `{GLOBAL}` to `regions`, or watch CloudTrail for them by other means"
        yield _remark("events_left_out", message, hint, origin)


def _remark(rule: str, message: str, hint: str, origin: Origin) -> Diagnostic:
    place = origin.place(("regions", 0))
    return Diagnostic(rule=rule, message=message, place=place, hint=hint, severity="info")
