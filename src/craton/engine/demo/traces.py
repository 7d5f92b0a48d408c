"""Guardrail traces, in the forms that Converse and InvokeModel give them.

Source: recorded replies, those of openllmetry's tests among them (test_guardrails, 2025), which call masking
an intervention as much as blocking.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.engine.demo.prose import CANARY

if TYPE_CHECKING:
    from craton.engine.demo.calls import Call, Verdict
    from craton.engine.demo.dice import Dice

Trace = dict[str, Any]

BLOCKED_MESSAGE: Final = "Sorry, the model cannot answer this question."
_POLICIES: Final = {
    "content": ("contentPolicy", "filters"),
    "topic": ("topicPolicy", "topics"),
    "word": ("wordPolicy", "customWords"),
    "pii": ("sensitiveInformationPolicy", "piiEntities"),
    "regex": ("sensitiveInformationPolicy", "regexes"),
    "grounding": ("contextualGroundingPolicy", "filters"),
}
_ACTIONS: Final = {"detected": "NONE", "masked": "ANONYMIZED", "blocked": "BLOCKED"}


def conversation_trace(dice: Dice, call: Call, *, newer: bool) -> Trace:
    """`trace` of a Converse reply. `outputAssessments` is an object in newer records, an array in older."""
    verdict = _given(call)
    input_side, output_side = _sides(dice, verdict)
    guardrail: Trace = {"inputAssessment": {verdict.guardrail_id: input_side}}
    if output_side is not None:
        held = {verdict.guardrail_id: [output_side]} if newer else [{verdict.guardrail_id: output_side}]
        guardrail["outputAssessments"] = held
    if call.is_blocked:
        guardrail["actionReason"] = "Guardrail blocked."
    elif verdict.outcome == "masked" and verdict.side == "output":
        guardrail["actionReason"] = "No action.\nGuardrail masked."
    if verdict.side == "output" and verdict.outcome != "passed":
        guardrail["modelOutput"] = [f"the model said {CANARY}"]
    return {"guardrail": guardrail}


def invocation_trace(dice: Dice, call: Call) -> Trace:
    """What a guardrail adds to the body, or to the last event, of an InvokeModel reply."""
    verdict = _given(call)
    input_side, output_side = _sides(dice, verdict)
    guardrail: Trace = {"input": {verdict.guardrail_id: input_side}}
    if output_side is not None:
        guardrail["outputs"] = [{verdict.guardrail_id: output_side}]
    if call.is_blocked:
        guardrail["actionReason"] = "Guardrail blocked."
    if verdict.side == "output" and verdict.outcome != "passed":
        guardrail["modelOutput"] = [f"the model said {CANARY}"]
    return {
        "amazon-bedrock-trace": {"guardrail": guardrail},
        "amazon-bedrock-guardrailAction": "NONE"
        if verdict.outcome in ("passed", "detected")
        else "INTERVENED",
    }


def _given(call: Call) -> Verdict:
    if call.verdict is None:
        raise ValueError("the call met no guardrail")
    return call.verdict


def _sides(dice: Dice, verdict: Verdict) -> tuple[Trace, Trace | None]:
    """The assessments of the request and of the answer; a request that was blocked has no answer."""
    clean, found = _metrics(dice), assessment(dice, verdict)
    if verdict.side == "input":
        return found, None if verdict.outcome == "blocked" else clean
    return clean, found


def assessment(dice: Dice, verdict: Verdict) -> Trace:
    """What one side's assessment says, the text found included: just that must never be kept."""
    if verdict.outcome == "passed":
        return _metrics(dice)
    policy, entries = _POLICIES[verdict.policy]
    entry = {**_entry(dice, verdict.policy), "action": _ACTIONS[verdict.outcome], "detected": True}
    return {policy: {entries: [entry]}, **_metrics(dice)}


def _entry(dice: Dice, policy: str) -> Trace:
    match policy:
        case "content":
            kind = dice.one_of(("PROMPT_ATTACK", "VIOLENCE", "MISCONDUCT", "INSULTS"))
            return {"type": kind, "confidence": "HIGH", "filterStrength": "HIGH"}
        case "topic":
            return {"name": dice.one_of(("Investment advice", "Legal advice", "Competitors")), "type": "DENY"}
        case "word":
            return {"match": CANARY}
        case "pii":
            kind = dice.one_of(("EMAIL", "PHONE", "CREDIT_DEBIT_CARD_NUMBER", "US_SOCIAL_SECURITY_NUMBER"))
            return {"type": kind, "match": f"{CANARY}@example.com"}
        case "regex":
            return {"name": "policy-number", "match": CANARY, "regex": "PN-[0-9]{8}"}
        case _:
            return {"type": "GROUNDING", "threshold": 0.75, "score": 0.31}


def _metrics(dice: Dice) -> Trace:
    length = 60 + dice.below(900)
    units = -(-length // 1000)
    return {
        "invocationMetrics": {
            "guardrailProcessingLatency": 90 + dice.below(240),
            "usage": {
                "topicPolicyUnits": units,
                "contentPolicyUnits": units,
                "wordPolicyUnits": units,
                "sensitiveInformationPolicyUnits": units,
                "sensitiveInformationPolicyFreeUnits": units,
                "contextualGroundingPolicyUnits": 0,
            },
            "guardrailCoverage": {"textCharacters": {"guarded": length, "total": length}},
        }
    }
