"""The keys that encrypt logs are enabled, and rotate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.verifying.check import Check, Questions, Scene, Subject, Verdict, failed, passed
from craton.kinds.encryption_key import ALIAS as OF_MEMBERS
from craton.kinds.hub_key import ALIAS as OF_HUB

if TYPE_CHECKING:
    from collections.abc import Iterator


def _subjects(scene: Scene) -> Iterator[Subject]:
    for one in scene.in_hub():
        yield Subject(account=one.account, region=one.region, of=OF_HUB)
    for one in scene.in_members():
        yield Subject(account=one.account, region=one.region, of=OF_MEMBERS)


def _judge(_: Scene, of: Subject, asked: Questions) -> Verdict:
    told = asked.ask(of.account, of.region, "kms", "DescribeKey", KeyId=of.of)
    if told is None:
        return failed("there is no such key")
    key = told["KeyMetadata"]
    if key["KeyState"] != "Enabled":
        return failed(f"it is {key['KeyState']}: what it encrypted cannot be read, and no log is written")
    rotates = asked.ask(of.account, of.region, "kms", "GetKeyRotationStatus", KeyId=key["KeyId"])
    return passed() if rotates and rotates["KeyRotationEnabled"] else failed("it does not rotate")


CHECK: Final = Check(
    title="the key is enabled and rotates",
    hint="enable the key, or cancel its deletion, before its waiting period ends",
    subjects=_subjects,
    judge=_judge,
)
