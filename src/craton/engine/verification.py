"""Looking at an organization from end to end: whether everything that governs Bedrock is there and works.

Nothing is changed. Of what AWS does not tell, or does not let the caller ask, a check says that it is not
known.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from craton.compiler.organization_policies import organization_policies
from craton.core.errors import UserError
from craton.core.intent import intent_of
from craton.core.quoting import ticked
from craton.core.spelling import did_you_mean
from craton.core.verification import Evidence, Result, Status, Verified
from craton.engine.lakes import overlays_of
from craton.engine.manifests import examine
from craton.engine.planning import deployment
from craton.engine.progress import Silent
from craton.engine.verifying import checks
from craton.engine.verifying.check import Questions, Scene
from craton.planner.seen import NotKnownError, Seen, worked_out
from craton.registry.policies import Policies

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

    from craton.core.cloud_call import Observation, Read
    from craton.core.ports import Cloud
    from craton.engine.progress import Progress
    from craton.engine.verifying.check import Check, Subject


def scene_of(manifest: Path, *, at: dt.datetime) -> Scene:
    """What a manifest's file wants to stand. Raises: UserError where it cannot be deployed."""
    wanted, _ = deployment(manifest, today=at.date())
    found = examine(manifest, today=at.date())
    if found.manifest is None:
        raise UserError(f"`{manifest}` is no manifest", hint=f"`craton validate {manifest}` says why")
    content = overlays_of(found.manifest, manifest)
    intent = intent_of(found.manifest, content)
    governing = organization_policies(intent, Policies.load(content), origin=found.origin, today=at.date())
    return Scene(intent=intent, deployment=wanted, governing=governing, origin=found.origin, at=at)


def verified(
    scene: Scene,
    cloud: Cloud,
    *,
    only: Collection[str] = (),
    accounts: Collection[str] = (),
    progress: Progress | None = None,
) -> Verified:
    """What each check says; of `only` these checks, and in `accounts`, where any are named.

    Raises: UserError where there is no such check.
    """
    chosen = _chosen(only)
    subjects = [
        (name, check, subject)
        for name, check in chosen.items()
        for subject in check.subjects(scene)
        if not accounts or subject.account in accounts
    ]
    shown = progress or Silent()

    def ask(reads: list[Read]) -> Iterator[Observation]:
        shown.begin("asking AWS", len(reads), unit="calls")
        for observation in cloud.observe(reads):
            shown.advance(1)
            yield observation

    seen = Seen()
    tasks = [functools.partial(_result, scene, *one, seen) for one in subjects]
    results = worked_out(tasks, seen, ask)
    return Verified(at=scene.at, organization=scene.deployment.organization, results=tuple(results))


def _chosen(only: Collection[str]) -> Mapping[str, Check]:
    known = checks()
    for one in only:
        if one not in known:
            hint = did_you_mean(one, known) or f"there are {', '.join(known)}"
            raise UserError(f"there is no check {ticked(one)}", hint=hint)
    return {name: check for name, check in known.items() if not only or name in only}


def _result(scene: Scene, name: str, check: Check, subject: Subject, seen: Seen) -> Result:
    """The result of a check on one subject. Raises: NotAskedError."""
    asked = Questions(seen)
    status: Status = "unknown"
    try:
        verdict = check.judge(scene, subject, asked)
        status, detail = verdict.status, verdict.detail
    except NotKnownError as error:
        detail = str(error)
    known = {one.read.key: one for one in seen.observations}
    return Result(
        check=name,
        title=check.title,
        account=subject.account,
        region=subject.region,
        of=subject.of,
        status=status,
        detail=detail,
        hint=None if status == "passed" else check.hint,
        evidence=tuple(_evidence(known[key]) for key in asked.taken if key in known),
    )


def _evidence(observation: Observation) -> Evidence:
    read = observation.read
    return Evidence(
        call=f"{read.service}:{read.operation}",
        account=read.account,
        region=read.region,
        at=observation.at,
        status=observation.status,
    )
