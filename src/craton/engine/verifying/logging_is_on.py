"""Calls of models are logged in every account and Region, to where the manifest says."""

from __future__ import annotations

from typing import Final

from craton.engine.verifying.check import Check, Questions, Scene, Subject, Verdict, failed, passed
from craton.kinds.invocation_log_group import NAME, logging


def _judge(scene: Scene, of: Subject, asked: Questions) -> Verdict:
    told = asked.ask(of.account, of.region, "bedrock", "GetModelInvocationLoggingConfiguration")
    found = (told or {}).get("loggingConfig") or {}
    chosen = logging(scene.intent)
    if not found:
        return failed("it is switched off")
    if chosen.transport == "replication":
        bucket = found.get("s3Config", {}).get("bucketName", "")
        return passed(f"to {bucket}") if bucket else failed("no bucket is named")
    group = found.get("cloudWatchConfig", {}).get("logGroupName")
    if group != NAME:
        return failed(f"records go to {group or 'no log group'}, not to {NAME}")
    lacking = [one for one in chosen.bodies if not found.get(f"{one}DataDeliveryEnabled")]
    return failed(f"no {', '.join(lacking)} is logged") if lacking else passed(f"to {group}")


CHECK: Final = Check(
    title="calls of models are logged",
    hint="the account's stack switches it on: `craton drift -o plan.json`, then `craton apply plan.json`",
    subjects=Scene.in_members,
    judge=_judge,
)
