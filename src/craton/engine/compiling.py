"""Compiling a manifest into a folder."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from craton.codec.json_document import decoded
from craton.compiler.checks import cloudformation_problems, policy_findings, size_problems
from craton.compiler.compilation import Compilation, compiled
from craton.compiler.layout import STEPS
from craton.compiler.organization_policies import organization_policies
from craton.compiler.premises import premise_problems
from craton.compiler.proof_record import Tally
from craton.compiler.proofs import proved
from craton.compiler.standing import InForce
from craton.core.diagnostic import Diagnostic, in_order
from craton.core.errors import UserError
from craton.core.intent import intent_of
from craton.engine.lakes import overlays_of
from craton.engine.manifests import Examined, examine
from craton.engine.policies import PoliciesInForce
from craton.registry.policies import Policies

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from craton.core.diagnostic import Place
    from craton.core.manifest import Manifest


class Compiled(Struct, frozen=True):
    """What a manifest's file comes to. There is no `compilation` of a flawed manifest.

    `examined` is the manifest. `proofs` are the claims about each environment, and how they ended.
    """

    compilation: Compilation | None
    diagnostics: tuple[Diagnostic, ...]
    examined: Examined
    proofs: tuple[Tally, ...] = ()

    def lines_of(self, place: Place) -> tuple[str, ...]:
        """The lines of the file in which a place is, if that is a compiled one or the manifest."""
        for one in self.compilation.artifacts if self.compilation is not None else ():
            if one.path == place.file:
                return tuple(one.content.decode().splitlines())
        return self.examined.lines_of(place)

    @property
    def is_sound(self) -> bool:
        """Whether nothing keeps it from being deployed."""
        return all(one.severity != "error" for one in self.diagnostics)


def compilation(manifest: Path, *, today: date, linted: bool = False) -> Compiled:
    """What the manifest in a file comes to on a day, and everything that is wrong with it.

    `linted` has cfn-lint look at the templates as well, which takes seconds each.

    Raises: UserError where the file cannot be read.
    """
    found = examine(manifest, today=today)
    if found.manifest is None:
        return Compiled(None, found.diagnostics, found)
    content = overlays_of(found.manifest, manifest)
    intent, policies = intent_of(found.manifest, content), Policies.load(content)
    premises = tuple(premise_problems(intent, found.origin))
    if any(one.severity == "error" for one in premises):
        return Compiled(None, in_order((*found.diagnostics, *premises)), found)
    governing = organization_policies(intent, policies, origin=found.origin, today=today)
    in_force = _in_force(found.manifest, manifest)
    proofs = proved(intent, governing, in_force, origin=found.origin, today=today)
    made = compiled(intent, governing, proofs.answers)
    checked = [
        *premises,
        *size_problems(made, intent),
        *policy_findings(made, today),
    ]
    if linted:
        checked += cloudformation_problems(made, intent.regions)
    told = in_order((*found.diagnostics, *made.diagnostics, *proofs.diagnostics, *checked))
    return Compiled(made, told, found, proofs.tallies)


def _in_force(manifest: Manifest, path: Path) -> tuple[InForce, ...]:
    """What stands already, as the manifest tells it."""
    attached = PoliciesInForce(manifest, path, as_named=True).attached()
    return tuple(
        InForce(policy=one.policy, type=one.type, at=one.at, replaces=told.replaces)
        for one, told in zip(attached, manifest.policies, strict=True)
    )


def write(compilation: Compilation, folder: Path) -> tuple[Path, ...]:
    """The files of a compilation in a folder, and no others that an earlier one left there.

    Raises: UserError where the folder cannot be written.
    """
    written = []
    made = {one.path for one in compilation.artifacts}
    try:
        for left in _left_by_an_earlier_one(folder):
            if left not in made:
                (folder / left).unlink(missing_ok=True)
        for artifact in compilation.artifacts:
            path = folder / artifact.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(artifact.content)
            written.append(path)
    except OSError as error:
        raise UserError(f"`{folder}` cannot be written: {(error.strerror or str(error)).lower()}") from error
    return tuple(written)


class _Earlier(Struct):
    files: tuple[str, ...] = ()


def _left_by_an_earlier_one(folder: Path) -> tuple[str, ...]:
    """The files that an earlier compilation wrote there, as it tells itself; none where none tells it."""
    try:
        told = decoded((folder / STEPS).read_bytes(), _Earlier)
    except (OSError, msgspec.DecodeError):
        return ()
    return tuple(one for one in told.files if not PurePosixPath(one).is_absolute() and ".." not in one)
