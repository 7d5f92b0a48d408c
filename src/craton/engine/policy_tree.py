"""The tree of an organization as one goes through it: what is attached at each place, and what comes down."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from craton.core.manifest import Mode
from craton.core.organization import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from craton.core.manifest import Manifest
    from craton.core.organization import Account
    from craton.engine.policies import PoliciesInForce, PolicyInForce

BranchKind = Literal["root", "ou", "account"]


class AttachedHere(Struct, frozen=True, kw_only=True):
    """A policy at a place. `key` is that of its page; `replaces` names AWS's own where it stands for that."""

    key: str
    name: str
    type: str
    replaces: str | None = None


class Inherited(Struct, frozen=True, kw_only=True):
    """What comes down to an account from one place above it."""

    at: str
    policies: tuple[AttachedHere, ...]


class Branch(Struct, frozen=True, kw_only=True):
    """A place of the tree: the root, an OU or an account. `id` is AWS's, where the manifest tells it.

    `exempt` is the management account, for which no organization policy holds.
    """

    kind: BranchKind
    at: str
    name: str
    id: str | None
    policies: tuple[AttachedHere, ...]
    inherited: tuple[Inherited, ...] = ()
    environment: str | None = None
    mode: Mode | None = None
    exempt: bool = False
    branches: tuple[Branch, ...] = ()

    @property
    def held_by(self) -> int:
        """How many policies hold here, those from above included."""
        return len(self.policies) + sum(len(one.policies) for one in self.inherited)


def tree_of(manifest: Manifest, in_force: PoliciesInForce, keys: dict[str, str]) -> Branch:
    """The organization from its root down. `keys` leads from a policy's file to the key of its page."""
    return _Growing(manifest, in_force, keys).place("root", ROOT, ())


class _Growing:
    """Makes the branches of one organization."""

    def __init__(self, manifest: Manifest, in_force: PoliciesInForce, keys: dict[str, str]) -> None:
        self._manifest = manifest
        self._keys = keys
        self._units = manifest.organization.unit_paths() - {ROOT}
        self._ids = {unit.path: unit.id for unit in manifest.organization.organizational_units}
        replaced = {(one.at, one.file): one.replaces for one in manifest.policies}
        self._at: dict[str, list[AttachedHere]] = {}
        for one in in_force.attached():
            here = self._attached(one, replaced.get((one.at, one.file or "")))
            self._at.setdefault(one.at, []).append(here)

    def place(self, kind: BranchKind, at: str, above: tuple[Inherited, ...]) -> Branch:
        """The root or an OU, with all that stands below it."""
        here = tuple(self._at.get(at, ()))
        down = (*above, Inherited(at=at, policies=here)) if here else above
        units = [unit for unit in sorted(self._units) if _is_right_below(at, unit)]
        accounts = [one for one in self._manifest.organization.accounts if one.ou == at]
        return Branch(
            kind=kind,
            at=at,
            name=(self._manifest.organization.name or "organization")
            if kind == "root"
            else at.rpartition("/")[2],
            id=self._manifest.organization.id if kind == "root" else self._ids.get(at),
            policies=here,
            inherited=above,
            branches=(
                *(self._account(one, down) for one in sorted(accounts, key=lambda one: one.name)),
                *(self.place("ou", unit, down) for unit in units),
            ),
        )

    def _account(self, account: Account, above: tuple[Inherited, ...]) -> Branch:
        environment = self._manifest.environment_of(account.id, account.ou)
        return Branch(
            kind="account",
            at=account.id,
            name=account.name,
            id=account.id,
            policies=tuple(self._at.get(account.id, ())),
            inherited=above,
            environment=environment,
            mode=self._manifest.environments[environment].mode if environment else None,
            exempt=account.id == self._manifest.organization.management_account,
        )

    def _attached(self, one: PolicyInForce, replaces: str | None) -> AttachedHere:
        file = one.file or one.policy.name
        return AttachedHere(
            key=self._keys[file], name=one.policy.name, type=type_words(one.type), replaces=replaces
        )


def accounts_below(branch: Branch) -> Iterator[Branch]:
    """Every account of a branch, those of its OUs included."""
    if branch.kind == "account":
        yield branch
    for one in branch.branches:
        yield from accounts_below(one)


def reached_by(key: str, accounts: Iterable[Branch]) -> tuple[Branch, ...]:
    """The accounts that a policy holds for."""
    return tuple(
        one
        for one in accounts
        if not one.exempt
        and any(
            key == policy.key for policy in (*one.policies, *(p for up in one.inherited for p in up.policies))
        )
    )


def type_words(kind: str) -> str:
    """What a type of policy is called: `SCP` or `RCP`."""
    return {"SERVICE_CONTROL_POLICY": "SCP", "RESOURCE_CONTROL_POLICY": "RCP"}.get(kind, kind)


def _is_right_below(at: str, unit: str) -> bool:
    parent = unit.rpartition("/")[0]
    return parent == ("" if at == ROOT else at)
