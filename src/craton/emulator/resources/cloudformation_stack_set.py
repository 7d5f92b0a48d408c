"""AWS::CloudFormation::StackSet."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from craton.emulator.errors import ServiceError
from craton.emulator.resources.kind import HalfMadeError, Made
from craton.emulator.resources.shaping import refuse_others, tag_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.emulator.resources.kind import Properties, Site

_OF_SET: Final = (
    *("TemplateBody", "TemplateURL", "Parameters", "Description", "Capabilities", "Tags", "AutoDeployment"),
    *("ExecutionRoleName", "AdministrationRoleARN", "ManagedExecution", "CallAs"),
)
_KNOWN: Final = (
    *_OF_SET,
    *("StackSetName", "PermissionModel", "StackInstancesGroup", "OperationPreferences"),
)
_LONGEST_WAIT: Final = 600.0


class StackSet:
    """A stack set with its instances; Ref is its id."""

    type = "AWS::CloudFormation::StackSet"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the set, and deploys its instances."""
        refuse_others(self.type, properties, _KNOWN)
        client = site.client("cloudformation")
        set_id = client.create_stack_set(
            StackSetName=properties["StackSetName"],
            PermissionModel=properties["PermissionModel"],
            **_given(properties),
        )["StackSetId"]
        made = Made(set_id, {"StackSetId": set_id})
        try:
            for group in properties.get("StackInstancesGroup") or ():
                _deploy(client, properties, group)
        except ServiceError as error:
            raise HalfMadeError("ValidationError", str(error.message), made) from error
        return made

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Changes the set and its instances, and deploys or removes those that come or go."""
        refuse_others(self.type, properties, _KNOWN)
        client = site.client("cloudformation")
        if any(properties.get(name) != previous.get(name) for name in _OF_SET):
            answer = client.update_stack_set(
                StackSetName=properties["StackSetName"], **_preferences(properties), **_given(properties)
            )
            _ended(client, properties, answer["OperationId"])
        before = {_key(one): one for one in _single(previous)}
        after = {_key(one): one for one in _single(properties)}
        for key in before.keys() - after.keys():
            _remove(client, properties, before[key])
        for key, group in after.items():
            if before.get(key) != group:
                _deploy(client, properties, group)
        return made

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes every instance, and the set."""
        client = site.client("cloudformation")
        try:
            for group in properties.get("StackInstancesGroup") or ():
                _remove(client, properties, group)
            client.delete_stack_set(StackSetName=properties["StackSetName"], **_call_as(properties))
        except client.exceptions.StackSetNotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """What CloudFormation tells of the set."""
        client = site.client("cloudformation")
        try:
            told = client.describe_stack_set(StackSetName=properties["StackSetName"], **_call_as(properties))[
                "StackSet"
            ]
        except client.exceptions.StackSetNotFoundException:
            return None
        return {
            "StackSetName": told["StackSetName"],
            "PermissionModel": told["PermissionModel"],
            "TemplateBody": told["TemplateBody"],
            "Parameters": told["Parameters"],
            "Capabilities": told["Capabilities"],
            "Description": told.get("Description", ""),
            "AutoDeployment": told.get("AutoDeployment"),
            "ManagedExecution": told["ManagedExecution"],
            "Tags": tag_list(told["Tags"]),
        }


def _given(properties: Properties) -> dict[str, Any]:
    return {name: properties[name] for name in _OF_SET if properties.get(name) is not None}


def _call_as(properties: Properties) -> dict[str, Any]:
    return {"CallAs": properties["CallAs"]} if properties.get("CallAs") else {}


def _preferences(properties: Properties) -> dict[str, Any]:
    held = properties.get("OperationPreferences")
    return {"OperationPreferences": held} if held else {}


def _single(properties: Properties) -> Iterator[Mapping[str, Any]]:
    """The groups of instances, taken apart by Region."""
    for group in properties.get("StackInstancesGroup") or ():
        for region in group["Regions"]:
            yield {**group, "Regions": [region]}


def _key(group: Mapping[str, Any]) -> str:
    return repr((sorted(map(repr, group["DeploymentTargets"].items())), group["Regions"]))


def _deploy(client: Any, properties: Properties, group: Mapping[str, Any]) -> None:
    overrides = group.get("ParameterOverrides")
    answer = client.create_stack_instances(
        StackSetName=properties["StackSetName"],
        DeploymentTargets=group["DeploymentTargets"],
        Regions=group["Regions"],
        **({"ParameterOverrides": overrides} if overrides else {}),
        **_preferences(properties),
        **_call_as(properties),
    )
    _ended(client, properties, answer["OperationId"])


def _remove(client: Any, properties: Properties, group: Mapping[str, Any]) -> None:
    answer = client.delete_stack_instances(
        StackSetName=properties["StackSetName"],
        DeploymentTargets=group["DeploymentTargets"],
        Regions=group["Regions"],
        RetainStacks=False,
        **_preferences(properties),
        **_call_as(properties),
    )
    _ended(client, properties, answer["OperationId"])


def _ended(client: Any, properties: Properties, operation: str) -> None:
    """Returns when the operation is over. Raises: ServiceError where it did not succeed."""
    deadline = time.monotonic() + _LONGEST_WAIT
    named = {"StackSetName": properties["StackSetName"], "OperationId": operation, **_call_as(properties)}
    while True:
        status = client.describe_stack_set_operation(**named)["StackSetOperation"]["Status"]
        if status not in ("QUEUED", "RUNNING", "STOPPING"):
            break
        if time.monotonic() > deadline:
            raise ServiceError("ValidationError", f"The operation {operation} did not end")
        time.sleep(0.01)
    if status != "SUCCEEDED":
        rows = client.list_stack_set_operation_results(**named)["Summaries"]
        why = "; ".join(sorted({one.get("StatusReason", "") for one in rows if one["Status"] == "FAILED"}))
        raise ServiceError(
            "ValidationError", f"Stack set operation [{operation}] was unexpectedly {status}: {why}"
        )


KIND = StackSet()
