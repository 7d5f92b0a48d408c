"""Amazon Bedrock: guardrails, what is enforced, profiles, models, and the logging of invocations."""

from craton.emulator.services.bedrock import (
    enforcement,
    guardrails,
    logging_configuration,
    models,
    profiles,
    resource_policies,
    retention,
    tags,
)
from craton.emulator.services.bedrock.service import SERVICE

__all__ = [
    "SERVICE",
    "enforcement",
    "guardrails",
    "logging_configuration",
    "models",
    "profiles",
    "resource_policies",
    "retention",
    "tags",
]
