"""AWS Step Functions: standard state machines, whose states are really passed."""

from craton.emulator.services.stepfunctions import executions, state_machines
from craton.emulator.services.stepfunctions.service import SERVICE

__all__ = ["SERVICE", "executions", "state_machines"]
