"""Amazon CloudWatch Logs."""

from craton.emulator.services.logs import (  # noqa: F401 - they register operations
    account_policies,
    destinations,
    events,
    metric_filters,
    query_definitions,
    subscription_filters,
)
from craton.emulator.services.logs.service import SERVICE

__all__ = ["SERVICE"]
