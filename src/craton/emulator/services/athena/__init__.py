"""Amazon Athena: work groups, saved queries, and queries that run over tables of the data catalog."""

from craton.emulator.services.athena import executions
from craton.emulator.services.athena.service import SERVICE

__all__ = ["SERVICE", "executions"]
