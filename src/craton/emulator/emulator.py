"""The emulator put together."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Final

from craton.emulator.application import Application
from craton.emulator.authorization import Authorization
from craton.emulator.catalog import all_services
from craton.emulator.inside import Inside
from craton.emulator.organization import of_manifest
from craton.emulator.service_data import share
from craton.emulator.world import World

if TYPE_CHECKING:
    from collections.abc import Callable

    from craton.core.manifest import Manifest

ACCESS_ROLE: Final = "OrganizationAccountAccessRole"
"""The role through which the management account administers accounts that were made in its organization.

Source: "Accessing member accounts in an organization", docs.aws.amazon.com/organizations/latest/userguide/
orgs_manage_accounts_access.html, retrieved 2026-11-26.
"""


def emulator(
    management_account: str,
    clock: Callable[[], dt.datetime] | None = None,
    manifest: Manifest | None = None,
) -> Application:
    """An emulated AWS: the organization of the manifest, or the management account alone.

    It is made as it is at the start, and again at each reset.
    """
    share()
    services = all_services()
    world = World(management_account, clock or _now)
    world.authorization = Authorization(services)
    application = Application(world, services, (world.faults, world.authorization))
    world.inside = Inside(application)

    def begin() -> None:
        world.keyring.root_key(management_account)
        if manifest is not None:
            world.organization = of_manifest(manifest, world.now())
            for account in world.organization.members:
                if account != management_account:
                    world.open_account(account, ACCESS_ROLE)

    application.begin = begin
    application.reset()
    return application


def lasting_administrator(application: Application, account: str) -> tuple[str, str]:
    """The id and the secret of a key of an administrator of the account, the same after each reset."""
    begin, key = application.begin, application.world.new_administrator(account)

    def begin_with_key() -> None:
        begin()
        application.world.new_administrator(account, key)

    application.begin = begin_with_key
    return key


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC).replace(tzinfo=None)
