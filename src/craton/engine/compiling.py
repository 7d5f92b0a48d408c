"""Compiling a manifest into a folder."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from craton.compiler.checks import cloudformation_problems, policy_findings, size_problems
from craton.compiler.compilation import Compilation, compiled
from craton.compiler.proofs import Tally, proved
from craton.compiler.standing import InForce
from craton.core.diagnostic import Diagnostic, in_order
from craton.core.errors import UserError
from craton.core.intent import intent_of
from craton.engine.lakes import overlays_of
from craton.engine.manifests import examine
from craton.engine.policies import PoliciesInForce
from craton.registry.policies import Policies

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from craton.core.manifest import Manifest


class Compiled(Struct, frozen=True):
    """What a manifest's file comes to, with its lines. There is no `compilation` of a flawed manifest.

    `proofs` are the claims about each environment, and how they ended.
    """

    compilation: Compilation | None
    diagnostics: tuple[Diagnostic, ...]
    lines: tuple[str, ...]
    proofs: tuple[Tally, ...] = ()

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
        return Compiled(None, found.diagnostics, found.lines)
    policies = Policies.load(overlays_of(found.manifest, manifest))
    intent = intent_of(found.manifest)
    made = compiled(intent, policies, origin=found.origin, today=today)
    proofs = proved(intent, policies, _in_force(found.manifest, manifest), origin=found.origin, today=today)
    checked = [*size_problems(made, intent), *policy_findings(made, today)]
    if linted:
        checked += cloudformation_problems(made, intent.regions)
    told = in_order((*found.diagnostics, *made.diagnostics, *proofs.diagnostics, *checked))
    return Compiled(made, told, found.lines, proofs.tallies)


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
    try:
        for artifact in compilation.artifacts:
            path = folder / artifact.path
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(artifact.content)
            written.append(path)
    except OSError as error:
        raise UserError(f"`{folder}` cannot be written: {(error.strerror or str(error)).lower()}") from error
    return tuple(written)
