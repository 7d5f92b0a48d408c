"""Calls of one account that come at once from several Regions do not meet each other half-way."""

from __future__ import annotations

import contextlib
import json
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import boto3
import pytest

from craton.emulator.emulator import emulator
from craton.emulator.server import Server

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

ACCOUNT = "111111111111"
ROUNDS = 60
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}],
    }
)


@pytest.fixture
def impatient() -> Iterator[None]:
    """Threads take turns far more often than they do otherwise."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.mark.slow
@pytest.mark.usefixtures("impatient")
def test_roles_are_made_and_read_at_once() -> None:
    application = emulator(ACCOUNT)
    keys = application.world.new_administrator(ACCOUNT)

    def client() -> Any:
        return boto3.Session(*keys, region_name="us-east-1").client("iam", endpoint_url=server.url)

    def work(number: int) -> None:
        iam = client()
        for each in range(ROUNDS):
            name = f"role-{number}-{each}"
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
            with contextlib.suppress(iam.exceptions.NoSuchEntityException):
                iam.get_role(RoleName="nobody")

    with Server(application) as server, ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
        failures = application.world.work.failures
        assert not failures, failures[0]
