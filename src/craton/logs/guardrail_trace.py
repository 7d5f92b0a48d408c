"""What a guardrail found, out of its trace, without the text that it found.

`match`, `regex` and `modelOutput` hold prompts and secrets: none of them leaves this file.

Source: docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailAssessment.html, and recorded
logs, in which `outputAssessments` is an array in older records and an object in newer ones (2026-11).
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from msgspec import Raw, UnsetType

_decode = msgspec.json.Decoder().decode

_LISTS: Final[dict[str, dict[str, tuple[str, str]]]] = {
    "topicPolicy": {"topics": ("topic", "name")},
    "contentPolicy": {"filters": ("content", "type")},
    "wordPolicy": {"customWords": ("word", ""), "managedWordLists": ("word", "type")},
    "sensitiveInformationPolicy": {
        "piiEntities": ("sensitive_information", "type"),
        "regexes": ("sensitive_information", "name"),
    },
    "contextualGroundingPolicy": {"filters": ("contextual_grounding", "type")},
    "automatedReasoningPolicy": {"findings": ("automated_reasoning", "")},
}
"""The lists of each policy of an assessment: our word for the policy, and the field that names an entry.

A custom word has no name but its own text, so it stays nameless.
"""

_NO_LISTS: Final[dict[str, tuple[str, str]]] = {}
_LONGEST_NAME = 80
_REMEMBERED: Final = 4_096
_SIDES = {
    "input": "input",
    "inputAssessment": "input",
    "outputs": "output",
    "output": "output",
    "outputAssessment": "output",
    "outputAssessments": "output",
}


def guardrail_of(
    trace: Raw | UnsetType | None, action: str | None, stop_reason: str | None
) -> tuple[str | None, str | None, str | None, tuple[str, ...] | None]:
    """Action, id, version and findings of the guardrail behind one call.

    The action is what the record says; where it says none, a stop reason `guardrail_intervened` or a blocking
    finding means INTERVENED, and a trace without either means NONE. Findings read
    `input|output:policy:name:action`, sorted, each once.
    """
    if stop_reason == "guardrail_intervened" and action is None:
        action = "INTERVENED"
    assessed = _assessed(trace)
    if assessed is None:
        return action, None, None, None
    ids: dict[str, None] = {}
    found: set[str] = set()
    for side, identifier, assessment in _assessments(assessed):
        ids[identifier] = None
        _gather(side, assessment, found)
    if action is None:
        blocked = any(finding.endswith(":BLOCKED") for finding in found)
        action = "INTERVENED" if blocked else "NONE"
    name, _, version = next(iter(ids), "").partition(":")
    return action, name or None, version or None, tuple(sorted(found)) or None


def _assessed(trace: Raw | UnsetType | None) -> dict[str, Any] | None:
    """The `guardrail` part of a trace; None where there is none or it cannot be read."""
    if not isinstance(trace, msgspec.Raw):
        return None
    try:
        decoded = _decode(trace)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None
    guardrail = decoded.get("guardrail") if isinstance(decoded, dict) else None
    return guardrail if isinstance(guardrail, dict) else None


def _assessments(assessed: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Side, guardrail id and assessment: maps from id to one or to several, or arrays of such maps."""
    for key, side in _SIDES.items():
        if key in assessed:
            for by_id in _maps(assessed[key]):
                for identifier, assessments in by_id.items():
                    for assessment in _maps(assessments):
                        yield side, identifier[:_LONGEST_NAME], assessment


def _maps(held: object) -> Sequence[dict[str, Any]]:
    """A map, or the maps of an array."""
    if isinstance(held, dict):
        return (held,)
    return [one for one in held if isinstance(one, dict)] if isinstance(held, list) else ()


def _gather(side: str, assessment: dict[str, Any], found: set[str]) -> None:
    """Adds what one assessment found."""
    for policy, part in assessment.items():
        lists = _LISTS.get(policy, _NO_LISTS)
        if lists and part.__class__ is dict:
            for key, entries in part.items():
                if key in lists and entries.__class__ is list:
                    word, named = lists[key]
                    for entry in entries:
                        if entry.__class__ is dict:
                            found.add(_finding(side, word, _told(entry, named), _told(entry, "action")))


def _told(entry: dict[str, Any], field: str) -> str:
    value = entry.get(field) if field else None
    return value if value.__class__ is str else ""


@functools.lru_cache(maxsize=_REMEMBERED)
def _finding(side: str, word: str, name: str, action: str) -> str:
    """One finding as rows tell it. There are few, which come again and again."""
    return f"{side}:{word}:{_short(name)}:{_short(action)}"


def _short(text: str) -> str:
    return text.replace(":", "_")[:_LONGEST_NAME]
