"""Writing the manifest of what is there, sound or not at all, with the policies that it names.

An organization into which Craton brought a manifest before gets that one back, from the state in its hub.
"""

from __future__ import annotations

import tempfile
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from msgspec import Struct

from craton.core.cloud_call import Read
from craton.core.deployment import Deployment
from craton.core.errors import UserError
from craton.core.quoting import ticked
from craton.engine.deployment_state import RESULTS
from craton.engine.lakes import MANIFEST
from craton.engine.manifests import Examined, examine
from craton.engine.survey.manifest import FoundManifest

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator

    from craton.core.deployment_record import Snapshot
    from craton.core.ports import Cloud
    from craton.engine.deployment_state import DeploymentState
    from craton.engine.survey.organization import FoundOrganization


class Adopted(Struct, frozen=True, kw_only=True):
    """What was written: the files, the manifest first; none where it is not sound, as `examined` tells."""

    examined: Examined
    files: tuple[Path, ...]


def kept_manifest(
    organization: FoundOrganization,
    hub: str,
    cloud: Cloud,
    state: Callable[[Deployment], DeploymentState],
) -> FoundManifest | None:
    """The manifest that was brought into the organization last; None where nothing tells of one.

    `state` opens what is kept of a deployment. Raises: CloudError where that cannot be reached.
    """
    for region in _regions_with_state(hub, cloud):
        about = Deployment(
            organization=organization.id,
            management_account=organization.management_account,
            hub_account=hub,
            regions=(region,),
            steps=(),
            files={},
        )
        held = state(about).snapshot()
        if held is not None and held.deployment.sources:
            return FoundManifest(
                text=held.deployment.sources[MANIFEST],
                files={path: text for path, text in held.deployment.sources.items() if path != MANIFEST},
                notes=(_of_snapshot(held),),
            )
    return None


def _regions_with_state(hub: str, cloud: Cloud) -> Iterator[str]:
    read = Read(account=hub, region="us-east-1", service="s3", operation="ListBuckets")
    for one in cloud.observe([read]):
        for bucket in one.answer["Buckets"] if one.status == "answered" else ():
            if bucket["Name"].startswith(f"{RESULTS}{hub}-"):
                yield bucket["Name"].removeprefix(f"{RESULTS}{hub}-")


def _of_snapshot(held: Snapshot) -> str:
    return (
        f"Craton manages this organization: this is the manifest that {held.by} applied on "
        f"{held.at:%Y-%m-%d at %H:%M} UTC"
    )


def adopt(found: FoundManifest, path: Path, *, today: dt.date, replace: bool) -> Adopted:
    """Afterwards the manifest stands in the file and its policies beside it, unless something is wrong.

    Raises: UserError where a file is there already and is not to be replaced, or cannot be written.
    """
    for name in found.files:
        if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts:
            raise UserError(f"the manifest names {ticked(name)}, which is not beside it")
    wanted = {path: found.text, **{path.parent / name: text for name, text in found.files.items()}}
    for file, text in wanted.items():
        if file.exists() and not replace and file.read_bytes() != text.encode():
            hint = "`--force` replaces it, or name another file"
            raise UserError(f"{ticked(str(file))} is there already", hint=hint)
    examined = _examined(found, path.name, today)
    if examined.manifest is None:
        return Adopted(examined=examined, files=())
    for file, text in wanted.items():
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise UserError(f"{ticked(str(file))} cannot be written: {reason}") from None
    return Adopted(examined=examined, files=tuple(wanted))


def _examined(found: FoundManifest, name: str, today: dt.date) -> Examined:
    """What is wrong with the manifest, looked at where nobody else sees it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(found.text, "utf-8")
        for other, text in found.files.items():
            (path.parent / other).parent.mkdir(parents=True, exist_ok=True)
            (path.parent / other).write_text(text, "utf-8")
        return examine(path, today=today)
