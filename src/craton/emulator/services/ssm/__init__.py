"""AWS Systems Manager."""

from craton.emulator.services.ssm import documents, parameters
from craton.emulator.services.ssm.service import SERVICE

__all__ = ["SERVICE", "documents", "parameters"]
