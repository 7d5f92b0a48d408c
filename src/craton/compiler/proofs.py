"""Proofs that compiled policies do what the manifest says: the simulator decides, over the attached bytes.

For each environment: the proofs of every policy file hold with the values that were put in. Approved models
are called by the environment's own role, whole and as a stream, from each Region and through each profile
that is let through, and not without what is demanded. What is not approved is denied to everybody where the
environment enforces, and to nobody where it observes.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, Literal

import msgspec
from msgspec import Struct

from craton.compiler import proof_calls
from craton.compiler.organization_policies import organization_policies
from craton.compiler.own_role import own_role
from craton.compiler.proof_values import rebound
from craton.compiler.standing import Standing
from craton.core.diagnostic import Diagnostic
from craton.core.manifest_origin import fault
from craton.core.quoting import ticked
from craton.registry.iam import iam_reference
from craton.registry.inference import inference_profiles, inference_surfaces
from craton.simulator.call_decision import CallJudge
from craton.simulator.proofs import requests
from craton.simulator.proofs import run as run_proofs

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from craton.codec.policy_template import Proof
    from craton.compiler.organization_policies import OrganizationPolicies
    from craton.compiler.own_role import OwnRole
    from craton.compiler.proof_calls import Route
    from craton.compiler.standing import InForce, Placed
    from craton.compiler.statement_filling import FilledStatement
    from craton.core.diagnostic import Place
    from craton.core.intent import EnvironmentIntent, Intent
    from craton.core.manifest_origin import Origin
    from craton.registry.policies import Policies
    from craton.simulator.bedrock_call import BedrockCall
    from craton.simulator.call_decision import CallDecision
    from craton.simulator.decision import Decision
    from craton.simulator.policy_set import PolicySet

Claim = Literal[
    "policy_files",
    "approved_models",
    "demands",
    "unapproved_models",
    "other_regions",
    "protected_actions",
    "observed_only",
]

_ANYBODY: Final = "role/any-role"
_MOST_TOLD: Final = 3


class Tally(Struct, frozen=True, kw_only=True):
    """How one claim about an environment ended: requests and calls that were decided as they must be or not.

    `silent` counts proofs of policy files that say nothing about the compiled values, and calls of which AWS
    does not tell enough to decide them.
    """

    environment: str
    claim: Claim
    held: int
    failed: int
    silent: int


class Proved(Struct, frozen=True):
    """Every claim about every environment, and what fails."""

    tallies: tuple[Tally, ...]
    diagnostics: tuple[Diagnostic, ...]


def proved(
    intent: Intent,
    policies: Policies,
    in_force: Sequence[InForce],
    *,
    origin: Origin,
    today: date,
) -> Proved:
    """What becomes of every claim, of which one that fails is an error; of none where nothing compiles."""
    governing = organization_policies(intent, policies, origin=origin, today=today)
    standing = Standing(governing.policies, in_force)
    files = _PolicyFiles()
    tallies: list[Tally] = []
    problems: list[Diagnostic] = []
    for environment in intent.environments if governing.policies else ():
        court = _Court(intent, environment, governing, standing, today)
        court.hear(files)
        tallies += court.tallies()
        problems += court.problems(origin)
    return Proved(tuple(tallies), tuple(problems))


class _PolicyFiles:
    """The proofs of policy files, run once for each set of values."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[tuple[Proof, ...], tuple[str, ...], int, int]] = {}
        self._kept: list[FilledStatement] = []

    def of(self, statement: FilledStatement) -> tuple[tuple[Proof, ...], tuple[str, ...], int, int]:
        """The proofs in the compiled values, what fails, how many hold, and how many say nothing."""
        if id(statement) not in self._known:
            retold = rebound(statement)
            outcomes = run_proofs(retold.template)
            failures = tuple(f"`{one.case}`: {one.failure}" for one in outcomes if one.failure is not None)
            held = len(outcomes) - len(failures)
            self._known[id(statement)] = (
                retold.template.header.proofs,
                failures,
                held,
                len(retold.silent),
            )
            self._kept.append(statement)
        return self._known[id(statement)]


class _Failure(Struct, frozen=True):
    claim: Claim
    what: str
    reason: str


