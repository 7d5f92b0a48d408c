"""The answer to one call as a person reads it: leg by leg, and where a leg fails, gate by gate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.quoting import ticked
from craton.simulator.change import KIND_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from craton.simulator.call_report import CallReport, ToldGate, ToldLeg, ToldStatement
    from craton.simulator.decision import Outcome

WORDS: Final[Mapping[Outcome, str]] = {
    "allowed": "allowed",
    "explicit_deny": "explicitly denied",
    "implicit_deny": "implicitly denied",
    "unknown": "unknown",
}
_WIDTH: Final = max(map(len, WORDS.values()))


def call_text(report: CallReport) -> str:
    """The whole answer: what becomes of the call, its legs, and what was supposed."""
    who = report.principal.rpartition("/")[2]
    what = f"calls {ticked(report.api)} on {ticked(report.model)} from {report.region}"
    lines = [f"{WORDS[report.decision]}: {ticked(who)} {what}", ""]
    for number, leg in enumerate(report.legs, start=1):
        lines += leg_lines(number, leg)
    lines += ["", *(f"supposed: {one}" for one in report.supposed)] if report.supposed else []
    return "\n".join(lines)


def leg_lines(number: int, leg: ToldLeg) -> Iterator[str]:
    """One leg: what becomes of it, what was asked, and where it is not allowed, gate by gate."""
    yield f"{number:>2}  {WORDS[leg.decision]:<{_WIDTH}}  {leg.about}"
    if leg.action is not None:
        yield f"      {leg.action} on {leg.resource}"
    if leg.missing is not None:
        yield f"      {leg.missing}"
    if leg.decision == "allowed" or leg.missing is not None:
        return
    names = [_name(gate) for gate in leg.gates]
    width = max(map(len, names), default=0)
    for name, gate in zip(names, leg.gates, strict=True):
        yield f"      {name:<{width}}  {_passed(gate)}"
    if leg.unknown_keys:
        yield f"      not known: {', '.join(ticked(key) for key in leg.unknown_keys)}"
    if leg.change is not None and leg.changed_to is not None:
        yield f"      {WORDS[leg.changed_to]} if you {leg.change}"


def _name(gate: ToldGate) -> str:
    return f"{KIND_WORDS[gate.kind]} at {gate.at}" if gate.at is not None else KIND_WORDS[gate.kind]


def _passed(gate: ToldGate) -> str:
    if gate.decision == "allowed":
        return "allowed"
    if not gate.statements:
        return "nothing allows it"
    verb = "perhaps by" if gate.decision == "unknown" else "by"
    return f"{WORDS[gate.decision]} {verb} {' and '.join(_statement(one) for one in gate.statements)}"


def _statement(one: ToldStatement) -> str:
    name = ticked(one.sid) if one.sid else f"statement {one.number}"
    return f"{name}, {one.file}:{one.line}:{one.column}"
