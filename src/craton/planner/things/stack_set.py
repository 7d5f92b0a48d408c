"""The stack set of an environment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.core.cloud_call import Call, Until
from craton.planner.template import template_value
from craton.planner.thing import OWNER_TAG, Body, Risk, Thing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PREFERENCES: Final[Mapping[str, Any]] = {
    "RegionConcurrencyType": "PARALLEL",
    "FailureTolerancePercentage": 100,
    "MaxConcurrentPercentage": 100,
    "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE",
}
"""Every account is tried, whatever becomes of others: which failed is told by their instances."""


def of_operation(stack_set: str) -> Until:
    """The end of an operation on a stack set.

    That it failed in some accounts is no failure of the whole: their instances tell it.
    """
    return Until(
        operation="DescribeStackSetOperation",
        parameters={"StackSetName": stack_set},
        taken={"OperationId": "OperationId"},
        path="StackSetOperation.Status",
        succeeded=("SUCCEEDED",),
        failed=("FAILED", "STOPPED"),
        reason="StackSetOperation.StatusReason",
    )


class StackSet(Thing):
    """Its template, its parameters, and how it reaches accounts that join later."""

    operation = "CreateStackSet"
    told_by = ("DescribeStackSet",)

    @property
    def address(self) -> str:
        return f"stack_set/{self._name}"

    @property
    def needs(self) -> tuple[str, ...]:
        return ("organizations_access/cloudformation",)

    @property
    def _name(self) -> str:
        return str(self.step.parameters["StackSetName"])

    @property
    def _text(self) -> str:
        return self.deployment.files[self.step.parameters["TemplateBody"]["file"]]

    def wanted(self) -> Body:
        told = self.step.parameters
        return {
            "template": template_value(self._text),
            "parameters": {one["ParameterKey"]: one["ParameterValue"] for one in told.get("Parameters", ())},
            "auto_deployment": told["AutoDeployment"],
            "managed_execution": told["ManagedExecution"],
            "managed": True,
        }

    def found(self) -> Body | None:
        told = self.read("cloudformation", "DescribeStackSet", StackSetName=self._name)
        if told is None or told["StackSet"]["Status"] != "ACTIVE":
            return None
        one = told["StackSet"]
        return {
            "template": template_value(one["TemplateBody"]),
            "parameters": {
                each["ParameterKey"]: each["ParameterValue"] for each in one.get("Parameters", ())
            },
            "auto_deployment": {
                key: value for key, value in one["AutoDeployment"].items() if key in self._automatic
            },
            "managed_execution": one["ManagedExecution"],
            "managed": OWNER_TAG in one.get("Tags", ()),
        }

    @property
    def _automatic(self) -> Mapping[str, Any]:
        told: Mapping[str, Any] = self.step.parameters["AutoDeployment"]
        return told

    def bring_about(self) -> Iterator[Call]:
        told = {**self.step.parameters, "TemplateBody": self._text, "Tags": [OWNER_TAG]}
        if self.found() is None:
            yield self._call("CreateStackSet", told)
            return
        del told["PermissionModel"]
        update = {**told, "OperationPreferences": PREFERENCES}
        yield self._call("UpdateStackSet", update, of_operation(self._name))

    def remove(self) -> Iterator[Call]:
        yield self._call("DeleteStackSet", {"StackSetName": self._name})

    def risk(self, action: str) -> Risk:
        return {"create": "none", "delete": "low"}.get(action, "high")  # type: ignore[return-value]

    def _call(self, operation: str, parameters: Mapping[str, Any], until: Until | None = None) -> Call:
        return Call(
            account=self.step.account,
            region=self.step.region,
            service="cloudformation",
            operation=operation,
            parameters=parameters,
            until=until,
        )
