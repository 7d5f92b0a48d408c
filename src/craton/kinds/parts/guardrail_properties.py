"""A guardrail tier as the properties of AWS::Bedrock::Guardrail.

What a template says of it is what CreateGuardrail says, with capitals, and two names that differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.core.resource import ByEnvironment, ByRegion, sub
from craton.registry.guardrails import guardrail_profiles

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.codec.guardrail_file import TierConfig
    from craton.core.intent import Intent
    from craton.registry.guardrails import GuardrailTier

PROTECTED: Final = {"Key": "craton:protected", "Value": "true"}
"""The tag by which an organization policy tells guardrails that nobody else may change."""

Observing = ByEnvironment | None
"""What happens to what is found, `NONE` or `BLOCK`, by environment; None where everybody blocks."""


def guardrail_properties(
    tier: GuardrailTier, intent: Intent, *, name: str, observing: Observing, key: Any = None
) -> dict[str, Any]:
    """The properties of the guardrail of a tier; `key` is the ARN of what encrypts it, None for AWS's own."""
    wording = tier.wording
    told: dict[str, Any] = {
        "Name": name,
        "Description": tier.title,
        "BlockedInputMessaging": wording.blocked_input_messaging,
        "BlockedOutputsMessaging": wording.blocked_outputs_messaging,
        "Tags": [PROTECTED],
        **({"KmsKeyArn": key} if key is not None else {}),
        **_policies(tier, observing),
    }
    if tier.is_standard:
        told["CrossRegionConfig"] = {"GuardrailProfileArn": _profile_arn(intent)}
    return told


def _profile_arn(intent: Intent) -> dict[str, Any]:
    """The profile of the Region. Raises: KeyError where none is known, which the checks tell before."""
    arn = "arn:${AWS::Partition}:bedrock:${AWS::Region}:${AWS::AccountId}:guardrail-profile/"
    profiles = {region: guardrail_profiles()[region] for region in intent.regions}
    if len(set(profiles.values())) == 1:
        return sub(f"{arn}{next(iter(profiles.values()))}")
    return {"Fn::Sub": [f"{arn}${{Profile}}", {"Profile": ByRegion(profiles)}]}


def _policies(tier: GuardrailTier, observing: Observing) -> dict[str, Any]:
    wording = tier.wording
    both = _sides(observing)
    content, topics = wording.content_policy_config, wording.topic_policy_config
    words, data = wording.word_policy_config, wording.sensitive_information_policy_config
    found: dict[str, Any] = {
        "ContentPolicyConfig": _policy(
            "FiltersConfig",
            (
                {
                    "Type": one.type,
                    "InputStrength": one.input_strength,
                    "OutputStrength": one.output_strength,
                    **both,
                }
                for one in content.filters_config
            ),
            ContentFiltersTierConfig=_tier(content.tier_config),
        ),
        "TopicPolicyConfig": _policy(
            "TopicsConfig",
            (
                {
                    "Name": one.name,
                    "Definition": one.definition,
                    **({"Examples": list(one.examples)} if one.examples else {}),
                    "Type": one.type,
                    **both,
                }
                for one in topics.topics_config
            ),
            TopicsTierConfig=_tier(topics.tier_config),
        ),
        "WordPolicyConfig": {
            **_policy("WordsConfig", ({"Text": one.text, **both} for one in words.words_config)),
            **_policy(
                "ManagedWordListsConfig",
                ({"Type": one.type, **both} for one in words.managed_word_lists_config),
            ),
        },
        "SensitiveInformationPolicyConfig": {
            **_policy(
                "PiiEntitiesConfig",
                (
                    {"Type": one.type, "Action": _action(one.action, observing)}
                    for one in data.pii_entities_config
                ),
            ),
            **_policy(
                "RegexesConfig",
                (
                    {
                        "Name": one.name,
                        "Pattern": one.pattern,
                        "Action": _action(one.action, observing),
                    }
                    for one in data.regexes_config
                ),
            ),
        },
        "ContextualGroundingPolicyConfig": _policy(
            "FiltersConfig",
            (
                {
                    "Type": one.type,
                    "Threshold": one.threshold,
                    **({"Action": observing} if observing else {}),
                }
                for one in wording.contextual_grounding_policy_config.filters_config
            ),
        ),
    }
    return {name: policy for name, policy in found.items() if policy}


def _policy(key: str, entries: Iterable[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """The entries under their key with what else is said; nothing where there are none."""
    told = list(entries)
    return {key: told, **{name: one for name, one in more.items() if one}} if told else {}


def _tier(config: TierConfig | None) -> dict[str, str] | None:
    return {"TierName": config.tier_name} if config is not None else None


def _sides(observing: Observing) -> dict[str, Any]:
    """What happens on either side, where it is not what AWS does of itself, which is to block."""
    return {} if observing is None else {"InputAction": observing, "OutputAction": observing}


def _action(action: str, observing: Observing) -> Any:
    """What is done to sensitive texts: what the tier says, or nothing where it is only observed."""
    if observing is None:
        return action
    told = {name: action if one == "BLOCK" else one for name, one in observing.values.items()}
    return ByEnvironment(told)
