"""What becomes of a request at each gate alone."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from craton.codec.policy_source import read_policy
from craton.simulator.gates import Gates, allowing_all
from craton.simulator.policy_set import PolicySet
from craton.simulator.request import Request

if TYPE_CHECKING:
    from craton.core.policy import Policy

ACCOUNT = "111111111111"
REQUEST = Request(
    principal=f"arn:aws:iam::{ACCOUNT}:role/search-api",
    action="bedrock:InvokeModel",
    resource="arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-sonnet-4-6",
)


def policy(effect: str, action: str) -> Policy:
    document = {
        "Version": "2012-10-17",
        "Statement": {"Effect": effect, "Action": action, "Resource": "*"},
    }
    read, _ = read_policy(json.dumps(document).encode(), "p.json")
    assert read is not None
    return read


def passages(**sets: Any) -> list[tuple[str, int | None, str]]:
    policies = PolicySet(account=ACCOUNT, **sets)
    return [(one.kind, one.level, one.decision.outcome) for one in Gates(policies).passages(REQUEST)]


def test_each_level_is_asked_alone_so_that_a_reader_sees_every_one_that_fails() -> None:
    full = allowing_all("FullAWSAccess")
    assert passages(
        scps=((full,), (policy("Allow", "s3:*"),), (full, policy("Deny", "bedrock:*"))),
        identity=(policy("Allow", "bedrock:*"),),
    ) == [
        ("scp", 1, "allowed"),
        ("scp", 2, "implicit_deny"),
        ("scp", 3, "explicit_deny"),
        ("identity", None, "allowed"),
    ]


def test_only_policies_that_are_there_make_a_gate_but_identity_always_does() -> None:
    assert passages() == [("identity", None, "implicit_deny")]
    assert passages(
        identity=(policy("Allow", "*"),),
        boundaries=(policy("Allow", "s3:*"),),
        sessions=(policy("Allow", "bedrock:*"),),
        rcps=((allowing_all("RCPFullAWSAccess"),),),
    ) == [
        ("rcp", 1, "allowed"),
        ("identity", None, "allowed"),
        ("boundary", None, "implicit_deny"),
        ("session", None, "allowed"),
    ]


def test_the_management_account_passes_its_organization_policies_unasked() -> None:
    denied = ((policy("Deny", "*"),),)
    assert passages(scps=denied, identity=(policy("Allow", "*"),), management_account=True) == [
        ("scp", 1, "allowed"),
        ("identity", None, "allowed"),
    ]
