"""What becomes of a whole call: its legs, decided one by one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from craton.core.spelling import did_you_mean
from craton.simulator.authorizer import Authorizer
from craton.simulator.bedrock_call import CallError, Leg
from craton.simulator.call_context import LegContext, asked_keys
from craton.simulator.decision import Decision, Outcome
from craton.simulator.fan_out import FanOut
from craton.simulator.gates import Gates, Passage

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from craton.registry.iam import IamReference
    from craton.registry.inference import InferenceProfile, InferenceSurface
    from craton.simulator.bedrock_call import BedrockCall
    from craton.simulator.policy_set import PolicySet


class JudgedLeg(Struct, frozen=True):
    """A leg, and what became of it in the end and at each gate; nothing where its request is not known."""

    leg: Leg
    decision: Decision | None = None
    passages: tuple[Passage, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The decision, or `unknown` where it cannot be trusted."""
        return "unknown" if self.decision is None or self.leg.missing is not None else self.decision.outcome


class CallDecision(Struct, frozen=True):
    """The answer to a call: allowed where every leg is."""

    legs: tuple[JudgedLeg, ...]

    @property
    def outcome(self) -> Outcome:
        """A leg that is denied denies the call, whatever is not known of others."""
        outcomes = {leg.outcome for leg in self.legs}
        for outcome in ("explicit_deny", "implicit_deny", "unknown"):
            if outcome in outcomes:
                return outcome
        return "allowed"

    @property
    def failing(self) -> tuple[JudgedLeg, ...]:
        """The legs for which the call is not allowed."""
        return tuple(leg for leg in self.legs if leg.outcome != "allowed")


class CallJudge:
    """Decides calls by one policy set, with what is known of surfaces, profiles and condition keys.

    Raises: UserError, where a condition of a policy has an operator that does not exist.
    """

    def __init__(
        self,
        policies: PolicySet,
        *,
        surfaces: Sequence[InferenceSurface],
        profiles: Mapping[str, InferenceProfile],
        reference: IamReference,
    ) -> None:
        self.authorizer = Authorizer(policies)
        self._gates = Gates(policies)
        self._surfaces = {surface.api.lower(): surface for surface in surfaces}
        self._profiles = profiles
        self._reference = reference
        self._asked = asked_keys({id(one.policy): one.policy for one in policies.attached()}.values())

    def decide(self, call: BedrockCall, *, passages: bool = True) -> CallDecision:
        """What becomes of a call. Without `passages`, legs tell no gates, which halves the work.

        Raises: CallError, where there is no such API, or such a call cannot be made.
        """
        context = LegContext(call, self._reference, self._asked)
        legs = FanOut(call, self._surface(call.api), self._profiles, context).legs()
        return CallDecision(tuple(self._judged(leg, passages=passages) for leg in legs))

    def _judged(self, leg: Leg, *, passages: bool) -> JudgedLeg:
        if leg.request is None:
            return JudgedLeg(leg)
        passed = self._gates.passages(leg.request) if passages else ()
        return JudgedLeg(leg, self.authorizer.decide(leg.request), passed)

    def _surface(self, api: str) -> InferenceSurface:
        surface = self._surfaces.get(api.lower())
        if surface is None:
            known = [one.api for one in self._surfaces.values()]
            hint = did_you_mean(api, known) or f"there are {', '.join(known)}"
            raise CallError(f"there is no API `{api}` that runs models", about="api", hint=hint)
        return surface
