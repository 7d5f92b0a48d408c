"""Records arrive in the archive of the hub, from whichever account."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from craton.engine.verifying.check import Check, Questions, Scene, Subject, Verdict, passed, unknown
from craton.kinds.invocation_log_group import logging
from craton.kinds.log_delivery import PREFIX

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOURS: Final = 3


def _subjects(scene: Scene) -> Iterator[Subject]:
    if logging(scene.intent).transport != "replication":
        yield from scene.in_hub()


def _judge(scene: Scene, of: Subject, asked: Questions) -> Verdict:
    bucket = f"craton-bedrock-archive-{of.account}-{of.region}"
    for back in range(_HOURS + 1):
        hour = scene.at - dt.timedelta(hours=back)
        told = asked.ask(
            of.account, of.region, "s3", "ListObjectsV2", Bucket=bucket, Prefix=f"{PREFIX}{hour:%Y/%m/%d/%H}/"
        )
        found = (told or {}).get("Contents", ())
        if found:
            newest = max(found, key=lambda one: str(one["LastModified"]))
            return passed(f"the newest object is {newest['Key']} of {newest['LastModified'][:16]}")
    return unknown(f"nothing came in the last {_HOURS} hours; whether anything should have, is not told here")


CHECK: Final = Check(
    title="records arrive in the archive",
    hint="call a model in some account, wait for ten minutes, and verify again; the stream tells its troubles"
    " in the log group /craton/delivery of the hub",
    subjects=_subjects,
    judge=_judge,
)
