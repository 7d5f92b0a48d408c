"""When everything rests, each account holds exactly the stacks that the OUs above it ask for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.emulator.rehearsal import MANAGEMENT, Clock, Rehearsal

from craton.emulator.emulator import emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

SETS = ("one", "two")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["move", "move", "move", "join", "leave", "deploy", "withdraw", "rest"]),
        st.integers(0, 20),
        st.integers(0, 20),
    ),
    max_size=14,
)


class Organization:
    """An emulated organization, and what it should hold by what was asked of it."""

    def __init__(self, rehearsal: Rehearsal, parents: list[int]) -> None:
        self.rehearsal = rehearsal
        self.client = rehearsal.organization()
        self.cloudformation = rehearsal.client("cloudformation")
        self.units = [str(self.client.list_roots()["Roots"][0]["Id"])]
        self.above: list[int | None] = [None]
        for number, parent in enumerate(parents, 1):
            above = parent % number
            self.units.append(rehearsal.unit(f"unit{number}", self.units[above]))
            self.above.append(above)
        self.accounts: dict[str, int] = {}
        self.joined = 0
        self.targets: dict[str, set[int]] = {name: set() for name in SETS}
        self.cloudformation.activate_organizations_access()
        for name in SETS:
            self.cloudformation.create_stack_set(
                StackSetName=name,
                TemplateBody=json.dumps({"Resources": {"T": _topic(name)}}),
                PermissionModel="SERVICE_MANAGED",
                AutoDeployment={"Enabled": True, "RetainStacksOnAccountRemoval": False},
            )

    def move(self, first: int, second: int) -> None:
        if self.accounts:
            account = sorted(self.accounts)[first % len(self.accounts)]
            source, target = self.accounts[account], second % len(self.units)
            if source != target:
                self.client.move_account(
                    AccountId=account,
                    SourceParentId=self.units[source],
                    DestinationParentId=self.units[target],
                )
                self.accounts[account] = target

    def join(self, first: int, _: int) -> None:
        if len(self.accounts) < 5:
            unit = first % len(self.units)
            self.joined += 1  # the address of an account that left stays taken
            name = f"account{self.joined}"
            self.accounts[self.rehearsal.member(name, self.units[unit])] = unit

    def leave(self, first: int, _: int) -> None:
        if self.accounts:
            account = sorted(self.accounts)[first % len(self.accounts)]
            self.client.remove_account_from_organization(AccountId=account)
            del self.accounts[account]

    def deploy(self, first: int, second: int) -> None:
        name, unit = SETS[first % 2], second % len(self.units)
        self._targeted("create_stack_instances", name, unit)
        self.targets[name].add(unit)

    def withdraw(self, first: int, second: int) -> None:
        """Takes a set away from an OU where no other target overlaps, for which AWS says nothing."""
        name, unit = SETS[first % 2], second % len(self.units)
        if self.targets[name] == {unit}:
            self._targeted("delete_stack_instances", name, unit, RetainStacks=False)
            self.targets[name].discard(unit)

    def _targeted(self, method: str, name: str, unit: int, **more: Any) -> None:
        self.rehearsal.rest()
        getattr(self.cloudformation, method)(
            StackSetName=name,
            DeploymentTargets={"OrganizationalUnitIds": [self.units[unit]]},
            Regions=["us-east-1"],
            **more,
        )

    def rest(self, _: int, __: int) -> None:
        """Comes to rest before the next step."""
        self.rehearsal.rest()

    def wanted(self, account: str) -> set[str]:
        way = set(self._way(self.accounts[account]))
        return {name for name, units in self.targets.items() if units & way}

    def _way(self, unit: int | None) -> Iterator[int]:
        while unit is not None:
            yield unit
            unit = self.above[unit]

    def held(self, account: str) -> set[str]:
        caller = self.rehearsal.world.keyring.root_key(account).caller
        topics = self.rehearsal.client("sns", caller).list_topics()["Topics"]
        return {one["TopicArn"].rpartition(":")[2] for one in topics}


def _topic(name: str) -> dict[str, Any]:
    return {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": name}}


@pytest.mark.slow
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(parents=st.lists(st.integers(0, 5), min_size=1, max_size=4), steps=STEPS)
def test_each_account_holds_what_its_ous_ask_for(
    parents: list[int], steps: list[tuple[str, int, int]]
) -> None:
    made = emulator(MANAGEMENT, Clock())
    organization = Organization(Rehearsal(made, Clock()), parents)
    for _ in range(2):
        organization.join(len(parents), 0)
    everybody = set(organization.accounts)
    for name, first, second in steps:
        getattr(organization, name)(first, second)
        everybody |= set(organization.accounts)
    organization.rehearsal.rest()
    assert made.world.work.failures == []
    for account in sorted(everybody):
        wanted = organization.wanted(account) if account in organization.accounts else set()
        assert organization.held(account) == wanted
    made.world.close()
