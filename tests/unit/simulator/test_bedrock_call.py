"""One call of Bedrock fans out into authorisations, and all of them must be allowed."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from craton.codec.policy_source import read_policy
from craton.core.errors import UserError
from craton.registry.iam import iam_reference
from craton.registry.inference import inference_profiles, inference_surfaces
from craton.simulator.bedrock_call import PUBLIC, BedrockCall
from craton.simulator.call_decision import CallDecision, CallJudge
from craton.simulator.policy_set import PolicySet

if TYPE_CHECKING:
    from pathlib import Path

    from craton.core.policy import Policy
    from craton.simulator.decision import Decision
    from craton.simulator.request import Request

ACCOUNT = "111111111111"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/search-api"
SONNET = "anthropic.claude-sonnet-4-6"
HAIKU_3 = "us.anthropic.claude-3-haiku-20240307-v1:0"
PROFILE = f"arn:aws:bedrock:us-east-1:{ACCOUNT}:application-inference-profile/a1b2c3"
GUARDRAIL = f"arn:aws:bedrock:us-east-1:{ACCOUNT}:guardrail/abc123"
CRIS = "Deny-access-to-AWS-based-on-the-requested-AWS-region-with-Bedrock-CRIS.json"


def policy(*statements: dict[str, Any], name: str = "policy") -> Policy:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    read, problems = read_policy(json.dumps(document).encode(), f"{name}.json", name)
    assert read is not None
    assert not problems
    return read


FULL = policy({"Effect": "Allow", "Action": "*", "Resource": "*"}, name="full")


def denying(**statement: Any) -> Policy:
    resources = {} if "NotResource" in statement else {"Resource": "*"}
    return policy({"Effect": "Deny", **resources, **statement}, name="denying")


def region_deny(*regions: str) -> Policy:
    return denying(
        NotAction=["iam:*", "organizations:*"],
        Condition={"StringNotEquals": {"aws:RequestedRegion": list(regions)}},
    )


def decide(call: BedrockCall, *scps: Policy, identity: Policy = FULL, **sets: Any) -> CallDecision:
    judge = CallJudge(
        PolicySet(account=ACCOUNT, scps=((FULL, *scps),), identity=(identity,), **sets),
        surfaces=inference_surfaces(),
        profiles=inference_profiles(),
        reference=iam_reference(),
    )
    return judge.decide(call)


def call(**said: Any) -> BedrockCall:
    made: dict[str, Any] = {
        "principal": ROLE,
        "account": ACCOUNT,
        "api": "Converse",
        "model": SONNET,
        "region": "us-west-2",
    }
    return BedrockCall(**(made | said))


def decided(decision: CallDecision, leg: int = 0) -> Decision:
    found = decision.legs[leg].decision
    assert found is not None
    return found


def sent(decision: CallDecision, leg: int = 0) -> Request:
    found = decision.legs[leg].leg.request
    assert found is not None
    return found


def missing(decision: CallDecision) -> str:
    found = decision.failing[0].leg.missing
    assert found is not None
    return found


def asked(decision: CallDecision) -> list[tuple[str, str, str]]:
    return [
        (leg.leg.request.action, leg.leg.request.resource, leg.leg.request.context["aws:RequestedRegion"][0])
        for leg in decision.legs
        if leg.leg.request is not None
    ]


def failing(decision: CallDecision) -> list[tuple[str, str]]:
    return [(leg.leg.about, leg.outcome) for leg in decision.failing]


def test_a_model_by_its_own_id_is_one_authorisation() -> None:
    decision = decide(call())
    model = f"arn:aws:bedrock:us-west-2::foundation-model/{SONNET}"
    assert asked(decision) == [("bedrock:InvokeModel", model, "us-west-2")]
    assert decision.outcome == "allowed"


def test_a_stream_is_authorised_by_an_action_of_its_own() -> None:
    only_whole = policy({"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": "*"})
    assert decide(call(), identity=only_whole).outcome == "allowed"
    stream = decide(call(api="conversestream"), identity=only_whole)
    assert stream.outcome == "implicit_deny"
    assert decided(stream).blocked_by == ("identity",)


def test_a_geographic_profile_asks_for_itself_and_the_model_wherever_it_may_go() -> None:
    decision = decide(call(model=f"us.{SONNET}", region="ca-central-1"))
    resources = [resource for _, resource, _ in asked(decision)]
    assert resources == [
        f"arn:aws:bedrock:ca-central-1:{ACCOUNT}:inference-profile/us.{SONNET}",
        f"arn:aws:bedrock:ca-central-1::foundation-model/{SONNET}",
        f"arn:aws:bedrock:us-east-1::foundation-model/{SONNET}",
        f"arn:aws:bedrock:us-east-2::foundation-model/{SONNET}",
        f"arn:aws:bedrock:us-west-2::foundation-model/{SONNET}",
    ]
    regions = [region for _, _, region in asked(decision)]
    assert regions == ["ca-central-1", "ca-central-1", "us-east-1", "us-east-2", "us-west-2"]


def test_where_a_profile_goes_depends_on_where_it_is_called_from() -> None:
    from_oregon = decide(call(model=HAIKU_3, region="us-west-2"))
    from_ohio = decide(call(model=HAIKU_3, region="us-east-2"))
    assert {region for _, _, region in asked(from_oregon)} == {"us-west-2", "us-east-1"}
    assert {region for _, _, region in asked(from_ohio)} == {"us-east-2", "us-east-1", "us-west-2"}


def test_a_region_deny_breaks_a_profile_though_its_source_region_stays_open() -> None:
    decision = decide(call(model=f"us.{SONNET}"), region_deny("us-west-2"))
    assert decision.outcome == "explicit_deny"
    assert failing(decision) == [
        ("the model in us-east-1, a destination Region", "explicit_deny"),
        ("the model in us-east-2, a destination Region", "explicit_deny"),
    ]
    assert decided(decision, 2).blocked_by == ("scp",)
    assert decide(call(), region_deny("us-west-2")).outcome == "allowed"
    whole = region_deny("us-east-1", "us-east-2", "us-west-2")
    assert decide(call(model=f"us.{SONNET}"), whole).outcome == "allowed"


def test_a_global_profile_takes_a_leg_without_a_region() -> None:
    decision = decide(call(model=f"global.{SONNET}"))
    profile = f"arn:aws:bedrock:us-west-2:{ACCOUNT}:inference-profile/global.{SONNET}"
    assert [(resource, region) for _, resource, region in asked(decision)] == [
        (profile, "us-west-2"),
        (f"arn:aws:bedrock:us-west-2::foundation-model/{SONNET}", "us-west-2"),
        (f"arn:aws:bedrock:::foundation-model/{SONNET}", "unspecified"),
    ]
    context = sent(decision, 2).context
    assert context["bedrock:InferenceProfileArn"] == (profile,)


def test_a_region_deny_lets_global_profiles_through_only_where_it_names_unspecified() -> None:
    every = ("us-east-1", "us-east-2", "us-west-2")
    broken = decide(call(model=f"global.{SONNET}"), region_deny(*every))
    assert failing(broken) == [("the model anywhere, its Region unspecified", "explicit_deny")]
    assert decide(call(model=f"global.{SONNET}"), region_deny(*every, "unspecified")).outcome == "allowed"


def test_global_inference_is_switched_off_by_the_statement_that_aws_gives() -> None:
    off = denying(
        Action="bedrock:*",
        Condition={
            "StringEquals": {"aws:RequestedRegion": "unspecified"},
            "ArnLike": {"bedrock:InferenceProfileArn": "arn:aws:bedrock:*:*:inference-profile/global.*"},
        },
    )
    assert decide(call(model=f"global.{SONNET}"), off).outcome == "explicit_deny"
    assert decide(call(model=f"us.{SONNET}"), off).outcome == "allowed"
    assert decide(call(), off).outcome == "allowed"


def test_the_policy_that_aws_gives_for_a_geographic_profile_allows_it_and_no_call_past_it() -> None:
    profile = f"arn:aws:bedrock:us-east-1:{ACCOUNT}:inference-profile/us.{SONNET}"
    regions = ("us-east-1", "us-east-2", "us-west-2")
    granted = policy(
        {"Effect": "Allow", "Action": "bedrock:InvokeModel", "Resource": profile},
        {
            "Effect": "Allow",
            "Action": "bedrock:InvokeModel",
            "Resource": [f"arn:aws:bedrock:{region}::foundation-model/{SONNET}" for region in regions],
            "Condition": {"StringEquals": {"bedrock:InferenceProfileArn": profile}},
        },
    )
    assert decide(call(model=f"us.{SONNET}", region="us-east-1"), identity=granted).outcome == "allowed"
    assert decide(call(region="us-east-1"), identity=granted).outcome == "implicit_deny"


def test_the_sample_of_aws_for_cross_region_inference_lets_a_profile_through_and_batch_not(
    shared_data: Path,
) -> None:
    file = shared_data / "policies" / "aws-samples" / "Region-controls" / CRIS
    blanks = {
        "example-region-1": "us-west-2",
        "example-region-2": "us-west-1",
        "example-inference-profile-geographic-prefix": "us.*",
    }
    text = file.read_text("utf-8")
    for blank, filled in blanks.items():
        text = text.replace(f"{{{blank}}}", filled)
    sample, _ = read_policy(text.encode(), file.name)
    assert sample is not None
    assert decide(call(model=f"us.{SONNET}"), sample).outcome == "allowed"
    assert decide(call(region="us-east-1"), sample).outcome == "explicit_deny"
    assert failing(decide(call(model=f"global.{SONNET}"), sample)) == [
        ("the model anywhere, its Region unspecified", "explicit_deny")
    ]
    batch = decide(call(api="CreateModelInvocationJob", model=f"us.{SONNET}"), sample)
    assert failing(batch) == [
        ("the model in us-east-1", "explicit_deny"),
        ("the model in us-east-2", "explicit_deny"),
    ]


def test_an_allow_list_of_models_alone_denies_every_profile() -> None:
    only_models = denying(
        Action=["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
        NotResource=[f"arn:aws:bedrock:*::foundation-model/{SONNET}"],
    )
    decision = decide(call(model=f"us.{SONNET}"), only_models)
    assert failing(decision) == [("the inference profile in us-west-2", "explicit_deny")]
    assert decide(call(), only_models).outcome == "allowed"


def test_an_application_profile_goes_where_that_goes_which_it_was_copied_from() -> None:
    decision = decide(call(model=PROFILE, region="us-east-1", copied_from=f"us.{SONNET}"))
    assert [resource for _, resource, _ in asked(decision)] == [
        PROFILE,
        f"arn:aws:bedrock:us-east-1::foundation-model/{SONNET}",
        f"arn:aws:bedrock:us-east-2::foundation-model/{SONNET}",
        f"arn:aws:bedrock:us-west-2::foundation-model/{SONNET}",
    ]
    assert decision.outcome == "allowed"
    one = f"arn:aws:bedrock:us-east-1::foundation-model/{SONNET}"
    assert len(decide(call(model=PROFILE, region="us-east-1", copied_from=one)).legs) == 2


def test_an_application_profile_of_which_nobody_says_what_is_behind_it_is_unknown() -> None:
    decision = decide(call(model=PROFILE, region="us-east-1"))
    assert decision.outcome == "unknown"
    behind = "what the application inference profile was copied from is not said"
    assert missing(decision) == behind
    denied = decide(call(model=PROFILE, region="us-east-1"), denying(Action="bedrock:InvokeModel"))
    assert denied.outcome == "explicit_deny"


def test_which_profile_the_key_names_behind_an_application_profile_is_unknown() -> None:
    by_profile = denying(
        Action="bedrock:InvokeModel",
        Condition={
            "ArnNotLike": {"bedrock:InferenceProfileArn": "arn:aws:bedrock:*:*:inference-profile/us.*"}
        },
    )
    decision = decide(call(model=PROFILE, region="us-east-1", copied_from=f"us.{SONNET}"), by_profile)
    assert decision.outcome == "unknown"
    assert decided(decision, 1).unknown_keys == ("bedrock:InferenceProfileArn",)


def test_a_profile_whose_routes_aws_does_not_state_is_unknown_unless_a_known_leg_is_denied() -> None:
    opus = "us.anthropic.claude-opus-5-5"
    decision = decide(call(model=opus))
    assert decision.outcome == "unknown"
    assert missing(decision) == f"where the inference profile `{opus}` routes to is not known"
    assert decide(call(model=opus), region_deny("us-east-1")).outcome == "explicit_deny"


def test_a_profile_called_from_a_region_of_which_aws_states_no_routes_is_unknown() -> None:
    decision = decide(call(model=f"us.{SONNET}", region="sa-east-1"))
    assert decision.outcome == "unknown"
    assert "none from sa-east-1" in missing(decision)


def test_every_global_profile_is_authorised_alike_whether_the_table_has_it_or_not() -> None:
    decision = decide(call(model="global.acme.next-v1:0"))
    assert [region for _, _, region in asked(decision)] == ["us-west-2", "us-west-2", "unspecified"]
    assert decision.outcome == "allowed"


def test_a_required_guardrail_is_told_on_the_model_and_applied_by_its_arn() -> None:
    required = policy(
        {
            "Effect": "Deny",
            "Action": "bedrock:InvokeModel*",
            "Resource": "arn:aws:bedrock:*::foundation-model/*",
            "Condition": {"ArnNotLike": {"bedrock:GuardrailIdentifier": f"{GUARDRAIL}:*"}},
        }
    )
    guarded = decide(call(region="us-east-1", guardrail="abc123:4"), required)
    assert guarded.outcome == "allowed"
    assert asked(guarded)[-1] == ("bedrock:ApplyGuardrail", GUARDRAIL, "us-east-1")
    assert sent(guarded).context["bedrock:GuardrailIdentifier"] == (f"{GUARDRAIL}:4",)
    assert decide(call(region="us-east-1"), required).outcome == "explicit_deny"
    assert decide(call(region="us-east-1", guardrail="abc123:DRAFT"), required).outcome == "explicit_deny"


def test_a_guardrail_that_may_not_be_applied_fails_the_call() -> None:
    decision = decide(call(guardrail="abc123:4"), denying(Action="bedrock:ApplyGuardrail"))
    assert failing(decision) == [("version 4 of the guardrail", "explicit_deny")]


def test_whether_the_profile_is_told_the_guardrail_is_not_documented_and_unknown() -> None:
    everywhere = denying(
        Action="bedrock:InvokeModel",
        Condition={"ArnNotLike": {"bedrock:GuardrailIdentifier": "arn:aws:bedrock:*:*:guardrail/abc123:*"}},
    )
    decision = decide(call(model=f"us.{SONNET}", guardrail="abc123:4"), everywhere)
    assert failing(decision) == [("the inference profile in us-west-2", "unknown")]


def test_a_long_term_key_is_denied_by_its_type_and_a_short_term_one_is_not() -> None:
    user = f"arn:aws:iam::{ACCOUNT}:user/BedrockAPIKey-1"
    no_long_term = denying(
        Action="bedrock:CallWithBearerToken",
        Condition={"StringEquals": {"bedrock:bearerTokenType": "LONG_TERM"}},
    )
    long_term = decide(call(principal=user, bearer="LONG_TERM"), no_long_term)
    assert failing(long_term) == [("the long-term API key", "explicit_deny")]
    assert decide(call(bearer="SHORT_TERM"), no_long_term).outcome == "allowed"
    assert decide(call(), no_long_term).outcome == "allowed"


def test_denying_everything_of_bedrock_leaves_mantle_open() -> None:
    mantle = call(api="CreateInference")
    assert decide(mantle, denying(Action="bedrock:*")).outcome == "allowed"
    assert decide(mantle, denying(Action="bedrock-mantle:*")).outcome == "explicit_deny"
    project = f"arn:aws:bedrock-mantle:us-west-2:{ACCOUNT}:project/default"
    assert asked(decide(mantle)) == [("bedrock-mantle:CreateInference", project, "us-west-2")]


def test_models_of_mantle_are_told_by_a_condition_key_and_its_api_key_by_its_own_action() -> None:
    only = denying(
        Action="bedrock-mantle:CreateInference",
        Condition={"StringNotLike": {"bedrock-mantle:Model": ["anthropic.claude-sonnet-4-6*"]}},
    )
    assert decide(call(api="CreateInference"), only).outcome == "allowed"
    assert decide(call(api="CreateInference", model="xai.grok-4.3"), only).outcome == "explicit_deny"
    no_keys = denying(Action="bedrock:CallWithBearerToken")
    keyed = decide(call(api="CreateInference", bearer="SHORT_TERM"), no_keys)
    assert keyed.outcome == "allowed"
    assert asked(keyed)[0][0] == "bedrock-mantle:CallWithBearerToken"


def test_a_batch_job_is_authorised_on_the_job_and_the_model_in_every_region() -> None:
    decision = decide(call(api="CreateModelInvocationJob", model=f"us.{SONNET}"), region_deny("us-west-2"))
    assert {action for action, _, _ in asked(decision)} == {"bedrock:CreateModelInvocationJob"}
    assert failing(decision) == [
        ("the model in us-east-1", "explicit_deny"),
        ("the model in us-east-2", "explicit_deny"),
    ]


def test_a_batch_job_carries_no_profile_so_that_an_exception_for_profiles_does_not_save_it() -> None:
    saved = denying(
        Action=["bedrock:InvokeModel", "bedrock:CreateModelInvocationJob"],
        Condition={
            "StringNotEquals": {"aws:RequestedRegion": "us-west-2"},
            "ArnNotLike": {"bedrock:InferenceProfileArn": "arn:aws:bedrock:*:*:inference-profile/us.*"},
        },
    )
    assert decide(call(model=f"us.{SONNET}"), saved).outcome == "allowed"
    assert (
        decide(call(api="CreateModelInvocationJob", model=f"us.{SONNET}"), saved).outcome == "explicit_deny"
    )


def test_responses_are_authorised_on_the_default_project_too() -> None:
    no_projects = denying(Action="*", Resource=f"arn:aws:bedrock:*:{ACCOUNT}:project/*")
    assert failing(decide(call(api="Responses"), no_projects)) == [("the default project", "explicit_deny")]


def test_a_service_tier_that_is_not_said_is_unknown_to_who_asks_for_it() -> None:
    no_priority = denying(
        Action="bedrock:InvokeModel", Condition={"StringEquals": {"bedrock:ServiceTier": "priority"}}
    )
    unsaid = decide(call(), no_priority)
    assert unsaid.outcome == "unknown"
    assert decided(unsaid).unknown_keys == ("bedrock:ServiceTier",)
    assert decide(call(tier="priority"), no_priority).outcome == "explicit_deny"
    assert decide(call(tier="flex"), no_priority).outcome == "allowed"


def test_the_way_of_a_call_into_aws_is_unknown_until_it_is_said() -> None:
    private_only = denying(
        Action="bedrock:InvokeModel", Condition={"StringNotEquals": {"aws:SourceVpce": "vpce-0a1b"}}
    )
    assert decide(call(), private_only).outcome == "unknown"
    assert decide(call(endpoint="vpce-0a1b"), private_only).outcome == "allowed"
    assert decide(call(endpoint="vpce-0ffff"), private_only).outcome == "explicit_deny"
    assert decide(call(endpoint=PUBLIC), private_only).outcome == "explicit_deny"


def test_the_policy_of_the_endpoint_stands_on_the_way_of_every_leg() -> None:
    models = "arn:aws:bedrock:*::foundation-model/*"
    endpoint = policy({"Effect": "Allow", "Principal": "*", "Action": "bedrock:*", "Resource": models})
    decision = decide(call(model=f"us.{SONNET}", endpoint="vpce-0a1b"), endpoints=(endpoint,))
    assert failing(decision) == [("the inference profile in us-west-2", "implicit_deny")]
    assert decided(decision).blocked_by == ("endpoint",)


def test_who_calls_is_told_to_policies_as_iam_tells_it() -> None:
    session = f"arn:aws:sts::{ACCOUNT}:assumed-role/search-api/i-0a1b"
    exempt = denying(Action="bedrock:*", Condition={"ArnNotLike": {"aws:PrincipalArn": ROLE}})
    assert decide(call(principal=session), exempt).outcome == "allowed"
    assert decide(call(principal=f"{ROLE}-2"), exempt).outcome == "explicit_deny"
    users = denying(Action="bedrock:*", Condition={"StringEquals": {"aws:PrincipalType": "User"}})
    assert decide(call(principal=f"arn:aws:iam::{ACCOUNT}:user/ann"), users).outcome == "explicit_deny"
    assert decide(call(), users).outcome == "allowed"


def test_a_tag_of_the_principal_is_unknown_until_it_is_said_or_said_to_be_absent() -> None:
    tagged = denying(Action="bedrock:*", Condition={"StringNotEquals": {"aws:PrincipalTag/team": "search"}})
    unsaid = decide(call(), tagged)
    assert unsaid.outcome == "unknown"
    assert decided(unsaid).unknown_keys == ("aws:PrincipalTag/team",)
    assert decide(call(context={"aws:PrincipalTag/team": ("search",)}), tagged).outcome == "allowed"
    assert decide(call(absent=frozenset({"aws:principaltag/team"})), tagged).outcome == "explicit_deny"


def test_a_key_in_a_variable_is_asked_for_too() -> None:
    own = denying(
        Action="bedrock:*",
        NotResource="arn:aws:bedrock:*::foundation-model/${aws:PrincipalTag/model, 'none'}",
    )
    decision = decide(call(), own)
    assert decision.outcome == "unknown"
    assert decide(call(context={"aws:PrincipalTag/model": (SONNET,)}), own).outcome == "allowed"


def test_a_key_that_does_not_exist_is_absent_and_never_unknown() -> None:
    broken = denying(Action="bedrock:*", Condition={"StringEquals": {"bedrock:ModelId": "x"}})
    assert decide(call(), broken).outcome == "allowed"


def test_foundation_models_belong_to_nobodys_organization() -> None:
    ours_only = denying(
        Action="bedrock:*", Condition={"StringNotEquals": {"aws:ResourceOrgID": "o-exampleorgid"}}
    )
    decision = decide(call(model=f"global.{SONNET}", organization="o-exampleorgid"), ours_only)
    assert [leg.outcome for leg in decision.legs] == ["allowed", "explicit_deny", "explicit_deny"]


def test_an_exception_ends_on_its_day() -> None:
    lapsing = denying(
        Action="bedrock:*", Condition={"DateGreaterThan": {"aws:CurrentTime": "2026-12-01T00:00:00Z"}}
    )
    assert decide(call(at=datetime(2026, 11, 30, tzinfo=UTC)), lapsing).outcome == "allowed"
    assert decide(call(at=datetime(2026, 12, 2, tzinfo=UTC)), lapsing).outcome == "explicit_deny"
    assert decide(call(), lapsing).outcome == "unknown"


def test_the_inner_calls_of_an_agent_are_unknown_and_its_denial_is_not() -> None:
    alias = f"arn:aws:bedrock:us-west-2:{ACCOUNT}:agent-alias/AGENT/ALIAS"
    assert decide(call(api="InvokeAgent", model=alias)).outcome == "unknown"
    closed = denying(Action="bedrock:InvokeAgent")
    assert decide(call(api="InvokeAgent", model=alias), closed).outcome == "explicit_deny"


def test_what_aws_does_not_document_is_unknown_even_where_policies_would_allow_or_deny() -> None:
    speech = call(api="InvokeModelWithBidirectionalStream", model="amazon.nova-2-sonic-v1:0")
    for scps in ((), (denying(Action="bedrock:*"),)):
        decision = decide(speech, *scps)
        assert decision.outcome == "unknown"
        assert "do not say which action" in missing(decision)


def test_other_things_that_answer_like_models_are_authorised_by_their_own_arn() -> None:
    custom = f"arn:aws:bedrock:us-west-2:{ACCOUNT}:custom-model-deployment/abc"
    assert asked(decide(call(model=custom))) == [("bedrock:InvokeModel", custom, "us-west-2")]
    router = f"arn:aws:bedrock:us-west-2:{ACCOUNT}:default-prompt-router/anthropic.claude:1"
    assert decide(call(model=router)).outcome == "unknown"


def test_the_partition_follows_the_region() -> None:
    decision = decide(call(region="us-gov-west-1", model="amazon.titan-embed-text-v2:0"))
    assert asked(decision)[0][1].startswith("arn:aws-us-gov:bedrock:us-gov-west-1::")


def test_a_guardrail_alone_is_one_leg() -> None:
    decision = decide(call(api="ApplyGuardrail", guardrail=f"{GUARDRAIL}:2", region="us-east-1"))
    assert asked(decision) == [("bedrock:ApplyGuardrail", GUARDRAIL, "us-east-1")]


@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"api": "Convers"}, "there is no API `Convers` that runs models"),
        ({"region": "us"}, "`us` is no Region"),
        ({"model": "???"}, "`???` is no model, inference profile, or ARN of one"),
        ({"api": "CreateInference", "guardrail": "abc"}, "`CreateInference` takes no guardrail"),
        ({"api": "CreateInference", "model": f"us.{SONNET}"}, f"`us.{SONNET}` is no model of mantle"),
        (
            {"api": "CreateModelInvocationJob", "tier": "flex"},
            "`CreateModelInvocationJob` has no service tier",
        ),
        ({"bearer": "LONG_TERM"}, "a long-term API key belongs to an IAM user"),
        ({"api": "InvokeAgent", "bearer": "SHORT_TERM"}, "`InvokeAgent` cannot be called with an API key"),
        ({"api": "ApplyGuardrail"}, "`ApplyGuardrail` needs a guardrail"),
    ],
)
def test_a_call_that_cannot_be_made_is_refused(said: dict[str, Any], message: str) -> None:
    with pytest.raises(UserError) as refused:
        decide(call(**said))
    assert refused.value.message == message
