"""Automatic deployment: what stack sets do when an account joins, moves or leaves.

Accounts that come later get the set's own parameters, not the overrides of those before them.
Source: "Manage automatic deployments for service-managed StackSets", docs.aws.amazon.com/AWSCloudFormation/
latest/UserGuide/stacksets-orgs-manage-auto-deployment.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from craton.emulator.stack_sets.execution import Execution, new_operation
from craton.emulator.stack_sets.library import all_sets
from craton.emulator.stack_sets.pace import MOST_THREADS
from craton.emulator.stack_sets.stack_set import Instance, Preferences
from craton.emulator.stack_sets.targets import holds, unit_of

if TYPE_CHECKING:
    from craton.emulator.stack_sets.stack_set import StackSet
    from craton.emulator.world import World


def account_moved(world: World, account: str) -> None:
    """Every stack set with automatic deployment comes to be in the account if it must, and only then."""
    for stack_set in all_sets(world):
        if stack_set.service_managed and stack_set.auto_deployment and stack_set.auto_deployment.enabled:
            Execution(world, stack_set).begin_when_it_is_known(
                f"stack set {stack_set.name} in {account}",
                functools.partial(_settle, world, stack_set, account),
            )


def _settle(world: World, stack_set: StackSet, account: str) -> None:
    """Deploys and removes what is wanted at this moment, when all that came before has been done."""
    organization = world.organization
    if organization is None or account == organization.management_account or stack_set.is_deleted:
        return
    wanted = holds(organization, stack_set.units, account) if account in organization.members else set()
    held = {region for (owner, region) in tuple(stack_set.instances) if owner == account}
    preferences = Preferences(concurrent_count=MOST_THREADS, tolerated_percentage=100)
    execution = Execution(world, stack_set)
    unit = unit_of(organization, stack_set.units, account)
    for region in wanted & held:
        stack_set.instances[account, region].unit = unit
    if wanted - held:
        made = [
            Instance(account=account, region=region, unit=unit, overrides={})
            for region in sorted(wanted - held)
        ]
        execution.carry_out(new_operation(world, "CREATE", preferences), made)
    if held - wanted:
        gone = [stack_set.instances[account, region] for region in sorted(held - wanted)]
        retains = bool(stack_set.auto_deployment and stack_set.auto_deployment.retains)
        execution.carry_out(new_operation(world, "DELETE", preferences, retains=retains), gone)
