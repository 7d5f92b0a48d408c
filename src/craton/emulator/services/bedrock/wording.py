"""What a guardrail is told to say: its policies, read from a call and checked as AWS does.

Source: "CreateGuardrail", docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateGuardrail.html, and
"Safeguard tiers for guardrails policies", docs.aws.amazon.com/bedrock/latest/userguide/guardrails-tiers.html,
retrieved 2026-11-26.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final

import re2
from botocore.exceptions import ClientError

from craton.emulator.errors import NotEmulatedError, ServiceError
from craton.emulator.runtime.guardrail import Wording

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.emulator.call import Call

_POLICIES: Final = {
    "topicPolicyConfig": ("topicPolicy", {"topicsConfig": "topics", "tierConfig": "tier"}),
    "contentPolicyConfig": ("contentPolicy", {"filtersConfig": "filters", "tierConfig": "tier"}),
    "wordPolicyConfig": (
        "wordPolicy",
        {"wordsConfig": "words", "managedWordListsConfig": "managedWordLists"},
    ),
    "sensitiveInformationPolicyConfig": (
        "sensitiveInformationPolicy",
        {"piiEntitiesConfig": "piiEntities", "regexesConfig": "regexes"},
    ),
    "contextualGroundingPolicyConfig": (
        "contextualGroundingPolicy",
        {"filtersConfig": "filters", "tierConfig": "tier"},
    ),
}
"""What the members of a call are called where GetGuardrail tells them."""

_TIERED: Final = ("topicPolicy", "contentPolicy")
_CLASSIC: Final = "CLASSIC"
_LONGEST_DEFINITION: Final = {"CLASSIC": 200, "STANDARD": 1000}
_GEOGRAPHIES: Final = {"us": ("us-", "ca-"), "eu": ("eu-", "il-"), "apac": ("ap-",), "us-gov": ("us-gov-",)}
"""From which Regions a guardrail profile can be used, by the beginnings of their names.

Source: docs.aws.amazon.com/bedrock/latest/userguide/guardrails-cross-region-support.html, retrieved
2026-11-26. The page lists Regions one by one; this is as coarse as its geographies.
"""


def read_wording(call: Call, before: Wording | None) -> Wording:
    """What the call has a guardrail say. Raises: ServiceError, NotEmulatedError."""
    given = call.parameters
    if given.get("automatedReasoningPolicyConfig"):
        raise NotEmulatedError("the parameter automatedReasoningPolicyConfig")
    policies = {
        told: {names[name]: copy.deepcopy(value) for name, value in given[member].items()}
        for member, (told, names) in _POLICIES.items()
        if given.get(member)
    }
    for name in _TIERED:
        if name in policies:
            policies[name].setdefault("tier", {"tierName": _CLASSIC})
    profile = _profile(call)
    _check_tiers(policies, profile)
    _check_filters(policies)
    _check_patterns(policies)
    return Wording(
        name=str(given["name"]),
        description=given.get("description"),
        policies=policies,
        blocked_input=str(given["blockedInputMessaging"]),
        blocked_outputs=str(given["blockedOutputsMessaging"]),
        kms_key_arn=_key(call),
        profile=profile,
        created=before.created if before else call.time,
        updated=call.time,
    )


def _profile(call: Call) -> str | None:
    """The id of the guardrail profile of a call. Raises: ServiceError where its Region cannot use it."""
    given = (call.parameters.get("crossRegionConfig") or {}).get("guardrailProfileIdentifier")
    if not given:
        return None
    name = str(given).rpartition("/")[2]
    geography = name.partition(".")[0]
    if not call.region.startswith(_GEOGRAPHIES.get(geography, ())):
        raise ServiceError(
            "ValidationException", f"The guardrail profile {name} cannot be used from {call.region}."
        )
    return name


def _check_tiers(policies: dict[str, Any], profile: str | None) -> None:
    for name, policy in policies.items():
        tier = (policy.get("tier") or {}).get("tierName", _CLASSIC)
        if tier != _CLASSIC and profile is None:
            raise ServiceError(
                "ValidationException",
                f"The tier {tier} of {name} needs cross-Region inference to be enabled.",
            )
        for topic in policy.get("topics", ()):
            most = _LONGEST_DEFINITION[tier]
            if not 1 <= len(topic["definition"]) <= most:
                raise ServiceError(
                    "ValidationException",
                    f"The definition of topic {topic['name']} must have 1 to {most} characters in the tier"
                    f" {tier}.",
                )


def _check_filters(policies: dict[str, Any]) -> None:
    content = policies.get("contentPolicy", {}).get("filters", ())
    for one in content:
        if one["type"] == "PROMPT_ATTACK" and one["outputStrength"] != "NONE":
            raise ServiceError(
                "ValidationException", "PROMPT ATTACK content filter strength for response must be NONE."
            )
    _refuse_twice("content filter", (one["type"] for one in content))
    _refuse_twice("topic", (one["name"] for one in policies.get("topicPolicy", {}).get("topics", ())))
    grounding = policies.get("contextualGroundingPolicy", {}).get("filters", ())
    _refuse_twice("contextual grounding filter", (one["type"] for one in grounding))
    for one in grounding:
        if not 0 <= float(one["threshold"]) < 1:
            raise ServiceError(
                "ValidationException",
                "The threshold of a contextual grounding filter must be from 0 to 0.99.",
            )
    sensitive = policies.get("sensitiveInformationPolicy", {})
    _refuse_twice("PII entity", (one["type"] for one in sensitive.get("piiEntities", ())))
    _refuse_twice("regex", (one["name"] for one in sensitive.get("regexes", ())))


def _refuse_twice(what: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise ServiceError("ValidationException", f"The {what} {name} is given more than once.")
        seen.add(name)


def _check_patterns(policies: dict[str, Any]) -> None:
    """Patterns are searched in linear time: lookaround and back references are refused, as AWS does.

    Source: docs.aws.amazon.com/bedrock/latest/userguide/guardrails-sensitive-filters.html, retrieved
    2026-11-26.
    """
    for one in policies.get("sensitiveInformationPolicy", {}).get("regexes", ()):
        try:
            re2.compile(one["pattern"])
        except re2.error as error:
            raise ServiceError(
                "ValidationException", f"The pattern of regex {one['name']} is invalid: {error}"
            ) from error


def _key(call: Call) -> str | None:
    """The ARN of the key of a call, which its caller may describe. Raises: ServiceError."""
    named = call.parameters.get("kmsKeyId")
    if not named:
        return None
    kms = call.world.inside.client("kms", call.region, call.caller)
    try:
        return str(kms.describe_key(KeyId=named)["KeyMetadata"]["Arn"])
    except ClientError as error:
        told = error.response["Error"]
        code = "AccessDeniedException" if "AccessDenied" in told["Code"] else "ValidationException"
        raise ServiceError(code, told["Message"]) from error
