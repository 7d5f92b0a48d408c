"""Amazon S3."""

from craton.emulator.services.s3 import conditional_writes, configurations, locks, policies, versions  # noqa: F401 - they register operations
from craton.emulator.services.s3.service import SERVICE

__all__ = ["SERVICE"]
