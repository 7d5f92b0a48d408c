"""One day of the organization: its calls, its trail and its metrics, as objects in the archive."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from craton.engine.demo import control_plane
from craton.engine.demo.calls import DAY_MS
from craton.engine.demo.cast import Cast, program
from craton.engine.demo.deliveries import DELIVERIES
from craton.engine.demo.dice import Dice
from craton.engine.demo.habits import HABITS
from craton.engine.demo.log_objects import s3_objects, subscription_objects
from craton.engine.demo.metrics import delivery_points, metric_points
from craton.engine.demo.models import MODELS
from craton.engine.demo.rhythm import Day
from craton.engine.demo.story_traffic import Plot, factor
from craton.engine.demo.traffic import calls_of_day, habit
from craton.engine.demo.trail import call_event, guardrail_event
from craton.engine.demo.trail_objects import DIGEST_DAYS, digest_object, metric_object, trail_objects

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Iterator, Mapping

    from craton.core.manifest import Manifest
    from craton.engine.demo.calls import Call
    from craton.engine.demo.objects import Archive
    from craton.engine.demo.traffic import Habit
    from craton.engine.demo.trail import Event

QUIET: Final = 0.1
"""How often anything happens in an account and Region where nobody calls models."""

DATA_EVENTS_OF: Final = "support-prod"
"""The account whose trail records data events of guardrails too."""


class Counts(Struct):
    """What was made."""

    invocations: int = 0
    events: int = 0
    points: int = 0
    objects: int = 0
    bytes: int = 0

    def plus(self, other: Counts) -> Counts:
        """The counts of both."""
        return Counts(*(getattr(self, name) + getattr(other, name) for name in self.__struct_fields__))


class Demonstration:
    """The organization over the days up to `as_of`: a day's bytes depend on it, `as_of` and `seed` alone."""

    def __init__(self, manifest: Manifest, *, as_of: dt.date, seed: int, ends: Mapping[str, dt.date]) -> None:
        self.as_of = as_of
        self.seed = seed
        self.cast = Cast(manifest)
        self.habits = {workload.name: habit(workload, self.cast) for workload in HABITS}
        self.plot = Plot(self.cast, self.habits, as_of)
        self._homes = _homes(manifest, self.habits.values())
        self._guardrails = _guardrails(self.habits.values())
        self._manifest = manifest
        self._ends = ends
        self._names = {self.cast.account_id(name): name for name in DELIVERIES}

    def write_day(self, days_left: int, archive: Archive) -> Counts:
        """The archive holds all that happened on the day so many days before `as_of`."""
        day = Day(self.as_of, days_left)
        dice = Dice("craton", self.seed, self.as_of, days_left)
        before = Counts(0, 0, 0, archive.objects, archive.bytes)
        calls = sorted(self.calls(dice, day), key=lambda call: (call.at, call.request_id))
        logged = [call for call in calls if self.plot.is_logged(call)]
        events = list(self.events(dice, calls, day))
        points = [*metric_points(calls, self._ends), *delivery_points(logged, self._names, day)]
        organization = self._manifest.organization
        for key, content in (
            *s3_objects(dice, logged, self._names, day),
            *subscription_objects(dice, logged, self._names, day),
            *trail_objects(dice, events, organization.id, day.begin),
            metric_object(dice, points, day.begin),
        ):
            archive.put(key, content)
        if days_left % DIGEST_DAYS == 0:
            archive.put(*digest_object(dice, organization.id, organization.management_account, day.begin))
        made, size = archive.objects - before.objects, archive.bytes - before.bytes
        return Counts(len(calls), len(events), len(points), made, size)

    def calls(self, dice: Dice, day: Day) -> Iterator[Call]:
        """Every call of a day, in no order, those that no log tells of included."""
        for done in self.habits.values():
            for call in calls_of_day(dice, done, day, factor=factor(done.workload, day), ends=self._ends):
                yield call
                if done.workload.question and call.error is None:
                    yield from _looked_up(dice, call)
        yield from self.plot.calls(dice, day)

    def events(self, dice: Dice, calls: list[Call], day: Day) -> Iterator[Event]:
        """The organization's trail of a day."""
        guarded = self.cast.account_id(DATA_EVENTS_OF)
        for call in calls:
            yield call_event(dice, call)
            if call.caller.account_id == guarded and call.verdict is not None and call.verdict.intervened:
                yield guardrail_event(dice, call)
        for account in self._manifest.organization.accounts:
            for region in self._manifest.regions:
                if day.is_first or region in self._homes[account.id] or dice.chance(QUIET):
                    guardrails = self._guardrails.get((account.id, region), ())
                    yield from control_plane.everyday_events(dice, account.id, region, day.begin, guardrails)
                if day.is_first and account.name in DELIVERIES and self.plot.was_set_up(account.id, region):
                    deployer = program(account.id, control_plane.DEPLOYER, 0)
                    yield control_plane.logging_event(dice, deployer, region, day.begin + 60_000, on=True)
        yield from self._unloggable(dice, day.begin)
        yield from self.plot.events(dice, day)

    def _unloggable(self, dice: Dice, day_ms: int) -> Iterator[Event]:
        """Calls that no invocation log could tell of, and one that nobody may make."""
        search, support, platform = (
            self.cast.account_id(name) for name in ("search-prod", "support-prod", "platform-dev")
        )
        if dice.chance(0.3):
            yield control_plane.batch_event(dice, search, "us-east-1", day_ms + 3 * 3_600_000)
        for _ in range(dice.below(7)):
            yield control_plane.mantle_event(dice, platform, "us-west-2", day_ms + dice.below(DAY_MS))
        for _ in range(dice.below(4)):
            yield control_plane.speech_event(dice, support, "us-west-2", day_ms + dice.below(DAY_MS))
        if dice.chance(0.1):
            hub = self._manifest.organization.hub_account
            yield control_plane.denied_event(dice, hub, "us-east-1", day_ms + dice.below(DAY_MS))


