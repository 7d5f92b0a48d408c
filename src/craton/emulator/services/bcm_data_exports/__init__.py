"""AWS Data Exports: what is to be exported, and where to; there is no bill, and nothing is exported."""

from craton.emulator.services.bcm_data_exports import exports, permissions, tables
from craton.emulator.services.bcm_data_exports.service import SERVICE

__all__ = ["SERVICE", "exports", "permissions", "tables"]
