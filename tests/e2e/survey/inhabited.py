"""A small emulated organization that people live in: nobody governs it yet."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any, Final

from craton.registry.inference import inference_profiles
from craton.registry.lifecycle import model_lifecycles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.e2e.emulator.running import Running

MANAGEMENT, HUB, DEV, PROD = "111111111111", "222222222222", "333333333333", "444444444444"
ACCOUNTS: Final = f"""
organization:
  id: o-exampleorgid
  management_account: "{MANAGEMENT}"
  hub_account: "{HUB}"
  organizational_units: [{{path: workloads/dev}}, {{path: workloads/prod}}]
  accounts:
    - {{id: "{MANAGEMENT}", name: management, ou: root}}
    - {{id: "{HUB}", name: tools, ou: root}}
    - {{id: "{DEV}", name: search-dev, ou: workloads/dev}}
    - {{id: "{PROD}", name: search-prod, ou: workloads/prod}}
regions: [us-east-1]
"""
PROFILE, MODEL = "us.anthropic.claude-sonnet-4-6", "amazon.nova-lite-v1:0"
SCP: Final[Mapping[str, Any]] = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Sid": "OnlyOneRegion",
            "Effect": "Deny",
            "Action": ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
            "Resource": "*",
            "Condition": {"StringNotEquals": {"aws:RequestedRegion": ["us-east-1"]}},
        }
    ],
}


def inhabit(running: Running) -> None:
    """Models are called, a long-term key is made, and a policy breaks a profile that is in use.

    Stack sets are administered from the hub.
    """
    ask(running, DEV, PROFILE, times=3)
    ask(running, DEV, MODEL, times=2)
    ask(running, PROD, retiring_profile() or MODEL)
    iam = client(running, "iam", DEV)
    iam.create_user(UserName="BedrockAPIKey-a1b2")
    iam.create_service_specific_credential(UserName="BedrockAPIKey-a1b2", ServiceName="bedrock.amazonaws.com")
    organizations = running.client("organizations")
    service = "member.org.stacksets.cloudformation.amazonaws.com"
    organizations.enable_aws_service_access(ServicePrincipal=service)
    organizations.register_delegated_administrator(AccountId=HUB, ServicePrincipal=service)
    organizations.tag_resource(ResourceId=DEV, Tags=[{"Key": "Team", "Value": "search"}])
    organizations.tag_resource(ResourceId=PROD, Tags=[{"Key": "Team", "Value": "search"}])
    attach(running, "one-region", SCP, "workloads")


def ask(running: Running, account: str, model: str, *, times: int = 1) -> None:
    """The model is called so often in the account."""
    runtime = client(running, "bedrock-runtime", account)
    for _ in range(times):
        runtime.converse(modelId=model, messages=[{"role": "user", "content": [{"text": "hello"}]}])


def client(running: Running, service: str, account: str) -> Any:
    """A client of an administrator of the account."""
    keys = running.session(f"arn:aws:iam::{account}:role/OrganizationAccountAccessRole")
    return running.client(service, **keys)


def attach(running: Running, name: str, policy: Mapping[str, Any], unit: str) -> str:
    """The id of a new SCP that is attached to an OU right below the root."""
    organizations = running.client("organizations")
    made = organizations.create_policy(
        Name=name, Description="by hand", Type="SERVICE_CONTROL_POLICY", Content=json.dumps(policy)
    )
    known = str(made["Policy"]["PolicySummary"]["Id"])
    root = organizations.list_roots()["Roots"][0]["Id"]
    units = organizations.list_organizational_units_for_parent(ParentId=root)["OrganizationalUnits"]
    target = next(one["Id"] for one in units if one["Name"] == unit)
    organizations.attach_policy(PolicyId=known, TargetId=target)
    return known


def retiring_profile() -> str | None:
    """A profile of a model that is legacy today and answers in text; None where there is none."""
    today = dt.datetime.now(dt.UTC).date()
    for one in inference_profiles().values():
        lifecycle = model_lifecycles().get(one.model)
        is_legacy = lifecycle is not None and lifecycle.state_on(today) == "legacy"
        if is_legacy and one.model.startswith("anthropic.") and "us-east-1" in one.routes:
            return one.id
    return None
