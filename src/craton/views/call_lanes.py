"""A call as it is drawn: a lane for each of its authorisations, through the gates that it must pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from craton.core.policy import PolicyKind
from craton.simulator.call_report import ToldGate, ToldLeg
from craton.simulator.change import KIND_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from craton.simulator.decision import Outcome

CellState = Literal["open", "shut", "unsure", "behind", "none"]
"""`behind` is a gate that a leg does not reach; `none` is one that does not stand on its way."""

_STATES: Final[dict[Outcome, CellState]] = {
    "allowed": "open",
    "explicit_deny": "shut",
    "implicit_deny": "shut",
    "unknown": "unsure",
}


_URGENCY: Final[dict[Outcome, int]] = {"explicit_deny": 0, "implicit_deny": 0, "unknown": 1, "allowed": 2}


class GateHead(Struct, frozen=True):
    """A gate: what kind of policy it is, and where it stands, by the name that people know."""

    kind: PolicyKind
    at: str | None
    title: str
    place: str | None


class LaneCell(Struct, frozen=True):
    """What becomes of a leg at a gate."""

    state: CellState
    gate: ToldGate | None


class Lane(Struct, frozen=True):
    """One leg, by its number from 1, with a cell for each gate."""

    number: int
    leg: ToldLeg
    cells: tuple[LaneCell, ...]


class Reason(Struct, frozen=True):
    """Lanes of which the same is to be said, one after the other."""

    lanes: tuple[Lane, ...]


class Lanes(Struct, frozen=True):
    """The whole drawing."""

    heads: tuple[GateHead, ...]
    lanes: tuple[Lane, ...]

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What is to be said of the lanes, each thing once: of those first that are stopped."""
        found: dict[object, list[Lane]] = {}
        for lane in self.lanes:
            found.setdefault(_said_of(lane.leg), []).append(lane)
        groups = sorted(found.values(), key=lambda one: _URGENCY[one[0].leg.decision])
        return tuple(Reason(tuple(one)) for one in groups)


def lanes(legs: Iterable[ToldLeg], names: Mapping[str, str]) -> Lanes:
    """The drawing of a call's legs. `names` are those of accounts, by id."""
    told = tuple(legs)
    gates = dict.fromkeys((gate.kind, gate.at) for leg in told for gate in leg.gates)
    heads = tuple(
        GateHead(kind, at, _title(kind), names.get(at, at) if at is not None else None) for kind, at in gates
    )
    return Lanes(heads, tuple(_lane(number, leg, heads) for number, leg in enumerate(told, start=1)))


def _said_of(leg: ToldLeg) -> object:
    """All that is said of a leg beside what it asks for."""
    return (leg.decision, leg.missing, leg.gates, leg.unknown_keys, leg.change, leg.changed_to)


def _title(kind: PolicyKind) -> str:
    words = KIND_WORDS[kind]
    return words[:1].upper() + words[1:]


def _lane(number: int, leg: ToldLeg, heads: tuple[GateHead, ...]) -> Lane:
    held = {(gate.kind, gate.at): gate for gate in leg.gates}
    cells = []
    stopped = False
    for head in heads:
        gate = held.get((head.kind, head.at))
        if gate is None:
            cells.append(LaneCell("behind" if stopped else "none", None))
            continue
        state = _STATES[gate.decision]
        cells.append(LaneCell("behind" if stopped and state == "open" else state, gate))
        stopped = stopped or state == "shut"
    return Lane(number, leg, tuple(cells))
