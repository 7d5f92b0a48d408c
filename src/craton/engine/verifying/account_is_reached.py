"""Craton can work in every account of the organization that is in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.engine.verifying.check import Check, Questions, Scene, Subject, Verdict, passed

if TYPE_CHECKING:
    from collections.abc import Iterator


def _subjects(scene: Scene) -> Iterator[Subject]:
    own = (scene.intent.management_account, scene.intent.hub_account)
    for account in dict.fromkeys((*own, *scene.members)):
        yield Subject(account=account, region=scene.home)


def _judge(_: Scene, of: Subject, asked: Questions) -> Verdict:
    told = asked.ask(of.account, of.region, "sts", "GetCallerIdentity")
    return passed(f"as {told['Arn']}")


CHECK: Final = Check(
    title="the account lets Craton read it",
    hint="see docs/guides/access.md for the roles in which Craton works, or name another with `--role`",
    subjects=_subjects,
    judge=_judge,
)
