"""AWS Systems Manager."""

from craton.emulator.services.ssm import parameters
from craton.emulator.services.ssm.service import SERVICE

__all__ = ["SERVICE", "parameters"]
