"""AWS::Bedrock::Guardrail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.emulator.resources.kind import Made
from craton.emulator.resources.shaping import to_parameters

if TYPE_CHECKING:
    from craton.emulator.resources.kind import Properties, Site

_POLICIES: Final = {
    "TopicPolicyConfig": ("topicPolicy", {"topics": "TopicsConfig", "tier": "TopicsTierConfig"}),
    "ContentPolicyConfig": (
        "contentPolicy",
        {"filters": "FiltersConfig", "tier": "ContentFiltersTierConfig"},
    ),
    "WordPolicyConfig": (
        "wordPolicy",
        {"words": "WordsConfig", "managedWordLists": "ManagedWordListsConfig"},
    ),
    "SensitiveInformationPolicyConfig": (
        "sensitiveInformationPolicy",
        {"piiEntities": "PiiEntitiesConfig", "regexes": "RegexesConfig"},
    ),
    "ContextualGroundingPolicyConfig": ("contextualGroundingPolicy", {"filters": "FiltersConfig"}),
}
"""What GetGuardrail calls what properties call otherwise."""

_TEXTS: Final = {
    "Name": "name",
    "Description": "description",
    "BlockedInputMessaging": "blockedInputMessaging",
    "BlockedOutputsMessaging": "blockedOutputsMessaging",
    "KmsKeyArn": "kmsKeyArn",
}


class Guardrail:
    """A guardrail's draft; Ref is its ARN."""

    type = "AWS::Bedrock::Guardrail"

    def create(self, site: Site, properties: Properties) -> Made:
        """Makes the guardrail."""
        bedrock = site.client("bedrock")
        answer = bedrock.create_guardrail(**to_parameters(bedrock, "create_guardrail", _called(properties)))
        return _made(bedrock, answer["guardrailArn"])

    def update(self, site: Site, made: Made, properties: Properties, previous: Properties) -> Made:
        """Says the draft anew, and its tags."""
        bedrock = site.client("bedrock")
        told = {name: value for name, value in _called(properties).items() if name != "Tags"}
        parameters = to_parameters(bedrock, "update_guardrail", told)
        bedrock.update_guardrail(guardrailIdentifier=made.physical_id, **parameters)
        give_tags(bedrock, made.physical_id, properties, previous)
        return _made(bedrock, made.physical_id)

    def delete(self, site: Site, made: Made, properties: Properties) -> None:  # noqa: ARG002
        """Removes the guardrail with its versions."""
        bedrock = site.client("bedrock")
        try:
            bedrock.delete_guardrail(guardrailIdentifier=made.physical_id)
        except bedrock.exceptions.ResourceNotFoundException:
            return

    def read(self, site: Site, made: Made, properties: Properties) -> Properties | None:
        """What GetGuardrail tells, by the names of the properties."""
        bedrock = site.client("bedrock")
        try:
            told = bedrock.get_guardrail(guardrailIdentifier=made.physical_id)
        except bedrock.exceptions.ResourceNotFoundException:
            return None
        found: dict[str, Any] = {name: told[key] for name, key in _TEXTS.items() if told.get(key)}
        for name, (key, members) in _POLICIES.items():
            if told.get(key):
                given = properties.get(name) or {}
                policy = {
                    members[part]: _capital(value) for part, value in told[key].items() if part in members
                }
                found[name] = _without_default_tier(policy, given)
            elif name in properties:
                found[name] = {}
        profile = (told.get("crossRegionDetails") or {}).get("guardrailProfileArn")
        if profile:
            found["CrossRegionConfig"] = {"GuardrailProfileArn": profile}
        return {**found, **told_tags(bedrock, made.physical_id)}


def _called(properties: Properties) -> dict[str, Any]:
    """The properties by the names of the API's parameters."""
    told = dict(properties)
    for name, tier in (
        ("ContentPolicyConfig", "ContentFiltersTierConfig"),
        ("TopicPolicyConfig", "TopicsTierConfig"),
    ):
        if name in told:
            policy = dict(told[name])
            if tier in policy:
                policy["TierConfig"] = policy.pop(tier)
            told[name] = policy
    if "CrossRegionConfig" in told:
        profile = told["CrossRegionConfig"]["GuardrailProfileArn"]
        told["CrossRegionConfig"] = {"GuardrailProfileIdentifier": profile}
    if "KmsKeyArn" in told:
        told["KmsKeyId"] = told.pop("KmsKeyArn")
    return told


def _made(bedrock: Any, arn: str) -> Made:
    told = bedrock.get_guardrail(guardrailIdentifier=arn)
    attributes = {
        "GuardrailArn": arn,
        "GuardrailId": told["guardrailId"],
        "Status": told["status"],
        "Version": told["version"],
        "CreatedAt": f"{told['createdAt']:%Y-%m-%dT%H:%M:%S.%fZ}",
        "UpdatedAt": f"{told['updatedAt']:%Y-%m-%dT%H:%M:%S.%fZ}",
        "StatusReasons": told["statusReasons"],
        "FailureRecommendations": told["failureRecommendations"],
    }
    return Made(arn, attributes)


def _capital(value: Any) -> Any:
    if isinstance(value, dict):
        return {f"{key[0].upper()}{key[1:]}": _capital(one) for key, one in value.items()}
    return [_capital(one) for one in value] if isinstance(value, list) else value


def _without_default_tier(policy: dict[str, Any], given: Properties) -> dict[str, Any]:
    """A tier that nobody gave is AWS's default, and no drift."""
    return {name: one for name, one in policy.items() if not name.endswith("TierConfig") or name in given}


def give_tags(bedrock: Any, arn: str, properties: Properties, previous: Properties) -> None:
    """The resource has the tags of the properties, and no longer those of the previous ones."""
    tags, former = _tags(properties), _tags(previous)
    gone = sorted(former.keys() - tags.keys())
    if gone:
        bedrock.untag_resource(resourceARN=arn, tagKeys=gone)
    if tags != former and tags:
        told = [{"key": key, "value": value} for key, value in tags.items()]
        bedrock.tag_resource(resourceARN=arn, tags=told)


def told_tags(bedrock: Any, arn: str) -> dict[str, Any]:
    """The property of the tags; nothing where there are none."""
    told = bedrock.list_tags_for_resource(resourceARN=arn)["tags"]
    return {"Tags": [{"Key": one["key"], "Value": one["value"]} for one in told]} if told else {}


def _tags(properties: Properties) -> dict[str, str]:
    return {one["Key"]: str(one["Value"]) for one in properties.get("Tags", ())}


KIND = Guardrail()
