"""Calls of one account that come at once from several Regions do not meet each other half-way."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import boto3

from craton.emulator.emulator import emulator
from craton.emulator.server import Server

if TYPE_CHECKING:
    from typing import Any

ACCOUNT = "111111111111"
ROUNDS = 60
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}],
    }
)


def test_roles_are_made_and_read_at_once() -> None:
    application = emulator(ACCOUNT)
    keys = application.world.new_administrator(ACCOUNT)

    def work(number: int) -> None:
        iam: Any = boto3.Session(*keys, region_name="us-east-1").client("iam", endpoint_url=server.url)
        for each in range(ROUNDS):
            name = f"role-{number}-{each}"
            iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
            iam.get_role(RoleName=name)
            iam.delete_role(RoleName=name)

    with Server(application) as server, ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
        assert application.world.work.failures == []
