from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from botocore.session import Session
from botocore.validate import ParamValidator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

BLOCKED = {"blockedInputMessaging": "not this", "blockedOutputsMessaging": "nor that"}
EVERY_POLICY: dict[str, Any] = {
    "topicPolicyConfig": {
        "topicsConfig": [{"name": "money", "definition": "advice on money", "type": "DENY"}]
    },
    "contentPolicyConfig": {
        "filtersConfig": [{"type": "HATE", "inputStrength": "HIGH", "outputStrength": "LOW"}]
    },
    "wordPolicyConfig": {
        "wordsConfig": [{"text": "gadget"}],
        "managedWordListsConfig": [{"type": "PROFANITY"}],
    },
    "sensitiveInformationPolicyConfig": {
        "piiEntitiesConfig": [{"type": "EMAIL", "action": "ANONYMIZE"}],
        "regexesConfig": [{"name": "ticket", "pattern": "T-[0-9]+", "action": "BLOCK"}],
    },
    "contextualGroundingPolicyConfig": {"filtersConfig": [{"type": "GROUNDING", "threshold": 0.5}]},
}


def refused(code: str, call: Callable[..., Any], **parameters: Any) -> str:
    """The message with which a call is refused with that code."""
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    error: Mapping[str, str] = raised.value.response["Error"]
    assert error["Code"] == code
    return error["Message"]


def made(bedrock: Any, name: str = "first", **parameters: Any) -> dict[str, Any]:
    """A guardrail of that name."""
    answer: dict[str, Any] = bedrock.create_guardrail(name=name, **BLOCKED, **parameters)
    return answer


def is_of_the_model(service: str, operation: str, answer: Mapping[str, Any]) -> None:
    """Fails where an answer lacks what the model of the service requires, or has what it does not know."""
    shape = Session().get_service_model(service).operation_model(operation).output_shape
    told = {name: value for name, value in answer.items() if name != "ResponseMetadata"}
    assert ParamValidator().validate(told, shape).generate_report() == ""


