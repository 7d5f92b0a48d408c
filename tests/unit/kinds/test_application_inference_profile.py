"""Applications have profiles in the accounts of their team, where their model is approved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.unit.kinds.rehearsed import GOVERNED, SEARCH, SUPPORT, Rehearsed, document, intent

from craton.kinds.application_inference_profile import copied_from, geographic_profile

if TYPE_CHECKING:
    from pathlib import Path

SONNET, NOVA = "anthropic.claude-sonnet-4-6", "amazon.nova-lite-v1:0"


def profiles(wanted: dict[str, Any]) -> dict[str, Any]:
    kind = "AWS::Bedrock::ApplicationInferenceProfile"
    return {name: one for name, one in wanted["Resources"].items() if one["Type"] == kind}


def test_an_application_has_a_profile_for_each_model_that_is_approved_by_its_id(tmp_path: Path) -> None:
    found = profiles(document(intent(tmp_path, GOVERNED)))
    assert {name: one.get("Condition") for name, one in found.items()} == {
        "ProfileSearchRankingNovaLite": "InDevAccount333333333333",
        "ProfileSearchRankingClaudeSonnet46": "Account333333333333",
        "ProfileSupportAgentAssistClaudeSonnet46": "InProdAccount444444444444",
    }
    tags = {one["Key"]: one["Value"] for one in found["ProfileSearchRankingNovaLite"]["Properties"]["Tags"]}
    assert (tags["team"], tags["project"], tags["cost-center"]) == ("search", "ranking", "CC-1001")


def test_a_manifest_that_names_no_application_has_no_profile(tmp_path: Path) -> None:
    assert profiles(document(intent(tmp_path))) == {}


def test_a_long_name_is_cut_and_stays_its_own(tmp_path: Path) -> None:
    names = ["a" * 60 + "-one", "a" * 60 + "-two"]
    applications = "".join(f"    - {{team: search, project: {name}, models: [{SONNET}]}}\n" for name in names)
    teams = "{name: Retail, cost_centers: [{name: CC-1, teams: [{name: search}]}]}"
    owners = f"owners: {{business_units: [{teams}]}}\n"
    more = f"{owners}inference_profiles:\n  applications:\n{applications}"
    found = profiles(document(intent(tmp_path, more)))
    cut = [one["Properties"]["InferenceProfileName"] for one in found.values()]
    assert len(set(cut)) == 2
    assert max(map(len, cut)) == 64


def test_the_narrowest_profile_of_the_region_is_taken() -> None:
    assert geographic_profile(SONNET, "us-east-1") == "us.anthropic.claude-sonnet-4-6"
    assert geographic_profile("anthropic.claude-sonnet-4-5-20250929-v1:0", "ap-northeast-1") == (
        "jp.anthropic.claude-sonnet-4-5-20250929-v1:0"
    )
    assert geographic_profile("amazon.titan-embed-text-v2:0", "us-east-1") is None


def test_a_model_without_profiles_is_taken_itself() -> None:
    (text,) = copied_from("amazon.titan-embed-text-v2:0", ["us-east-1"]).values()
    assert (
        text == "arn:${AWS::Partition}:bedrock:${AWS::Region}::foundation-model/amazon.titan-embed-text-v2:0"
    )


@pytest.mark.slow
def test_calls_through_a_profile_are_answered_and_bear_its_tags(members: Rehearsed) -> None:
    for account, environment, count in ((SEARCH, "dev", 2), (SUPPORT, "prod", 1)):
        bedrock = members.client("bedrock", account)
        told = bedrock.list_inference_profiles(typeEquals="APPLICATION")["inferenceProfileSummaries"]
        assert len(told) == count
        for one in told:
            tags = bedrock.list_tags_for_resource(resourceARN=one["inferenceProfileArn"])["tags"]
            assert {"key": "environment", "value": environment} in tags
            members.client("bedrock-runtime", account).converse(
                modelId=one["inferenceProfileArn"], messages=[{"role": "user", "content": [{"text": "?"}]}]
            )
