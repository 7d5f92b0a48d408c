"""How models can be called, and where calls are routed."""

from __future__ import annotations

import re

from craton.registry.iam import iam_reference
from craton.registry.inference import UNSPECIFIED, inference_profiles, inference_surface, inference_surfaces
from craton.registry.regions import known_regions

PROFILES = inference_profiles()


def test_converse_has_no_action_of_its_own() -> None:
    surface = inference_surface("converse")
    assert surface is not None
    assert (surface.api, surface.action, surface.twin) == (
        "Converse",
        "bedrock:InvokeModel",
        "ConverseStream",
    )
    assert inference_surface("Convers") is None


def test_every_surface_is_authorised_by_an_action_that_iam_knows_with_keys_that_it_supports() -> None:
    reference = iam_reference()
    for surface in inference_surfaces():
        action = reference.action(surface.action)
        assert action is not None, surface.api
        for key in surface.keys:
            written = f"{key}/team" if key == "aws:RequestTag" else key
            assert reference.supports(action, written), (surface.api, key)
        assert surface.bearer is None or reference.action(surface.bearer) is not None
        assert surface.source


def test_a_stream_is_authorised_by_another_action_than_its_twin() -> None:
    for surface in inference_surfaces():
        if surface.twin is not None:
            twin = inference_surface(surface.twin)
            assert twin is not None
            assert twin.streams
            assert twin.action != surface.action


def test_batch_and_mantle_bring_no_guardrail_to_a_decision() -> None:
    for api in ("CreateModelInvocationJob", "CreateInference"):
        surface = inference_surface(api)
        assert surface is not None
        assert not [key for key in surface.keys if "Guardrail" in key]


def test_where_a_call_goes_depends_on_where_it_comes_from() -> None:
    haiku = PROFILES["us.anthropic.claude-3-haiku-20240307-v1:0"]
    assert haiku.routes["us-east-2"] == ("us-east-1", "us-east-2", "us-west-2")
    assert haiku.routes["us-west-2"] == ("us-east-1", "us-west-2")
    assert haiku.model == "anthropic.claude-3-haiku-20240307-v1:0"


def test_a_profile_of_the_united_states_may_be_called_from_canada() -> None:
    sonnet = PROFILES["us.anthropic.claude-sonnet-4-6"]
    assert sonnet.routes["ca-west-1"] == ("ca-west-1", "us-east-1", "us-east-2", "us-west-2")
    assert "ca-central-1" in sonnet.destinations


def test_a_global_profile_goes_to_no_region_by_name() -> None:
    sonnet = PROFILES["global.anthropic.claude-sonnet-4-6"]
    assert sonnet.is_global
    assert sonnet.destinations == (UNSPECIFIED,)
    assert len(sonnet.routes) == 33
    assert not PROFILES["us.anthropic.claude-sonnet-4-6"].is_global


def test_what_aws_no_longer_states_is_not_in_the_table() -> None:
    assert "us.anthropic.claude-opus-5-5" not in PROFILES
    assert "global.anthropic.claude-opus-5-5" in PROFILES


def test_every_region_of_a_route_exists_and_every_profile_says_who_said_so() -> None:
    regions = known_regions() | {UNSPECIFIED}
    for profile in PROFILES.values():
        assert set(profile.routes) <= regions, profile.id
        assert set(profile.destinations) <= regions, profile.id
        assert re.match(r"https://docs\.aws\.amazon\.com/bedrock/", profile.source)


def test_only_claude_3_5_sonnet_is_called_from_a_region_that_it_does_not_route_to() -> None:
    odd = {
        (profile.id, source)
        for profile in PROFILES.values()
        if not profile.is_global
        for source, destinations in profile.routes.items()
        if source not in destinations
    }
    assert odd == {("us.anthropic.claude-3-5-sonnet-20240620-v1:0", "us-east-2")}
