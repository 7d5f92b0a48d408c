"""What proofs say of calls and decisions, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.quoting import ticked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from craton.compiler.proof_answers import Claim
    from craton.compiler.proof_surfaces import Surface
    from craton.simulator.bedrock_call import BedrockCall
    from craton.simulator.call_decision import CallDecision
    from craton.simulator.decision import Decision

_CLAIMED: Final[dict[Claim, str]] = {
    "policy_files": "the proof of policy files in `{}`",
    "approved_models": "the proof that `{}` calls what is approved, and nothing through other profiles,",
    "closed_surfaces": "the proof that `{}` calls nothing where no guardrail and no log can be",
    "demands": "the proof that `{}` calls nothing without what is demanded",
    "unapproved_models": "the proof that `{}` calls no other model",
    "other_regions": "the proof that `{}` calls from no other Region",
    "protected_actions": "the proof that `{}` changes nothing that is protected",
    "observed_only": "the proof that `{}` is only observed",
}
HINTS: Final[dict[Claim, str]] = {
    "policy_files": "`craton test` runs the same proofs with the examples of the file",
    "approved_models": "`craton simulate` shows each authorisation of such a call",
    "closed_surfaces": "`craton simulate` shows each authorisation of such a call",
    "demands": "`craton simulate` shows each authorisation of such a call",
    "unapproved_models": "look under `policies` for what stands in place of AWS's own",
    "other_regions": "give `approved_regions` no Regions under `statements` but those of the manifest",
    "protected_actions": "a role of people or workloads must not be named as those that policies let through",
    "observed_only": "what is attached above the environment's OUs holds in it too: attach it further down",
}
"""What to do where a claim fails."""

_HOW: Final[dict[str, str]] = {
    "InvokeModelWithResponseStream": ", as a stream,",
    "StartAsyncInvoke": ", asynchronously,",
    "CreateModelInvocationJob": ", by a batch job,",
    "CreateInference": ", on mantle,",
}
"""How a call is made that is not simply made."""


def claimed(claim: Claim, environment: str) -> str:
    """The claim about an environment."""
    return _CLAIMED[claim].format(environment)


def in_words(asked: BedrockCall, surface: Surface) -> str:
    """A call: of what, how, where and by whom."""
    how = _HOW.get(surface.api, "")
    return f"{ticked(asked.model)}{how} in {asked.region} by {ticked(asked.principal)}"


def why(decision: CallDecision) -> str:
    """Why a call fails: its first authorisation that is denied, else the first that is not known."""
    denied = (one for one in decision.failing if one.outcome != "unknown")
    leg = next(denied, decision.failing[0])
    if leg.decision is None:
        return leg.leg.missing or "it is not known"
    return f"{leg.leg.about} is {became(leg.decision)}"


def became(decision: Decision) -> str:
    """What became of a request, and by which statement."""
    if decision.outcome == "explicit_deny":
        first = decision.statements[0]
        return f"denied by {ticked(first.statement.label)} of {ticked(first.policy)}"
    if decision.outcome == "implicit_deny":
        return f"allowed by no {' and no '.join(decision.blocked_by)}"
    return decision.outcome


def labels(decisions: Iterable[Decision]) -> tuple[str, ...]:
    """The statements that deny, each with its policy."""
    found = {
        f"{one.statement.label} of {one.policy}"
        for decision in decisions
        if decision.outcome == "explicit_deny"
        for one in decision.statements
    }
    return tuple(sorted(found))