class _Court:
    """Hears the claims about one environment."""

    def __init__(
        self,
        intent: Intent,
        environment: EnvironmentIntent,
        governing: OrganizationPolicies,
        standing: Standing,
        today: date,
    ) -> None:
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
        self._demands = proof_calls.demands(self._held)
        self._counts: Counter[tuple[Claim, str]] = Counter()
        self._failures: list[_Failure] = []

    def hear(self, files: _PolicyFiles) -> None:
        """Every claim is heard."""
        for statement in self._filled:
            _, failures, held, silent = files.of(statement)
            self._counts["policy_files", "held"] += held
            self._counts["policy_files", "silent"] += silent
            for failure in failures:
                self._fails("policy_files", ticked(statement.template.id), failure)
        for place in self._standing.places(self._environment):
            role = own_role(self._intent, self._environment, place.account)
            self._approved_models(place, role)
            self._unapproved_models(place)
            self._other_regions(place)
            for statement in self._held:
                self._protected_actions(place, role, statement, files.of(statement)[0])

    def tallies(self) -> Iterator[Tally]:
        """How the claims ended, of which something was asked."""
        for claim in dict.fromkeys(claim for claim, _ in self._counts):
            yield Tally(
                environment=self._environment.name,
                claim=claim,
                held=self._counts[claim, "held"],
                failed=self._counts[claim, "failed"],
                silent=self._counts[claim, "silent"],
            )

    def problems(self, origin: Origin) -> Iterator[Diagnostic]:
        """What fails: of each claim and reason the first, with the number of the others."""
        grouped: dict[tuple[Claim, str], list[str]] = {}
        for one in self._failures:
            grouped.setdefault((one.claim, one.reason), []).append(one.what)
        for (claim, reason), whats in grouped.items():
            more = f", and {len(whats) - 1:,} more" if len(whats) > 1 else ""
            message = f"{_SAID[claim].format(self._environment.name)} fails for {whats[0]}{more}: {reason}"
            yield fault("proof_fails", message, self._place(claim, origin), _HINTS[claim])

    def _place(self, claim: Claim, origin: Origin) -> Place:
        name = self._environment.name
        if claim == "approved_models" and name in self._intent.manifest.models.approved:
            return origin.place(("models", "approved", name))
        if claim == "other_regions":
            return origin.place(("regions",))
        return origin.key_place(("environments", name))

    def _approved_models(self, place: Placed, role: OwnRole) -> None:
        """The environment's own role calls what is approved, and nobody without what is demanded."""
        judge = _judge(self._standing.policy_set(place, identity=role.identity, boundaries=(role.boundary,)))
        for model in proof_calls.approved_models(self._environment, self._today):
            for route in proof_calls.routes(model, self._intent, self._held):
                for api in proof_calls.APIS:
                    asked = self._call(role.arn, api, route)
                    decision = judge.decide(asked, passages=False)
                    self._expect("approved_models", asked, decision, allowed=route.approved)
                    if route.approved:
                        self._what_is_demanded(judge, asked)

    def _what_is_demanded(self, judge: CallJudge, asked: BedrockCall) -> None:
        if asked.guardrail is not None:
            lacking = proof_calls.unguarded(asked)
            self._expect("demands", lacking, judge.decide(lacking, passages=False), allowed=False)
        if self._demands.private:
            lacking = proof_calls.public(asked)
            self._expect("demands", lacking, judge.decide(lacking, passages=False), allowed=False)

    def _unapproved_models(self, place: Placed) -> None:
        """Nobody calls another model where that is enforced, and everybody does where it is observed."""
        filled = {one.template.id for one in self._filled}
        enforced = any(one.template.id == "approved_models" for one in self._held)
        if not enforced and (self._environment.enforces or "approved_models" not in filled):
            return
        judge = _judge(self._standing.policy_set(place))
        principal = f"arn:aws:iam::{place.account}:{_ANYBODY}"
        for model in proof_calls.known_models(self._today):
            if proof_calls.covers(self._environment.approved_models, model):
                continue
            for route in proof_calls.routes(model, self._intent, self._held):
                asked = self._call(principal, proof_calls.APIS[0], route)
                decision = judge.decide(asked, passages=False)
                if enforced:
                    self._expect("unapproved_models", asked, decision, allowed=False)
                else:
                    self._expect_unstopped(asked, decision)

    def _other_regions(self, place: Placed) -> None:
        """Nobody calls an approved model from a Region that is not of the manifest."""
        if not any(one.template.id == "approved_regions" for one in self._held):
            return
        judge = _judge(self._standing.policy_set(place))
        principal = f"arn:aws:iam::{place.account}:{_ANYBODY}"
        for model in proof_calls.approved_models(self._environment, self._today)[:1]:
            for region in proof_calls.other_regions(self._intent):
                route = proof_calls.Route(model, model, region, approved=False)
                asked = self._call(principal, proof_calls.APIS[0], route)
                self._expect("other_regions", asked, judge.decide(asked, passages=False), allowed=False)

    def _protected_actions(
        self, place: Placed, role: OwnRole, statement: FilledStatement, proofs: Sequence[Proof]
    ) -> None:
        """What a policy file shows to be denied is denied in the account too.

        Where a proof names nobody, the own role asks. A resource control policy reaches resources,
        whoever asks: its own proofs ask all that there is to ask.
        """
        if statement.template.header.kind != "scp":
            return
        authorizer = _judge(self._standing.policy_set(place)).authorizer
        unnamed = {one.name for one in statement.template.header.proofs if _is_of_anybody(one)}
        for proof in proofs:
            if proof.expect != "explicit_deny" or proof.given or proof.request is None:
                continue
            principal = role.arn
            if proof.name not in unnamed and proof.request.principal is not None:
                head, _, name = proof.request.principal.rpartition(":")
                principal = f"{head.rpartition(':')[0]}:{place.account}:{name}"
            asked = msgspec.structs.replace(
                proof, request=msgspec.structs.replace(proof.request, principal=principal)
            )
            for request in requests(asked):
                decision = authorizer.decide(request)
                if decision.outcome == "explicit_deny":
                    self._counts["protected_actions", "held"] += 1
                else:
                    what = f"{ticked(request.action)} by {ticked(principal)}"
                    self._fails("protected_actions", what, f"it is {_words(decision)}")

    def _call(self, principal: str, api: str, route: Route) -> BedrockCall:
        return proof_calls.call(
            route,
            api,
            principal=principal,
            organization=self._intent.manifest.organization.id,
            demanded=self._demands,
            today=self._today,
        )

    def _expect(self, claim: Claim, asked: BedrockCall, decision: CallDecision, *, allowed: bool) -> None:
        outcome = decision.outcome
        if outcome == "unknown":
            self._counts[claim, "silent"] += 1
        elif (outcome == "allowed") == allowed:
            self._counts[claim, "held"] += 1
        else:
            reason = _why(decision) if allowed else "nothing denies it"
            self._fails(claim, _told(asked), reason)

    def _expect_unstopped(self, asked: BedrockCall, decision: CallDecision) -> None:
        """What observes stops nothing; what was in force before may."""
        stopped_by = {
            one.policy for leg in decision.failing if leg.decision for one in leg.decision.statements
        }
        if stopped_by & self._compiled:
            self._fails("observed_only", _told(asked), _why(decision))
        else:
            self._counts["observed_only", "silent" if stopped_by else "held"] += 1

    def _fails(self, claim: Claim, what: str, reason: str) -> None:
        self._counts[claim, "failed"] += 1
        self._failures.append(_Failure(claim, what, reason))


