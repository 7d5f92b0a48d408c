"""Amazon EventBridge: buses, rules that fire, and their targets."""

from craton.emulator.services.events import buses, events, rules, tags, targets
from craton.emulator.services.events.service import SERVICE

__all__ = ["SERVICE", "buses", "events", "rules", "tags", "targets"]
