"""A plan: every thing of a deployment, what it is, what it should be, and what is to be done about it.

It is made of what was desired, of what was brought into AWS before, and of what AWS told just now. It changes
nothing by itself, and holds everything that applying it needs.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
from typing import TYPE_CHECKING, Any, Final, Literal

from msgspec import Struct

from craton.codec import canonical_json
from craton.core.deployment import Deployment, DeploymentStep, Phase
from craton.planner.difference import Difference, differences
from craton.planner.effect import PolicyEffect
from craton.planner.seen import NotKnownError, Seen, worked_out
from craton.planner.thing import Body, Risk, Thing
from craton.planner.things import thing_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from craton.core.cloud_call import Observation, Read

Action = Literal["create", "update", "delete", "no-op", "unknown"]

ABSENT: Final = "absent"
_MOST_DIFFERENCES: Final = 200


class Change(Struct, frozen=True, kw_only=True):
    """One thing of a plan.

    `before` and `after` are what it is and what it should be, templates told by their digest; `differences`
    are the places where they differ, of which `left_out` more are not listed. `found` is the digest of what
    it is, which must still hold when the change is made. `takes_data` says
    that data goes with it. `unknown` says why what it is could not be told.
    `effect` is what it would have made of recorded calls, where it changes what policies say.
    """

    address: str
    phase: Phase
    account: str
    region: str
    action: Action
    because: str
    risk: Risk
    needs: tuple[str, ...]
    found: str
    before: Any = None
    after: Any = None
    differences: tuple[Difference, ...] = ()
    left_out: int = 0
    takes_data: bool = False
    unknown: str | None = None
    effect: PolicyEffect | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is anything to do."""
        return self.action != "no-op"


class Plan(Struct, frozen=True, kw_only=True):
    """Every change, in the order in which they are made.

    Units: `at` is UTC. `prior` is the digest of the deployment that was brought into AWS before, if any;
    `former` is that deployment, where anything of it is wanted no more. `mending` are steps that are taken
    once. `effect` is that of all changes of policies together.
    """

    at: dt.datetime
    deployment: Deployment
    prior: str | None
    former: Deployment | None
    changes: tuple[Change, ...]
    mending: tuple[DeploymentStep, ...] = ()
    effect: PolicyEffect | None = None

    @property
    def digest(self) -> str:
        """What names this plan."""
        return digest_of(self)

    @property
    def open_changes(self) -> tuple[Change, ...]:
        """What is to be done, and what could not be told."""
        return tuple(one for one in self.changes if one.is_open)


def digest_of(value: Any) -> str:
    """A name for a value, the same for the same value."""
    return hashlib.sha256(canonical_json.encode(value)).hexdigest()


def planned(
    desired: Deployment,
    prior: Deployment | None,
    seen: Seen,
    ask: Callable[[list[Read]], Iterable[Observation]],
    *,
    at: dt.datetime,
    mending: Iterable[DeploymentStep] = (),
) -> Plan:
    """The plan that brings a deployment about, and takes away what an earlier one brought beside it.

    `mending` are steps that are taken once, and are no part of what is to stand.
    """
    gone = _no_longer_wanted(desired, prior, seen)
    once = tuple(mending)
    mended = [thing_of(one, desired, seen) for one in once]
    tasks = _tasks([*things(desired, seen), *mended], gone)
    return Plan(
        at=at,
        deployment=desired,
        prior=None if prior is None else digest_of(prior),
        former=prior if gone else None,
        mending=once,
        changes=tuple(worked_out(list(tasks), seen, ask)),
    )


def things(deployment: Deployment, seen: Seen) -> Iterator[Thing]:
    """What a deployment wants, each once, in the order of its steps."""
    known = set()
    for step in deployment.steps:
        thing = thing_of(step, deployment, seen)
        if thing.address not in known:
            known.add(thing.address)
            yield thing


def _no_longer_wanted(desired: Deployment, prior: Deployment | None, seen: Seen) -> list[Thing]:
    """What the earlier deployment brought about that is not in this one."""
    if prior is None:
        return []
    wanted = {one.address for one in things(desired, seen)}
    return [one for one in things(prior, seen) if one.address not in wanted]


def _tasks(wanted: Iterable[Thing], gone: Sequence[Thing]) -> Iterator[Callable[[], Change]]:
    """What is wanted comes first and goes last, but for what has to make way."""
    left = {one.address: one for one in reversed(gone)}
    for thing in wanted:
        way = tuple(one.address for one in gone if one.places & thing.places)
        for address in way:
            if address in left:
                yield functools.partial(_to_go, left.pop(address))
        yield functools.partial(_to_stand, thing, way)
    for one in left.values():
        yield functools.partial(_to_go, one)


def _to_stand(thing: Thing, way: tuple[str, ...]) -> Change:
    try:
        before, after = thing.found(), thing.wanted()
    except NotKnownError as error:
        return _change(thing, "unknown", way, error=error)
    action: Action = "create" if before is None else "no-op" if before == after else "update"
    return _change(thing, action, way, before, after)


def _to_go(thing: Thing) -> Change:
    try:
        before = thing.found()
    except NotKnownError as error:
        return _change(thing, "unknown", (), error=error)
    stays = before is None or thing.outlives or before.get("managed") is False
    return _change(thing, "no-op" if stays else "delete", (), before, None)


def _change(
    thing: Thing,
    action: Action,
    way: tuple[str, ...],
    before: Body | None = None,
    after: Body | None = None,
    *,
    error: NotKnownError | None = None,
) -> Change:
    told = list(differences(before, after)) if action == "update" else []
    step = thing.step
    return Change(
        address=thing.address,
        phase=step.phase,
        account=step.account,
        region=step.region,
        action=action,
        because=step.because,
        risk=thing.risk(action) if action in ("create", "update", "delete") else "none",
        needs=(*thing.needs, *way),
        found=state_of(before),
        before=_short(before),
        after=_short(after),
        differences=tuple(told[:_MOST_DIFFERENCES]),
        left_out=max(0, len(told) - _MOST_DIFFERENCES),
        takes_data=(action == "delete" and thing.holds_data) or (action == "update" and thing.loses_parts()),
        unknown=None if error is None else str(error),
    )


def state_of(body: Mapping[str, Any] | None) -> str:
    """The digest of what a thing is."""
    return ABSENT if body is None else digest_of(body)


def _short(body: Mapping[str, Any] | None) -> Any:
    """What is told of a thing: of a template, its digest and how many resources it has."""
    if body is None or "template" not in body:
        return body
    template = body["template"]
    return {
        **body,
        "template": {"sha256": digest_of(template), "resources": len(template.get("Resources", ()))},
    }
