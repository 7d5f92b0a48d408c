"""What a guardrail makes of a text: words, patterns and personal data that have a form.

Denied topics, content filters, the managed word list and contextual grounding take a model of AWS's. They
are not decided here: nothing is ever found by them, and texts pass them.

Source: "ApplyGuardrail", docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html, and
"Options for handling harmful content detected by Guardrails", docs.aws.amazon.com/bedrock/latest/userguide/
guardrails-harmful-content-handling-options.html, retrieved 2026-11-26.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

import re2
from msgspec import Struct

from craton.emulator.runtime.naming import fraction
from craton.emulator.runtime.patterns import found

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from craton.emulator.runtime.guardrail import Wording

Side = Literal["INPUT", "OUTPUT"]

CHARACTERS_PER_UNIT: Final = 1000
"""Source: aws.amazon.com/bedrock/pricing, "text unit", by docs.aws.amazon.com/bedrock/latest/userguide/
guardrails-how.html, retrieved 2026-11-26."""

_TOLD: Final = {"BLOCK": "BLOCKED", "ANONYMIZE": "ANONYMIZED", "NONE": "NONE"}


class Block(NamedTuple):
    """A piece of a text; `guarded` says whether it is assessed."""

    text: str
    guarded: bool = True


class Hit(NamedTuple):
    """Something that was found in a block, from and to. `mask` is what may stand in its place."""

    block: int
    start: int
    end: int
    action: str
    mask: str
    policy: str
    entry: dict[str, Any]


class Assessment(Struct, frozen=True, kw_only=True):
    """What was found. `outputs` are the blocks as they go on, or the guardrail's own message if it blocks."""

    action: Literal["BLOCKED", "MASKED", "NONE"]
    outputs: tuple[str, ...]
    told: dict[str, Any]
    usage: dict[str, int]

    @property
    def intervened(self) -> bool:
        """Whether the text does not go on as it came."""
        return self.action != "NONE"


def assess(wording: Wording, side: Side, blocks: Sequence[Block], seed: str) -> Assessment:
    """What a version of a guardrail makes of a text on its way in or out."""
    hits = [
        hit
        for number, block in enumerate(blocks)
        if block.guarded
        for hit in _hits(wording, side, number, block)
    ]
    blocked = any(hit.action == "BLOCK" for hit in hits)
    masked = any(hit.action == "ANONYMIZE" for hit in hits)
    guarded = sum(len(block.text) for block in blocks if block.guarded)
    usage = _usage(wording, guarded)
    told = {
        **_told(hits),
        "invocationMetrics": {
            "guardrailProcessingLatency": 150 + round(250 * fraction(f"{seed}/{side}/{guarded}")),
            "usage": usage,
            "guardrailCoverage": {
                "textCharacters": {"guarded": guarded, "total": sum(len(block.text) for block in blocks)}
            },
        },
    }
    if blocked:
        message = wording.blocked_input if side == "INPUT" else wording.blocked_outputs
        return Assessment(action="BLOCKED", outputs=(message,), told=told, usage=usage)
    outputs = tuple(_masked(block.text, number, hits) for number, block in enumerate(blocks))
    return Assessment(action="MASKED" if masked else "NONE", outputs=outputs, told=told, usage=usage)


def _hits(wording: Wording, side: Side, number: int, block: Block) -> Iterator[Hit]:
    for entry in wording.policies.get("wordPolicy", {}).get("words", ()):
        action = _action(entry, side, "BLOCK")
        for start, end in _words(entry["text"], block.text) if action else ():
            told = {"match": block.text[start:end]}
            yield Hit(number, start, end, str(action), "", "wordPolicy.customWords", told)
    sensitive = wording.policies.get("sensitiveInformationPolicy", {})
    for entry in sensitive.get("piiEntities", ()):
        action = _action(entry, side, entry["action"])
        for start, end in found(entry["type"], block.text) if action else ():
            told = {"match": block.text[start:end], "type": entry["type"]}
            mask = f"{{{entry['type']}}}"
            yield Hit(number, start, end, str(action), mask, "sensitiveInformationPolicy.piiEntities", told)
    for entry in sensitive.get("regexes", ()):
        action = _action(entry, side, entry["action"])
        for match in re2.finditer(entry["pattern"], block.text) if action else ():
            start, end = match.span()
            told = {"name": entry["name"], "match": match[0], "regex": entry["pattern"]}
            mask = f"{{{entry['name']}}}"
            if start < end:
                yield Hit(number, start, end, str(action), mask, "sensitiveInformationPolicy.regexes", told)


def _action(entry: dict[str, Any], side: Side, default: str) -> str | None:
    """What an entry does on a side; None where it is switched off there."""
    name = "input" if side == "INPUT" else "output"
    if not entry.get(f"{name}Enabled", True):
        return None
    return str(entry.get(f"{name}Action") or default)


def _words(word: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a word or phrase stands by itself, whatever its capitals."""
    before = r"\b" if word[0].isalnum() else ""
    after = r"\b" if word[-1].isalnum() else ""
    for match in re2.finditer(f"(?i){before}{re2.escape(word)}{after}", text):
        yield match.span()


def _told(hits: Sequence[Hit]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for hit in hits:
        policy, _, kind = hit.policy.partition(".")
        kinds = ("customWords", "managedWordLists") if policy == "wordPolicy" else ("piiEntities", "regexes")
        lists = told.setdefault(policy, {name: [] for name in kinds})
        entry = {**hit.entry, "action": _TOLD[hit.action], "detected": True}
        if entry not in lists[kind]:
            lists[kind].append(entry)
    return told


def _masked(text: str, number: int, hits: Sequence[Hit]) -> str:
    """The text with a mask wherever something is masked; of what overlaps, what comes first is."""
    done, kept = 0, []
    mine = sorted(
        (hit for hit in hits if hit.block == number and hit.action == "ANONYMIZE"),
        key=lambda hit: (hit.start, -hit.end),
    )
    for hit in mine:
        if hit.start >= done:
            kept += [text[done : hit.start], hit.mask]
            done = hit.end
    return "".join([*kept, text[done:]])


def _usage(wording: Wording, characters: int) -> dict[str, int]:
    units = math.ceil(characters / CHARACTERS_PER_UNIT)
    sensitive = wording.policies.get("sensitiveInformationPolicy", {})
    return {
        "topicPolicyUnits": units if "topicPolicy" in wording.policies else 0,
        "contentPolicyUnits": units if "contentPolicy" in wording.policies else 0,
        "wordPolicyUnits": units if "wordPolicy" in wording.policies else 0,
        "sensitiveInformationPolicyUnits": units if sensitive.get("piiEntities") else 0,
        "sensitiveInformationPolicyFreeUnits": units if sensitive.get("regexes") else 0,
        "contextualGroundingPolicyUnits": 0,
    }
