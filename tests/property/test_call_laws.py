"""Laws of simulated calls: no call crashes, and no SCP makes one more allowed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from craton.codec.policy_source import read_policy
from craton.core.errors import UserError
from craton.registry.iam import iam_reference
from craton.registry.inference import inference_profiles, inference_surfaces
from craton.simulator.bedrock_call import BedrockCall
from craton.simulator.call_decision import CallDecision, CallJudge
from craton.simulator.policy_set import PolicySet

if TYPE_CHECKING:
    from craton.core.policy import Policy

ACCOUNT: Final = "111111111111"
APIS: Final = [surface.api for surface in inference_surfaces()]
MODELS: Final = [
    "anthropic.claude-sonnet-4-6",
    "global.anthropic.claude-sonnet-4-6",
    "us.anthropic.claude-opus-5-5",
    f"arn:aws:bedrock:us-east-1:{ACCOUNT}:application-inference-profile/a1",
    f"arn:aws:bedrock:us-east-1:{ACCOUNT}:imported-model/a1",
    *sorted(inference_profiles()),
]
KEYS: Final = [
    "aws:RequestedRegion",
    "aws:PrincipalTag/team",
    "aws:SourceVpce",
    "bedrock:GuardrailIdentifier",
    "bedrock:InferenceProfileArn",
    "bedrock:ServiceTier",
]
OPERATORS: Final = [
    "StringEquals",
    "StringNotLike",
    "ArnLike",
    "ArnNotLikeIfExists",
    "ForAllValues:StringEquals",
]

calls = st.builds(
    BedrockCall,
    principal=st.sampled_from([f"arn:aws:iam::{ACCOUNT}:role/app", f"arn:aws:iam::{ACCOUNT}:user/ann"]),
    account=st.just(ACCOUNT),
    api=st.sampled_from(APIS),
    model=st.sampled_from(MODELS) | st.text(max_size=30),
    region=st.sampled_from(["us-east-1", "us-west-2", "eu-west-1", "us-gov-east-1"]) | st.text(max_size=12),
    copied_from=st.none() | st.sampled_from(MODELS) | st.text(max_size=20),
    guardrail=st.none() | st.sampled_from(["abc", "abc:1", "abc:DRAFT"]) | st.text(max_size=20),
    endpoint=st.none() | st.sampled_from(["public", "vpce-1"]),
    bearer=st.none() | st.sampled_from(["SHORT_TERM", "LONG_TERM"]),
    tier=st.none() | st.sampled_from(["flex", "priority"]),
)
conditions = st.dictionaries(
    st.sampled_from(OPERATORS),
    st.dictionaries(
        st.sampled_from(KEYS), st.sampled_from(["us-east-1", "*", "${aws:PrincipalTag/team}"]), min_size=1
    ),
    max_size=2,
)
statements = st.fixed_dictionaries(
    {
        "Effect": st.sampled_from(["Allow", "Deny"]),
        "Action": st.sampled_from(["*", "bedrock:*", "bedrock:InvokeModel", "bedrock-mantle:*"]),
        "Resource": st.sampled_from(["*", "arn:aws:bedrock:*::foundation-model/*"]),
        "Condition": conditions,
    }
)


def policy(*held: dict[str, object]) -> Policy:
    read, _ = read_policy(json.dumps({"Version": "2012-10-17", "Statement": held}).encode(), "p.json")
    assert read is not None
    return read


FULL: Final = policy({"Effect": "Allow", "Action": "*", "Resource": "*"})


def decide(call: BedrockCall, *levels: tuple[Policy, ...]) -> CallDecision:
    judge = CallJudge(
        PolicySet(account=ACCOUNT, scps=levels, identity=(FULL,)),
        surfaces=inference_surfaces(),
        profiles=inference_profiles(),
        reference=iam_reference(),
    )
    return judge.decide(call)


@settings(max_examples=60, deadline=None)
@given(calls, st.lists(statements, max_size=3))
def test_a_call_is_decided_or_refused_and_never_crashes(
    call: BedrockCall, held: list[dict[str, object]]
) -> None:
    try:
        decision = decide(call, (FULL, policy(*held)))
    except UserError:
        return
    assert decision.legs
    assert (decision.outcome == "allowed") == (not decision.failing)


@settings(max_examples=80, deadline=None)
@given(calls, statements)
def test_one_more_level_of_scps_never_allows_a_call(call: BedrockCall, held: dict[str, object]) -> None:
    try:
        before = decide(call, (FULL,))
    except UserError:
        return
    after = decide(call, (FULL,), (FULL, policy(held)))
    assert len(after.legs) == len(before.legs)
    assert after.outcome != "allowed" or before.outcome == "allowed"


@settings(max_examples=80, deadline=None)
@given(calls)
def test_what_policies_ask_for_does_not_change_what_a_call_takes(call: BedrockCall) -> None:
    asking = policy(
        {
            "Effect": "Deny",
            "Action": "*",
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}},
        }
    )
    try:
        before, after = decide(call, (FULL,)), decide(call, (FULL, asking))
    except UserError:
        return
    assert [leg.leg.about for leg in before.legs] == [leg.leg.about for leg in after.legs]