class TestGuardrails:
    def test_a_guardrail_says_back_every_policy_that_it_was_given(self, client: Callable[..., Any]) -> None:
        bedrock = client("bedrock")
        arn = made(bedrock, **EVERY_POLICY)["guardrailArn"]
        told = bedrock.get_guardrail(guardrailIdentifier=arn)
        is_of_the_model("bedrock", "GetGuardrail", told)
        assert told["version"] == "DRAFT"
        assert told["status"] == "READY"
        assert told["topicPolicy"]["topics"] == EVERY_POLICY["topicPolicyConfig"]["topicsConfig"]
        assert told["contentPolicy"]["filters"] == EVERY_POLICY["contentPolicyConfig"]["filtersConfig"]
        assert told["contentPolicy"]["tier"] == {"tierName": "CLASSIC"}
        assert told["wordPolicy"]["managedWordLists"] == [{"type": "PROFANITY"}]
        assert told["sensitiveInformationPolicy"]["regexes"][0]["pattern"] == "T-[0-9]+"
        assert told["contextualGroundingPolicy"]["filters"] == [{"type": "GROUNDING", "threshold": 0.5}]

    def test_an_update_forgets_the_policies_that_it_does_not_name(self, client: Callable[..., Any]) -> None:
        bedrock = client("bedrock")
        guardrail = made(bedrock, **EVERY_POLICY)["guardrailId"]
        bedrock.update_guardrail(guardrailIdentifier=guardrail, name="first", **BLOCKED)
        told = bedrock.get_guardrail(guardrailIdentifier=guardrail)
        assert not {"topicPolicy", "contentPolicy", "wordPolicy"} & told.keys()

    def test_a_version_stays_as_it_was_when_the_draft_changes(self, client: Callable[..., Any]) -> None:
        bedrock = client("bedrock")
        guardrail = made(bedrock, **EVERY_POLICY)["guardrailId"]
        assert bedrock.create_guardrail_version(guardrailIdentifier=guardrail)["version"] == "1"
        bedrock.update_guardrail(guardrailIdentifier=guardrail, name="second", **BLOCKED)
        told = bedrock.get_guardrail(guardrailIdentifier=guardrail, guardrailVersion="1")
        assert (told["name"], "wordPolicy" in told) == ("first", True)

    def test_a_guardrail_has_at_most_twenty_versions_and_gives_no_number_twice(
        self, client: Callable[..., Any]
    ) -> None:
        bedrock = client("bedrock")
        guardrail = made(bedrock)["guardrailId"]
        for _ in range(20):
            bedrock.create_guardrail_version(guardrailIdentifier=guardrail)
        refused(
            "ServiceQuotaExceededException", bedrock.create_guardrail_version, guardrailIdentifier=guardrail
        )
        bedrock.delete_guardrail(guardrailIdentifier=guardrail, guardrailVersion="7")
        assert bedrock.create_guardrail_version(guardrailIdentifier=guardrail)["version"] == "21"
        refused(
            "ResourceNotFoundException",
            bedrock.get_guardrail,
            guardrailIdentifier=guardrail,
            guardrailVersion="7",
        )

    def test_names_are_unique_in_an_account_and_region(self, client: Callable[..., Any]) -> None:
        made(client("bedrock"))
        assert "already has this name" in refused(
            "ConflictException", client("bedrock").create_guardrail, name="first", **BLOCKED
        )
        made(client("bedrock", "eu-central-1"))

    @pytest.mark.parametrize(
        ("parameters", "why"),
        [
            ({"name": "a b"}, "Member must satisfy regular expression pattern"),
            (
                {
                    "contentPolicyConfig": {
                        "filtersConfig": [
                            {"type": "PROMPT_ATTACK", "inputStrength": "HIGH", "outputStrength": "HIGH"}
                        ]
                    }
                },
                "strength for response must be NONE",
            ),
            (
                {
                    "contentPolicyConfig": {
                        "filtersConfig": [{"type": "HATE", "inputStrength": "LOW", "outputStrength": "LOW"}],
                        "tierConfig": {"tierName": "STANDARD"},
                    }
                },
                "needs cross-Region inference",
            ),
            (
                {
                    "sensitiveInformationPolicyConfig": {
                        "regexesConfig": [{"name": "r", "pattern": "(?=a)b", "action": "BLOCK"}]
                    }
                },
                "is invalid",
            ),
            (
                {
                    "sensitiveInformationPolicyConfig": {
                        "piiEntitiesConfig": [{"type": "SSN", "action": "BLOCK"}]
                    }
                },
                "Member must satisfy enum value set",
            ),
            ({"kmsKeyId": "11111111-2222-3333-4444-555555555555"}, "does not exist"),
            (
                {"crossRegionConfig": {"guardrailProfileIdentifier": "eu.guardrail.v1:0"}},
                "cannot be used from us-east-1",
            ),
        ],
    )
    def test_what_aws_refuses_of_a_guardrail_is_refused(
        self, client: Callable[..., Any], parameters: dict[str, Any], why: str
    ) -> None:
        told = refused(
            "ValidationException",
            client("bedrock").create_guardrail,
            **{"name": "first", **BLOCKED, **parameters},
        )
        assert why in told

    def test_the_standard_tier_takes_longer_definitions_in_a_cross_region_profile(
        self, client: Callable[..., Any]
    ) -> None:
        bedrock = client("bedrock")
        topic = {"name": "money", "definition": "m" * 900, "type": "DENY"}
        standard = {"topicsConfig": [topic], "tierConfig": {"tierName": "STANDARD"}}
        profile = {"guardrailProfileIdentifier": "us.guardrail.v1:0"}
        arn = made(bedrock, topicPolicyConfig=standard, crossRegionConfig=profile)["guardrailArn"]
        told = bedrock.get_guardrail(guardrailIdentifier=arn)["crossRegionDetails"]
        assert told["guardrailProfileId"] == "us.guardrail.v1:0"
        assert told["guardrailProfileArn"].endswith(":111111111111:guardrail-profile/us.guardrail.v1:0")
        refused(
            "ValidationException",
            bedrock.create_guardrail,
            name="classic",
            topicPolicyConfig={"topicsConfig": [topic]},
            **BLOCKED,
        )

    def test_automated_reasoning_is_refused_by_name(self, client: Callable[..., Any]) -> None:
        policy = "arn:aws:bedrock:us-east-1:111111111111:automated-reasoning-policy/abcdefghijkl"
        with pytest.raises(ClientError) as raised:
            made(client("bedrock"), automatedReasoningPolicyConfig={"policies": [policy]})
        assert raised.value.response["ResponseMetadata"]["HTTPStatusCode"] == 501
        assert "automatedReasoningPolicyConfig" in str(raised.value)

    def test_lists_tell_drafts_or_every_version_of_one_and_come_in_pages(
        self, client: Callable[..., Any]
    ) -> None:
        bedrock = client("bedrock")
        first = made(bedrock)["guardrailId"]
        for number in range(4):
            made(bedrock, f"other-{number}")
        bedrock.create_guardrail_version(guardrailIdentifier=first, description="one")
        found: list[str] = []
        token: dict[str, str] = {}
        while True:
            page = bedrock.list_guardrails(maxResults=2, **token)
            assert len(page["guardrails"]) <= 2
            found += [one["version"] for one in page["guardrails"]]
            if "nextToken" not in page:
                break
            token = {"nextToken": page["nextToken"]}
        assert found == ["DRAFT"] * 5
        versions = bedrock.list_guardrails(guardrailIdentifier=first)["guardrails"]
        assert [one["version"] for one in versions] == ["DRAFT", "1"]

    def test_tags_are_given_listed_and_taken_away(self, client: Callable[..., Any]) -> None:
        bedrock = client("bedrock")
        arn = made(bedrock, tags=[{"key": "team", "value": "a"}])["guardrailArn"]
        bedrock.tag_resource(resourceARN=arn, tags=[{"key": "tier", "value": "strict"}])
        bedrock.untag_resource(resourceARN=arn, tagKeys=["team"])
        assert bedrock.list_tags_for_resource(resourceARN=arn)["tags"] == [{"key": "tier", "value": "strict"}]


