"""What a manifest wants, as kinds read it: environments with their tier, Regions, and every section."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from msgspec import Struct

from craton.core.manifest import Environment, Manifest, Mode, Tier
from craton.core.organization import Account
from craton.core.resource import ByEnvironment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

T = TypeVar("T")


class EnvironmentIntent(Struct, frozen=True, kw_only=True):
    """One environment: its name, what it is for, and who is in it.

    Shapes: `approved_models` are base model ids or patterns, `accounts` stand in the order of the manifest.
    """

    name: str
    tier: Tier
    mode: Mode
    organizational_units: tuple[str, ...]
    accounts: tuple[Account, ...]
    approved_models: tuple[str, ...]

    @property
    def enforces(self) -> bool:
        """Whether its rules block, rather than only tell."""
        return self.mode == "enforce"


class Intent(Struct, frozen=True, kw_only=True):
    """The manifest with everything worked out that more than one kind asks for.

    `content` are the folders of the manifest's own content, in which there may be guardrails.
    """

    manifest: Manifest
    environments: tuple[EnvironmentIntent, ...]
    content: tuple[Path, ...] = ()

    @property
    def home_region(self) -> str:
        """Where what exists once is made: the first Region of the manifest."""
        return self.manifest.regions[0]

    @property
    def regions(self) -> tuple[str, ...]:
        """Every Region of the manifest, the home Region first."""
        return self.manifest.regions

    @property
    def hub_account(self) -> str:
        """The account where logs rest."""
        return self.manifest.organization.hub_account

    @property
    def management_account(self) -> str:
        """The account that owns the organization."""
        return self.manifest.organization.management_account

    def section(self, key: str, of: type[T]) -> T:
        """A section of the manifest, or its defaults where the manifest is silent."""
        found = getattr(self.manifest, key, None)
        return cast("T", found if found is not None else of())

    def by_environment(self, value: Callable[[EnvironmentIntent], Any]) -> ByEnvironment:
        """The value that each environment has."""
        return ByEnvironment({one.name: value(one) for one in self.environments})

    def structure_by_environment(self, value: Callable[[EnvironmentIntent], Any]) -> Any:
        """The mapping or list that each environment has: one for all, in which what differs is told apart."""
        return _merged({one.name: value(one) for one in self.environments})

    def where(self, holds: Callable[[EnvironmentIntent], bool]) -> frozenset[str]:
        """The names of the environments for which something holds."""
        return frozenset(one.name for one in self.environments if holds(one))


def intent_of(manifest: Manifest, content: tuple[Path, ...] = ()) -> Intent:
    """The intent of a manifest with its own content. Accounts that are suspended or closed are nowhere."""
    return Intent(
        manifest=manifest,
        content=content,
        environments=tuple(
            _environment(name, environment, manifest) for name, environment in manifest.environments.items()
        ),
    )


def _merged(values: Mapping[str, Any]) -> Any:
    given = list(values.values())
    if all(one == given[0] for one in given):
        return given[0]
    if all(isinstance(one, dict) and one.keys() == given[0].keys() for one in given):
        return {key: _merged({name: one[key] for name, one in values.items()}) for key in given[0]}
    if all(isinstance(one, list) and len(one) == len(given[0]) for one in given) and _nested(given):
        return [_merged({name: one[at] for name, one in values.items()}) for at in range(len(given[0]))]
    return ByEnvironment(values)


def _nested(lists: list[list[Any]]) -> bool:
    return all(isinstance(one, dict) for each in lists for one in each)


def _environment(name: str, environment: Environment, manifest: Manifest) -> EnvironmentIntent:
    return EnvironmentIntent(
        name=name,
        tier=tier_of(name, environment),
        mode=environment.mode,
        organizational_units=environment.organizational_units,
        accounts=tuple(
            account
            for account in manifest.organization.accounts
            if account.status == "ACTIVE" and manifest.environment_of(account.id, account.ou) == name
        ),
        approved_models=manifest.models.approved.get(name, ()),
    )


_TIERS: Mapping[str, Tier] = {
    "sandbox": "sandbox",
    "dev": "dev",
    "test": "test",
    "staging": "staging",
    "prod": "prod",
}


def tier_of(name: str, environment: Environment) -> Tier:
    """What the environment is for: as it says, else by its name, else by its mode."""
    if environment.tier is not None:
        return environment.tier
    return _TIERS.get(name, "prod" if environment.mode == "enforce" else "dev")
