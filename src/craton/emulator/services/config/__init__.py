"""AWS Config: recorders, and rules that are functions, which evaluate."""

from craton.emulator.services.config import evaluations, recording, rules
from craton.emulator.services.config.service import SERVICE

__all__ = ["SERVICE", "evaluations", "recording", "rules"]
