"""AWS Config: recorders, rules, of which functions evaluate, and conformance packs."""

from craton.emulator.services.config import (
    aggregators,
    conformance_packs,
    evaluations,
    organization_packs,
    organization_rules,
    permissions,
    recording,
    remediations,
    rules,
    tags,
)
from craton.emulator.services.config.service import SERVICE

__all__ = [
    "SERVICE",
    "aggregators",
    "conformance_packs",
    "evaluations",
    "organization_packs",
    "organization_rules",
    "permissions",
    "recording",
    "remediations",
    "rules",
    "tags",
]
