"""A policy of users, by what it lets them do with themselves, may ask for MFA; any other denies workloads."""

from __future__ import annotations

import datetime as dt
import json

from craton.linter.checking import findings
from craton.linter.facts import Facts
from craton.linter.reading import read_document
from craton.registry.iam import iam_reference


def rules_of(resource: str) -> list[str]:
    statements = [
        {"Effect": "Allow", "Action": ["iam:ChangePassword", "iam:GetUser"], "Resource": resource},
        {
            "Effect": "Deny",
            "NotAction": ["iam:EnableMFADevice", "iam:ResyncMFADevice", "sts:GetSessionToken"],
            "Resource": "*",
            "Condition": {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
        },
    ]
    data = json.dumps({"Version": "2012-10-17", "Statement": statements}).encode()
    facts = Facts(today=dt.date(2026, 11, 26), iam=iam_reference())
    return [one.rule for one in findings(read_document(data, "policy.json"), facts)]


def test_a_policy_by_which_users_keep_their_own_credentials_may_ask_for_mfa() -> None:
    assert rules_of("arn:aws:iam::*:user/${aws:username}") == []


def test_another_policy_may_be_that_of_a_workload() -> None:
    assert rules_of("arn:aws:iam::*:user/*") == ["mfa_denies_workloads"]
