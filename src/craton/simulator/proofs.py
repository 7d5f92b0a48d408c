"""Runs the proofs of policy files: each request against the policy, compiled with the proof's parameters."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec
from msgspec import Struct

from craton.codec.canonical_json import encode
from craton.codec.policy_filling import Filled, fill
from craton.codec.policy_source import read_policy
from craton.core.arn import Arn
from craton.core.proof import Outcome
from craton.core.quoting import listed, ticked
from craton.registry.iam import iam_reference
from craton.registry.inference import UNSPECIFIED, inference_profiles, inference_surfaces
from craton.simulator.authorizer import Authorizer
from craton.simulator.bedrock_call import BedrockCall
from craton.simulator.call_decision import CallJudge
from craton.simulator.decision import Outcome as Decided
from craton.simulator.policy_set import PolicySet
from craton.simulator.request import Request

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from craton.codec.policy_template import Exemption, PolicyTemplate, Proof
    from craton.codec.yaml_nodes import Node
    from craton.core.policy import Policy, PolicyKind
    from craton.simulator.decision import Decision

ACCOUNT: Final = "333333333333"
PRINCIPAL: Final = f"arn:aws:iam::{ACCOUNT}:role/search-api"
ORGANIZATION: Final = "o-exampleorgid"
REGION: Final = "us-east-1"
NOW: Final = datetime(2026, 11, 26, 12, tzinfo=UTC)
"""Who asks, where and when, in a proof that says nothing of it."""

_TENSE: Final = {
    "allowed": "allowed",
    "explicit_deny": "explicitly denied",
    "implicit_deny": "implicitly denied",
}


class ProofAnswer(Struct, frozen=True, kw_only=True):
    """What became of one request or call of a proof.

    `what` is an action or an API, `target` a resource or a model. `sids` are those of the statements that
    decided, as the file has them; `wrong` says what differs from what the proof says.
    """

    what: str
    target: str
    outcome: Decided
    sids: tuple[str, ...]
    wrong: str | None

    def __str__(self) -> str:
        return f"{self.what} {self.target}"


class Judge:
    """Says what is wrong with the proofs of one policy, or of a changed version of it."""

    def __init__(self, template: PolicyTemplate, statements: Sequence[Node] | None = None) -> None:
        self._template = template
        self._statements = statements
        self._compiled: dict[bytes, tuple[Filled, Authorizer | None]] = {}
        self._call_judges: dict[bytes, CallJudge] = {}

    def proofs(self) -> tuple[Proof, ...]:
        """The proofs of the file."""
        return self._template.header.proofs

    def compiles(self) -> bool:
        """Whether a policy comes out of it for every set of parameters that a proof gives."""
        return all(self._policy(proof)[1] is not None for proof in self.proofs())

    def failure(self, proof: Proof) -> str | None:
        """What differs from what the proof says, or None."""
        filled, authorizer = self._policy(proof)
        if authorizer is None:
            return "the policy cannot be compiled: " + "; ".join(one.message for one in filled.diagnostics)
        wrong = (f"{one} {one.wrong}" for one in self.answers(proof) if one.wrong is not None)
        return next(wrong, None)

    def answers(self, proof: Proof) -> Iterator[ProofAnswer]:
        """What becomes of each request and call of a proof; of none where no policy comes out of it."""
        filled, authorizer = self._policy(proof)
        if authorizer is None:
            return
        for request in requests(proof):
            decision = authorizer.decide(request)
            sids = _sids(decision, filled)
            yield _answer(proof, request.action, f"on {request.resource}", decision.outcome, sids)
        for call in calls(proof):
            answer = self._call_judge(proof, authorizer).decide(call)
            decided = [leg.decision for leg in answer.failing if leg.decision is not None]
            sids = {sid for decision in decided for sid in _sids(decision, filled)}
            yield _answer(proof, call.api, f"of {call.model} in {call.region}", answer.outcome, sids)

    def lapses(self, exemption: Exemption) -> str | None:
        """What is wrong with an exception, or None: who is exempt is denied from its day on, and not before.

        Every request that a proof shows denied by a statement of the exception is sent again by a principal
        who is exempt, in the last second before the day and in its first.
        """
        day = datetime.combine(exemption.until, time(), UTC)
        shown = 0
        for proof in self.proofs():
            filled, authorizer = self._policy(proof)
            if proof.expect != "explicit_deny" or authorizer is None:
                continue
            for request in requests(proof):
                for principal in exemption.principals:
                    after = _sids(authorizer.decide(_asked(request, principal, day)), filled)
                    before = _sids(
                        authorizer.decide(_asked(request, principal, day - timedelta(seconds=1))), filled
                    )
                    held = {sid for sid in after if not exemption.statements or sid in exemption.statements}
                    if held & before:
                        early = listed(sorted(held & before))
                        return f"{ticked(principal)} is denied before {exemption.until} by {early}"
                    shown += bool(held)
        if not shown:
            return f"no proof shows what is denied again from {exemption.until} on"
        return None

    def _call_judge(self, proof: Proof, authorizer: Authorizer) -> CallJudge:
        key = _key(proof)
        if key not in self._call_judges:
            self._call_judges[key] = CallJudge(
                authorizer.policies,
                surfaces=inference_surfaces(),
                profiles=inference_profiles(),
                reference=iam_reference(),
            )
        return self._call_judges[key]

    def _policy(self, proof: Proof) -> tuple[Filled, Authorizer | None]:
        key = _key(proof)
        if key not in self._compiled:
            filled = fill(self._template, self._template.values(proof.given), self._statements)
            kind = self._template.header.kind
            authorizer = Authorizer(standing(filled.policy, kind)) if filled.policy else None
            self._compiled[key] = filled, authorizer
        return self._compiled[key]


def run(template: PolicyTemplate) -> tuple[Outcome, ...]:
    """How each proof of a file ends, and each of its exceptions."""
    judge = Judge(template)
    proofs = [
        Outcome(
            file=template.file,
            id=template.id,
            case=proof.name,
            place=template.place("proofs", index, "name"),
            failure=judge.failure(proof),
        )
        for index, proof in enumerate(template.header.proofs)
    ]
    exceptions = [
        Outcome(
            file=template.file,
            id=template.id,
            case=f"the exception of {exemption.owner} lapses on {exemption.until}",
            place=template.place("exceptions", index),
            failure=judge.lapses(exemption),
        )
        for index, exemption in enumerate(template.header.exceptions)
    ]
    return (*proofs, *exceptions)


def requests(proof: Proof) -> Iterator[Request]:
    """Every request of a proof, with what AWS puts into each.

    Source: "AWS global condition context keys", the keys of which is said that they are always in a request,
    docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html, retrieved 2026-11-26.
    """
    if proof.request is None:
        return
    principal = proof.request.principal or PRINCIPAL
    for action in _each(proof.request.action):
        for resource in _each(proof.request.resource):
            context = _always(principal, resource, proof.time() or NOW)
            for key, value in proof.request.context.items():
                if value is None:
                    context.pop(key, None)
                else:
                    context[key] = tuple(_each(value))
            yield Request(principal=principal, action=action, resource=resource, context=context)


def calls(proof: Proof) -> Iterator[BedrockCall]:
    """Every call of a proof."""
    if proof.call is None:
        return
    for api in _each(proof.call.api):
        for model in _each(proof.call.model):
            yield BedrockCall(
                principal=proof.call.principal or PRINCIPAL,
                account=ACCOUNT,
                organization=ORGANIZATION,
                api=api,
                model=model,
                region=proof.call.region,
                copied_from=proof.call.copied_from,
                guardrail=proof.call.guardrail,
                endpoint=proof.call.endpoint,
                bearer=proof.call.bearer,
                at=proof.time() or NOW,
            )


def standing(policy: Policy, kind: PolicyKind) -> PolicySet:
    """The policy where it would be attached, with everything else on the way allowing all.

    An SCP or an RCP stands at an OU below a root that allows all, as Organizations attaches it. An RCP speaks
    of resources, whose own policies allow all.
    """
    parts: dict[PolicyKind, dict[str, Any]] = {
        "scp": {"scps": ((_ALLOW_ALL,), (_ALLOW_ALL, policy))},
        "rcp": {
            "rcps": ((_ALLOW_ALL_TO_ALL,), (_ALLOW_ALL_TO_ALL, policy)),
            "resource": _ALLOW_ALL_TO_ALL,
        },
        "identity": {"identity": (policy,)},
        "boundary": {"boundaries": (policy,)},
        "session": {"sessions": (policy,)},
        "endpoint": {"endpoints": (policy,)},
        "resource": {"resource": policy},
    }
    return PolicySet(**{"account": ACCOUNT, "identity": (_ALLOW_ALL,), **parts[kind]})


def _always(principal: str, resource: str, now: datetime) -> dict[str, tuple[str, ...]]:
    arn = Arn.parse(resource)
    region = REGION if arn is None else arn.region
    if arn is not None and arn.service.startswith("bedrock") and not region:
        region = UNSPECIFIED
    account = principal.split(":")[4] if principal.startswith("arn:") else ACCOUNT
    return {
        "aws:PrincipalArn": (principal,),
        "aws:PrincipalAccount": (account,),
        "aws:PrincipalOrgID": (ORGANIZATION,),
        "aws:PrincipalType": ("User" if ":user/" in principal else "AssumedRole",),
        "aws:PrincipalIsAWSService": ("false",),
        "aws:RequestedRegion": (region or REGION,),
        "aws:CurrentTime": (_instant(now),),
        "aws:SecureTransport": ("true",),
        "aws:ViaAWSService": ("false",),
    }


def _asked(request: Request, pattern: str, now: datetime) -> Request:
    """The same request by somebody whom a pattern of an exception covers, at a time."""
    head, account, name = pattern.rsplit(":", 2)
    name = name.replace("*", "any").replace("?", "x")
    principal = f"{head}:{ACCOUNT if account == '*' else account}:{name}"
    context = {**request.context, **_always(principal, request.resource, now)}
    return msgspec.structs.replace(request, principal=principal, context=context)


def _key(proof: Proof) -> bytes:
    """Proofs of the same parameters meet the same policy."""
    return msgspec.json.encode(proof.given, order="sorted")


def _answer(proof: Proof, what: str, target: str, outcome: Decided, sids: set[str]) -> ProofAnswer:
    return ProofAnswer(
        what=what,
        target=target,
        outcome=outcome,
        sids=tuple(sorted(sids)),
        wrong=_difference(proof, outcome, sids),
    )


def _difference(proof: Proof, outcome: str, sids: set[str]) -> str | None:
    if outcome != proof.expect:
        became = _TENSE.get(outcome, outcome)
        through = f" by {listed(sorted(sids))}" if sids and outcome == "explicit_deny" else ""
        return f"is {became}{through}, not {_TENSE[proof.expect]}"
    if proof.by is not None and proof.by not in sids:
        return f"is decided by {listed(sorted(sids)) or 'no statement'}, not by {ticked(proof.by)}"
    return None


def _sids(decision: Decision, filled: Filled) -> set[str]:
    """The Sids, as the file has them, of the statements that decided."""
    named = (one.statement.sid.text for one in decision.statements if one.statement.sid is not None)
    return {filled.origins[sid] for sid in named if sid in filled.origins}


def _each(value: str | tuple[str, ...]) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else value


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _allow_all(principal: dict[str, str]) -> Policy:
    statement = {"Sid": "AllowAll", "Effect": "Allow", "Action": "*", "Resource": "*", **principal}
    document = encode({"Version": "2012-10-17", "Statement": [statement]})
    policy, problems = read_policy(document, "AllowAll")
    if policy is None or problems:
        raise AssertionError(problems)
    return policy


_ALLOW_ALL: Final = _allow_all({})
_ALLOW_ALL_TO_ALL: Final = _allow_all({"Principal": "*"})
