"""What a manifest would change in an organization, worked out from what AWS tells now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from craton.codec import canonical_json
from craton.codec.json_document import decoded
from craton.compiler.layout import STEPS
from craton.core.cloud_call import Read
from craton.core.deployment import Deployment, deployment_of
from craton.core.errors import CloudError, UserError
from craton.engine.compiling import compilation
from craton.engine.lakes import MANIFEST
from craton.engine.owner_file import write_for_owner
from craton.engine.progress import Silent
from craton.planner.plan import Plan, planned
from craton.planner.seen import Seen

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from craton.core.cloud_call import Observation
    from craton.core.deployment import DeploymentStep
    from craton.core.deployment_record import Snapshot
    from craton.core.diagnostic import Diagnostic
    from craton.core.manifest import Manifest
    from craton.core.ports import Cloud
    from craton.engine.deployment_state import DeploymentState
    from craton.engine.progress import Progress

FORMAT: Final = 2


class PlanFile(Struct, frozen=True, kw_only=True):
    """A plan as it is saved. `digest` tells whether it is still the plan that was made."""

    format: int
    digest: str
    plan: Plan


def deployment(manifest: Path, *, today: dt.date) -> tuple[Deployment, tuple[Diagnostic, ...]]:
    """What a manifest's file wants to stand, and what is to be said of it.

    Raises: UserError where it cannot be deployed; its problems are then told by `craton compile`.
    """
    found = compilation(manifest, today=today)
    if found.compilation is None or not found.is_sound:
        first = next(one for one in found.diagnostics if one.severity == "error")
        raise UserError(
            f"{first.place.file}:{first.place.line}: {first.message}",
            hint=f"`craton compile {manifest} -o FOLDER` tells everything that is wrong",
        )
    files = {one.path: one.content for one in found.compilation.artifacts}
    texts = {path: data.decode() for path, data in files.items()}
    return deployment_of(files[STEPS], texts, _sources(manifest, found.examined.manifest)), found.diagnostics


def _sources(path: Path, manifest: Manifest | None) -> dict[str, str]:
    """The manifest and the policies that it names, so that what stands tells what it was made of."""
    named = {one.file for one in manifest.policies} if manifest else set()
    files = {name: (path.parent / name).read_text("utf-8") for name in sorted(named)}
    return {MANIFEST: path.read_text("utf-8"), **files}


def before_the_newest(state: DeploymentState) -> Deployment:
    """What stood before the newest apply, to which an undo goes back.

    Raises: UserError where there is nothing to go back to; CloudError.
    """
    held = list(state.snapshots())
    newest = state.snapshot()
    if newest is not None and not state.is_kept(newest):
        held.append(newest)
    former = [one for one in held[:-1] if _what_stands(one) != _what_stands(held[-1])]
    if not former:
        raise UserError(
            "there is no earlier deployment to go back to",
            hint="`craton destroy` takes away what Craton made" if held else "nothing was applied yet",
        )
    return former[-1].deployment


def _what_stands(snapshot: Snapshot) -> Deployment:
    """What was brought about, in whichever words a manifest told it."""
    return msgspec.structs.replace(snapshot.deployment, sources={})


def nothing_of(deployment: Deployment) -> Deployment:
    """The deployment of the same organization that wants nothing to stand."""
    return msgspec.structs.replace(deployment, steps=(), files={})


def plan_of(
    desired: Deployment,
    prior: Deployment | None,
    cloud: Cloud,
    *,
    at: dt.datetime,
    progress: Progress | None = None,
    mending: Iterable[DeploymentStep] = (),
) -> Plan:
    """The plan that brings a deployment about, from what AWS tells now.

    Raises: UserError where the organization is another one than the manifest's; CloudError where AWS does not
        tell which one it is.
    """
    check_organization(desired, cloud)
    shown = progress or Silent()

    def ask(reads: list[Read]) -> Iterator[Observation]:
        shown.begin("asking AWS", len(reads), unit="calls")
        for observation in cloud.observe(reads):
            shown.advance(1)
            yield observation

    return planned(desired, prior, Seen(), ask, at=at, mending=mending)


def check_organization(deployment: Deployment, cloud: Cloud) -> None:
    """Raises: UserError where the organization is another one; CloudError where AWS does not tell which."""
    read = Read(
        account=deployment.management_account,
        region=deployment.home_region,
        service="organizations",
        operation="DescribeOrganization",
    )
    (told,) = cloud.observe([read])
    if told.answer is None:
        raise CloudError(
            f"AWS does not tell which organization this is: {told.message or told.error or told.status}",
            hint=f"ask as somebody who may read in the management account {deployment.management_account}",
        )
    found = told.answer["Organization"]
    if found["Id"] != deployment.organization:
        raise UserError(
            f"this is the organization {found['Id']}, and the manifest says {deployment.organization}",
            hint="whoever is outside the organization that a manifest names is shut out by its policies",
        )
    if found["MasterAccountId"] != deployment.management_account:
        raise UserError(
            f"the management account is {found['MasterAccountId']}, and the manifest says "
            f"{deployment.management_account}"
        )


def saved(plan: Plan) -> bytes:
    """The plan as a file."""
    return canonical_json.encode(PlanFile(format=FORMAT, digest=plan.digest, plan=plan)) + b"\n"


def save(plan: Plan, path: Path) -> None:
    """Afterwards the file holds the whole plan, for its owner alone.

    Raises: UserError where it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_for_owner(path, saved(plan))
    except OSError as error:
        raise UserError(f"`{path}` cannot be written: {(error.strerror or str(error)).lower()}") from error


def loaded(path: Path) -> Plan:
    """The plan of a file. Raises: UserError where it is none, or was changed since it was saved."""
    try:
        held = decoded(path.read_bytes(), PlanFile)
    except OSError as error:
        raise UserError(f"`{path}` cannot be read: {(error.strerror or str(error)).lower()}") from error
    except msgspec.DecodeError as error:
        raise UserError(
            f"`{path}` is no saved plan: {str(error).lower()}", hint="`craton plan -o FILE` saves one"
        ) from error
    if held.format != FORMAT:
        raise UserError(f"`{path}` is a plan of another version of Craton", hint="plan again")
    if held.plan.digest != held.digest:
        raise UserError(f"`{path}` was changed after it was saved", hint="plan again")
    return held.plan
