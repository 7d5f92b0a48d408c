"""Which lake, and with whose content."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from craton.engine.manifests import load
from craton.lake.lake import Lake
from craton.registry.content import Content

if TYPE_CHECKING:
    from craton.core.manifest import Manifest

MANIFEST: Final = "craton.yaml"
"""The manifest that is used where none is named, if the working folder has one."""


def lake_of(folder: Path, manifest: Path | None) -> tuple[Lake, Manifest | None]:
    """The lake in a folder, which need not exist yet, with the manifest and the content that it adds.

    Raises: UserError where the manifest or its content cannot be read.
    """
    path = manifest_in_use(manifest)
    if path is None:
        return Lake(folder), None
    known = load(path)
    return Lake(folder, Content.load(overlays_of(known, path))), known


def manifest_in_use(manifest: Path | None) -> Path | None:
    """The file of the manifest that is used where this one is named, or none is."""
    return manifest or (Path(MANIFEST) if Path(MANIFEST).is_file() else None)


def overlays_of(manifest: Manifest, path: Path) -> tuple[Path, ...]:
    """The folders of the manifest's own content; they are named relative to its file."""
    return manifest.content_beside(path)