class TestEnforcement:
    def test_one_version_is_enforced_and_stays_while_it_is(self, client: Callable[..., Any]) -> None:
        bedrock = client("bedrock")
        guardrail = made(bedrock)["guardrailId"]
        wanted = {"guardrailIdentifier": guardrail, "guardrailVersion": "1"}
        refused(
            "ResourceNotFoundException",
            bedrock.put_enforced_guardrail_configuration,
            guardrailInferenceConfig=wanted,
        )
        bedrock.create_guardrail_version(guardrailIdentifier=guardrail)
        bedrock.create_guardrail_version(guardrailIdentifier=guardrail)
        put = bedrock.put_enforced_guardrail_configuration(guardrailInferenceConfig=wanted)["configId"]
        refused(
            "ConflictException",
            bedrock.put_enforced_guardrail_configuration,
            guardrailInferenceConfig=wanted,
        )
        told = bedrock.list_enforced_guardrails_configuration()
        is_of_the_model("bedrock", "ListEnforcedGuardrailsConfiguration", told)
        assert told["guardrailsConfig"][0]["owner"] == "ACCOUNT"
        refused("ResourceInUseException", bedrock.delete_guardrail, guardrailIdentifier=guardrail)
        bedrock.delete_guardrail(guardrailIdentifier=guardrail, guardrailVersion="2")
        bedrock.delete_enforced_guardrail_configuration(configId=put)
        bedrock.delete_guardrail(guardrailIdentifier=guardrail)
        assert bedrock.list_enforced_guardrails_configuration()["guardrailsConfig"] == []


class TestResourcePolicies:
    def test_a_policy_lets_another_account_read_a_guardrail(self, client: Callable[..., Any]) -> None:
        bedrock, other = client("bedrock"), client("bedrock", account="222222222222")
        arn = made(bedrock)["guardrailArn"]
        refused("AccessDeniedException", other.get_guardrail, guardrailIdentifier=arn)
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": "222222222222"},
            "Action": ["bedrock:GetGuardrail", "bedrock:ApplyGuardrail"],
            "Resource": arn,
        }
        text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        bedrock.put_resource_policy(resourceArn=arn, resourcePolicy=text)
        assert other.get_guardrail(guardrailIdentifier=arn)["guardrailArn"] == arn
        assert bedrock.get_resource_policy(resourceArn=arn)["resourcePolicy"] == text
        refused("AccessDeniedException", other.update_guardrail, guardrailIdentifier=arn, name="x", **BLOCKED)
        bedrock.delete_resource_policy(resourceArn=arn)
        refused("AccessDeniedException", other.get_guardrail, guardrailIdentifier=arn)
        refused("ResourceNotFoundException", bedrock.get_resource_policy, resourceArn=arn)

    @pytest.mark.parametrize(
        ("change", "why"),
        [
            ({"Action": "bedrock:DeleteGuardrail"}, "may not name the action"),
            ({"Principal": "*"}, "needs a condition on aws:PrincipalOrgID"),
        ],
    )
    def test_what_a_guardrails_policy_may_not_say_is_refused(
        self, client: Callable[..., Any], change: dict[str, Any], why: str
    ) -> None:
        bedrock = client("bedrock")
        arn = made(bedrock)["guardrailArn"]
        statement = {
            "Effect": "Allow",
            "Principal": {"AWS": "222222222222"},
            "Action": "bedrock:ApplyGuardrail",
            "Resource": arn,
            **change,
        }
        text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        told = refused(
            "ValidationException", bedrock.put_resource_policy, resourceArn=arn, resourcePolicy=text
        )
        assert why in told


