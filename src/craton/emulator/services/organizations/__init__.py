"""AWS Organizations: its tree, accounts, policies, delegated administrators and tags."""

from craton.emulator.services.organizations import accounts, administrators, permissions, policies, tags, tree
from craton.emulator.services.organizations.service import SERVICE

__all__ = ["SERVICE", "accounts", "administrators", "permissions", "policies", "tags", "tree"]
