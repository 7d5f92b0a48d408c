"""AWS::Logs::AccountPolicy."""

from __future__ import annotations

from craton.emulator.resources.api_kind import ApiKind

KIND = ApiKind(
    type="AWS::Logs::AccountPolicy",
    service="logs",
    creates="put_account_policy",
    updates="put_account_policy",
    deletes="delete_account_policy",
    reads="describe_account_policies",
    identifies={"policyName": "{id}", "policyType": "=PolicyType"},
    unwraps="accountPolicies | [0]",
    physical="=PolicyName",
)
