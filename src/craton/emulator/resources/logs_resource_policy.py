"""AWS::Logs::ResourcePolicy."""

from __future__ import annotations

from craton.emulator.resources.api_kind import ApiKind

KIND = ApiKind(
    type="AWS::Logs::ResourcePolicy",
    service="logs",
    creates="put_resource_policy",
    updates="put_resource_policy",
    deletes="delete_resource_policy",
    reads="describe_resource_policies",
    identifies={"policyName": "{id}"},
    finds={},
    unwraps="resourcePolicies[?policyName=='{id}'] | [0]",
    documents=("PolicyDocument",),
    physical="=PolicyName",
)