class TestProfilesAndModels:
    def test_an_application_profile_inherits_the_routes_of_what_it_was_copied_from(
        self, client: Callable[..., Any]
    ) -> None:
        bedrock = client("bedrock")
        source = "arn:aws:bedrock:us-east-1:111111111111:inference-profile/us.anthropic.claude-sonnet-4-6"
        arn = bedrock.create_inference_profile(
            inferenceProfileName="team a",
            description="of team a",
            modelSource={"copyFrom": source},
            tags=[{"key": "team", "value": "a"}],
        )["inferenceProfileArn"]
        told = bedrock.get_inference_profile(inferenceProfileIdentifier=arn)
        is_of_the_model("bedrock", "GetInferenceProfile", told)
        system = bedrock.get_inference_profile(inferenceProfileIdentifier="us.anthropic.claude-sonnet-4-6")
        assert told["models"] == system["models"]
        assert (told["type"], system["type"]) == ("APPLICATION", "SYSTEM_DEFINED")
        listed = bedrock.list_inference_profiles(typeEquals="APPLICATION")["inferenceProfileSummaries"]
        assert [one["inferenceProfileArn"] for one in listed] == [arn]
        bedrock.delete_inference_profile(inferenceProfileIdentifier=arn)
        refused("ResourceNotFoundException", bedrock.get_inference_profile, inferenceProfileIdentifier=arn)

    def test_a_source_that_cannot_be_called_from_the_region_is_refused(
        self, client: Callable[..., Any]
    ) -> None:
        source = "arn:aws:bedrock:us-east-1:111111111111:inference-profile/eu.anthropic.claude-sonnet-4-6"
        refused(
            "ValidationException",
            client("bedrock").create_inference_profile,
            inferenceProfileName="team",
            modelSource={"copyFrom": source},
        )

    def test_models_that_have_ended_are_not_listed(self, client: Callable[..., Any]) -> None:
        bedrock = client("bedrock")
        answer = bedrock.list_foundation_models()
        listed = {one["modelId"] for one in answer["modelSummaries"]}
        assert "anthropic.claude-sonnet-4-6" in listed
        assert "anthropic.claude-3-haiku-20240307-v1:0" not in listed
        refused(
            "ResourceNotFoundException",
            bedrock.get_foundation_model,
            modelIdentifier="anthropic.claude-3-haiku-20240307-v1:0",
        )

    def test_filters_by_what_is_not_known_of_models_are_refused(self, client: Callable[..., Any]) -> None:
        with pytest.raises(ClientError, match="byOutputModality"):
            client("bedrock").list_foundation_models(byOutputModality="TEXT")


class TestRetention:
    def test_the_mode_of_an_account_is_kept_by_region(self, client: Callable[..., Any]) -> None:
        bedrock = client("bedrock")
        assert bedrock.get_account_data_retention()["mode"] == "default"
        bedrock.put_account_data_retention(mode="none")
        assert bedrock.get_account_data_retention()["mode"] == "none"
        assert client("bedrock", "eu-west-1").get_account_data_retention()["mode"] == "default"


class TestRecordedReplies:
    """Members that AWS told in recorded replies are told here, too."""

    def recorded(self, shared_data: Path, case: str, reply: str) -> dict[str, Any]:
        text = (shared_data / "control-plane" / case / f"bedrock.{reply}_1.json").read_text("utf-8")
        data: dict[str, Any] = json.loads(text)["data"]
        return {name: value for name, value in data.items() if name != "ResponseMetadata"}

    def test_a_guardrail_is_told_as_recorded(self, client: Callable[..., Any], shared_data: Path) -> None:
        told = self.recorded(shared_data, "test_bedrock_guardrail", "GetGuardrail")
        bedrock = client("bedrock")
        arn = bedrock.create_guardrail(
            name=told["name"],
            description=told["description"],
            contentPolicyConfig={"filtersConfig": told["contentPolicy"]["filters"]},
            blockedInputMessaging=told["blockedInputMessaging"],
            blockedOutputsMessaging=told["blockedOutputsMessaging"],
        )["guardrailArn"]
        answer = bedrock.get_guardrail(guardrailIdentifier=arn)
        own = {"guardrailId", "guardrailArn", "createdAt", "updatedAt"}
        assert answer.keys() - {"ResponseMetadata"} == told.keys()
        assert {name: answer[name] for name in told if name not in own} == {
            name: value for name, value in told.items() if name not in own
        }
        listed = self.recorded(shared_data, "test_bedrock_guardrail", "ListGuardrails")["guardrails"][0]
        assert bedrock.list_guardrails()["guardrails"][0].keys() == listed.keys()

    def test_an_application_profile_is_told_as_recorded(
        self, client: Callable[..., Any], shared_data: Path
    ) -> None:
        case = "test_bedrock_application_inference_profile_v2"
        told = self.recorded(shared_data, case, "ListInferenceProfiles")["inferenceProfileSummaries"][0]
        bedrock = client("bedrock")
        bedrock.create_inference_profile(
            inferenceProfileName=told["inferenceProfileName"],
            description=told["description"],
            modelSource={
                "copyFrom": "arn:aws:bedrock:us-east-1:111111111111:inference-profile/"
                "global.amazon.nova-2-lite-v1:0"
            },
        )
        answer = bedrock.list_inference_profiles(typeEquals="APPLICATION")["inferenceProfileSummaries"][0]
        assert answer.keys() == told.keys()
        assert answer["models"] == told["models"]
