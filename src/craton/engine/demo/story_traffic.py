"""What the stories add to the ordinary traffic of a day, and what they keep out of the log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from msgspec.structs import replace

from craton.engine.demo import control_plane
from craton.engine.demo.calls import EPOCH, Call, Verdict
from craton.engine.demo.cast import person, program, user
from craton.engine.demo.models import MODELS
from craton.engine.demo.stories import (
    GUARDRAIL_BURST,
    LOGGING_OFF,
    NEVER_LOGGED,
    STOLEN_KEY,
    TRIPLED_TEAM,
    Span,
)
from craton.engine.demo.traffic import GEOGRAPHIES, apply_verdict, one_call, refused
from craton.engine.demo.trail import event

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator, Mapping

    from craton.engine.demo.calls import Caller
    from craton.engine.demo.cast import Cast
    from craton.engine.demo.dice import Dice
    from craton.engine.demo.rhythm import Day
    from craton.engine.demo.traffic import Habit
    from craton.engine.demo.workloads import Workload

Event = dict[str, Any]

KEY_MADE_DAYS_LEFT: Final = 71
_PROBES: Final = 6
_LATE_TRIES: Final = 8


def factor(workload: Workload, day: Day) -> float:
    """By how much the stories multiply the calls of a workload on a day."""
    return TRIPLED_TEAM.factor_on(day.days_left) if workload.name in TRIPLED_TEAM.workloads else 1.0


class Plot:
    """The stories at their place in time. Moments are in milliseconds since 1970."""

    def __init__(self, cast: Cast, habits: Mapping[str, Habit], as_of: dt.date) -> None:
        self._habits = habits
        self._as_of = as_of
        self._off = self._window(LOGGING_OFF.span)
        self._burst = self._window(GUARDRAIL_BURST.span)
        self._theft = self._window(STOLEN_KEY.span)
        self._off_account = cast.account_id(LOGGING_OFF.account)
        self._never_account = cast.account_id(NEVER_LOGGED.account)
        self._burst_account = cast.account_id(GUARDRAIL_BURST.account)
        self._key_account = cast.account_id(STOLEN_KEY.account)

    def _window(self, span: Span) -> tuple[int, int]:
        begin, end = span.begin(self._as_of), span.end(self._as_of)
        return _milliseconds(begin), _milliseconds(end)

    def is_logged(self, call: Call) -> bool:
        """Whether invocation logging was on where and when the call was made."""
        account, region = call.caller.account_id, call.region
        if not self.was_set_up(account, region):
            return False
        if account == self._key_account and region in STOLEN_KEY.unlogged:
            return False
        begin, end = self._off
        is_off = begin <= call.at < end and (account, region) == (self._off_account, LOGGING_OFF.region)
        return not is_off

    def was_set_up(self, account_id: str, region: str) -> bool:
        """Whether anybody ever switched logging on there."""
        return (account_id, region) != (self._never_account, NEVER_LOGGED.region)

    def calls(self, dice: Dice, day: Day) -> Iterator[Call]:
        """The calls that the stories add to a day."""
        begin, end = self._burst
        if day.holds(begin):
            for at in range(begin, end, (end - begin) // GUARDRAIL_BURST.blocks):
                yield self._attack(dice, at)
        begin, end = self._theft
        if day.holds(begin):
            for _ in range(STOLEN_KEY.calls):
                yield self._stolen(dice, begin + dice.below(end - begin))
            for step in range(_LATE_TRIES):
                yield refused(self._stolen(dice, end + 4000 * (step + 1)), "AccessDeniedException")
            for step in range(_PROBES):
                probe = replace(self._stolen(dice, begin - 60_000 * (step + 1)), region=STOLEN_KEY.home)
                yield refused(probe, "ValidationException")

    def _attack(self, dice: Dice, at: int) -> Call:
        habit = self._habits[GUARDRAIL_BURST.workload]
        attacker = person(self._burst_account, GUARDRAIL_BURST.permission_set, GUARDRAIL_BURST.person)
        call = replace(one_call(dice, habit, at), caller=attacker, error=None, metadata=None)
        verdict = Verdict(habit.workload.guardrail or "", "3", "blocked", "input", "content")
        apply_verdict(call, verdict)
        return call

    def _thief(self, dice: Dice) -> Caller:
        owner = user(self._key_account, STOLEN_KEY.user, bearer_token=True)
        return replace(owner, source_ip=dice.one_of(STOLEN_KEY.addresses), user_agent=STOLEN_KEY.agent)

    def _stolen(self, dice: Dice, at: int) -> Call:
        region = dice.one_of(STOLEN_KEY.regions)
        model = MODELS[STOLEN_KEY.model]
        geography = GEOGRAPHIES[region.partition("-")[0]]
        answered = min(16_000, dice.near(5600))
        call = Call(
            at=at,
            caller=self._thief(dice),
            region=region,
            model=model,
            model_id=f"{geography}.{model.id}" if dice.chance(0.7) else f"global.{model.id}",
            operation="Converse",
            request_id=dice.uuid(),
            inference_region=region,
            input_tokens=dice.near(7200),
            output_tokens=answered,
            max_tokens=16000,
            latency_ms=int(model.base + answered * model.speed),
        )
        return refused(call, "ThrottlingException") if dice.chance(0.06) else call

    def events(self, dice: Dice, day: Day) -> Iterator[Event]:
        """What the stories add to the trail of a day, beside calls to models."""
        begin, end = self._off
        if day.holds(begin):
            culprit = person(self._off_account, LOGGING_OFF.permission_set, LOGGING_OFF.person)
            yield control_plane.logging_event(dice, culprit, LOGGING_OFF.region, begin, on=False)
        if day.holds(end):
            deployer = program(self._off_account, control_plane.DEPLOYER, 0)
            yield control_plane.logging_event(dice, deployer, LOGGING_OFF.region, end, on=True)
        if day.days_left == KEY_MADE_DAYS_LEFT:
            at = day.begin + 15 * 3_600_000
            yield from control_plane.key_made_events(dice, self._key_account, STOLEN_KEY.user, at)
        begin, end = self._theft
        if day.holds(begin):
            yield from self._looked_around(dice, begin - 900_000)
            yield control_plane.key_stopped_event(
                dice, self._key_account, STOLEN_KEY.user, STOLEN_KEY.contained_by, end
            )

    def _looked_around(self, dice: Dice, at: int) -> Iterator[Event]:
        for region in STOLEN_KEY.regions:
            for name, parameters in (
                ("ListFoundationModels", None),
                ("GetFoundationModelAvailability", {"modelId": MODELS[STOLEN_KEY.model].id}),
            ):
                at += 2500
                made = event(
                    dice,
                    self._thief(dice),
                    at=at,
                    region=region,
                    service="bedrock",
                    name=name,
                    parameters=parameters,
                )
                made["additionalEventData"] = {"callWithBearerToken": True}
                yield made


def _milliseconds(moment: dt.datetime) -> int:
    return int((moment - EPOCH).total_seconds() * 1000)
