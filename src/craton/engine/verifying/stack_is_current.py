"""Every account has the stacks of its environment, in the version that was deployed last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.engine.verifying.check import Check, Questions, Scene, Subject, Verdict, failed, passed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_STANDS: Final = ("SUCCEEDED", "SKIPPED_SUSPENDED_ACCOUNT")


def _subjects(scene: Scene) -> Iterator[Subject]:
    names = scene.intent.manifest.names
    for account, environment in scene.members.items():
        yield Subject(account=account, region=scene.home, of=names.access)
        for region in scene.intent.regions:
            yield Subject(account=account, region=region, of=f"{names.stack_set}-{environment.name}")


def _judge(scene: Scene, of: Subject, asked: Questions) -> Verdict:
    told = asked.ask(
        scene.intent.management_account,
        scene.home,
        "cloudformation",
        "ListStackInstances",
        StackSetName=of.of,
    )
    for one in told["Summaries"] if told else ():
        if (one["Account"], one["Region"]) == (of.account, of.region):
            return _standing(one)
    return failed("it has no such stack")


def _standing(instance: Mapping[str, Any]) -> Verdict:
    detailed = instance.get("StackInstanceStatus", {}).get("DetailedStatus", "SUCCEEDED")
    if instance["Status"] == "CURRENT" and detailed in _STANDS:
        return passed()
    why = instance.get("StatusReason") or ""
    return failed(f"it is {instance['Status']}, {detailed} {why}".strip())


CHECK: Final = Check(
    title="the account has its stack",
    hint="`craton onboard ACCOUNT` tells each step, and `craton apply` tries again what failed",
    subjects=_subjects,
    judge=_judge,
)
