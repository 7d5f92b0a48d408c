"""A guardrail tier as content: what it looks for and why, in CreateGuardrail's own names, with samples.

Source: "CreateGuardrail", docs.aws.amazon.com/bedrock/latest/APIReference/API_CreateGuardrail.html, by
botocore's service model of Bedrock 1.44.5, retrieved 2026-11-23.
"""

from __future__ import annotations

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from craton.codec.decoding import decode
from craton.codec.policy_template import Citation
from craton.codec.yaml_nodes import Source
from craton.codec.yaml_source import read
from craton.core.diagnostic import Diagnostic, Place, in_order

ContentFilterType = Literal["SEXUAL", "VIOLENCE", "HATE", "INSULTS", "MISCONDUCT", "PROMPT_ATTACK"]
Strength = Literal["NONE", "LOW", "MEDIUM", "HIGH"]
TierName = Literal["CLASSIC", "STANDARD"]
GroundingType = Literal["GROUNDING", "RELEVANCE"]
SensitiveAction = Literal["BLOCK", "ANONYMIZE"]
Side = Literal["INPUT", "OUTPUT"]
Expected = Literal["blocked", "masked", "allowed"]
PiiType = Literal[
    "ADDRESS",
    "AGE",
    "AWS_ACCESS_KEY",
    "AWS_SECRET_KEY",
    "CA_HEALTH_NUMBER",
    "CA_SOCIAL_INSURANCE_NUMBER",
    "CREDIT_DEBIT_CARD_CVV",
    "CREDIT_DEBIT_CARD_EXPIRY",
    "CREDIT_DEBIT_CARD_NUMBER",
    "DRIVER_ID",
    "EMAIL",
    "INTERNATIONAL_BANK_ACCOUNT_NUMBER",
    "IP_ADDRESS",
    "LICENSE_PLATE",
    "MAC_ADDRESS",
    "NAME",
    "PASSWORD",
    "PHONE",
    "PIN",
    "SWIFT_CODE",
    "UK_NATIONAL_HEALTH_SERVICE_NUMBER",
    "UK_NATIONAL_INSURANCE_NUMBER",
    "UK_UNIQUE_TAXPAYER_REFERENCE_NUMBER",
    "URL",
    "USERNAME",
    "US_BANK_ACCOUNT_NUMBER",
    "US_BANK_ROUTING_NUMBER",
    "US_INDIVIDUAL_TAX_IDENTIFICATION_NUMBER",
    "US_PASSPORT_NUMBER",
    "US_SOCIAL_SECURITY_NUMBER",
    "VEHICLE_IDENTIFICATION_NUMBER",
]

_MESSAGE: Final = Meta(min_length=1, max_length=500)


class _Part(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, rename="camel"):
    """A mapping of the file with closed keys, named as AWS names them."""


class TierConfig(_Part, frozen=True, kw_only=True):
    """Which generation of AWS's models looks at texts; STANDARD is routed across Regions."""

    tier_name: TierName


class ContentFilter(_Part, frozen=True, kw_only=True):
    """One harmful sort of content, and how strongly it is looked for."""

    type: ContentFilterType
    input_strength: Strength
    output_strength: Strength
    reason: str


class ContentPolicy(_Part, frozen=True, kw_only=True):
    """Filters of harmful content."""

    filters_config: tuple[ContentFilter, ...] = ()
    tier_config: TierConfig | None = None


class Topic(_Part, frozen=True, kw_only=True):
    """One topic that is not spoken of."""

    name: Annotated[str, Meta(min_length=1, max_length=100, pattern=r"^[0-9a-zA-Z_ !?.-]+$")]
    definition: Annotated[str, Meta(min_length=1, max_length=1000)]
    examples: tuple[Annotated[str, Meta(min_length=1, max_length=100)], ...] = ()
    type: Literal["DENY"] = "DENY"
    reason: str


class TopicPolicy(_Part, frozen=True, kw_only=True):
    """Topics that are not spoken of."""

    topics_config: tuple[Topic, ...] = ()
    tier_config: TierConfig | None = None


