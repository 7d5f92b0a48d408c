"""An emulator in this process, and clients of it in the name of whoever is to call."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from craton.emulator.authentication import user_of

if TYPE_CHECKING:
    from craton.emulator.application import Application
    from craton.emulator.credentials import Caller

MANAGEMENT = "111111111111"
REGION = "us-east-1"


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.time = dt.datetime(2026, 11, 26, 12, 0)  # noqa: DTZ001 - the emulator's times are naive UTC

    def __call__(self) -> dt.datetime:
        return self.time

    def go(self, **spans: int) -> None:
        self.time += dt.timedelta(**spans)


class Rehearsal:
    """An emulator and clients of it, in the name of whoever is to call."""

    def __init__(self, application: Application, clock: Clock) -> None:
        self.application = application
        self.world = application.world
        self.clock = clock
        self.root = self.world.keyring.root_key(MANAGEMENT).caller
        self.administrator = self.admin(MANAGEMENT)

    def admin(self, account: str) -> Caller:
        """A user of an account who may do everything there."""
        key, _ = self.world.new_administrator(account)
        return self.caller_of(key)

    def caller_of(self, key: str) -> Caller:
        found = user_of(key)
        assert found is not None
        return found

    def client(self, service: str, caller: Caller | None = None, region: str = REGION) -> Any:
        return self.world.inside.client(service, region, caller or self.administrator)

    def organization(self) -> Any:
        """The client of the management account, whose organization is there."""
        client = self.client("organizations")
        if self.world.organization is None:
            client.create_organization(FeatureSet="ALL")
        return client

    def member(self, name: str, parent: str | None = None) -> str:
        """The id of a new account in the organization."""
        client = self.organization()
        account = self.created(Email=f"{name}@example.com", AccountName=name)
        root = client.list_roots()["Roots"][0]["Id"]
        if parent and parent != root:
            client.move_account(AccountId=account, SourceParentId=root, DestinationParentId=parent)
        return account

    def created(self, **account: Any) -> str:
        """The id of a new account at the root of the organization."""
        client = self.organization()
        status = client.create_account(**account)["CreateAccountStatus"]
        self.rest()
        told = client.describe_create_account_status(CreateAccountRequestId=status["Id"])
        return str(told["CreateAccountStatus"]["AccountId"])

    def unit(self, name: str, parent: str | None = None) -> str:
        client = self.organization()
        above = parent or client.list_roots()["Roots"][0]["Id"]
        made = client.create_organizational_unit(ParentId=above, Name=name)
        return str(made["OrganizationalUnit"]["Id"])

    def into(self, account: str, role: str = "OrganizationAccountAccessRole", **more: Any) -> Caller:
        """The session of a role that the administrator of the management account assumes."""
        arn = f"arn:aws:iam::{account}:role/{role}"
        told = self.client("sts").assume_role(RoleArn=arn, RoleSessionName="rehearsal", **more)
        held = self.world.keyring.find(told["Credentials"]["AccessKeyId"])
        assert held is not None
        return held.caller

    def rest(self, seconds: float = 60) -> None:
        """What goes on behind calls has ended."""
        assert self.world.work.wait(seconds)
