from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.emulator.rehearsal import MANAGEMENT, Clock, Rehearsal

from craton.emulator.emulator import emulator

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from craton.emulator.world import World

ACCOUNT = "111111111111"


@pytest.fixture
def world() -> Iterator[World]:
    """An emulated AWS in which there is one account; what goes on behind calls has ended without failures."""
    made = emulator(ACCOUNT).world
    yield made
    assert made.work.wait(60), "work behind calls goes on"
    assert made.work.failures == []
    made.close()


@pytest.fixture
def rehearsal() -> Iterator[Rehearsal]:
    """An emulator whose clock stands, with an administrator; nothing in it failed unexpectedly."""
    clock = Clock()
    made = emulator(MANAGEMENT, clock)
    yield Rehearsal(made, clock)
    assert made.world.work.wait(60), "work behind calls goes on"
    assert made.world.work.failures == []
    made.world.close()


@pytest.fixture
def client(world: World) -> Callable[..., Any]:
    """Clients of the account's root user, or of that of another account."""

    def of(service: str, region: str = "us-east-1", account: str = ACCOUNT) -> Any:
        return world.inside.client(service, region, world.keyring.root_key(account).caller)

    return of


@pytest.fixture
def join(world: World, client: Callable[..., Any]) -> Callable[[str], str]:
    """Makes accounts in the organization of the account, and gives their ids."""

    def joined(name: str) -> str:
        organizations = client("organizations")
        asked = organizations.create_account(Email=f"{name}@example.com", AccountName=name)
        assert world.work.wait(60)
        told = organizations.describe_create_account_status(
            CreateAccountRequestId=asked["CreateAccountStatus"]["Id"]
        )
        return str(told["CreateAccountStatus"]["AccountId"])

    return joined