class Word(_Part, frozen=True, kw_only=True):
    """One word or phrase."""

    text: Annotated[str, Meta(min_length=1, max_length=100)]
    reason: str


class ManagedWordList(_Part, frozen=True, kw_only=True):
    """A list of words that AWS keeps."""

    type: Literal["PROFANITY"]
    reason: str


class WordPolicy(_Part, frozen=True, kw_only=True):
    """Words that are not let through."""

    words_config: tuple[Word, ...] = ()
    managed_word_lists_config: tuple[ManagedWordList, ...] = ()


class PiiEntity(_Part, frozen=True, kw_only=True):
    """One sort of personal data."""

    type: PiiType
    action: SensitiveAction
    reason: str


class Regex(_Part, frozen=True, kw_only=True):
    """Texts of one form."""

    name: Annotated[str, Meta(min_length=1, max_length=100)]
    description: Annotated[str, Meta(min_length=1, max_length=1000)] | None = None
    pattern: Annotated[str, Meta(min_length=1, max_length=500)]
    action: SensitiveAction
    reason: str


class SensitivePolicy(_Part, frozen=True, kw_only=True):
    """Personal data and texts of a form."""

    pii_entities_config: tuple[PiiEntity, ...] = ()
    regexes_config: tuple[Regex, ...] = ()


class GroundingFilter(_Part, frozen=True, kw_only=True):
    """How well an answer must rest on its source, or answer its question. Units: 0 up to, not with, 1."""

    type: GroundingType
    threshold: Annotated[float, Meta(ge=0, lt=1)]
    reason: str


class GroundingPolicy(_Part, frozen=True, kw_only=True):
    """Answers that do not rest on their source."""

    filters_config: tuple[GroundingFilter, ...] = ()


class Wording(_Part, frozen=True, kw_only=True):
    """What CreateGuardrail takes, but for what a deployment knows: names, keys, actions by mode."""

    blocked_input_messaging: Annotated[str, _MESSAGE] | None = None
    blocked_outputs_messaging: Annotated[str, _MESSAGE] | None = None
    content_policy_config: ContentPolicy = ContentPolicy()
    topic_policy_config: TopicPolicy = TopicPolicy()
    word_policy_config: WordPolicy = WordPolicy()
    sensitive_information_policy_config: SensitivePolicy = SensitivePolicy()
    contextual_grounding_policy_config: GroundingPolicy = GroundingPolicy()


class Sample(_Part, frozen=True, kw_only=True):
    """A text, and what must become of it.

    `by` is what finds it: a word, the name of a regular expression, or a type. What only AWS's own models can
    tell is `live`; words and regular expressions are tried offline.
    """

    text: str
    expect: Expected
    source: Side = "INPUT"
    by: str | None = None
    live: bool = False


class GuardrailHeader(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that a file says."""

    title: str
    explains: str
    extends: str | None = None
    sources: Annotated[tuple[Citation, ...], Meta(min_length=1)]
    guardrail: Wording
    samples: Annotated[tuple[Sample, ...], Meta(min_length=1)]


class GuardrailFile(Struct, frozen=True, kw_only=True):
    """A file as it was read; what it extends is not put in yet."""

    id: str
    file: str
    header: GuardrailHeader
    source: Source

    def place(self, *path: str | int) -> Place:
        """Where a value of the file stands, or the nearest around it."""
        return self.source.place(path)


def parse_guardrail_file(
    data: bytes,
    *,
    id: str,  # noqa: A002 - the word of the domain
    file: str,
) -> tuple[GuardrailFile | None, tuple[Diagnostic, ...]]:
    """The file in `data`, and everything wrong with its form; None where it cannot be used at all."""
    source = read(data, file)
    decoded = decode(source, GuardrailHeader)
    if decoded.value is None:
        return None, in_order(decoded.diagnostics)
    found = GuardrailFile(id=id, file=file, header=decoded.value, source=source)
    return found, in_order(decoded.diagnostics)
