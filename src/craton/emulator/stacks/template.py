"""A CloudFormation template as a value, refused in CloudFormation's words where it is none.

Source: "CloudFormation template reference" and "Understand CloudFormation quotas",
docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Final

from msgspec import Struct

from craton.emulator.errors import NotEmulatedError, ServiceError

MOST_BYTES: Final = 51_200
MOST_BYTES_FROM_S3: Final = 1_048_576
MOST_RESOURCES: Final = 500
MOST_PARAMETERS: Final = 200
MOST_OUTPUTS: Final = 200
MOST_MAPPINGS: Final = 200
_LIMITED: Final = {
    "Resources": MOST_RESOURCES,
    "Parameters": MOST_PARAMETERS,
    "Outputs": MOST_OUTPUTS,
    "Mappings": MOST_MAPPINGS,
}
_SECTIONS: Final = frozenset(
    {
        *("AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings"),
        *("Conditions", "Transform", "Resources", "Outputs", "Hooks"),
    }
)
_RESOURCE_KEYS: Final = frozenset(
    {
        *("Type", "Properties", "DependsOn", "Condition", "Metadata", "CreationPolicy", "UpdatePolicy"),
        *("DeletionPolicy", "UpdateReplacePolicy"),
    }
)
_POLICIES: Final = ("Delete", "Retain", "RetainExceptOnCreate", "Snapshot")


class Declared(Struct, frozen=True, kw_only=True):
    """One resource as the template declares it; `properties` hold functions still."""

    logical_id: str
    type: str
    properties: Mapping[str, Any]
    depends_on: tuple[str, ...]
    condition: str | None
    deletion_policy: str
    update_replace_policy: str
    metadata: Any = None


class Template(Struct, frozen=True, kw_only=True):
    """A template whose sections are there and of the right form."""

    text: str
    description: str | None
    parameters: Mapping[str, Mapping[str, Any]]
    mappings: Mapping[str, Any]
    conditions: Mapping[str, Any]
    resources: Mapping[str, Declared]
    outputs: Mapping[str, Mapping[str, Any]]

    def capabilities(self) -> tuple[str, ...]:
        """The capabilities that a caller must acknowledge, and none where the template needs none."""
        iam = [one for one in self.resources.values() if one.type.startswith("AWS::IAM::")]
        named = [one for one in iam if any(key in one.properties for key in _IAM_NAMES)]
        if named:
            return ("CAPABILITY_NAMED_IAM",)
        return ("CAPABILITY_IAM",) if any(one.type in _IAM_TYPES for one in iam) else ()


_IAM_NAMES: Final = ("RoleName", "UserName", "GroupName", "ManagedPolicyName", "InstanceProfileName")
_IAM_TYPES: Final = frozenset(
    f"AWS::IAM::{name}"
    for name in (
        *("AccessKey", "Group", "GroupPolicy", "InstanceProfile", "ManagedPolicy", "Policy", "Role"),
        *("RolePolicy", "ServiceLinkedRole", "User", "UserPolicy", "UserToGroupAddition"),
    )
)


@functools.lru_cache(maxsize=64)
def read(text: str, most_bytes: int = MOST_BYTES) -> Template:
    """The template in `text`, read once for all who bring it.

    Raises: ServiceError where CloudFormation refuses it; NotEmulatedError for macros and the like.
    """
    if len(text.encode()) > most_bytes:
        raise ServiceError(
            "ValidationError",
            "1 validation error detected: Value at 'templateBody' failed to satisfy constraint: "
            f"Member must have length less than or equal to {most_bytes}",
        )
    from cfnlint.decode import decode_str  # noqa: PLC0415 - half a second to load, for stacks alone

    found, problems = decode_str(text)
    if problems or not isinstance(found, dict):
        told = problems[0].message if problems else "the template is no object"
        raise _refused(f"Template format error: {told}")
    unknown = sorted(set(found) - _SECTIONS)
    if unknown:
        raise _refused(f"Invalid template property or properties [{', '.join(unknown)}]")
    for section in ("Transform", "Rules", "Hooks"):
        if found.get(section):
            raise NotEmulatedError(f"the template section {section}")
    for section, most in _LIMITED.items():
        if len(_mapping(found, section)) > most:
            raise _refused(
                f"Template format error: Number of {section.lower()} is greater than maximum allowed {most}"
            )
    if not found.get("Resources"):
        raise _refused("Template format error: At least one Resources member must be defined.")
    return Template(
        text=text,
        description=found.get("Description"),
        parameters=_mapping(found, "Parameters"),
        mappings=_mapping(found, "Mappings"),
        conditions=_mapping(found, "Conditions"),
        resources={str(name): _declared(str(name), held) for name, held in found["Resources"].items()},
        outputs=_mapping(found, "Outputs"),
    )


def _refused(message: str) -> ServiceError:
    return ServiceError("ValidationError", message)


def _mapping(template: Mapping[str, Any], section: str) -> Mapping[str, Any]:
    held = template.get(section) or {}
    if not isinstance(held, dict):
        raise _refused(f"Template format error: {section} must be an object")
    return held


def _declared(logical_id: str, held: Any) -> Declared:
    if not logical_id.isalnum() or not logical_id.isascii():
        raise _refused(f"Template format error: Resource name {logical_id} is non alphanumeric.")
    if not isinstance(held, dict) or not isinstance(held.get("Type"), str):
        raise _refused(
            f"Template format error: [/Resources/{logical_id}] Every Resources object must "
            "contain a Type member."
        )
    unknown = sorted(set(held) - _RESOURCE_KEYS)
    if unknown:
        raise _refused(f"Invalid template resource property '{unknown[0]}'")
    for key in ("CreationPolicy", "UpdatePolicy"):
        if held.get(key):
            raise NotEmulatedError(f"the resource attribute {key}")
    depends = held.get("DependsOn") or ()
    return Declared(
        logical_id=logical_id,
        type=held["Type"],
        properties=held.get("Properties") or {},
        depends_on=(depends,) if isinstance(depends, str) else tuple(depends),
        condition=held.get("Condition"),
        deletion_policy=_policy(logical_id, held, "DeletionPolicy"),
        update_replace_policy=_policy(logical_id, held, "UpdateReplacePolicy"),
        metadata=held.get("Metadata"),
    )


def _policy(logical_id: str, held: Mapping[str, Any], name: str) -> str:
    policy = held.get(name, "Delete")
    if policy not in _POLICIES:
        raise _refused(f"Template error: Invalid {name} for resource {logical_id}: {policy}")
    return str(policy)
