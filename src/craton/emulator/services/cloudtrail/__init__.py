"""AWS CloudTrail: trails that write files, and the event history of each account and Region."""

from craton.emulator.services.cloudtrail import administrators, history, selection, tags, trails
from craton.emulator.services.cloudtrail.service import SERVICE

__all__ = ["SERVICE", "administrators", "history", "selection", "tags", "trails"]
