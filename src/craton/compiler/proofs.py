"""Proofs that compiled policies do what the manifest says: the simulator decides, over the attached bytes.

For each environment: the proofs of every policy file hold with the values that were put in. Approved models
are called by the environment's own role, whole, as a stream and by batch jobs, from each Region and through
each profile that is let through, and not without what is demanded, nor where no guardrail and no log can be.
What is not approved is denied to everybody where the environment enforces, by whatever API, and to nobody
where it observes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import Struct

from craton.compiler.own_role import own_role
from craton.compiler.policy_file_proofs import PolicyFileProofs
from craton.compiler.proof_answers import Answered
from craton.compiler.proof_calls import (
    approved_models,
    bears_tags,
    call,
    demands,
    known_models,
    needs_guardrail,
    public,
    unguarded,
    untagged,
)
from craton.compiler.proof_record import ProofRecord, Tally
from craton.compiler.proof_routes import REGIONS, Route, application_routes, covers, other_regions, routes
from craton.compiler.proof_surfaces import surfaces
from craton.compiler.proof_words import became, in_words, labels, why
from craton.compiler.standing import Standing
from craton.core.diagnostic import Diagnostic
from craton.core.quoting import ticked
from craton.registry.iam import iam_reference
from craton.registry.inference import inference_profiles, inference_surfaces
from craton.simulator.call_decision import CallJudge
from craton.simulator.proofs import requests

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from craton.codec.policy_template import Proof
    from craton.compiler.organization_policies import OrganizationPolicies
    from craton.compiler.proof_answers import Claim, Verdict
    from craton.compiler.proof_surfaces import Surface
    from craton.compiler.standing import InForce
    from craton.compiler.statement_filling import FilledStatement
    from craton.core.intent import EnvironmentIntent, Intent
    from craton.core.manifest_origin import Origin
    from craton.simulator.authorizer import Authorizer
    from craton.simulator.bedrock_call import BedrockCall
    from craton.simulator.call_decision import CallDecision
    from craton.simulator.policy_set import PolicySet

_ANYBODY: Final = "role/any-role"
_MODELS: Final = "approved_models"


class Proved(Struct, frozen=True):
    """Every claim about every environment, what fails, and everything that was asked."""

    tallies: tuple[Tally, ...]
    diagnostics: tuple[Diagnostic, ...]
    answers: tuple[Answered, ...]


def proved(
    intent: Intent,
    governing: OrganizationPolicies,
    in_force: Sequence[InForce],
    *,
    origin: Origin,
    today: date,
    standing: Standing | None = None,
) -> Proved:
    """What becomes of every claim, of which one that fails is an error; of none where nothing compiles.

    `governing` are the policies of the same intent. With `standing`, claims are tried on what that holds, as
    AWS tells it for example, and not on the compiled policies and those in force.
    """
    standing = standing or Standing(governing.policies, in_force)
    files = PolicyFileProofs(governing.filled)
    tallies: list[Tally] = []
    problems: list[Diagnostic] = []
    answers: list[Answered] = []
    for environment in intent.environments if governing.policies else ():
        court = _Court(intent, environment, governing, standing, today)
        court.hear(files)
        tallies += court.record.tallies()
        problems += court.record.problems(intent, origin)
        answers += court.record.answers
    return Proved(tuple(tallies), tuple(problems), (*files.answers(), *answers))


class _Court:
    """Hears the claims about one environment, and keeps a record of all that was asked."""

    def __init__(
        self,
        intent: Intent,
        environment: EnvironmentIntent,
        governing: OrganizationPolicies,
        standing: Standing,
        today: date,
    ) -> None:
        self.record = ProofRecord(environment.name)
        self._intent = intent
        self._environment = environment
        self._standing = standing
        self._today = today
        self._filled = governing.filled[environment.name]
        attached = {
            file
            for policy in governing.policies
            if policy.at and environment.name in policy.environments
            for file in policy.files
        }
        self._held = [one for one in self._filled if one.template.id in attached]
        self._compiled = {one.path for one in governing.policies}
        self._demands = demands(self._held)
        self._surfaces = surfaces(by_guardrail=self._demands.guardrail is not None)

    def hear(self, files: PolicyFileProofs) -> None:
        """Every claim is heard."""
        for statement in self._filled:
            proofs = files.of(statement)
            self.record.counts["policy_files", "held"] += proofs.held
            self.record.counts["policy_files", "silent"] += len(proofs.silent)
            self.record.counts["policy_files", "failed"] += len(proofs.failures)
            for failure in proofs.failures:
                self.record.fails("policy_files", ticked(statement.template.id), failure)
        for place in self._standing.places(self._environment):
            role = own_role(self._intent, self._environment, place.account)
            own = (role.identity, (role.boundary,))
            self._approved_models(_judge(self._standing.policy_set(place, *own)), role.arn, place.account)
            judge = _judge(self._standing.policy_set(place))
            anybody = f"arn:aws:iam::{place.account}:{_ANYBODY}"
            self._unapproved_models(judge, anybody)
            self._other_regions(judge, anybody)
            for statement in self._held:
                self._protected_actions(judge.authorizer, role.arn, statement, files.of(statement).proofs)

    def _approved_models(self, judge: CallJudge, role: str, account: str) -> None:
        """The environment's own role calls what is approved, and nobody without what is demanded."""
        for model in approved_models(self._environment, self._today):
            for route in routes(model, self._intent, self._held):
                self._on_route(judge, role, route)
        for route in application_routes(self._intent, self._environment, account, self._held):
            self._on_route(judge, role, route)

    def _on_route(self, judge: CallJudge, role: str, route: Route) -> None:
        for surface in self._surfaces:
            if surface.target == "project" and route.through_profile:
                continue
            asked = self._call(role, surface, route)
            closed = self._is_closed(surface, route)
            claim: Claim = "closed_surfaces" if closed else "approved_models"
            approved = route.for_batches if surface.target == "batch" else route.approved
            answered = approved and not closed
            self._expect(claim, surface, asked, judge.decide(asked, passages=False), allowed=answered)
            if answered:
                self._what_is_demanded(judge, surface, asked)

    def _is_closed(self, surface: Surface, route: Route) -> bool:
        """Whether nobody calls by the API: what is on mantle is neither guarded nor logged.

        Where a guardrail is demanded, what takes none is closed, too: batch jobs whatever their model is.
        """
        if surface.target == "project":
            return True
        if surface.target == "batch":
            return self._demands.guardrail is not None
        return not surface.guarded and needs_guardrail(route.model, self._demands)

    def _what_is_demanded(self, judge: CallJudge, surface: Surface, asked: BedrockCall) -> None:
        lacking = {}
        if asked.guardrail is not None:
            lacking["a guardrail"] = unguarded(asked)
        if self._demands.private:
            lacking["an endpoint"] = public(asked)
        if bears_tags(asked):
            lacking["tags"] = untagged(asked)
        for what, without in lacking.items():
            decision = judge.decide(without, passages=False)
            self._expect("demands", surface, without, decision, allowed=False, without=what)

    def _unapproved_models(self, judge: CallJudge, anybody: str) -> None:
        """Nobody calls another model where that is enforced, and everybody does where it is observed.

        By the first API it is called by each profile, by the others by its id: what stands behind a profile
        is the same model.
        """
        filled = {one.template.id for one in self._filled}
        enforced = any(one.template.id == _MODELS for one in self._held)
        if not enforced and (self._environment.enforces or _MODELS not in filled):
            return
        for model in known_models(self._today):
            if covers(self._environment.approved_models, model):
                continue
            for route in routes(model, self._intent, self._held):
                for surface in self._surfaces[:1] if route.through_profile else self._surfaces:
                    asked = self._call(anybody, surface, route)
                    decision = judge.decide(asked, passages=False)
                    if enforced:
                        self._expect("unapproved_models", surface, asked, decision, allowed=False)
                    else:
                        self._expect_unstopped(surface, asked, decision)

    def _other_regions(self, judge: CallJudge, anybody: str) -> None:
        """Nobody calls an approved model from a Region that is not of the manifest, by whatever API."""
        if not any(one.template.id == REGIONS for one in self._held):
            return
        for model in approved_models(self._environment, self._today)[:1]:
            for region in other_regions(self._intent):
                route = Route(model=model, named=model, region=region, approved=False, for_batches=False)
                for surface in self._surfaces:
                    asked = self._call(anybody, surface, route)
                    decision = judge.decide(asked, passages=False)
                    self._expect("other_regions", surface, asked, decision, allowed=False)

    def _protected_actions(
        self, authorizer: Authorizer, role: str, statement: FilledStatement, proofs: Sequence[Proof]
    ) -> None:
        """What a policy file shows to be denied is denied in the account too.

        Where a proof names nobody, the own role asks. A resource control policy reaches resources,
        whoever asks: its own proofs ask all that there is to ask.
        """
        if statement.template.header.kind != "scp":
            return
        account = role.split(":")[4]
        unnamed = {one.name for one in statement.template.header.proofs if _is_of_anybody(one)}
        for proof in proofs:
            if proof.expect != "explicit_deny" or proof.given or proof.request is None:
                continue
            principal = role
            if proof.name not in unnamed and proof.request.principal is not None:
                head, _, name = proof.request.principal.rpartition(":")
                principal = f"{head.rpartition(':')[0]}:{account}:{name}"
            asked = msgspec.structs.replace(
                proof, request=msgspec.structs.replace(proof.request, principal=principal)
            )
            for request in requests(asked):
                decision = authorizer.decide(request)
                verdict: Verdict = "held" if decision.outcome == "explicit_deny" else "failed"
                if verdict == "failed":
                    what = f"{ticked(request.action)} by {ticked(principal)}"
                    self.record.fails("protected_actions", what, f"it is {became(decision)}")
                self.record.told(
                    "protected_actions",
                    verdict,
                    policy=statement.template.id,
                    proof=proof.name,
                    asked=request.action,
                    of=request.resource,
                    expected="denied",
                    answer=decision.outcome,
                    principal=principal,
                    by=labels((decision,)),
                )

    def _call(self, principal: str, surface: Surface, route: Route) -> BedrockCall:
        return call(
            route,
            surface,
            principal=principal,
            organization=self._intent.manifest.organization.id,
            demanded=self._demands,
            today=self._today,
        )

    def _expect(
        self,
        claim: Claim,
        surface: Surface,
        asked: BedrockCall,
        decision: CallDecision,
        *,
        allowed: bool,
        without: str | None = None,
    ) -> None:
        verdict: Verdict = "silent"
        if decision.outcome != "unknown":
            verdict = "held" if (decision.outcome == "allowed") == allowed else "failed"
        if verdict == "failed" and allowed and self._was_stopped(decision):
            verdict = "silent"
            self.record.stopped_before(in_words(asked, surface), why(decision))
        if verdict == "failed":
            reason = why(decision) if allowed else "nothing denies it"
            self.record.fails(claim, in_words(asked, surface), reason)
        self._called(
            claim,
            verdict,
            surface,
            asked,
            decision,
            expected="allowed" if allowed else "denied",
            without=without,
        )

    def _was_stopped(self, decision: CallDecision) -> bool:
        """Whether the environment only observes, and what stops a call are other policies than these."""
        if self._environment.enforces:
            return False
        return bool(self._stopped_by(decision)) and not self._stopped_by(decision) & self._compiled

    def _stopped_by(self, decision: CallDecision) -> set[str]:
        """The policies of the statements that deny a call."""
        return {one.policy for leg in decision.failing if leg.decision for one in leg.decision.statements}

    def _expect_unstopped(self, surface: Surface, asked: BedrockCall, decision: CallDecision) -> None:
        """What observes stops nothing; what was in force before may."""
        stopped_by = self._stopped_by(decision)
        verdict: Verdict = "silent" if stopped_by else "held"
        if stopped_by & self._compiled:
            verdict = "failed"
            self.record.fails("observed_only", in_words(asked, surface), why(decision))
        self._called(
            "observed_only", verdict, surface, asked, decision, expected="not denied by these policies"
        )

    def _called(
        self,
        claim: Claim,
        verdict: Verdict,
        surface: Surface,
        asked: BedrockCall,
        decision: CallDecision,
        **told: str | None,
    ) -> None:
        self.record.told(
            claim,
            verdict,
            policy=_ABOUT.get(claim),
            asked=surface.api,
            alike=surface.alike,
            of=asked.model,
            answer=decision.outcome,
            principal=asked.principal,
            region=asked.region,
            by=labels(leg.decision for leg in decision.failing if leg.decision is not None),
            **told,
        )


def _is_of_anybody(proof: Proof) -> bool:
    return proof.request is not None and proof.request.principal is None


def _judge(policies: PolicySet) -> CallJudge:
    return CallJudge(
        policies,
        surfaces=inference_surfaces(),
        profiles=inference_profiles(),
        reference=iam_reference(),
    )


_ABOUT: Final[dict[Claim, str]] = {
    "unapproved_models": _MODELS,
    "observed_only": _MODELS,
    "other_regions": REGIONS,
}
"""The policy file that a claim is about, where it is about one."""
