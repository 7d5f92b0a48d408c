"""What the functions of a stack's template refer to: parameters, pseudo parameters and resources so far."""

from __future__ import annotations

import json
import re
import threading
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from craton.emulator.errors import NotEmulatedError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from craton.emulator.inside import Inside
    from craton.emulator.stacks.stack import Stack
    from craton.emulator.stacks.template import Template

LONGEST_PARAMETER: Final = 4096
_LISTS: Final = ("CommaDelimitedList", "List<")


class Scope:
    """The names that a template of this stack can refer to."""

    def __init__(
        self,
        stack: Stack,
        template: Template,
        parameters: Mapping[str, str],
        inside: Inside,
        exports: Exports,
    ) -> None:
        self._stack = stack
        self._template = template
        self._parameters = parameters
        self._inside = inside
        self._exports = exports
        self.imports: set[str] = set()
        """The exported values that were asked for."""

    def ref(self, name: str) -> Any:
        """The value of a name. Raises: ServiceError where the template has no such name."""
        stack = self._stack
        match name:
            case "AWS::AccountId":
                return stack.account
            case "AWS::Region":
                return stack.region
            case "AWS::Partition":
                return "aws"
            case "AWS::URLSuffix":
                return "amazonaws.com"
            case "AWS::StackName":
                return stack.name
            case "AWS::StackId":
                return stack.stack_id
            case "AWS::NotificationARNs":
                return list(stack.notification_arns)
            case _:
                pass
        if name in self._template.parameters:
            return self._parameter(name)
        resource = stack.resources.get(name)
        if resource is None or resource.made is None:
            raise _unresolved(name)
        return resource.made.physical_id

    def _parameter(self, name: str) -> Any:
        declared = self._template.parameters[name]
        value = self._parameters[name]
        kind = str(declared["Type"])
        if kind.startswith("AWS::SSM::Parameter::Value<"):
            return self.dynamic("ssm", value)
        return [one.strip() for one in value.split(",")] if kind.startswith(_LISTS) else value

    def attribute(self, logical_id: str, name: str) -> Any:
        """The attribute of a resource. Raises: ServiceError where it has none of that name."""
        resource = self._stack.resources.get(logical_id)
        if resource is None or resource.made is None:
            raise _unresolved(logical_id)
        found: Any = resource.made.attributes
        for step in (name, *()) if name in found else name.split("."):
            if not isinstance(found, dict) or step not in found:
                raise ServiceError(
                    "ValidationError",
                    f"Requested attribute {name} does not exist in schema for {resource.type}",
                )
            found = found[step]
        return found

    def exported(self, name: str) -> str:
        """The value that a stack of this account and Region exports. Raises: ServiceError where none does."""
        self.imports.add(name)
        return self._exports.value(name)

    def dynamic(self, service: str, key: str) -> str:
        """The value of a parameter of Systems Manager or a secret."""
        caller, region = self._stack.caller, self._stack.region
        try:
            if service in ("ssm", "ssm-secure"):
                name, _, version = key.partition(":")
                asked = f"{name}:{version}" if version else name
                found = self._inside.client("ssm", region, caller).get_parameter(
                    Name=asked, WithDecryption=True
                )
                return str(found["Parameter"]["Value"])
            if service == "secretsmanager":
                name, _, rest = key.partition(":SecretString")
                found = self._inside.client("secretsmanager", region, caller).get_secret_value(SecretId=name)
                field = rest.strip(":")
                return str(json.loads(found["SecretString"])[field] if field else found["SecretString"])
        except ClientError as error:
            raise ServiceError("ValidationError", error.response["Error"]["Message"]) from error
        raise NotEmulatedError(f"dynamic references to {service}")

    def zones(self, region: str) -> list[str]:
        """The Availability Zones of a Region."""
        return [f"{region or self._stack.region}{letter}" for letter in "abc"]


def _unresolved(name: str) -> ServiceError:
    return ServiceError(
        "ValidationError",
        f"Template format error: Unresolved resource dependencies [{name}] in the Resources block "
        "of the template",
    )


