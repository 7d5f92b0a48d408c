"""AWS Budgets: budgets, notifications and actions. Nobody is billed here: none of them is ever reached."""

from craton.emulator.services.budgets import actions, budgets, notifications
from craton.emulator.services.budgets.service import SERVICE

__all__ = ["SERVICE", "actions", "budgets", "notifications"]
