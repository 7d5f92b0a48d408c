from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from craton.core.model_reference import GEOGRAPHIES, ApplicationProfile, ModelReference, parse

if TYPE_CHECKING:
    from pathlib import Path

HAIKU = "anthropic.claude-3-haiku-20240307-v1:0"
ACCOUNT = "111111111111"
PROFILE_ARN = f"arn:aws:bedrock:us-east-1:{ACCOUNT}:application-inference-profile/1jxlkskto2ug"


@pytest.mark.parametrize(
    "model_id",
    [
        HAIKU,
        "anthropic.claude-sonnet-4-6",
        "amazon.titan-embed-text-v2:0",
        "deepseek.v3.2",
        "minimax.minimax-m2.1",
        "ai21.jamba-1-5-large-v1:0",
        "openai.gpt-oss-120b-1:0",
        "xai.grok-4.6",
    ],
)
def test_a_bare_id_is_its_own_base_and_stays_in_the_region(model_id: str) -> None:
    assert parse(model_id) == ModelReference(kind="foundation_model", base=model_id, geo_scope="in_region")


@pytest.mark.parametrize("geography", sorted(GEOGRAPHIES - {"global"}))
def test_a_geographic_profile_names_the_base_without_its_geography(geography: str) -> None:
    profile_id = f"{geography}.{HAIKU}"
    assert parse(profile_id) == ModelReference(
        kind="inference_profile", base=HAIKU, geo_scope="geo", profile_id=profile_id
    )


def test_a_global_profile_may_be_routed_anywhere() -> None:
    assert parse("global.anthropic.claude-sonnet-4-6") == ModelReference(
        kind="inference_profile",
        base="anthropic.claude-sonnet-4-6",
        geo_scope="global",
        profile_id="global.anthropic.claude-sonnet-4-6",
    )


def test_a_profile_of_a_model_with_dots_in_its_name_keeps_them() -> None:
    assert parse("us.deepseek.v3.2").base == "deepseek.v3.2"
    assert parse("eu.minimax.minimax-m2.1").base == "minimax.minimax-m2.1"


@pytest.mark.parametrize(
    "model_id", ["in.model-3", "us.v3.2", "eu.tower-2.5", "global.large-v1:0", "ca.r1-v1:0"]
)
def test_a_provider_named_like_a_geography_is_a_provider(model_id: str) -> None:
    assert parse(model_id) == ModelReference(kind="foundation_model", base=model_id, geo_scope="in_region")


@pytest.mark.parametrize(
    ("model_id", "base"),
    [
        ("anthropic.claude-3-haiku-20240307-v1:0:48k", HAIKU),
        ("anthropic.claude-3-haiku-20240307-v1:0:200k", HAIKU),
        ("anthropic.claude-v2:1:18k", "anthropic.claude-v2:1"),
        ("amazon.nova-2-lite-v1:0:256k", "amazon.nova-2-lite-v1:0"),
        ("amazon.nova-premier-v1:0:mm", "amazon.nova-premier-v1:0"),
        ("cohere.embed-english-v3:0:512", "cohere.embed-english-v3:0"),
        ("anthropic.claude-v2:1", "anthropic.claude-v2:1"),
    ],
)
def test_a_context_window_is_no_part_of_the_base_but_a_version_is(model_id: str, base: str) -> None:
    assert parse(model_id).base == base


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov", "aws-cn"])
@pytest.mark.parametrize("account", ["", ACCOUNT])
def test_a_foundation_model_arn_names_its_base_in_every_partition(partition: str, account: str) -> None:
    arn = f"arn:{partition}:bedrock:us-east-1:{account}:foundation-model/{HAIKU}"
    assert parse(arn) == ModelReference(kind="foundation_model", base=HAIKU, geo_scope="in_region")


def test_a_foundation_model_arn_without_a_region_leaves_the_scope_unknown() -> None:
    assert parse(f"arn:aws:bedrock:::foundation-model/{HAIKU}") == ModelReference(
        kind="foundation_model", base=HAIKU, geo_scope=None
    )


@pytest.mark.parametrize(("profile_id", "scope"), [(f"us-gov.{HAIKU}", "geo"), (f"global.{HAIKU}", "global")])
def test_an_inference_profile_arn_says_the_same_as_its_id(profile_id: str, scope: str) -> None:
    by_arn = parse(f"arn:aws-us-gov:bedrock:us-gov-west-1:{ACCOUNT}:inference-profile/{profile_id}")
    assert by_arn == parse(profile_id)
    assert by_arn.geo_scope == scope


def test_an_inference_profile_that_is_not_named_after_its_model_has_no_base() -> None:
    assert parse(f"arn:aws:bedrock:us-east-1:{ACCOUNT}:inference-profile/my-team-profile") == ModelReference(
        kind="inference_profile", profile_id="my-team-profile"
    )


