from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from craton.aws.api import Api
from craton.aws.sessions import Sessions
from craton.core.cloud_call import Read
from craton.emulator.emulator import emulator, lasting_administrator
from craton.emulator.faults import Fault
from craton.emulator.server import Server
from craton.engine import manifests

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MANAGEMENT = "111111111111"
HUB = "222222222222"
MEMBER = "333333333333"
REGION = "us-east-1"


class Aws:
    """An emulated organization that is served over HTTP, with the caller of its management account."""

    def __init__(self, server: Server, key: str, secret: str) -> None:
        self.server = server
        self.world = server.application.world
        self.environment = {
            "AWS_ENDPOINT_URL": server.url,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_DEFAULT_REGION": REGION,
        }
        self.pauses: list[float] = []

    def fault(self, **told: Any) -> None:
        """Calls fail from now on as told."""
        self.world.faults.add(Fault(**told))

    def client(self, service: str, account: str = MANAGEMENT, region: str = REGION) -> Any:
        """A client of the root user of an account, which no fault befalls."""
        return self.world.inside.client(service, region, self.world.keyring.root_key(account).caller)

    def api(self) -> Api:
        """The API, waiting in `pauses` alone."""
        return Api(Sessions(), sleep=self.pauses.append, clock=lambda: sum(self.pauses))

    def events(self, name: str, account: str = MANAGEMENT) -> list[dict[str, Any]]:
        """The events of an operation in the trail of an account."""
        told = self.client("cloudtrail", account).lookup_events(
            LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": name}]
        )
        return [json.loads(one["CloudTrailEvent"]) for one in told["Events"]]


@pytest.fixture(scope="module")
def served(repository: Path) -> Iterator[Aws]:
    manifest = manifests.load(repository / "tests" / "e2e" / "emulator" / "organization.yaml")
    application = emulator(MANAGEMENT, manifest=manifest)
    with Server(application) as server:
        yield Aws(server, *lasting_administrator(application, MANAGEMENT))


@pytest.fixture
def aws(served: Aws, monkeypatch: pytest.MonkeyPatch) -> Iterator[Aws]:
    """The organization, in which nothing fails yet, and whose administrator the environment names."""
    for name, value in served.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    served.pauses.clear()
    yield served
    served.world.faults.clear()
    assert served.world.work.wait(60), "work behind calls goes on"
    assert served.world.work.failures == []


def read(
    service: str, operation: str, account: str = MEMBER, region: str = REGION, **parameters: Any
) -> Read:
    return Read(account=account, region=region, service=service, operation=operation, parameters=parameters)
