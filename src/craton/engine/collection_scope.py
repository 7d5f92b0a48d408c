"""Whom and where a collection asks."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from craton.core.errors import UserError
from craton.core.manifest import Manifest
from craton.engine.reads import plans
from craton.engine.reads.question import Place

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Scope(Struct, frozen=True, kw_only=True):
    """Whom and where a collection asks. `organization_account` is asked of the organization as a whole."""

    manifest: Manifest
    organization_account: str
    accounts: tuple[str, ...]
    regions: tuple[str, ...]

    @classmethod
    def of(cls, manifest: Manifest, *, caller: str, accounts: Sequence[str], regions: Sequence[str]) -> Scope:
        """The manifest's accounts and Regions, or those of them that are named."""
        organization = manifest.organization
        delegated = caller == organization.hub_account
        return cls(
            manifest=manifest,
            organization_account=caller if delegated else organization.management_account,
            accounts=_chosen("account", accounts, [one.id for one in organization.accounts]),
            regions=_chosen("Region", regions, manifest.regions),
        )

    @property
    def digest(self) -> str:
        """The same for collections that ask the same."""
        told = (
            self.organization_account,
            self.accounts,
            self.regions,
            self.manifest.organization.hub_account,
            self.manifest.names,
            sorted(plans()),
        )
        return hashlib.sha256(msgspec.json.encode(told, order="sorted")).hexdigest()[:16]

    def places(self, account: str) -> Iterator[Place]:
        """Each Region of an account, the home Region first."""
        organization = self.manifest.organization
        for number, region in enumerate(self.regions):
            yield Place(
                account=account,
                region=region,
                is_home=number == 0,
                is_management=account == organization.management_account,
                is_hub=account == organization.hub_account,
                asks_organization=account == self.organization_account,
                names=self.manifest.names,
            )


def _chosen(what: str, wanted: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    for one in wanted:
        if one not in known:
            raise UserError(f"the manifest knows no {what} `{one}`", hint=f"it knows {', '.join(known)}")
    return tuple(one for one in known if not wanted or one in wanted)
