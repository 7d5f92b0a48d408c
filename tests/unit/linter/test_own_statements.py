"""What the linter prints for surfaces that stay open denies them as the policy meant, and lints clean."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest

from craton.codec.policy_source import read_policy
from craton.linter.checking import findings
from craton.linter.facts import Facts
from craton.linter.reading import read_document
from craton.registry.iam import iam_reference
from craton.simulator.authorizer import Authorizer
from craton.simulator.policy_set import PolicySet
from craton.simulator.request import Request

CALLS = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]
APPROVED = [
    "arn:aws:bedrock:*::foundation-model/anthropic.claude-sonnet-4-6",
    "arn:aws:bedrock:*:*:inference-profile/*",
    "arn:aws:bedrock:*:*:application-inference-profile/*",
    "arn:aws:bedrock:*:*:model-invocation-job/*",
]


def deny(**said: Any) -> dict[str, Any]:
    return {"Effect": "Deny", "Resource": "*", **said}


def documented(*statements: dict[str, Any]) -> bytes:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}).encode()


def told(*statements: dict[str, Any]) -> list[tuple[str, str]]:
    facts = Facts(today=dt.date(2026, 11, 26), iam=iam_reference())
    found = findings(read_document(documented(*statements), "policy.json", "scp"), facts)
    return [(one.rule, one.hint or "") for one in found]


def mended(statement: dict[str, Any]) -> list[dict[str, Any]]:
    """The statement and those that the hint adds."""
    ((rule, hint),) = told(statement)
    assert rule == "uncovered_surface"
    named = re.search(r'write "Action": (\[.*?\])', hint)
    changed = {**statement, "Action": json.loads(named[1])} if named else statement
    return [changed, *(json.loads(one) for one in re.findall(r"add (\{.*?\})(?=; |$)", hint))]


def decided(statements: list[dict[str, Any]], action: str, **context: str) -> str:
    everything = (
        b'{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}'
    )
    allowed, denied = read_policy(everything, "all")[0], read_policy(documented(*statements), "scp")[0]
    assert allowed is not None
    assert denied is not None
    policies = PolicySet(account="111111111111", identity=(allowed,), scps=((allowed, denied),))
    request = Request(
        principal="arn:aws:iam::111111111111:role/app",
        action=action,
        resource="*",
        context={key.replace("__", ":").replace("_", "-"): (value,) for key, value in context.items()},
    )
    return Authorizer(policies).decide(request).outcome


def test_long_term_keys_are_denied_by_the_key_of_each_endpoint() -> None:
    condition = {"StringEquals": {"bedrock:BearerTokenType": "LONG_TERM"}}
    statements = mended(deny(Action="bedrock:CallWithBearerToken", Condition=condition))
    assert told(*statements) == []
    action = "bedrock-mantle:CallWithBearerToken"
    assert decided(statements, action, bedrock_mantle__BearerTokenType="LONG_TERM") == "explicit_deny"
    assert decided(statements, action, bedrock_mantle__BearerTokenType="SHORT_TERM") == "allowed"


def test_a_list_of_models_is_said_again_by_the_key_that_tells_the_model() -> None:
    held = {"Effect": "Deny", "Action": [*CALLS, "bedrock:CreateModelInvocationJob"], "NotResource": APPROVED}
    statements = mended(held)
    assert told(*statements) == []
    action = "bedrock-mantle:CreateInference"
    assert decided(statements, action, bedrock_mantle__Model="anthropic.claude-sonnet-4-6") == "allowed"
    assert decided(statements, action, bedrock_mantle__Model="openai.gpt-oss-20b") == "explicit_deny"


def test_what_every_request_carries_is_asked_in_one_statement() -> None:
    condition = {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    statements = mended(deny(Action=[*CALLS, "bedrock:CreateModelInvocationJob"], Condition=condition))
    assert told(*statements) == []
    assert len(statements) == 1
    assert decided(statements, "bedrock-mantle:CreateInference") == "explicit_deny"


@pytest.mark.parametrize(
    "statement",
    [
        deny(Action=CALLS, Condition={"Null": {"bedrock:GuardrailIdentifier": "true"}}),
        {"Effect": "Deny", "Action": CALLS, "Resource": "arn:aws:bedrock:*:*:provisioned-model/*"},
    ],
)
def test_what_cannot_be_said_of_an_action_is_not_made_up(statement: dict[str, Any]) -> None:
    ((_, hint),) = [one for one in told(statement) if one[0] == "uncovered_surface"]
    assert "bedrock-mantle:CreateInference` apart" in hint
    assert '"Action": "bedrock-mantle' not in hint


def test_a_region_deny_of_a_whole_service_may_exempt_profiles() -> None:
    condition = {
        "StringNotEquals": {"aws:RequestedRegion": ["eu-central-1", "unspecified"]},
        "ArnNotLike": {"bedrock:InferenceProfileArn": "arn:aws:bedrock:*:*:inference-profile/eu.*"},
    }
    assert told(deny(Action=["bedrock:*", "bedrock-mantle:*"], Condition=condition)) == []
    del condition["StringNotEquals"]
    rules = [rule for rule, _ in told(deny(Action=["bedrock:*", "bedrock-mantle:*"], Condition=condition))]
    assert "unsupported_condition_key" in rules
