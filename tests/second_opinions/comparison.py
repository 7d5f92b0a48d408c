"""Which calls of random worlds a host decides otherwise than the simulator."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from msgspec import Struct, yaml
from tests.second_opinions.worlds import CALLS_A_WORLD, decided, world

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tests.second_opinions.hosts import Host

Places = dict[int, list[int]]
"""Calls by the number of their world and their place in it."""

LISTED: Final = Path(__file__).with_name("differences.yaml")


class Difference(Struct, frozen=True, forbid_unknown_fields=True):
    """Calls that ministack decides otherwise for one reason, and what AWS says of it."""

    reason: str
    says: str
    source: str
    calls: Places


class Listed(Struct, frozen=True, forbid_unknown_fields=True):
    """Every difference in so many worlds of a seed."""

    seed: int
    worlds: int
    differences: list[Difference]

    def places(self, numbers: Iterable[int]) -> Places:
        """The calls of these worlds that are decided otherwise."""
        found: Places = {}
        wanted = set(numbers)
        for difference in self.differences:
            for number, places in difference.calls.items():
                if number in wanted:
                    found[number] = sorted({*found.get(number, []), *places})
        return found


def listed() -> Listed:
    """The differences as they stand in their file."""
    return yaml.decode(LISTED.read_bytes(), type=Listed)


def disagreements(host: Host, seed: int, numbers: Iterable[int]) -> tuple[Places, int]:
    """The calls that the host decides otherwise, and of how many."""
    found: Places = {}
    calls = 0
    for number in numbers:
        one = world(seed, number)
        wanted = [decided(one, call) for call in one.calls]
        got = host.outcomes(one)
        calls += len(got)
        places = [place for place in range(CALLS_A_WORLD) if got[place] != wanted[place]]
        if places:
            found[number] = places
    return found, calls