def _homes(manifest: Manifest, habits: Iterable[Habit]) -> Mapping[str, set[str]]:
    """The Regions in which each account calls models."""
    homes: dict[str, set[str]] = {account.id: set() for account in manifest.organization.accounts}
    for done in habits:
        homes.setdefault(done.callers[0].account_id, set()).update(done.regions.choices)
    return homes


def _guardrails(habits: Iterable[Habit]) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The guardrails of each account and Region."""
    found: dict[tuple[str, str], tuple[str, ...]] = {}
    for done in habits:
        for region in done.regions.choices if done.workload.guardrail else ():
            place = (done.callers[0].account_id, region)
            found[place] = (*found.get(place, ()), done.workload.guardrail or "")
    return found


def _looked_up(dice: Dice, answer: Call) -> Iterator[Call]:
    """What a knowledge base does before it answers: it embeds the question, and often ranks what it found."""
    common = {
        "operation": "InvokeModel",
        "inference_region": None,
        "output_tokens": None,
        "max_tokens": None,
        "verdict": None,
        "first_token_ms": 0,
    }
    embedding, ranking = MODELS["titan-embedding"], MODELS["rerank"]
    yield replace(
        answer,
        at=answer.at - 900,
        model=embedding,
        model_id=embedding.id,
        request_id=dice.uuid(),
        input_tokens=12 + dice.below(30),
        latency_ms=dice.near(embedding.base),
        **common,
    )
    if dice.chance(0.7):
        yield replace(
            answer,
            at=answer.at - 500,
            model=ranking,
            model_id=f"arn:aws:bedrock:{answer.region}::foundation-model/{ranking.id}",
            request_id=dice.uuid(),
            input_tokens=900 + dice.below(700),
            latency_ms=dice.near(ranking.base),
            **common,
        )