def _is_of_anybody(proof: Proof) -> bool:
    return proof.request is not None and proof.request.principal is None


def _judge(policies: PolicySet) -> CallJudge:
    return CallJudge(
        policies,
        surfaces=inference_surfaces(),
        profiles=inference_profiles(),
        reference=iam_reference(),
    )


def _told(asked: BedrockCall) -> str:
    how = "" if asked.api == proof_calls.APIS[0] else ", as a stream,"
    return f"{ticked(asked.model)}{how} in {asked.region} by {ticked(asked.principal)}"


def _why(decision: CallDecision) -> str:
    leg = decision.failing[0]
    if leg.decision is None:
        return leg.leg.missing or "it is not known"
    return f"{leg.leg.about} is {_words(leg.decision)}"


def _words(decision: Decision) -> str:
    if decision.outcome == "explicit_deny":
        first = decision.statements[0]
        return f"denied by {ticked(first.statement.label)} of {ticked(first.policy)}"
    if decision.outcome == "implicit_deny":
        return f"allowed by no {' and no '.join(decision.blocked_by)}"
    return decision.outcome


_SAID: Final[dict[Claim, str]] = {
    "policy_files": "the proof of policy files in `{}`",
    "approved_models": "the proof that `{}` calls what is approved, and nothing through other profiles,",
    "demands": "the proof that `{}` calls nothing without what is demanded",
    "unapproved_models": "the proof that `{}` calls no other model",
    "other_regions": "the proof that `{}` calls from no other Region",
    "protected_actions": "the proof that `{}` changes nothing that is protected",
    "observed_only": "the proof that `{}` is only observed",
}
_HINTS: Final[dict[Claim, str]] = {
    "policy_files": "`craton test` runs the same proofs with the examples of the file",
    "approved_models": "`craton simulate` shows each authorisation of such a call",
    "demands": "`craton simulate` shows each authorisation of such a call",
    "unapproved_models": "look under `policies` for what stands in place of AWS's own",
    "other_regions": "give `approved_regions` no Regions under `statements` but those of the manifest",
    "protected_actions": "a role of people or workloads must not be named as those that policies let through",
    "observed_only": "what is attached above the environment's OUs holds in it too: attach it further down",
}
