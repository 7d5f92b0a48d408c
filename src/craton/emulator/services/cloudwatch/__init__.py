"""Amazon CloudWatch: metrics, streams of them, alarms that evaluate, and dashboards."""

from craton.emulator.services.cloudwatch import alarms, metric_streams, metrics
from craton.emulator.services.cloudwatch.service import SERVICE

__all__ = ["SERVICE", "alarms", "metric_streams", "metrics"]