class Exports:
    """The values that the stacks of one account and Region export, by name."""

    def __init__(self) -> None:
        self.by_name: dict[str, tuple[Stack, str]] = {}
        self.users: dict[str, dict[str, Stack]] = {}
        self._lock = threading.RLock()

    def value(self, name: str) -> str:
        """The exported value. Raises: ServiceError where there is none."""
        with self._lock:
            if name not in self.by_name:
                raise ServiceError("ValidationError", f"No export named {name} found.")
            return self.by_name[name][1]

    def use(self, stack: Stack, names: set[str]) -> None:
        """The stack uses those values and no others; while it does, they cannot change."""
        with self._lock:
            for users in self.users.values():
                users.pop(stack.stack_id, None)
            for name in names:
                self.users.setdefault(name, {})[stack.stack_id] = stack

    def settle(self, stack: Stack) -> None:
        """The stack exports what its outputs say, and nothing else. Raises: ServiceError."""
        wanted = {
            str(held["ExportName"]): str(held["OutputValue"])
            for held in stack.outputs.values()
            if "ExportName" in held
        }
        with self._lock:
            for name, (owner, value) in self.by_name.items():
                if owner is stack and wanted.get(name) != value:
                    self._check_unused(name, "updated" if name in wanted else "deleted")
                if owner is not stack and name in wanted:
                    raise ServiceError(
                        "ValidationError",
                        f"Export with name {name} is already exported by stack {owner.name}. "
                        "Rule: Export names must be unique across a single account and region.",
                    )
            kept = {name: held for name, held in self.by_name.items() if held[0] is not stack}
            self.by_name = kept | {name: (stack, value) for name, value in wanted.items()}

    def _check_unused(self, name: str, change: str) -> None:
        users = self.users.get(name)
        if users:
            using = " and ".join(sorted(one.name for one in users.values()))
            raise ServiceError(
                "ValidationError", f"Export {name} cannot be {change} as it is in use by {using}"
            )

    def check_deletable(self, stack: Stack) -> None:
        """Raises: ServiceError where another stack uses what this one exports."""
        with self._lock:
            for name, (owner, _) in self.by_name.items():
                if owner is stack:
                    self._check_unused(name, "deleted")


def given_parameters(
    template: Template, given: Mapping[str, str | None], previous: Mapping[str, str]
) -> dict[str, str]:
    """The value of every parameter; None in `given` stands for the previous value.

    Raises: ServiceError in CloudFormation's words where one is missing, unknown or not allowed.
    """
    unknown = sorted(set(given) - set(template.parameters))
    if unknown:
        raise ServiceError(
            "ValidationError", f"Parameters: [{', '.join(unknown)}] do not exist in the template"
        )
    values: dict[str, str] = {}
    missing: list[str] = []
    for name, declared in template.parameters.items():
        value = given.get(name, None if name not in given else previous.get(name))
        if name in given and value is None:
            value = previous.get(name)
        if value is None and "Default" in declared:
            value = _text(declared["Default"])
        if value is None:
            missing.append(name)
        else:
            _check(name, declared, value)
            values[name] = value
    if missing:
        raise ServiceError("ValidationError", f"Parameters: [{', '.join(missing)}] must have values")
    return values


def _check(name: str, declared: Mapping[str, Any], value: str) -> None:
    if len(value) > LONGEST_PARAMETER:
        raise ServiceError("ValidationError", f"Parameter {name} exceeds {LONGEST_PARAMETER} bytes")
    allowed = [_text(one) for one in declared.get("AllowedValues", ())]
    values = value.split(",") if str(declared["Type"]) == "CommaDelimitedList" else [value]
    if allowed and any(one.strip() not in allowed for one in values):
        raise ServiceError(
            "ValidationError", f"Parameter {name} must be one of AllowedValues [{', '.join(allowed)}]"
        )
    pattern = declared.get("AllowedPattern")
    if pattern and not re.fullmatch(str(pattern), value):
        told = declared.get("ConstraintDescription") or f"must match pattern {pattern}"
        raise ServiceError("ValidationError", f"Parameter {name} failed to satisfy constraint: {told}")
    if declared["Type"] == "Number":
        try:
            number = float(value)
        except ValueError as error:
            raise ServiceError("ValidationError", f"Parameter {name} must be a number") from error
        if number < float(declared.get("MinValue", number)) or number > float(
            declared.get("MaxValue", number)
        ):
            raise ServiceError("ValidationError", f"Parameter {name} is out of its range")
    shortest, longest = int(declared.get("MinLength", 0)), int(declared.get("MaxLength", LONGEST_PARAMETER))
    if not shortest <= len(value) <= longest:
        told = f"its length must be from {shortest} to {longest}"
        raise ServiceError("ValidationError", f"Parameter {name} failed to satisfy constraint: {told}")


def _text(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)
