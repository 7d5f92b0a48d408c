"""What roles of services are given, as it stands in accounts, lies within the boundary that they have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.kinds.judging import allowed, policy
from tests.unit.kinds.rehearsed import HUB, MANAGEMENT, SEARCH, SUPPORT, Rehearsed, intent
from tests.unit.kinds.whole_hub import deploy

from craton.simulator.policy_set import PolicySet

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow

MORE = """
organization_budget: {usd_per_month: 1000, stop_at_percent: 120}
config_rules: {recorded: true}
"""
OWN = ("CratonDeployer", "CratonHub", "CratonReader")


def roles(on: Rehearsed, account: str) -> list[dict[str, Any]]:
    """The roles of services in an account."""
    iam = on.client("iam", account)
    found = iam.list_roles(PathPrefix="/craton/")["Roles"]
    return [iam.get_role(RoleName=one["RoleName"])["Role"] for one in found if one["RoleName"] not in OWN]


def given(on: Rehearsed, account: str, role: str) -> Iterator[tuple[str, str]]:
    """Each action that the role is given, with a resource on which it is."""
    iam = on.client("iam", account)
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        told = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        for statement in told["Statement"]:
            actions, resources = statement["Action"], statement["Resource"]
            for action in [actions] if isinstance(actions, str) else actions:
                for one in [resources] if isinstance(resources, str) else resources:
                    yield action, one if one == "*" else one.replace("iam::*", "iam::333333333333")


def test_each_role_of_a_service_may_do_within_its_boundary_what_it_is_given(tmp_path: Path) -> None:
    with Rehearsed(intent(tmp_path, MORE)) as on:
        for account in (MANAGEMENT, HUB, SEARCH, SUPPORT):
            on.client("config", account).put_configuration_recorder(
                ConfigurationRecorder={"name": "default", "roleARN": f"arn:aws:iam::{account}:role/recorder"}
            )
        deploy(on)
        for account, least in ((MANAGEMENT, 4), (HUB, 8)):
            arn = f"arn:aws:iam::{account}:policy/craton/CratonServiceBoundary"
            iam = on.client("iam", account)
            version = iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
            told = iam.get_policy_version(PolicyArn=arn, VersionId=version)["PolicyVersion"]["Document"]
            own = (policy(told, account),)
            held = PolicySet(account=account, resource_account=account, identity=own)
            found = roles(on, account)
            assert len(found) >= least
            for role in found:
                assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == arn
                for action, resource in given(on, account, role["RoleName"]):
                    outcome = allowed(held, action, resource, principal=role["Arn"])
                    assert outcome == "allowed", (role["RoleName"], action, resource)
        on.rest()
        assert on.world.work.failures == []
        assert list(on.world.refused) == []
