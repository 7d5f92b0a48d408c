"""Compiling a manifest into a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.compiler.compilation import Compilation, compiled
from craton.core.errors import UserError
from craton.core.intent import intent_of
from craton.engine.manifests import load

if TYPE_CHECKING:
    from pathlib import Path


def compilation(manifest: Path) -> Compilation:
    """What the manifest in a file comes to.

    Raises: UserError where it cannot be read, or with all that is wrong in it.
    """
    return compiled(intent_of(load(manifest)))


def write(compilation: Compilation, folder: Path) -> tuple[Path, ...]:
    """The files of a compilation in a folder, and no others that an earlier one left there.

    Raises: UserError where the folder cannot be written.
    """
    written = []
    try:
        for artifact in compilation.artifacts:
            path = folder / artifact.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(artifact.content)
            written.append(path)
    except OSError as error:
        raise UserError(f"`{folder}` cannot be written: {(error.strerror or str(error)).lower()}") from error
    return tuple(written)
