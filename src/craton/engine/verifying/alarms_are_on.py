"""Alarms tell somebody: they are there, and what they do is switched on."""

from __future__ import annotations

from typing import Final

from craton.core.plural import plural
from craton.engine.reads.question import OWN_NAMES
from craton.engine.verifying.check import Check, Questions, Scene, Subject, Verdict, failed, passed


def _judge(_: Scene, of: Subject, asked: Questions) -> Verdict:
    told = asked.ask(of.account, of.region, "cloudwatch", "DescribeAlarms", AlarmNamePrefix=OWN_NAMES)
    alarms = [*told.get("MetricAlarms", ()), *told.get("CompositeAlarms", ())]
    silent = sorted(one["AlarmName"] for one in alarms if not one["ActionsEnabled"])
    if not alarms:
        return failed("there is none")
    if silent:
        return failed(f"{', '.join(silent)} tells nobody")
    return passed(plural(len(alarms), "alarm"))


CHECK: Final = Check(
    title="alarms are switched on",
    hint="`craton drift` tells who switched an alarm off, and plans to switch it on",
    subjects=Scene.in_members,
    judge=_judge,
)
