"""The calls of a day: what each workload does, and what stories change about it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from msgspec import Struct
from msgspec.structs import replace

from craton.engine.demo.calls import STREAMS, Call, Caller, Operation, Verdict
from craton.engine.demo.dice import Weighted
from craton.engine.demo.models import MODELS
from craton.engine.demo.rhythm import moment, share_of_weekday
from craton.engine.demo.workloads import Choice, Workload

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from craton.engine.demo.cast import Cast
    from craton.engine.demo.dice import Dice
    from craton.engine.demo.models import Model
    from craton.engine.demo.rhythm import Day

GEOGRAPHIES: Final[Mapping[str, str]] = MappingProxyType({"us": "us", "ca": "us", "eu": "eu", "ap": "apac"})
"""The prefix of the geographic profiles that a Region may call, by the first part of its name."""

_DESTINATIONS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "us": ("us-east-1", "us-east-2", "us-west-2"),
        "eu": ("eu-central-1", "eu-west-1", "eu-west-3", "eu-north-1"),
        "apac": ("ap-northeast-1", "ap-southeast-2", "ap-south-1"),
        "global": ("us-east-1", "us-west-2", "eu-west-1", "eu-north-1", "ap-southeast-4", "ap-northeast-1"),
    }
)
_ERRORS: Final = Weighted(
    {
        "ThrottlingException": 60,
        "ValidationException": 20,
        "ModelTimeoutException": 8,
        "ServiceUnavailableException": 6,
        "AccessDeniedException": 6,
    }
)
_STOPS: Final = Weighted({"end_turn": 88, "max_tokens": 7, "stop_sequence": 5})
_VERDICTS: Final = Weighted({"passed": 900, "detected": 35, "masked": 45, "blocked": 20})
_POLICIES: Final = Weighted({"content": 5, "topic": 4, "word": 2, "pii": 3, "grounding": 1})
_PII: Final = Weighted({"pii": 4, "regex": 1})

END_OF_LIFE: Final = "ResourceNotFoundException"


class Habit(Struct, frozen=True):
    """A workload made ready: its callers, and its choices as weights."""

    workload: Workload
    callers: tuple[Caller, ...]
    choices: Weighted[Choice]
    operations: Weighted[Operation]
    regions: Weighted[str]
    metadata: Mapping[str, str] | None
    profiles: Mapping[str, tuple[str, str]]
    """By Region, the application inference profile that shows the owner, and where it may route calls."""


def habit(workload: Workload, cast: Cast) -> Habit:
    """The workload as the organization's people and programs do it."""
    signs = cast.signs(workload.team, workload.project)
    account_id = cast.account_id(workload.account)
    profiles = {
        profile.arn.split(":")[3]: (profile.arn, profile.model.partition(".")[0])
        for profile in signs.profiles
        if f":{account_id}:" in profile.arn
    }
    return Habit(
        workload=workload,
        callers=cast.callers(workload),
        choices=Weighted({choice: choice.weight for choice in workload.choices}),
        operations=Weighted(dict(workload.operations)),
        regions=Weighted(dict(workload.regions)),
        metadata=signs.metadata if workload.sign == "request_metadata" else None,
        profiles=profiles,
    )


def calls_of_day(
    dice: Dice, done: Habit, day: Day, *, factor: float, ends: Mapping[str, dt.date]
) -> Iterator[Call]:
    """The calls of one workload on one day, in no order. `factor` is what a story makes of their number."""
    workload = done.workload
    growth = 1 + (workload.growth - 1) * day.progress
    usual = workload.calls * growth * share_of_weekday(workload.rhythm, day.date)
    for _ in range(dice.rounded(usual * factor * dice.between(0.85, 1.15))):
        call = one_call(dice, done, moment(dice, workload.rhythm, day.begin))
        end = ends.get(call.model.id)
        yield call if end is None or day.date < end else refused(call, END_OF_LIFE)


def one_call(dice: Dice, done: Habit, at: int) -> Call:
    """One call of a workload."""
    workload = done.workload
    caller, region = dice.one_of(done.callers), dice.of(done.regions)
    choice = dice.of(done.choices)
    model = MODELS[choice.model]
    model_id, reach = named(done, choice, caller, region)
    call = Call(
        at=at,
        caller=caller,
        region=region,
        model=model,
        model_id=model_id,
        operation=_operation(dice, done, model),
        request_id=dice.uuid(),
        metadata=done.metadata,
        inference_region=dice.one_of(_DESTINATIONS[reach]) if reach else None,
        service_tier=workload.service_tier,
    )
    if dice.chance(workload.error_rate):
        return refused(call, dice.of(_ERRORS))
    _measure(dice, workload, call)
    if workload.guardrail is not None:
        _guard(dice, workload, call)
    return call