def test_an_application_profile_tells_nothing_of_its_model_by_itself() -> None:
    reference = parse(PROFILE_ARN)
    assert reference == ModelReference(kind="application_inference_profile", profile_id=PROFILE_ARN)
    assert not reference.has_list_price


@pytest.mark.parametrize(
    ("model", "base", "scope"),
    [
        (HAIKU, HAIKU, "in_region"),
        (f"arn:aws:bedrock:us-east-1::foundation-model/{HAIKU}", HAIKU, "in_region"),
        (f"us.{HAIKU}", HAIKU, "geo"),
        (f"arn:aws:bedrock:us-east-1:{ACCOUNT}:inference-profile/global.{HAIKU}", HAIKU, "global"),
        ("nonsense", None, None),
    ],
)
def test_an_application_profile_has_base_and_scope_of_what_it_was_copied_from(
    model: str, base: str | None, scope: str | None
) -> None:
    reference = parse(PROFILE_ARN, {PROFILE_ARN: ApplicationProfile(model=model, tags={"team": "search"})})
    assert (reference.kind, reference.base, reference.geo_scope, reference.profile_id) == (
        "application_inference_profile",
        base,
        scope,
        PROFILE_ARN,
    )


@pytest.mark.parametrize(
    ("resource", "kind", "base"),
    [
        ("provisioned-model/abcdefabcdef", "provisioned_model", None),
        ("custom-model-deployment/abcdefabcdef", "custom_model", None),
        (
            "custom-model/amazon.titan-text-express-v1:0:8k/w4vtut9aq95n",
            "custom_model",
            "amazon.titan-text-express-v1:0",
        ),
        ("custom-model/imported/w4vtut9aq95n", "custom_model", None),
        ("imported-model/abcdefabcdef", "imported_model", None),
        ("marketplace/model-endpoint/all-access", "marketplace_endpoint", None),
    ],
)
def test_a_resource_of_a_region_has_its_kind_and_no_list_price(
    resource: str, kind: str, base: str | None
) -> None:
    reference = parse(f"arn:aws:bedrock:us-east-1:{ACCOUNT}:{resource}")
    assert (reference.kind, reference.base, reference.geo_scope) == (kind, base, "in_region")
    assert not reference.has_list_price


@pytest.mark.parametrize("name", ["prompt-router/abc", "default-prompt-router/anthropic.claude:1"])
def test_a_prompt_router_hides_model_and_route(name: str) -> None:
    assert parse(f"arn:aws:bedrock:us-east-1:{ACCOUNT}:{name}") == ModelReference(kind="prompt_router")


def test_a_sagemaker_endpoint_is_a_marketplace_endpoint() -> None:
    assert parse(f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:endpoint/my-llm") == ModelReference(
        kind="marketplace_endpoint", geo_scope="in_region"
    )
    assert parse(f"arn:aws:sagemaker:us-east-1:{ACCOUNT}:model/my-llm").kind == "unknown"


@pytest.mark.parametrize(
    "model_id",
    [
        "",
        "does-not-exist",
        "arn:aws:bedrock",
        f"arn:aws:bedrock:us-east-1:{ACCOUNT}:prompt/ABCDEFGHIJ:1",
        "arn:aws:bedrock:us-east-1::foundation-model/",
        "arn:aws:bedrock:us-east-1::foundation-model/nodot",
        "arn:aws:s3:::bucket",
        f" {HAIKU}",
        f"{HAIKU}\n",
        "anthropic.",
        ".claude",
    ],
)
def test_what_is_in_no_known_form_is_unknown(model_id: str) -> None:
    assert parse(model_id) == ModelReference(kind="unknown")


@given(
    st.one_of(
        st.text(), st.from_regex(re.compile(r"arn:aws(-cn)?:bedrock:[a-z0-9-]*:[0-9]*:.*"), fullmatch=True)
    )
)
def test_no_text_makes_it_raise(model_id: str) -> None:
    reference = parse(model_id)
    assert reference.base is None or reference.base in model_id


def test_every_model_of_real_control_plane_replies_is_known(shared_data: Path) -> None:
    said = set()
    for reply in sorted((shared_data / "control-plane").rglob("*.json")):
        text = reply.read_text("utf-8")
        said |= set(re.findall(r'"model(?:Id|Arn)": "([^"]+)"', text))
        said |= {json.loads(f'"{arn}"') for arn in re.findall(r'"inferenceProfileArn": "([^"]+)"', text)}
    kinds = {parse(model_id).kind for model_id in said}
    assert len(said) > 10
    assert kinds == {"foundation_model", "application_inference_profile", "custom_model"}
