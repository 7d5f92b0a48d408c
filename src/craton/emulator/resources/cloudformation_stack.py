"""AWS::CloudFormation::Stack: a stack within a stack."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from botocore.exceptions import ClientError

from craton.emulator.errors import ServiceError
from craton.emulator.resources.kind import HalfMadeError, Made
from craton.emulator.resources.shaping import refuse_others, tag_list, tags_of

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_KNOWN: Final = ("TemplateURL", "Parameters", "Tags")
_LONGEST_NAME: Final = 128
_LONGEST_WAIT: Final = 600.0
_NO_CHANGE: Final = "No updates are to be performed."


class Stack:
    """A stack of a template in S3; Ref is its id, and its outputs are attributes."""

    type = "AWS::CloudFormation::Stack"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the stack, and waits until it is there."""
        refuse_others(self.type, properties, _KNOWN)
        client, parent = site.client("cloudformation"), _held(site, site.stack_id)
        stack_id = client.create_stack(
            StackName=site.name(_LONGEST_NAME),
            OnFailure="DO_NOTHING" if parent.disable_rollback else "ROLLBACK",
            Capabilities=list(parent.capabilities),
            **_given(properties),
        )["StackId"]
        _held(site, stack_id).parent_id = site.stack_id
        return _rested(client, stack_id, "CREATE_COMPLETE")

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:  # noqa: ARG002
        """Changes the stack, and waits until it is done."""
        refuse_others(self.type, properties, _KNOWN)
        client = site.client("cloudformation")
        try:
            client.update_stack(
                StackName=made.physical_id,
                Capabilities=list(_held(site, site.stack_id).capabilities),
                **_given(properties),
            )
        except ClientError as error:
            if error.response["Error"].get("Message") == _NO_CHANGE:
                return made
            raise
        return _rested(client, made.physical_id, "UPDATE_COMPLETE")

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the stack, and waits until it is gone."""
        client = site.client("cloudformation")
        client.delete_stack(StackName=made.physical_id)
        _rested(client, made.physical_id, "DELETE_COMPLETE")

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:  # noqa: ARG002
        """The parameters and tags of the stack; where its template came from, it does not tell."""
        client = site.client("cloudformation")
        told = client.describe_stacks(StackName=made.physical_id)["Stacks"][0]
        if told["StackStatus"] == "DELETE_COMPLETE":
            return None
        parameters = {one["ParameterKey"]: one["ParameterValue"] for one in told.get("Parameters", ())}
        return {"Parameters": parameters, "Tags": tag_list(told.get("Tags"))}


def _held(site: Site, stack_id: str) -> Any:
    """A stack of this account and Region, as CloudFormation keeps it."""
    return site.world.shelf(site.account, site.region, "stack")[stack_id]


def _given(properties: Properties) -> dict[str, Any]:
    parameters = dict(properties.get("Parameters") or {})
    return {
        "TemplateURL": properties["TemplateURL"],
        "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        "Tags": [{"Key": key, "Value": value} for key, value in tags_of(properties).items()],
    }


def _rested(client: Any, stack_id: str, wanted: str) -> Made:
    """The stack, once it has come to rest. Raises: ServiceError where it is not as wanted then."""
    deadline = time.monotonic() + _LONGEST_WAIT
    while True:
        told = client.describe_stacks(StackName=stack_id)["Stacks"][0]
        status = str(told["StackStatus"])
        if not status.endswith("_IN_PROGRESS"):
            break
        if time.monotonic() > deadline:
            raise ServiceError("ValidationError", f"Embedded stack {stack_id} did not come to rest")
        time.sleep(0.01)
    made = Made(
        stack_id,
        {
            "StackId": stack_id,
            "Outputs": {one["OutputKey"]: one["OutputValue"] for one in told.get("Outputs", ())},
        },
    )
    if status != wanted:
        why = f": {told['StackStatusReason']}" if told.get("StackStatusReason") else ""
        message = f"Embedded stack {stack_id} was not successfully {_DONE[wanted]}{why}"
        raise HalfMadeError("ValidationError", message, made)
    return made


_DONE: Final = {"CREATE_COMPLETE": "created", "UPDATE_COMPLETE": "updated", "DELETE_COMPLETE": "deleted"}

KIND = Stack()
