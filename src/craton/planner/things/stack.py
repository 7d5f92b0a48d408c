"""A stack of CloudFormation in one account and Region."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.core.cloud_call import Call, Until
from craton.planner.template import template_value
from craton.planner.thing import OWNER_TAG, Body, Risk, Thing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_DONE: Final = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
_FAILED: Final = (
    *("CREATE_FAILED", "DELETE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED"),
    *("UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED", "UPDATE_FAILED"),
)
_NEVER_STOOD: Final = ("ROLLBACK_COMPLETE", "CREATE_FAILED", "REVIEW_IN_PROGRESS", "ROLLBACK_FAILED")
"""A stack in such a state cannot be updated; it has to go first."""


class Stack(Thing):
    """Its template and how it stands."""

    operation = "CreateStack"
    told_by = ("DescribeStacks", "GetTemplate")

    @property
    def address(self) -> str:
        return f"stack/{self.step.account}/{self.step.region}/{self._name}"

    @property
    def holds_data(self) -> bool:
        return True

    @property
    def _name(self) -> str:
        return str(self.step.parameters["StackName"])

    @property
    def _text(self) -> str:
        return self.deployment.files[self.step.parameters["TemplateBody"]["file"]]

    def wanted(self) -> Body:
        return {"status": "stands", "template": template_value(self._text), "managed": True}

    def found(self) -> Body | None:
        stack = self._stack()
        if stack is None or stack["StackStatus"] == "DELETE_COMPLETE":
            return None
        told = self.read("cloudformation", "GetTemplate", StackName=self._name)
        body = told["TemplateBody"] if told else ""
        status = stack["StackStatus"]
        stands = status in _DONE or status == "UPDATE_ROLLBACK_COMPLETE"
        return {
            "status": "stands" if stands else status,
            "template": template_value(body) if isinstance(body, str) else body,
            "managed": OWNER_TAG in stack.get("Tags", ()),
        }

    def bring_about(self) -> Iterator[Call]:
        stack = self._stack()
        if stack is not None and stack["StackStatus"] in _NEVER_STOOD:
            yield from self.remove()
            stack = None
        operation = "CreateStack" if stack is None else "UpdateStack"
        told = {
            "StackName": self._name,
            "TemplateBody": self._text,
            "Capabilities": self.step.parameters["Capabilities"],
            "Tags": [OWNER_TAG],
        }
        # "No updates are to be performed" is what AWS says of a stack that is as it should be.
        yield self._call(operation, told, _DONE, _FAILED, done=("No updates are to be performed",))

    def remove(self) -> Iterator[Call]:
        gone = ("DELETE_COMPLETE", "absent")
        yield self._call("DeleteStack", {"StackName": self._name}, gone, ("DELETE_FAILED",))

    def risk(self, action: str) -> Risk:
        return "high" if action == "delete" else "medium"

    def _stack(self) -> Mapping[str, Any] | None:
        told = self.read("cloudformation", "DescribeStacks", StackName=self._name)
        return told["Stacks"][0] if told else None

    def _call(
        self,
        operation: str,
        parameters: Mapping[str, Any],
        succeeded: tuple[str, ...],
        failed: tuple[str, ...],
        done: tuple[str, ...] = (),
    ) -> Call:
        return Call(
            account=self.step.account,
            region=self.step.region,
            service="cloudformation",
            operation=operation,
            parameters=parameters,
            done=done,
            until=Until(
                operation="DescribeStacks",
                parameters={"StackName": self._name},
                path="Stacks[0].StackStatus",
                succeeded=succeeded,
                failed=failed,
                reason="Stacks[0].StackStatusReason",
            ),
        )
