"""All shipped policies in force at once: who keeps every rule passes, who breaks one is denied by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from craton.codec.policy_filling import fill
from craton.codec.policy_source import read_policy
from craton.registry.iam import iam_reference
from craton.registry.inference import inference_profiles, inference_surfaces
from craton.registry.policies import Policies
from craton.registry.quotas import quota
from craton.simulator.bedrock_call import BedrockCall
from craton.simulator.call_decision import CallJudge
from craton.simulator.policy_set import PolicySet
from craton.simulator.proofs import ACCOUNT, NOW, ORGANIZATION, PRINCIPAL

if TYPE_CHECKING:
    from craton.core.policy import Policy

GOOD = BedrockCall(
    principal=PRINCIPAL,
    account=ACCOUNT,
    organization=ORGANIZATION,
    api="Converse",
    model="us.anthropic.claude-sonnet-4-6",
    region="us-east-1",
    guardrail="a1b2c3d4e5f6:7",
    endpoint="vpce-0123456789abcdef0",
    bearer="SHORT_TERM",
    at=NOW,
)
KEY_USER = f"arn:aws:iam::{ACCOUNT}:user/BedrockAPIKey-ab12"


def compiled() -> tuple[Policy, ...]:
    """Each policy with its examples, named by its id."""
    found = []
    for template in Policies.load().templates.values():
        policy, problems = read_policy(fill(template, template.examples()).json(), template.id)
        assert policy is not None
        assert problems == ()
        found.append(policy)
    return tuple(found)


@pytest.fixture(scope="module")
def judge() -> CallJudge:
    """Half of the policies at the root, half at an OU, as many as AWS attaches."""
    allow_all, _ = read_policy(
        b'{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}',
        "all",
    )
    assert allow_all is not None
    policies = compiled()
    half = len(policies) // 2
    levels = ((allow_all, *policies[:half]), (allow_all, *policies[half:]))
    assert all(len(level) <= quota("scps_per_target").limit for level in levels)
    return CallJudge(
        PolicySet(account=ACCOUNT, scps=levels, identity=(allow_all,)),
        surfaces=inference_surfaces(),
        profiles=inference_profiles(),
        reference=iam_reference(),
    )


@pytest.mark.parametrize(
    "api", ["InvokeModel", "InvokeModelWithResponseStream", "Converse", "ConverseStream"]
)
@pytest.mark.parametrize("model", ["anthropic.claude-sonnet-4-6", "us.anthropic.claude-sonnet-4-6"])
def test_a_call_that_keeps_every_rule_is_answered(judge: CallJudge, api: str, model: str) -> None:
    decision = judge.decide(msgspec.structs.replace(GOOD, api=api, model=model))
    assert decision.failing == ()
    assert decision.outcome == "allowed"


@pytest.mark.parametrize(
    ("change", "policy"),
    [
        ({"model": "us.anthropic.claude-opus-4-6-v1"}, "approved_models"),
        ({"region": "us-east-2"}, "approved_regions"),
        ({"model": "global.anthropic.claude-sonnet-4-6"}, "approved_regions"),
        ({"guardrail": None}, "guardrail_required"),
        ({"guardrail": "ownguardrail:1"}, "guardrail_required"),
        ({"endpoint": "public"}, "private_endpoints_only"),
        ({"bearer": "LONG_TERM", "principal": KEY_USER}, "no_long_term_keys"),
        ({"principal": f"arn:aws:iam::{ACCOUNT}:user/ana"}, "mfa_for_users"),
        ({"api": "CreateModelInvocationJob", "guardrail": None, "bearer": None}, "guardrail_required"),
        (
            {"api": "CreateInference", "model": "openai.gpt-oss-120b", "guardrail": None},
            "mantle_same_rules",
        ),
    ],
)
def test_a_call_that_breaks_one_rule_is_denied_by_it(
    judge: CallJudge, change: dict[str, Any], policy: str
) -> None:
    context = {"aws:MultiFactorAuthPresent": ("false",)} if ":user/" in change.get("principal", "") else {}
    decision = judge.decide(msgspec.structs.replace(GOOD, context=context, **change))
    assert decision.outcome == "explicit_deny"
    named = {
        one.policy for leg in decision.failing if leg.decision is not None for one in leg.decision.statements
    }
    assert policy in named
