"""A policy of the organization: an SCP, an RCP, a tag policy or a Bedrock policy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from craton.core.cloud_call import Call, Read
from craton.planner.organization_ids import policy_id
from craton.planner.thing import OWNER_TAG, Body, Risk, Thing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_GOVERNING: Final = ("SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY")


def policy_address(name: str) -> str:
    """The address of the policy of that name."""
    return f"policy/{name}"


class OrganizationPolicy(Thing):
    """Its words and whether Craton made it. Where it is attached are things of their own."""

    operation = "CreatePolicy"
    told_by = ("ListPolicies", "DescribePolicy", "ListTagsForResource", "DescribeStacks")

    @property
    def address(self) -> str:
        return policy_address(self._name)

    @property
    def needs(self) -> tuple[str, ...]:
        stacks = [f"stack/{account}/{one['region']}/{one['stack']}" for one, account in self._sources()]
        canary = [policy_address(one) for one in (self.step.after.policies if self.step.after else ())]
        return (f"policy_type/{self.step.parameters['Type']}", *stacks, *canary)

    @property
    def _name(self) -> str:
        return str(self.step.parameters["Name"])

    def wanted(self) -> Body:
        return {
            "type": self.step.parameters["Type"],
            "description": self.step.parameters["Description"],
            "content": json.loads(self._text()),
            "managed": True,
        }

    def found(self) -> Body | None:
        known = policy_id(self, self._name)
        if known is None:
            return None
        told = self.read("organizations", "DescribePolicy", PolicyId=known)["Policy"]
        tags = self.read("organizations", "ListTagsForResource", ResourceId=known)["Tags"]
        return {
            "type": told["PolicySummary"]["Type"],
            "description": told["PolicySummary"].get("Description", ""),
            "content": json.loads(told["Content"]),
            "managed": OWNER_TAG in tags,
        }

    def bring_about(self) -> Iterator[Call]:
        known = policy_id(self, self._name)
        told = {
            "Name": self._name,
            "Description": self.step.parameters["Description"],
            "Content": json.dumps(json.loads(self._text()), separators=(",", ":")),
        }
        if known is None:
            made = {**told, "Type": self.step.parameters["Type"], "Tags": [OWNER_TAG]}
            yield self._call("CreatePolicy", **made)
            return
        is_now, wanted = self.found() or {}, self.wanted()
        if not is_now["managed"]:
            yield self._call("TagResource", ResourceId=known, Tags=[OWNER_TAG])
        if any(is_now[part] != wanted[part] for part in ("description", "content")):
            yield self._call("UpdatePolicy", PolicyId=known, **told)

    def remove(self) -> Iterator[Call]:
        known = policy_id(self, self._name)
        if known is not None:
            yield self._call("DeletePolicy", PolicyId=known)

    def risk(self, action: str) -> Risk:
        return "high" if self.step.parameters["Type"] in _GOVERNING and action != "create" else "medium"

    def _text(self) -> str:
        """The words, with what stacks tell in the place of marks; what is not told yet is said so.

        Raises: NotAskedError, NotKnownError.
        """
        content = self.step.parameters["Content"]
        text = self.deployment.files[content["file"]]
        for mark, (source, account) in zip(content.get("outputs", {}), self._sources(), strict=True):
            text = text.replace(mark, self._output(source, account) or f"known once {source['stack']} stands")
        return text

    def _sources(self) -> list[tuple[Mapping[str, str], str]]:
        """The outputs of stacks that belong into the words, and the account of each stack."""
        content = self.step.parameters["Content"]
        accounts = {
            (one.parameters["StackName"], one.region): one.account
            for one in self.deployment.steps
            if one.operation == "CreateStack"
        }
        told = content.get("outputs", {}).values()
        return [(one, accounts[one["stack"], one["region"]]) for one in told]

    def _output(self, source: Mapping[str, str], account: str) -> str | None:
        read = Read(
            account=account,
            region=source["region"],
            service="cloudformation",
            operation="DescribeStacks",
            parameters={"StackName": source["stack"]},
        )
        told = self.seen.told(read)
        outputs = told["Stacks"][0].get("Outputs", ()) if told else ()
        return next((one["OutputValue"] for one in outputs if one["OutputKey"] == source["output"]), None)

    def _call(self, operation: str, **parameters: Any) -> Call:
        return Call(
            account=self.step.account,
            region=self.step.region,
            service="organizations",
            operation=operation,
            parameters=parameters,
        )
