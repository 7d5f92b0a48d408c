"""The gates that a request must pass one after the other, and what becomes of it at each alone."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from craton.core.diagnostic import Place
from craton.core.policy import Patterns, Policy, PolicyKind, Statement, Text
from craton.simulator.authorizer import Authorizer
from craton.simulator.decision import Decision

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.simulator.policy_set import PolicySet
    from craton.simulator.request import Request


class Gate(Struct, frozen=True):
    """One kind of policy, or one level of it. `level` counts from 1, the root; None where there is none."""

    kind: PolicyKind
    level: int | None
    authorizer: Authorizer


class Passage(Struct, frozen=True):
    """What becomes of a request at one gate, as if all others stood open."""

    kind: PolicyKind
    level: int | None
    decision: Decision


class Gates:
    """The gates of one policy set, in the order in which a reader goes through them, the root first."""

    def __init__(self, policies: PolicySet) -> None:
        self._policies = policies

    @functools.cached_property
    def _gates(self) -> tuple[Gate, ...]:
        return tuple(_gates(self._policies))

    def passages(self, request: Request) -> tuple[Passage, ...]:
        """What becomes of a request at each gate."""
        return tuple(Passage(gate.kind, gate.level, gate.authorizer.decide(request)) for gate in self._gates)


def allowing_all(name: str) -> Policy:
    """A policy that allows everything, as AWS's own FullAWSAccess does.

    Source: docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps_strategies.html,
    retrieved 2026-11-26.
    """
    place = Place(name)
    everything = Patterns((Text("*", place),), negated=False, place=place)
    statement = Statement(
        number=1,
        sid=None,
        effect="Allow",
        actions=everything,
        resources=everything,
        principals=None,
        conditions=(),
        place=place,
    )
    return Policy(name=name, file=name, version="2012-10-17", statements=(statement,), place=place)


_OPEN: Final = (allowing_all("open"),)


def _gates(policies: PolicySet) -> Iterator[Gate]:
    """Each gate's policies alone, with a caller to whom its own policies allow everything."""
    bare = replace(
        policies,
        scps=(),
        rcps=(),
        identity=_OPEN,
        boundaries=(),
        sessions=(),
        endpoints=(),
        resource=None,
    )
    for number, level in enumerate(policies.scps, start=1):
        yield Gate("scp", number, Authorizer(replace(bare, scps=(level,))))
    for number, level in enumerate(policies.rcps, start=1):
        yield Gate("rcp", number, Authorizer(replace(bare, rcps=(level,))))
    if policies.endpoints:
        yield Gate("endpoint", None, Authorizer(replace(bare, endpoints=policies.endpoints)))
    yield Gate("identity", None, Authorizer(replace(bare, identity=policies.identity)))
    if policies.boundaries:
        yield Gate("boundary", None, Authorizer(replace(bare, boundaries=policies.boundaries)))
    if policies.sessions:
        yield Gate("session", None, Authorizer(replace(bare, sessions=policies.sessions)))
