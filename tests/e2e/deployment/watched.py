"""An emulated organization in this process, which tells as what every call was authorised, and by whom."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any

from tests.clients import client
from tests.e2e.deployment.hurried_craton import craton

from craton.emulator.emulator import emulator
from craton.emulator.server import Server
from craton.engine import manifests

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from craton.emulator.call import Call

REGION = "us-east-1"
NO_KEYS: dict[str, tuple[str, ...]] = {}


class Watched:
    """The organization, with an administrator of each account, and what roles were let do."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self.world = server.application.world
        self.taken: set[tuple[str, str, bool]] = set()
        """The role, the action, and whether CloudFormation took it as that role."""

        self.denied: list[str] = []
        self._keys: dict[str, tuple[str, str]] = {}
        self._watch()

    def _watch(self) -> None:
        authorization = self.world.authorization
        require = authorization.require

        def noted(
            call: Call, action: str, resource: str, more: Mapping[str, tuple[str, ...]] = NO_KEYS
        ) -> None:
            who = call.caller.principal_arn
            try:
                require(call, action, resource, more)
            except Exception:
                self.denied.append(f"{who} {action} {resource}")
                raise
            self.taken.add((who, action, bool(call.caller.via)))

        authorization.require = noted  # type: ignore[method-assign]

    def administrator(self, account: str) -> dict[str, str]:
        """The environment of an administrator of an account."""
        return self._environment(*self._key(account))

    def in_role(self, account: str, name: str) -> dict[str, str]:
        """The environment of a session of a role, which an administrator of its account assumes."""
        told = self.client("sts", account).assume_role(
            RoleArn=f"arn:aws:iam::{account}:role{name}", RoleSessionName="operator"
        )["Credentials"]
        return self._environment(told["AccessKeyId"], told["SecretAccessKey"], told["SessionToken"])

    def client(self, service: str, account: str, region: str = REGION) -> Any:
        """A client of an administrator of the account."""
        return client(service, self._server.url, region, *self._key(account))

    def craton(
        self, environment: dict[str, str], folder: Path, *words: str
    ) -> subprocess.CompletedProcess[str]:
        """The end of `craton` with these words, in a hurry."""
        return craton(environment, folder, *words)

    def _key(self, account: str) -> tuple[str, str]:
        if account not in self._keys:
            self._keys[account] = self.world.new_administrator(account)
        return self._keys[account]

    def _environment(self, key: str, secret: str, token: str | None = None) -> dict[str, str]:
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
            "AWS_ENDPOINT_URL": self._server.url,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_DEFAULT_REGION": REGION,
            **({} if token is None else {"AWS_SESSION_TOKEN": token}),
        }


@contextlib.contextmanager
def watched(manifest: Path, management: str) -> Iterator[Watched]:
    """The organization of a manifest, until the end of the block."""
    with Server(emulator(management, manifest=manifests.load(manifest))) as server:
        yield Watched(server)