def _operation(dice: Dice, done: Habit, model: Model) -> Operation:
    if model.is_text:
        return dice.of(done.operations)
    return "StartAsyncInvoke" if model.family == "async" else "InvokeModel"


def refused(call: Call, error: str) -> Call:
    """The same call, which AWS answered with an error: nothing was counted."""
    return replace(
        call,
        error=error,
        input_tokens=None,
        output_tokens=None,
        cache_read=0,
        cache_write=0,
        latency_ms=40,
        first_token_ms=0,
        verdict=None,
        inference_region=None,
        large=False,
    )


def _measure(dice: Dice, workload: Workload, call: Call) -> None:
    """Fills in tokens and times as they usually are."""
    model = call.model
    call.input_tokens = max(1, dice.near(workload.input_tokens))
    call.max_tokens = workload.max_tokens if model.is_text else None
    call.attachment = workload.attachment if dice.chance(0.6) else None
    if model.is_text:
        call.output_tokens = min(workload.max_tokens, max(1, dice.near(workload.output_tokens)))
        call.stop_reason = "max_tokens" if call.output_tokens == workload.max_tokens else dice.of(_STOPS)
        call.tools = workload.tools
        if workload.tools and dice.chance(0.4):
            call.stop_reason = "tool_use"
    elif model.family in {"async", "image"}:
        call.input_tokens = None
    if workload.cached and model.family in ("claude", "nova"):
        _cache(dice, workload, call)
    call.large = workload.is_large and dice.chance(0.7)
    call.latency_ms = int(
        dice.near(model.base) + (call.output_tokens or 0) * model.speed * dice.between(0.8, 1.3)
    )
    if call.operation in STREAMS:
        call.first_token_ms = min(call.latency_ms, dice.near(model.base * 0.7))


def _cache(dice: Dice, workload: Workload, call: Call) -> None:
    """Most calls read the prompt's beginning from the cache; some write it, or write its newest part."""
    beginning = dice.near(workload.cached)
    if dice.chance(0.82):
        call.cache_read = beginning
        call.cache_write = dice.near(workload.cached * 0.02)
    elif dice.chance(0.6):
        call.cache_write = beginning
    call.one_hour_cache = workload.one_hour_cache


def _guard(dice: Dice, workload: Workload, call: Call) -> None:
    """Lets the workload's guardrail assess the call."""
    outcome = dice.of(_VERDICTS)
    side = "output" if outcome == "masked" or dice.chance(0.3) else "input"
    policy = dice.of(_PII) if outcome == "masked" else dice.of(_POLICIES)
    verdict = Verdict(workload.guardrail or "", "3", outcome, side, policy)  # type: ignore[arg-type]  # tables above
    apply_verdict(call, verdict)


def apply_verdict(call: Call, verdict: Verdict) -> None:
    """The call as it is after a guardrail's verdict: a request that was blocked reached no model."""
    call.verdict = verdict
    if verdict.outcome == "blocked" and verdict.side == "input":
        call.input_tokens = call.output_tokens = 0
        call.cache_read = call.cache_write = 0
        call.latency_ms = min(call.latency_ms, 350)
        call.first_token_ms = min(call.first_token_ms, 350)
    if verdict.outcome == "blocked":
        call.stop_reason = "guardrail_intervened"
        call.inference_region = None if verdict.side == "input" else call.inference_region


def named(done: Habit, choice: Choice, caller: Caller, region: str) -> tuple[str, str | None]:
    """The model as the caller names it, and the geography within which the call may be routed."""
    model, account = MODELS[choice.model], caller.account_id
    geography = GEOGRAPHIES[region.partition("-")[0]]
    match choice.form:
        case "id":
            return model.id, None
        case "geo":
            return f"{geography}.{model.id}", geography
        case "global":
            return f"global.{model.id}", "global"
        case "foundation_model_arn":
            return f"arn:aws:bedrock:{region}::foundation-model/{model.id}", None
        case "profile_arn":
            return f"arn:aws:bedrock:{region}:{account}:inference-profile/{geography}.{model.id}", geography
        case "application_profile":
            return done.profiles[region]
        case _:
            return _own_model(choice, model, account, region), None


def _own_model(choice: Choice, model: Model, account: str, region: str) -> str:
    """An ARN of a model or capacity that belongs to the account."""
    own = f"arn:aws:bedrock:{region}:{account}"
    match choice.form:
        case "provisioned":
            return f"{own}:provisioned-model/1jx4lkskto2u"
        case "imported":
            return f"{own}:imported-model/q6ajg7pxol0h"
        case _:
            return f"arn:aws:sagemaker:{region}:{account}:endpoint/acme-{model.family}"
