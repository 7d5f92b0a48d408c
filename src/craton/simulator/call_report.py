"""The answer to one call as plain values: what is printed, drawn and sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct, field
from msgspec.structs import replace

from craton.core.policy import Effect, PolicyKind
from craton.simulator.authorizer import Authorizer
from craton.simulator.change import applied
from craton.simulator.decision import Deciding, Outcome
from craton.simulator.flip import smallest_change

if TYPE_CHECKING:
    from craton.simulator.call_decision import JudgedLeg
    from craton.simulator.gates import Passage

CHANGEABLE: Final = frozenset(
    {
        "aws:sourcevpc",
        "aws:sourcevpce",
        "bedrock-mantle:servicetier",
        "bedrock:guardrailidentifier",
        "bedrock:servicetier",
    }
)
"""The context keys by which the same call can be sent otherwise; the Region of a leg is not one of them."""


class ToldStatement(Struct, frozen=True, kw_only=True):
    """A statement that a decision rests on, with its place."""

    kind: PolicyKind
    at: str | None
    policy: str
    sid: str | None
    number: int
    effect: Effect
    file: str
    line: int
    column: int


class ToldGate(Struct, frozen=True, kw_only=True):
    """What became of a leg at one gate. `at` is the place of an SCP."""

    kind: PolicyKind
    at: str | None
    decision: Outcome
    statements: tuple[ToldStatement, ...]


class ToldLeg(Struct, frozen=True, kw_only=True):
    """One authorisation and what became of it; in this form it is printed."""

    kind: str
    about: str
    decision: Outcome
    action: str | None = None
    resource: str | None = None
    context: dict[str, tuple[str, ...]] = field(default_factory=dict)
    missing: str | None = None
    blocked_by: tuple[PolicyKind, ...] = ()
    statements: tuple[ToldStatement, ...] = ()
    unknown_keys: tuple[str, ...] = ()
    gates: tuple[ToldGate, ...] = ()
    change: str | None = None
    changed_to: Outcome | None = None


class CallReport(Struct, frozen=True, kw_only=True):
    """The answer to a question. `supposed` is what was taken for granted because nobody said it."""

    decision: Outcome
    principal: str
    api: str
    model: str
    region: str
    supposed: tuple[str, ...]
    legs: tuple[ToldLeg, ...]


def told(judged: JudgedLeg, authorizer: Authorizer, places: tuple[str, ...]) -> ToldLeg:
    """A leg as it is told. `places` are where the levels of SCPs stand, the root first."""
    leg, request, decision = judged.leg, judged.leg.request, judged.decision
    if request is None or decision is None:
        return ToldLeg(kind=leg.kind, about=leg.about, decision=judged.outcome, missing=leg.missing)
    change, changed_to = None, None
    if judged.outcome != "allowed" and leg.missing is None:
        made = smallest_change(authorizer, request, changeable=CHANGEABLE)
        policies, changed = applied(made, authorizer.policies, request)
        change, changed_to = str(made), Authorizer(policies).decide(changed).outcome
    return ToldLeg(
        kind=leg.kind,
        about=leg.about,
        decision=judged.outcome,
        action=request.action,
        resource=request.resource,
        context=dict(sorted(request.context.items())),
        missing=leg.missing,
        blocked_by=decision.blocked_by,
        statements=tuple(_statement(one, places) for one in decision.statements),
        unknown_keys=decision.unknown_keys,
        gates=tuple(_gate(one, places) for one in judged.passages),
        change=change,
        changed_to=changed_to,
    )


def _gate(passage: Passage, places: tuple[str, ...]) -> ToldGate:
    deciding = [one for one in passage.decision.statements if one.kind == passage.kind]
    return ToldGate(
        kind=passage.kind,
        at=_place(passage.kind, passage.level, places),
        decision=passage.decision.outcome,
        statements=tuple(_statement(replace(one, level=passage.level), places) for one in deciding),
    )


def _statement(deciding: Deciding, places: tuple[str, ...]) -> ToldStatement:
    statement = deciding.statement
    return ToldStatement(
        kind=deciding.kind,
        at=_place(deciding.kind, deciding.level, places),
        policy=deciding.policy,
        sid=statement.sid.text if statement.sid else None,
        number=statement.number,
        effect=statement.effect,
        file=statement.place.file,
        line=statement.place.line,
        column=statement.place.column,
    )


def _place(kind: PolicyKind, level: int | None, places: tuple[str, ...]) -> str | None:
    return places[level - 1] if kind == "scp" and level is not None else None
