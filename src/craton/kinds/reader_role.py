"""The role by which Craton in the hub reads how an account is set up. It changes nothing, and reads no texts.

Source: docs.aws.amazon.com/aws-managed-policy/latest/reference/SecurityAudit.html, and
docs.aws.amazon.com/service-authorization/latest/reference/list_amazonbedrock.html, retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.kind import Kind
from craton.core.resource import Resource, sub
from craton.core.statement import allow, document
from craton.kinds.hub_role import READER_NAME, ROLE_NAME
from craton.kinds.parts.service_role import PATH

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.intent import Intent

_READ: Final = (
    *("bedrock:GetFoundationModelAvailability", "bedrock:GetGuardrail", "bedrock:GetInferenceProfile"),
    *("bedrock:GetModelInvocationLoggingConfiguration", "bedrock:List*"),
    *("budgets:ViewBudget", "servicequotas:GetServiceQuota", "servicequotas:ListServiceQuotas"),
)
"""What AWS's own policy for audits leaves out."""


def _resources(intent: Intent) -> Iterator[Resource]:
    hub = f"arn:${{AWS::Partition}}:iam::{intent.hub_account}"
    trust = {
        "Effect": "Allow",
        "Principal": {"AWS": sub(f"{hub}:root")},
        "Action": "sts:AssumeRole",
        "Condition": {"ArnEquals": {"aws:PrincipalArn": sub(f"{hub}:role{PATH}{ROLE_NAME}")}},
    }
    yield Resource(
        template="member",
        id="ReaderRole",
        type="AWS::IAM::Role",
        regions="home",
        properties={
            "RoleName": READER_NAME,
            "Path": PATH,
            "AssumeRolePolicyDocument": document(trust),
            "ManagedPolicyArns": [sub("arn:${AWS::Partition}:iam::aws:policy/SecurityAudit")],
            "Policies": [{"PolicyName": "read", "PolicyDocument": document(allow(list(_READ), "*"))}],
        },
    )


KIND: Final = Kind(name="reader_role", title="Reading role of the hub", resources=_resources)
