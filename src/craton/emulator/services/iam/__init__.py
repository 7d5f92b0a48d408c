"""AWS IAM: moto's, with what it lacks: boundaries of users, conflicts, and policies that mean something."""

from craton.emulator.services.iam import permissions, policies, roles, service_credentials, users
from craton.emulator.services.iam.service import SERVICE

__all__ = ["SERVICE", "permissions", "policies", "roles", "service_credentials", "users"]
