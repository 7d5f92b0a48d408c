"""Amazon CloudWatch: metrics, alarms that evaluate, and dashboards."""

from craton.emulator.services.cloudwatch import alarms, metrics
from craton.emulator.services.cloudwatch.service import SERVICE

__all__ = ["SERVICE", "alarms", "metrics"]
