from __future__ import annotations

from typing import TYPE_CHECKING, Any

from craton.simulator.call_report import ToldGate, ToldLeg
from craton.views.call_lanes import lanes

if TYPE_CHECKING:
    from craton.simulator.decision import Outcome

ACCOUNT = "111111111111"


def leg(decision: Outcome, *gates: Outcome, about: str = "the model", **more: Any) -> ToldLeg:
    places = ("root", "workloads", ACCOUNT)
    told = tuple(
        ToldGate(kind="scp", at=at, decision=one, statements=())
        for at, one in zip(places, gates, strict=False)
    )
    return ToldLeg(kind="foundation_model", about=about, decision=decision, gates=told, **more)


def test_gates_are_headed_by_their_kind_and_by_the_name_of_their_place() -> None:
    heads = lanes([leg("allowed", "allowed", "allowed", "allowed")], {ACCOUNT: "search-prod"}).heads
    assert [(one.title, one.place) for one in heads] == [
        ("SCP", "root"),
        ("SCP", "workloads"),
        ("SCP", "search-prod"),
    ]


def test_a_lane_ends_where_a_gate_is_shut() -> None:
    found = lanes([leg("explicit_deny", "allowed", "explicit_deny", "allowed")], {}).lanes[0]
    assert [cell.state for cell in found.cells] == ["open", "shut", "behind"]


def test_a_second_gate_that_is_shut_is_shown_as_such() -> None:
    found = lanes([leg("explicit_deny", "implicit_deny", "explicit_deny", "allowed")], {}).lanes[0]
    assert [cell.state for cell in found.cells] == ["shut", "shut", "behind"]


def test_a_lane_goes_on_behind_a_gate_of_which_nothing_is_known() -> None:
    found = lanes([leg("unknown", "unknown", "allowed")], {}).lanes[0]
    assert [cell.state for cell in found.cells] == ["unsure", "open"]


def test_a_leg_of_which_nothing_is_known_passes_no_gate() -> None:
    found = lanes([leg("allowed", "allowed"), leg("unknown", missing="not said")], {})
    assert [cell.state for cell in found.lanes[1].cells] == ["none"]


def test_what_is_the_same_of_several_legs_is_said_once_and_denials_first() -> None:
    legs = [
        leg("allowed", "allowed", about="one"),
        leg("unknown", "unknown", about="two"),
        leg("explicit_deny", "explicit_deny", about="three"),
        leg("explicit_deny", "explicit_deny", about="four"),
        leg("explicit_deny", "explicit_deny", about="five", change="remove it"),
    ]
    reasons = lanes(legs, {}).reasons
    assert [[lane.leg.about for lane in one.lanes] for one in reasons] == [
        ["three", "four"],
        ["five"],
        ["two"],
        ["one"],
    ]
    assert [one.number for one in reasons[0].lanes] == [3, 4]
