"""Resources of Task states: functions, and operations of services.

Source: "Learning to use AWS service SDK integrations in Step Functions" and "Integrating optimized services
with Step Functions", docs.aws.amazon.com/step-functions/latest/dg/, retrieved 2026-11-26.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Final

from botocore.session import Session
from msgspec import Struct

from craton.emulator.constraints import service_model
from craton.emulator.errors import NotEmulatedError, ServiceError

if TYPE_CHECKING:
    from botocore.model import ServiceModel

_FUNCTION: Final = re.compile(r"arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[\w-]+(?::[\w$-]+)?")
_INTEGRATION: Final = re.compile(r"arn:aws:states:::(aws-sdk:)?([a-z0-9]+):([A-Za-z0-9]+)(\.[A-Za-z:0-9]+)?")
_OPTIMIZED: Final = {
    ("lambda", "invoke"): ("lambda", "Invoke"),
    ("sns", "publish"): ("sns", "Publish"),
    ("sqs", "sendMessage"): ("sqs", "SendMessage"),
    ("events", "putEvents"): ("events", "PutEvents"),
}
_OTHERWISE: Final = {
    "cloudwatchlogs": "logs",
    "costexplorer": "ce",
    "eventbridge": "events",
    "sfn": "stepfunctions",
}
"""Emulated services that the integrations call otherwise than botocore does, but for hyphens."""


class Integration(Struct, frozen=True, kw_only=True):
    """An operation of a service, by botocore's names, and how histories tell it."""

    service: str
    operation: str
    resource_type: str
    resource: str
    is_optimized: bool

    @property
    def model(self) -> ServiceModel:
        """The model of the service."""
        return service_model(self.service)


def is_function(resource: str) -> bool:
    """Whether a resource is the ARN of a function."""
    return _FUNCTION.fullmatch(resource) is not None


def check_resource(resource: str) -> None:
    """Raises: ServiceError for what is no resource; NotEmulatedError for those that are not there."""
    if not is_function(resource):
        integration_of(resource)


@functools.cache
def integration_of(resource: str) -> Integration:
    """The operation that a resource names.

    Raises: ServiceError for what is no resource; NotEmulatedError for those that are not there.
    """
    found = _INTEGRATION.fullmatch(resource)
    if found is None:
        if resource.startswith("arn:aws:states:") and ":activity:" in resource:
            raise NotEmulatedError("activities")
        raise ServiceError(
            "InvalidDefinition",
            "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The resource provided"
            f" {resource} is not recognized. The value is not a valid resource ARN'",
        )
    sdk, service, action, pattern = found.groups()
    if pattern:
        raise NotEmulatedError(f"the service integration pattern {pattern}")
    if sdk is None:
        if (service, action) not in _OPTIMIZED:
            raise NotEmulatedError(f"the resource {resource}")
        name, operation = _OPTIMIZED[service, action]
    else:
        name = _services().get(service, "")
        if not name:
            raise NotEmulatedError(f"the resource {resource}")
        operation = f"{action[0].upper()}{action[1:]}"
        if operation not in service_model(name).operation_names:
            raise ServiceError(
                "InvalidDefinition",
                f"Invalid State Machine Definition: 'The resource {resource} is not recognized'",
            )
    return Integration(
        service=name,
        operation=operation,
        resource_type=f"{sdk or ''}{service}",
        resource=action,
        is_optimized=sdk is None,
    )


@functools.cache
def _services() -> dict[str, str]:
    """The names that botocore has of services, by those of the integrations."""
    own = {name.replace("-", ""): name for name in Session().get_available_services()}
    return {name: one for name, one in own.items() if one not in _OTHERWISE.values()} | _OTHERWISE


def java_name(model: ServiceModel) -> str:
    """How the integrations name a service in errors: as the SDK for Java does."""
    words = str(model.metadata["serviceId"]).split()
    return "".join(word.capitalize() if word.isupper() and word.isalpha() else word for word in words)
