"""AWS Config: recorders, and rules that are functions, which evaluate."""

from craton.emulator.services.config import aggregators, evaluations, recording, rules
from craton.emulator.services.config.service import SERVICE

__all__ = ["SERVICE", "aggregators", "evaluations", "recording", "rules"]
