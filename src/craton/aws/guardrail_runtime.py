"""Texts held to a guardrail that stands in AWS, by ApplyGuardrail.

Source: "ApplyGuardrail", docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html,
retrieved 2026-11-26.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from craton.core.errors import CloudError
from craton.core.guard import Became

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.guard import TextOutcome, TextSide


class GuardrailRuntime:
    """One version of a guardrail. `identifier` is its id or ARN."""

    def __init__(self, identifier: str, version: str, *, region: str | None = None) -> None:
        """Raises: CloudError where no Region is set."""
        self._identifier = identifier
        self._version = version
        try:
            self._client = boto3.session.Session().client("bedrock-runtime", region_name=region)
        except BotoCoreError as error:
            raise CloudError(str(error).rstrip("."), hint="name the Region with `--region`") from error

    def apply(self, text: str, side: TextSide) -> Became:
        """See `craton.core.guard.Guard`."""
        try:
            answer = self._client.apply_guardrail(
                guardrailIdentifier=self._identifier,
                guardrailVersion=self._version,
                source=side,
                content=[{"text": {"text": text}}],
            )
        except (BotoCoreError, ClientError) as error:
            raise CloudError(f"the guardrail `{self._identifier}` was not applied: {error}") from error
        found = list(_found(answer["assessments"]))
        return Became(
            _outcome(answer["action"], [action for _, action in found]), frozenset(n for n, _ in found)
        )


def _outcome(action: str, actions: list[str]) -> TextOutcome:
    if action != "GUARDRAIL_INTERVENED":
        return "allowed"
    return "blocked" if "BLOCKED" in actions or "ANONYMIZED" not in actions else "masked"


def _found(assessments: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """The name of each thing that was found, and what was done about it."""
    for one in assessments:
        words = one.get("wordPolicy", {})
        sensitive = one.get("sensitiveInformationPolicy", {})
        named = (
            (one.get("topicPolicy", {}).get("topics", ()), "name"),
            (one.get("contentPolicy", {}).get("filters", ()), "type"),
            (words.get("customWords", ()), "match"),
            (words.get("managedWordLists", ()), "type"),
            (sensitive.get("piiEntities", ()), "type"),
            (sensitive.get("regexes", ()), "name"),
            (one.get("contextualGroundingPolicy", {}).get("filters", ()), "type"),
        )
        for entries, key in named:
            for entry in entries:
                if entry.get("detected", True):
                    name = str(entry.get(key, ""))
                    yield (name.lower() if key == "match" else name), str(entry["action"])
