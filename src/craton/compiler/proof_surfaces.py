"""The APIs by which proofs call models: of those that IAM authorises alike, one is asked for all."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from msgspec import Struct

from craton.registry.inference import Target, inference_surfaces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from craton.registry.inference import InferenceSurface

_ASKED: Final[tuple[Target, ...]] = ("model", "batch", "project")
"""What a call is of, where it is known which model runs; services do not tell."""

_GUARDRAIL: Final = "bedrock:GuardrailIdentifier"


class Surface(Struct, frozen=True, kw_only=True):
    """An API that is asked, with those that are authorised by the same action on the same resources.

    `guarded` says whether a call may name a guardrail.
    """

    api: str
    alike: tuple[str, ...]
    target: Target
    guarded: bool


@functools.cache
def surfaces(*, by_guardrail: bool = False) -> tuple[Surface, ...]:
    """One surface for each action; `by_guardrail` tells those apart that take a guardrail and take none.

    What AWS documents no action of is not among them: no decision on it could be trusted.
    """
    groups: dict[tuple[str, Target, bool], list[InferenceSurface]] = {}
    for one in inference_surfaces():
        if one.documented and one.target in _ASKED:
            key = (one.action, one.target, by_guardrail and _GUARDRAIL in one.keys)
            groups.setdefault(key, []).append(one)
    return tuple(_surface(one) for one in groups.values())


def _surface(alike: Sequence[InferenceSurface]) -> Surface:
    return Surface(
        api=alike[0].api,
        alike=tuple(sorted(one.api for one in alike[1:])),
        target=alike[0].target,
        guarded=_GUARDRAIL in alike[0].keys,
    )
