"""An organization in which stack sets are tried."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from craton.emulator.resources.registry import kinds

if TYPE_CHECKING:
    from tests.unit.emulator.rehearsal import Rehearsal

TRUSTED = "member.org.stacksets.cloudformation.amazonaws.com"
TEMPLATE: dict[str, Any] = {
    "Parameters": {"Shown": {"Type": "String", "Default": "plain"}},
    "Resources": {
        "T": {
            "Type": "AWS::SNS::Topic",
            "Properties": {"TopicName": {"Fn::Sub": "of-${AWS::AccountId}"}, "DisplayName": {"Ref": "Shown"}},
        }
    },
}
AUTO = {"Enabled": True, "RetainStacksOnAccountRemoval": False}


class Sets:
    """Stack sets of an organization: root / a / b, and root / c, each with an account of its name."""

    def __init__(self, rehearsal: Rehearsal) -> None:
        self.rehearsal = rehearsal
        self.client = rehearsal.client("cloudformation")
        self.organization = rehearsal.organization()
        self.root = self.organization.list_roots()["Roots"][0]["Id"]
        self.units = {"root": self.root, "a": rehearsal.unit("a")}
        self.units["b"] = rehearsal.unit("b", self.units["a"])
        self.units["c"] = rehearsal.unit("c")
        self.accounts = {name: rehearsal.member(name, self.units[name]) for name in ("a", "b", "c")}
        self.names = {account: name for name, account in self.accounts.items()}

    def create(self, *, auto: bool = False, template: dict[str, Any] = TEMPLATE, **more: Any) -> None:
        self.client.activate_organizations_access()
        self.client.create_stack_set(
            StackSetName="set",
            TemplateBody=json.dumps(template),
            PermissionModel="SERVICE_MANAGED",
            AutoDeployment=AUTO if auto else {"Enabled": False},
            **more,
        )

    def deploy(self, *units: str, regions: tuple[str, ...] = ("us-east-1",), **more: Any) -> dict[str, Any]:
        """The operation, at its end."""
        targets = {"OrganizationalUnitIds": [self.units[one] for one in units], **more.pop("targets", {})}
        told = self.client.create_stack_instances(
            StackSetName="set", DeploymentTargets=targets, Regions=list(regions), **more
        )
        return self.operation(told["OperationId"])

    def operation(self, operation: str, **more: Any) -> dict[str, Any]:
        self.rehearsal.rest()
        found: dict[str, Any] = self.client.describe_stack_set_operation(
            StackSetName="set", OperationId=operation, **more
        )["StackSetOperation"]
        return found

    def results(self, operation: dict[str, Any]) -> dict[str, str]:
        rows = self.client.list_stack_set_operation_results(
            StackSetName="set", OperationId=operation["OperationId"]
        )["Summaries"]
        return {self.names[one["Account"]]: one["Status"] for one in rows}

    def held(self, region: str = "us-east-1") -> dict[str, str]:
        """The accounts in which there is the set's topic, asked of each account itself, and what it shows."""
        found = {}
        for name, account in self.accounts.items():
            sns = self.rehearsal.client("sns", self.rehearsal.world.keyring.root_key(account).caller, region)
            for one in sns.list_topics()["Topics"]:
                told = sns.get_topic_attributes(TopicArn=one["TopicArn"])["Attributes"]
                found[name] = told["DisplayName"]
        return found

    def move(self, name: str, source: str, destination: str) -> None:
        self.organization.move_account(
            AccountId=self.accounts[name],
            SourceParentId=self.units[source],
            DestinationParentId=self.units[destination],
        )
        self.rehearsal.rest()


def refused(call: Any, **parameters: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return str(caught.value.response["Error"]["Message"])


def deny_topics(sets: Sets, *names: str) -> None:
    content = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Deny", "Action": "sns:CreateTopic", "Resource": "*"}],
    }
    policy = sets.organization.create_policy(
        Name="none", Type="SERVICE_CONTROL_POLICY", Description="", Content=json.dumps(content)
    )["Policy"]["PolicySummary"]["Id"]
    for name in names:
        sets.organization.attach_policy(PolicyId=policy, TargetId=sets.accounts[name])


class Gate:
    """Holds the first topic that is made until the gate is opened."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.entered, self.opened = threading.Event(), threading.Event()
        kind = type(kinds()["AWS::SNS::Topic"])
        made = kind.create

        def create(*given: Any) -> Any:
            self.entered.set()
            assert self.opened.wait(30)
            return made(*given)

        monkeypatch.setattr(kind, "create", create)
