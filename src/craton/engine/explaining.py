"""Why one recorded call was denied or allowed: by what AWS said of it, and by the policies of today."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from craton.core.errors import UserError
from craton.core.quoting import listed, ticked
from craton.engine.lakes import MANIFEST, lake_of
from craton.engine.replaying import levels
from craton.registry.replay_context import replay_context
from craton.replay.answers import Answers
from craton.replay.calls import Window, shape_of
from craton.replay.denial import Denial, denial_of
from craton.replay.events import RecordedEvent, call_of, nearest_event, recorded_event
from craton.replay.explanation import Explanation, MissingKey
from craton.replay.legs import LegBook, RecordedLeg
from craton.replay.organization import StatementBook
from craton.replay.request import held
from craton.simulator.authorizer import Authorizer
from craton.simulator.bedrock_call import Leg
from craton.simulator.call_decision import JudgedLeg
from craton.simulator.call_report import ToldLeg, told
from craton.simulator.gates import Gates
from craton.simulator.request import Request
from craton.simulator.wildcard import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.lake.session import Session
    from craton.replay.organization import Replayed
    from craton.simulator.decision import Outcome
    from craton.simulator.wildcard import Values

_OF_ORGANIZATION: Final = ("scp", "rcp")
_DOUBTS: Final = {
    "action": "it cannot be told which action authorises the operation",
    "account": "the principal's account is not in the manifest",
    "caller": "the event does not say who called",
    "undocumented": "AWS does not say which action authorises the operation",
}
_FORMS: Final = (
    "AWS does not say whether `bedrock:InferenceProfileArn` holds the application profile or what that was "
    "copied from, and one of them is denied"
)
_NO_RESOURCE: Final = "what the call was about is not recorded, and matters"


def explain(lake: Path, manifest: Path | None, event_id: str) -> Explanation:
    """Why the recorded call of that event was denied or allowed.

    Raises: UserError where there is no lake, no manifest or no such event.
    """
    into, known = lake_of(lake, manifest)
    if known is None:
        hint = "name it by `--manifest`: it says which policies are in force"
        raise UserError("explaining needs a manifest", hint=hint)
    into.snapshot()
    session = into.session()
    try:
        event = _event(session, event_id)
        return _explained(session, event, levels(known, manifest or Path(MANIFEST)))
    finally:
        session.close()


def _event(session: Session, event_id: str) -> RecordedEvent:
    found = recorded_event(session, event_id)
    if found is None:
        near = nearest_event(session, event_id)
        hint = f"did you mean {ticked(near)}?" if near else "`craton replay` names events as examples"
        raise UserError(f"the lake has no event {ticked(event_id)}", hint=hint)
    return found


def _explained(session: Session, event: RecordedEvent, organization: Replayed) -> Explanation:
    book = StatementBook(organization.accounts.values())
    answers = Answers(session, organization, book, evaluator="masks")
    answers.find(Window(event_id=event.event_id))
    legs = tuple(_legs(answers, organization, event))
    decision = _worst([leg.decision for leg in legs])
    said = denial_of(event.error_message)
    missing = dict.fromkeys(key for leg in legs if leg.decision == "unknown" for key in leg.unknown_keys)
    return Explanation(
        event=event,
        said=said,
        decision=decision,
        conclusion=_conclusion(event, said, decision),
        legs=legs,
        missing=tuple(MissingKey(key, _reason(key)) for key in missing),
        not_known=tuple(_not_known(event, said, decision)),
    )


def _legs(answers: Answers, organization: Replayed, event: RecordedEvent) -> Iterator[ToldLeg]:
    """Each leg of the call, decided by what is in force today."""
    values = call_of(answers.session)
    if values is None:
        missing = "it is no call of an API"
        yield ToldLeg(kind="unknown", about=event.event_name, decision="unknown", missing=missing)
        return
    shape = shape_of(values)
    first: ToldLeg | None = None
    for leg in LegBook(organization, answers.spelled).legs(shape):
        found = _told(answers, organization, leg, values)
        if leg.form == 1:
            first = found
        elif first is not None:
            yield first if first.decision == found.decision else _either(first, found)
            first = None
        elif leg.missing is None or leg.resource is None or found.decision != "allowed":
            yield found


def _either(first: ToldLeg, second: ToldLeg) -> ToldLeg:
    """A leg of which one form is denied and the other is not."""
    denied = first if second.decision == "allowed" else second
    return replace(denied, decision="unknown", missing=_FORMS)


def _told(
    answers: Answers, organization: Replayed, leg: RecordedLeg, values: Mapping[str, object]
) -> ToldLeg:
    if leg.free or leg.court is None:
        doubt = _DOUBTS.get(leg.doubt or "")
        return ToldLeg(
            kind=leg.kind, about=leg.about, decision="allowed" if leg.free else "unknown", missing=doubt
        )
    request = _request(answers, leg, values)
    policies = answers.courts.policies(leg.court, "today")
    above = organization.accounts.get(str(values["owner"])) if leg.court.scps is not None else None
    places = tuple(level.at for level in above.today) if above is not None else ()
    missing = leg.missing or _DOUBTS.get(leg.doubt or "")
    if leg.resource is None and missing is None and _asks_for_resources(answers, leg):
        missing = _NO_RESOURCE
    authorizer = Authorizer(policies)
    judged = JudgedLeg(
        Leg(kind=leg.kind, about=leg.about, request=request, missing=missing),
        authorizer.decide(request),
        Gates(policies).passages(request),
    )
    found = told(judged, authorizer, places)
    return replace(
        found,
        resource=leg.resource,
        statements=tuple(one for one in found.statements if one.kind in _OF_ORGANIZATION),
        gates=tuple(gate for gate in found.gates if gate.kind in _OF_ORGANIZATION),
    )


def _asks_for_resources(answers: Answers, leg: RecordedLeg) -> bool:
    """Whether some statement on the action speaks of some resources and not of others."""
    return answers.resource_matters(leg.action)


def _request(answers: Answers, leg: RecordedLeg, values: Mapping[str, object]) -> Request:
    context: dict[str, tuple[str, ...]] = {}
    unknown: set[str] = set()
    for place, key in enumerate(answers.spelled):
        found: Values = leg.fixed[place] if place in leg.fixed else _recorded(values, place)
        if found is Unknown.UNKNOWN:
            unknown.add(key)
        elif found is not None:
            context[key] = found
    return Request(
        principal=str(values["principal"]),
        action=leg.action,
        resource=leg.resource or "*",
        context=context,
        unknown_keys=frozenset(unknown),
    )


def _recorded(values: Mapping[str, object], place: int) -> Values:
    value, there = values[f"v{place}"], values[f"h{place}"]
    return held(value if isinstance(value, str) else None, there if isinstance(there, bool) else None)


def _worst(outcomes: list[Outcome]) -> Outcome:
    for one in ("explicit_deny", "implicit_deny", "unknown"):
        if one in outcomes:
            return one
    return "allowed"


def _reason(key: str) -> str:
    source = replay_context().of(key)
    return source.reason if source is not None else "no record tells it"


_KINDS: Final = {
    "scp": "a service control policy",
    "rcp": "a resource control policy",
    "identity": "an identity-based policy",
    "boundary": "a permissions boundary",
    "session": "a session policy",
    "resource": "a resource-based policy",
    "endpoint": "a VPC endpoint policy",
}


def _conclusion(event: RecordedEvent, said: Denial | None, decision: Outcome) -> str:
    today = {
        "allowed": "the organization policies of today allow it",
        "unknown": "what the organization policies of today make of it is not known",
        "explicit_deny": "an organization policy of today denies it",
        "implicit_deny": "the organization policies of today do not allow it",
    }[decision]
    return f"{_then(event, said)}; {today}"


def _then(event: RecordedEvent, said: Denial | None) -> str:
    """What became of the call when it was made."""
    if said is not None and said.by is not None:
        kind = _KINDS[said.by]
        if said.is_explicit:
            return f"AWS says that {kind} denied it"
        return f"AWS says that no {kind.partition(' ')[2]} allowed it"
    if event.error_code is None:
        return "the call succeeded"
    if "AccessDenied" in event.error_code or "Unauthorized" in event.error_code:
        return "the call was refused, and the event does not say by which policy"
    return f"the call failed with {ticked(event.error_code)}, not for want of permission"


def _not_known(event: RecordedEvent, said: Denial | None, decision: Outcome) -> Iterator[str]:
    refused = event.error_code is not None and "Denied" in event.error_code
    if refused and decision == "allowed":
        if said is None or said.by is None:
            yield "the principal's own policies, boundaries, endpoint and resource policies are not recorded"
        elif said.by in _OF_ORGANIZATION:
            yield "which policy denied it: today's are not those of then, or the manifest lacks one"
        else:
            asked = listed([one for one in (said.action, said.resource) if one])
            yield f"{_KINDS[said.by]} is not recorded: look there for {asked or 'the action'}"
    if not refused and decision in ("explicit_deny", "implicit_deny"):
        yield "why it was not refused: the policy may have been attached later"
    if decision == "unknown":
        yield "what each of the missing keys held"
