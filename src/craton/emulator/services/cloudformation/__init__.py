"""AWS CloudFormation: its operations on stacks, change sets, drift and StackSets."""

from craton.emulator.services.cloudformation import (
    change_sets,
    drift,
    permissions,
    stack_instances,
    stack_set_operations,
    stack_sets,
    stacks,
    templates,
    tokens,
)
from craton.emulator.services.cloudformation.service import SERVICE

__all__ = [
    "SERVICE",
    "change_sets",
    "drift",
    "permissions",
    "stack_instances",
    "stack_set_operations",
    "stack_sets",
    "stacks",
    "templates",
    "tokens",
]
