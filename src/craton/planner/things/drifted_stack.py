"""A stack whose resources somebody changed behind CloudFormation's back.

Source: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/drift-aware-change-sets.html, retrieved
2026-11-26.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from craton.core.cloud_call import Call, Read, Until
from craton.planner.thing import Body, Risk, Thing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_ALIAS: Final = re.compile(
    r'"?(?P<arn>arn:[\w-]+:kms:(?P<region>[\w-]+):(?P<account>\d{12}):alias/[\w/-]+)"?'
)
_DRIFTED: Final = ("MODIFIED", "DELETED")
REVERT: Final = "RevertDrift"


class DriftedStack(Thing):
    """What of it is not as the stack says, as the newest look for drift told."""

    operation = REVERT
    told_by = ("DescribeStackResourceDrifts",)

    @property
    def address(self) -> str:
        return f"drift/{self.step.account}/{self.step.region}/{self._name.rpartition('/')[0] or self._name}"

    @property
    def may_come_half(self) -> bool:
        return True

    @property
    def _id(self) -> str:
        return str(self.step.parameters["StackName"])

    @property
    def _name(self) -> str:
        """The name of the stack, with what tells it from others where it is told by its ARN."""
        return self._id.partition(":stack/")[2] or self._id

    def wanted(self) -> Body:
        return {}

    def found(self) -> Body | None:
        told = self.read(
            "cloudformation",
            "DescribeStackResourceDrifts",
            StackName=self._id,
            StackResourceDriftStatusFilters=list(_DRIFTED),
        )
        if told is None:
            return None
        found = {one["LogicalResourceId"]: self._resource(one) for one in told["StackResourceDrifts"]}
        return {name: one for name, one in found.items() if one["status"] == "DELETED" or one["properties"]}

    def bring_about(self) -> Iterator[Call]:
        digest = hashlib.sha256(msgspec.json.encode(self.found(), order="sorted")).hexdigest()[:16]
        named = {"StackName": self._id, "ChangeSetName": f"craton-revert-{digest}"}
        yield self._call(
            "CreateChangeSet",
            {
                **named,
                "ChangeSetType": "UPDATE",
                "UsePreviousTemplate": True,
                "DeploymentMode": "REVERT_DRIFT",
                "Capabilities": ["CAPABILITY_NAMED_IAM"],
            },
            Until(
                operation="DescribeChangeSet",
                parameters=named,
                path="Status",
                succeeded=("CREATE_COMPLETE",),
                failed=("FAILED",),
                reason="StatusReason",
            ),
        )
        yield self._call(
            "ExecuteChangeSet",
            named,
            Until(
                operation="DescribeStacks",
                parameters={"StackName": self._id},
                path="Stacks[0].StackStatus",
                succeeded=("UPDATE_COMPLETE",),
                failed=("UPDATE_ROLLBACK_COMPLETE", "UPDATE_ROLLBACK_FAILED", "UPDATE_FAILED"),
                reason="Stacks[0].StackStatusReason",
            ),
        )
        yield look_for_drift(self.step.account, self.step.region, self._id)

    def risk(self, action: str) -> Risk:  # noqa: ARG002 - what was changed by hand goes, whatever it was for
        return "medium"

    def _resource(self, told: Mapping[str, Any]) -> dict[str, Any]:
        """What CloudFormation tells of a resource that drifted."""
        return {
            "status": told["StackResourceDriftStatus"],
            "type": told["ResourceType"],
            "id": told.get("PhysicalResourceId"),
            "properties": {
                one["PropertyPath"]: {"is": one["ActualValue"], "was": one["ExpectedValue"]}
                for one in told.get("PropertyDifferences", ())
                if not self._is_the_same_key(one["ExpectedValue"], one["ActualValue"])
            },
        }

    def _is_the_same_key(self, expected: str, actual: str) -> bool:
        """Whether a key that the template names by its alias is told by its id."""
        alias = _ALIAS.fullmatch(expected)
        if alias is None or ":key/" not in actual:
            return False
        read = Read(
            account=alias["account"],
            region=alias["region"],
            service="kms",
            operation="DescribeKey",
            parameters={"KeyId": alias["arn"]},
        )
        told = self.seen.told(read)
        return told is not None and told["KeyMetadata"]["Arn"] == actual.strip('"')

    def _call(self, operation: str, parameters: Mapping[str, Any], until: Until) -> Call:
        return Call(
            account=self.step.account,
            region=self.step.region,
            service="cloudformation",
            operation=operation,
            parameters=parameters,
            until=until,
        )


def look_for_drift(account: str, region: str, stack: str) -> Call:
    """The call after which CloudFormation knows how the resources of a stack differ from it."""
    return Call(
        account=account,
        region=region,
        service="cloudformation",
        operation="DetectStackDrift",
        parameters={"StackName": stack},
        until=Until(
            operation="DescribeStackDriftDetectionStatus",
            taken={"StackDriftDetectionId": "StackDriftDetectionId"},
            path="DetectionStatus",
            succeeded=("DETECTION_COMPLETE",),
            failed=("DETECTION_FAILED",),
            reason="DetectionStatusReason",
        ),
    )
