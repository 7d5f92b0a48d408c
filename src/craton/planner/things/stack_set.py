"""The stack set of an environment.

Stack sets of an organization are in its management account, whoever administers them: there they are read,
which is possible before they are administered from the hub.

Source: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-orgs-delegated-admin.html, retrieved
2026-11-27.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.core.cloud_call import Call, Until
from craton.planner.template import template_value
from craton.planner.thing import OWNER_TAG, Body, Risk, Thing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.core.deployment import DeploymentStep

PREFERENCES: Final[Mapping[str, Any]] = {
    "RegionConcurrencyType": "PARALLEL",
    "FailureTolerancePercentage": 100,
    "MaxConcurrentPercentage": 100,
    "ConcurrencyMode": "SOFT_FAILURE_TOLERANCE",
}
"""Every account is tried, whatever becomes of others: which failed is told by their instances."""


DELEGATED: Final = "member.org.stacksets.cloudformation.amazonaws.com"
"""The service whose administration the hub has where it calls as a delegated administrator."""


def called_as(step: DeploymentStep) -> dict[str, str]:
    """As whom the calls of a step are made, which each of them has to say again."""
    return {"CallAs": step.parameters["CallAs"]} if "CallAs" in step.parameters else {}


def of_operation(stack_set: str, called: Mapping[str, str]) -> Until:
    """The end of an operation on a stack set.

    That it failed in some accounts is no failure of the whole: their instances tell it.
    """
    return Until(
        operation="DescribeStackSetOperation",
        parameters={"StackSetName": stack_set, **called},
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
        access = ("organizations_access/cloudformation",)
        delegated = f"delegated_administrator/{DELEGATED}/{self.step.account}"
        return (*access, delegated) if called_as(self.step) else access

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
        read = self.reading_in_management("cloudformation", "DescribeStackSet", StackSetName=self._name)
        told = self.seen.told(read)
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
        yield self._call("UpdateStackSet", update, of_operation(self._name, called_as(self.step)))

    def remove(self) -> Iterator[Call]:
        yield self._call("DeleteStackSet", {"StackSetName": self._name, **called_as(self.step)})

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
