"""A policy in force at the root, at an OU or at an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.cloud_call import Call
from craton.core.errors import CloudError
from craton.planner.organization_ids import policy_id, target_id, target_name
from craton.planner.thing import Body, Risk, Thing

if TYPE_CHECKING:
    from collections.abc import Iterator


class PolicyAttachment(Thing):
    """In force or not."""

    operation = "AttachPolicy"
    told_by = ("ListTargetsForPolicy",)

    @property
    def address(self) -> str:
        return f"policy_attachment/{self._name}/{target_name(self.step.parameters['TargetId'])}"

    @property
    def needs(self) -> tuple[str, ...]:
        return (f"policy/{self._name}",)

    @property
    def _name(self) -> str:
        return str(self.step.parameters["PolicyId"]["policy"])

    def wanted(self) -> Body:
        return {"attached": True}

    def found(self) -> Body | None:
        policy = policy_id(self, self._name)
        target = target_id(self, self.step.parameters["TargetId"])
        if policy is None or target is None:
            return None
        told = self.read("organizations", "ListTargetsForPolicy", PolicyId=policy)
        targets = {one["TargetId"] for one in told["Targets"]}
        return {"attached": True} if target in targets else None

    def bring_about(self) -> Iterator[Call]:
        yield self._call("AttachPolicy", "DuplicatePolicyAttachmentException")

    def remove(self) -> Iterator[Call]:
        yield self._call("DetachPolicy", "PolicyNotAttachedException")

    def risk(self, action: str) -> Risk:  # noqa: ARG002 - it changes what calls are let through either way
        return "high"

    def _call(self, operation: str, done: str) -> Call:
        policy = policy_id(self, self._name)
        target = target_id(self, self.step.parameters["TargetId"])
        if policy is None or target is None:
            missing = (
                f"policy `{self._name}`" if policy is None else f"OU `{self.step.parameters['TargetId']}`"
            )
            raise CloudError(f"the organization has no {missing}")
        return Call(
            account=self.step.account,
            region=self.step.region,
            service="organizations",
            operation=operation,
            parameters={"PolicyId": policy, "TargetId": target},
            done=(done,),
        )
