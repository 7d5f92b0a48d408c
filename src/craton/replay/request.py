"""Recorded calls as requests, with what is not known of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.simulator.masks import Matching, Remembered
from craton.simulator.wildcard import Unknown, Values

if TYPE_CHECKING:
    from craton.simulator.masks import KeyGroup, StatementMasks

RESOURCE: Final = "the resource"
"""What stands among unknown keys where it is not known what a call was about."""


class RecordedRequest(Struct, frozen=True):
    """One authorisation of a recorded call.

    `resource` is None where it is not known; `values` are those of the condition keys that policies ask for,
    in the order of these.
    """

    principal: str
    action: str
    resource: str | None
    values: tuple[Values, ...]


class MaskEvaluator:
    """Which statements speak of a recorded request, by component bitmasks: the reference.

    `keys` are the condition keys in lower case, in the order of the requests' values.
    """

    def __init__(self, masks: StatementMasks, keys: tuple[str, ...]) -> None:
        self._masks = masks
        places = {key: place for place, key in enumerate(keys)}
        self._groups = tuple((group, tuple(places[key] for key in group.keys)) for group in masks.groups)
        self._whole = matching_any_resource(masks)
        self._answers: dict[RecordedRequest, Matching] = Remembered(self._found)

    def matching(self, request: RecordedRequest) -> Matching:
        """The statements that speak of the request for certain, and those that possibly do."""
        return self._answers[request]

    def _found(self, request: RecordedRequest) -> Matching:
        certain = self._masks.actions[request.action] & self._masks.principals[request.principal].named
        possible = certain
        if request.resource is None:
            certain &= self._whole.certain
            possible &= self._whole.possible
        else:
            certain &= self._masks.resources[request.resource]
            possible &= certain
        for group, places in self._groups:
            if possible & group.bits:
                found = self._of_group(group, places, request)
                certain &= found.certain
                possible &= found.possible
        return Matching(certain, possible)

    def _of_group(self, group: KeyGroup, places: tuple[int, ...], request: RecordedRequest) -> Matching:
        values = tuple(request.values[place] for place in places)
        if not group.of_resource:
            return group.masks[values]
        if request.resource is None:
            return Matching(~group.bits | self._whole.certain, ~group.bits | self._whole.possible)
        return group.masks[request.resource, *values]


def matching_any_resource(masks: StatementMasks) -> Matching:
    """The statements that speak of every resource, and those that may speak of one."""
    certain = possible = 0
    for number, one in enumerate(masks.statements):
        patterns = one.statement.resources
        if patterns is None:
            certain |= 1 << number
            possible |= 1 << number
            continue
        names_all = any(is_everything(pattern.text) for pattern in patterns.patterns)
        names_none = not patterns.patterns
        certain |= (names_none if patterns.negated else names_all) << number
        possible |= (not (names_all if patterns.negated else names_none)) << number
    return Matching(certain, possible)


def is_everything(pattern: str) -> bool:
    """Whether a pattern of a Resource element is one or more `*` and nothing else."""
    return bool(pattern) and not pattern.strip("*")


def held(value: str | None, there: bool | None) -> Values:
    """What a row says of a key: its value, that it is absent (False), or that nobody can tell (None)."""
    if there is None:
        return Unknown.UNKNOWN
    return (value or "",) if there else None
