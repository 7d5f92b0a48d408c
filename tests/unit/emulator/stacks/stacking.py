"""Stacks as tests make them: the templates are objects, and each step has come to rest when it returns."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal

    from craton.emulator.credentials import Caller


class Stacking:
    """One account's stacks in one Region."""

    def __init__(self, rehearsal: Rehearsal, caller: Caller | None = None, region: str = "us-east-1") -> None:
        self.rehearsal = rehearsal
        self.client = rehearsal.client("cloudformation", caller, region)
        self.sns = rehearsal.client("sns", caller, region)
        self.sqs = rehearsal.client("sqs", caller, region)

    def create(self, resources: dict[str, Any], name: str = "one", **more: Any) -> str:
        """The status of a new stack."""
        call = {key: more.pop(key) for key in list(more) if key in _OF_CALL}
        body = json.dumps({"Resources": resources, **more})
        self.client.create_stack(StackName=name, TemplateBody=body, **call)
        self.rehearsal.rest()
        return self.status(name)

    def update(self, resources: dict[str, Any], name: str = "one", **more: Any) -> str:
        """The status of the stack after an update."""
        call = {key: more.pop(key) for key in list(more) if key in _OF_CALL}
        body = json.dumps({"Resources": resources, **more})
        self.client.update_stack(StackName=name, TemplateBody=body, **call)
        self.rehearsal.rest()
        return self.status(name)

    def delete(self, name: str = "one", **more: Any) -> str:
        """The status of the stack after it was to be removed."""
        stack_id = self.described(name)["StackId"]
        self.client.delete_stack(StackName=name, **more)
        self.rehearsal.rest()
        return self.status(stack_id)

    def described(self, name: str = "one") -> dict[str, Any]:
        found: dict[str, Any] = self.client.describe_stacks(StackName=name)["Stacks"][0]
        return found

    def status(self, name: str = "one") -> str:
        return str(self.described(name)["StackStatus"])

    def outputs(self, name: str = "one") -> dict[str, str]:
        return {one["OutputKey"]: one["OutputValue"] for one in self.described(name).get("Outputs", ())}

    def ids(self, name: str = "one") -> dict[str, str]:
        """The ids of what is in a stack."""
        rows = self.client.describe_stack_resources(StackName=name)["StackResources"]
        return {
            one["LogicalResourceId"]: one["PhysicalResourceId"]
            for one in rows
            if one["ResourceStatus"] != "DELETE_COMPLETE"
        }

    def history(self, name: str = "one") -> list[tuple[str, str]]:
        """What happened to the resources of a stack, in order."""
        events = self.client.describe_stack_events(StackName=name)["StackEvents"]
        return [(one["LogicalResourceId"], one["ResourceStatus"]) for one in reversed(events)]

    def reasons(self, name: str = "one") -> dict[str, str]:
        """Why resources failed."""
        events = self.client.describe_stack_events(StackName=name)["StackEvents"]
        return {
            one["LogicalResourceId"]: one.get("ResourceStatusReason", "")
            for one in events
            if one["ResourceStatus"].endswith("_FAILED")
        }

    def topics(self) -> list[str]:
        """The names of the topics that are there."""
        return sorted(one["TopicArn"].rpartition(":")[2] for one in self.sns.list_topics()["Topics"])


_OF_CALL = frozenset(
    {
        *("OnFailure", "DisableRollback", "Parameters", "Tags", "Capabilities", "RoleARN"),
        *("EnableTerminationProtection",),
    }
)


def topic(name: str | None = None, **attributes: Any) -> dict[str, Any]:
    """A topic; what begins with a capital is a property, all else an attribute of the resource."""
    properties = {key: value for key, value in attributes.items() if key not in _ATTRIBUTES}
    if name is not None:
        properties["TopicName"] = name
    others = {key: value for key, value in attributes.items() if key in _ATTRIBUTES}
    return {"Type": "AWS::SNS::Topic", "Properties": properties, **others}


_ATTRIBUTES = frozenset({"DependsOn", "Condition", "DeletionPolicy", "UpdateReplacePolicy", "Metadata"})

BROKEN: dict[str, Any] = {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "no spaces allowed"}}
"""A topic that its schema lets through, and SNS refuses."""
