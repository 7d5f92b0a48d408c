"""Which policies of the organization a manifest comes to, and where each is attached.

What holds in every environment alike, whatever its mode, is one document for the whole organization. What
else holds in an environment stands at its OUs and accounts, and is only replayed where the environment
observes.

Source: docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html and
orgs_reference_limits.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from craton.compiler.layout import COMMON_POLICIES, OWN_POLICIES
from craton.compiler.packing import packed
from craton.compiler.statement_filling import TYPES, FilledStatement, Filling, is_for_all
from craton.core.deployment import Canary
from craton.core.diagnostic import Diagnostic
from craton.core.manifest import PolicyType
from craton.core.manifest_origin import fault
from craton.core.organization import ROOT
from craton.core.quoting import ticked
from craton.registry.quotas import quota

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from craton.core.intent import EnvironmentIntent, Intent
    from craton.core.manifest_origin import Origin
    from craton.registry.policies import Policies

_ROOM: Final[Mapping[PolicyType, str]] = {
    "SERVICE_CONTROL_POLICY": "scps_per_target",
    "RESOURCE_CONTROL_POLICY": "rcps_per_target",
}
_SIZE: Final[Mapping[PolicyType, str]] = {
    "SERVICE_CONTROL_POLICY": "scp_characters",
    "RESOURCE_CONTROL_POLICY": "rcp_characters",
}


class OrganizationPolicy(Struct, frozen=True, kw_only=True):
    """One document.

    `at` is where it is attached: the root, paths of OUs, accounts; nothing where it is only replayed. `files`
    are the ids of the policy files that it is made of. `after` is the canary in which the same holds first.
    """

    name: str
    type: PolicyType
    path: str
    content: bytes
    about: str
    environments: tuple[str, ...]
    at: tuple[str, ...]
    files: tuple[str, ...]
    after: Canary | None = None


class OrganizationPolicies(Struct, frozen=True, kw_only=True):
    """Every document, the filled files of each environment, and what is wrong."""

    policies: tuple[OrganizationPolicy, ...]
    filled: Mapping[str, tuple[FilledStatement, ...]]
    diagnostics: tuple[Diagnostic, ...]


def organization_policies(
    intent: Intent, policies: Policies, *, origin: Origin, today: date
) -> OrganizationPolicies:
    """The SCPs and RCPs of a manifest of which `statement_problems` finds no error.

    Exceptions that lapsed before `today` compile to nothing.
    """
    filling = Filling(intent, policies, origin, today)
    filled = {one.name: tuple(filling.of(one)) for one in intent.environments}
    problems = filling.problems
    found: list[OrganizationPolicy] = []
    if all(one.severity != "error" for one in problems):
        for kind in TYPES.values():
            documents = _Documents(intent, filled, kind, origin)
            found += documents.all()
            problems += documents.problems
    return OrganizationPolicies(policies=tuple(found), filled=filled, diagnostics=tuple(problems))


def targets_of(environment: EnvironmentIntent, intent: Intent) -> tuple[str, ...]:
    """Where policies of an environment are attached: its OUs, and accounts that stand in none of them."""
    own = intent.manifest.environments[environment.name].accounts
    return (*environment.organizational_units, *own)


class _Documents:
    """The documents of one type of policy; collects in `problems` what does not fit."""

    def __init__(
        self,
        intent: Intent,
        filled: Mapping[str, tuple[FilledStatement, ...]],
        kind: PolicyType,
        origin: Origin,
    ) -> None:
        self.problems: list[Diagnostic] = []
        self._intent = intent
        self._kind = kind
        self._origin = origin
        self._held = {
            name: [one for one in held if TYPES[one.template.header.kind] == kind]
            for name, held in filled.items()
        }
        self._common = _common(self._held)
        own_name = intent.manifest.names.policy
        self._name = own_name if kind == "SERVICE_CONTROL_POLICY" else f"{own_name}Resources"

    def all(self) -> Iterator[OrganizationPolicy]:
        """The common documents, then those of each environment; what it only observes stands apart."""
        yield from self._of(
            self._common,
            file=COMMON_POLICIES[self._kind],
            name=self._name,
            about="what holds in the whole organization, in whatever mode",
            environments=tuple(self._held),
            at=(ROOT,),
        )
        for environment in self._intent.environments:
            name = environment.name
            own = [one for one in self._held[name] if one not in self._common]
            held = [one for one in own if environment.enforces or is_for_all(one.template)]
            watched = [one for one in own if one not in held]
            stem = f"{name}-observed" if held and watched else name
            yield from self._held_in(environment, held)
            yield from self._of(
                watched,
                file=f"{OWN_POLICIES[self._kind]}/{stem}",
                name=f"{self._name}-{stem}",
                about=f"what {name} only observes",
                environments=(name,),
                at=(),
            )

    def _held_in(
        self, environment: EnvironmentIntent, held: Sequence[FilledStatement]
    ) -> Iterator[OrganizationPolicy]:
        """The documents of an environment; where it has a canary, first the same for that."""
        name = environment.name
        file, named, about = (
            f"{OWN_POLICIES[self._kind]}/{name}",
            f"{self._name}-{name}",
            f"what holds in {name}",
        )
        at, canary = targets_of(environment, self._intent), None
        wanted = self._intent.manifest.environments[name]
        if wanted.canary is not None:
            first = list(
                self._of(
                    held,
                    file=f"{file}.canary",
                    name=f"{named}.canary",
                    about=f"{about}, first in its canary",
                    environments=(name,),
                    at=(wanted.canary,),
                )
            )
            yield from first
            canary = Canary(policies=tuple(one.name for one in first), minutes=wanted.canary_minutes)
            at = tuple(one for one in at if one != wanted.canary)
        for one in self._of(held, file=file, name=named, about=about, environments=(name,), at=at):
            yield msgspec.structs.replace(one, after=canary)

    def _of(
        self,
        held: Sequence[FilledStatement],
        *,
        file: str,
        name: str,
        about: str,
        environments: tuple[str, ...],
        at: tuple[str, ...],
    ) -> Iterator[OrganizationPolicy]:
        if not held:
            return
        limit = quota(_ROOM[self._kind]).limit
        room = min((_room(self._intent, self._kind, one) for one in at), default=limit)
        documents = packed([one.statements for one in held], quota(_SIZE[self._kind]), room)
        if not documents.fits:
            message = (
                f"the policies of {ticked(name)} do not fit into the {limit} that AWS attaches at a place"
            )
            hint = "approve patterns of models in place of ids, or leave some out under `statements`"
            path = ("environments",) if len(environments) > 1 else ("environments", *environments)
            place = self._origin.key_place(path)
            self.problems.append(fault("policies_do_not_fit", message, place, hint))
        for numbered, named, content in _numbered(file, name, documents.documents):
            yield OrganizationPolicy(
                name=named,
                type=self._kind,
                path=f"{numbered}.json",
                content=content,
                about=about,
                environments=environments,
                at=at,
                files=_files_in(content, held),
            )


def _common(filled: Mapping[str, Sequence[FilledStatement]]) -> list[FilledStatement]:
    """What holds in every environment, in whatever mode, with the same values."""
    environments = list(filled.values())
    if not environments:
        return []
    return [
        one
        for one in environments[0]
        if is_for_all(one.template) and all(one in held for held in environments[1:])
    ]


def _numbered(file: str, name: str, documents: Sequence[bytes]) -> Iterator[tuple[str, str, bytes]]:
    if len(documents) == 1:
        yield file, name, documents[0]
        return
    for number, content in enumerate(documents, start=1):
        yield f"{file}-{number}", f"{name}-{number}", content


def _files_in(content: bytes, held: Sequence[FilledStatement]) -> tuple[str, ...]:
    """The policy files of which a document has statements."""
    sids = {statement.get("Sid") for statement in msgspec.json.decode(content)["Statement"]}
    return tuple(one.template.id for one in held if sids & set(one.filled.origins))


def _room(intent: Intent, kind: PolicyType, at: str) -> int:
    """How many more policies can be attached at a place, beside AWS's own and those that are there."""
    there = [one for one in intent.manifest.policies if one.type == kind and one.at == at]
    full_access = 0 if any(one.replaces is not None for one in there) else 1
    return quota(_ROOM[kind]).limit - len(there) - full_access
