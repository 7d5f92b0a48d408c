"""The guardrail of a call, out of its trace and of the request, without the text that it found.

`match`, `regex` and `modelOutput` hold prompts and secrets: none of them leaves this file.

Source: docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailAssessment.html and
API_runtime_AppliedGuardrailDetails.html, and recorded logs, in which `outputAssessments` is an array in older
records and an object in newer ones (2026-11).
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING, Any, Final

import msgspec

from craton.logs.masking import masked_identifier, word

if TYPE_CHECKING:
    from collections import Counter
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

_NO_POLICIES: Final = frozenset({"invocationMetrics", "appliedGuardrailDetails"})
"""What an assessment holds beside its policies."""

_NO_SIDES: Final = frozenset({"modelOutput", "actionReason"})
"""What a trace holds beside its assessments.

Source: docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailTraceAssessment.html.
"""

_ACTIONS: Final = frozenset({"BLOCKED", "ANONYMIZED", "NONE"})
"""What is done about a finding. One without an action was only detected."""

_INTERVENTIONS: Final = (":BLOCKED", ":ANONYMIZED")
"""How findings end with which a text did not go on as it came.

Source: recorded replies of guardrails that only masked, of which InvokeModel says `INTERVENED` and Converse
`guardrail_intervened` (openllmetry, test_guardrail_invoke.yaml and test_guardrail_converse.yaml, 2025).
"""

_GUARDRAIL = re.compile(
    r"(?:arn:aws[a-z-]{0,20}:bedrock:[a-z0-9-]{1,20}:[0-9]{12}:guardrail/)?([A-Za-z0-9_-]{1,80})"
    r"(?::([1-9][0-9]{0,7}|DRAFT))?"
)
_VERSION = re.compile(r"[1-9][0-9]{0,7}|DRAFT")
"""Source: docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_GuardrailConfiguration.html."""

_LONGEST_GUARDRAIL = 200
_LONGEST_VERSION = 9
"""Longer than either can be, so that what is cut off to this is not taken."""

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
    trace: Raw | UnsetType | None,
    action: str | None,
    stop_reason: str | None,
    named: str | None = None,
    named_version: str | None = None,
    *,
    unknown: Counter[str],
) -> tuple[str | None, str | None, str | None, tuple[str, ...] | None]:
    """Action, id, version and findings of the guardrail behind one call; `named` is what the request says.

    INTERVENED is what the record says, or the stop reason where it says nothing, or a finding that was
    blocked or masked. NONE is what the record says, or a trace that tells of no such thing. A guardrail that
    is only named may have done anything, and so may one whose trace has policies, lists or actions that
    Craton does not know, which are counted in `unknown`: its action is None. The id is the trace's first,
    else the one named; the version is what the trace tells, or what the request says of the same guardrail.
    Findings read `input|output:policy:name:action`, sorted, each once.
    """
    if stop_reason == "guardrail_intervened" and action is None:
        action = "INTERVENED"
    asked, asked_version = _identified(named or "", named_version or "")
    assessed = _assessed(trace)
    if assessed is None:
        return action, asked, asked_version, None
    ids: dict[str, str | None] = {}
    found: set[str] = set()
    news: set[str] = set()
    for side, identifier, assessment in _assessments(assessed, news):
        name, version = _identified(identifier, _applied_version(assessment))
        if name is not None:
            ids[name] = ids.get(name) or version
        _gather(side, assessment, found, news)
    unknown.update(news)
    if any(finding.endswith(_INTERVENTIONS) for finding in found):
        action = "INTERVENED"
    name, version = next(iter(ids.items()), (asked, None))
    if name == asked:
        version = version or asked_version
    return action or (None if news else "NONE"), name, version, tuple(sorted(found)) or None


def _identified(identifier: str, version: str) -> tuple[str | None, str | None]:
    """The id without the ARN around it, and the version. What has not the form of one is not taken."""
    return _taken(identifier[:_LONGEST_GUARDRAIL], version[:_LONGEST_VERSION])


@functools.lru_cache(maxsize=_REMEMBERED)
def _taken(identifier: str, version: str) -> tuple[str | None, str | None]:
    match = _GUARDRAIL.fullmatch(identifier)
    if match is None:
        return None, None
    version = version or match[2] or ""
    return match[1], version if _VERSION.fullmatch(version) else None


def _applied_version(assessment: dict[str, Any]) -> str:
    """The version of the guardrail that assessed, as newer traces say."""
    applied = assessment.get("appliedGuardrailDetails")
    return _told(applied, "guardrailVersion") if applied.__class__ is dict else ""


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


def _assessments(assessed: dict[str, Any], news: set[str]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Side, guardrail id and assessment: maps from id to one or to several, or arrays of such maps.

    Adds to `news` what is not known here, and what cannot be read.
    """
    news.update(_news(key) for key in assessed if key not in _SIDES and key not in _NO_SIDES)
    for key, side in _SIDES.items():
        if key in assessed:
            for by_id in _maps(assessed[key], news, key):
                for identifier, assessments in by_id.items():
                    for assessment in _maps(assessments, news, key):
                        yield side, identifier, assessment


def _maps(held: object, news: set[str], *place: str) -> Sequence[dict[str, Any]]:
    """A map, or the maps of an array; what is none is news. Nothing is there where it is null."""
    if held.__class__ is dict:
        return (held,)
    several = held if isinstance(held, list) else [] if held is None else [held]
    maps = [one for one in several if isinstance(one, dict)]
    if len(maps) < len(several):
        news.add(_news(*place, unreadable=True))
    return maps


def _gather(side: str, assessment: dict[str, Any], found: set[str], news: set[str]) -> None:
    """Adds what one assessment found, and to `news` what is not known here."""
    for policy, part in assessment.items():
        lists = _LISTS.get(policy, _NO_LISTS)
        if lists:
            for held in _maps(part, news, policy):
                for key, entries in held.items():
                    if key in lists:
                        kind, named = lists[key]
                        for entry in _maps(entries, news, policy, key):
                            found.add(
                                _finding(side, kind, named, _told(entry, named), _told(entry, "action"))
                            )
                            _hear_action(entry.get("action"), policy, key, news)
                    else:
                        news.add(_news(policy, key))
        elif policy not in _NO_POLICIES:
            news.add(_news(policy))


def _hear_action(action: object, policy: str, key: str, news: set[str]) -> None:
    """Adds an action that is not known here to `news`."""
    if action is None:
        return
    if not isinstance(action, str):
        news.add(_news(policy, key, "action", unreadable=True))
    elif action not in _ACTIONS:
        news.add(f"{_news(policy, key, 'action')}={word(action)}")


def _news(*place: str, unreadable: bool = False) -> str:
    """How a part of a trace is called among the unknown fields."""
    names = ".".join(masked_identifier(name[:_LONGEST_NAME]) for name in place)
    return f"guardrail.{names} (not readable)" if unreadable else f"guardrail.{names}"


def _told(entry: dict[str, Any], field: str) -> str:
    value = entry.get(field) if field else None
    return value if value.__class__ is str else ""


@functools.lru_cache(maxsize=_REMEMBERED)
def _finding(side: str, kind: str, named: str, name: str, action: str) -> str:
    """One finding as rows tell it. There are few, which come again and again.

    Types and actions are words of AWS; names are the customer's own.
    """
    name = word(name) if name and named == "type" else _short(name)
    return f"{side}:{kind}:{name}:{word(action) if action else ''}"


def _short(text: str) -> str:
    return text.replace(":", "_")[:_LONGEST_NAME]
