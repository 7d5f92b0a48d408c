"""Which models are called where, what that costs, and whether it is logged and guarded."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from craton.core.model_reference import LIST_PRICED, GeoScope, ModelReference, parse
from craton.core.price import PRICE_STATUSES, Usage, estimate
from craton.core.survey import ModelState, ModelUse, SurveyedPlace
from craton.registry.lifecycle import model_lifecycles
from craton.registry.prices import price_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from craton.core.cloud_call import Observation
    from craton.core.price import Estimate
    from craton.core.survey import Guarding, Logging
    from craton.engine.survey.answers import Answers

Counts = dict[str, dict[dt.date, float]]
"""The sum of each metric on each day that has one, by the id of its query."""


def model_uses(answers: Answers, day: dt.date) -> tuple[ModelUse, ...]:
    """The models that are called, by account and Region, in that order."""
    profiles = dict(_profiles(answers))
    found = [
        _use(account, region, model_id, counts, parse_of(model_id, profiles), day)
        for (account, region), one in answers.at("cloudwatch", "GetMetricData").items()
        if one.status == "answered"
        for model_id, counts in sorted(_by_model(one).items())
    ]
    used = (one for one in found if one.calls)
    return tuple(sorted(used, key=lambda one: (one.account, one.region, one.model_id)))


def parse_of(model_id: str, profiles: Mapping[str, ModelReference]) -> ModelReference:
    """What a metric's model id names; application inference profiles are told by their id alone."""
    return profiles.get(model_id) or parse(model_id)


def places(answers: Answers, uses: Iterable[ModelUse], enforced: frozenset[str]) -> tuple[SurveyedPlace, ...]:
    """Where models are called, or logging or guardrails are set up.

    `enforced` are the accounts in which a policy of the organization guards every call.
    """
    calls: dict[tuple[str, str], int] = {}
    for one in uses:
        calls[one.account, one.region] = calls.get((one.account, one.region), 0) + one.calls
    metrics = answers.at("cloudwatch", "GetMetricData")
    logging = answers.at("bedrock", "GetModelInvocationLoggingConfiguration")
    guardrails = answers.at("bedrock", "ListGuardrails")
    own = answers.at("bedrock", "ListEnforcedGuardrailsConfiguration")
    found = []
    for place in sorted({*metrics, *logging}):
        counted = calls.get(place, 0) if _is_answered(metrics.get(place)) else None
        logs = _logging(logging.get(place))
        number = _number(guardrails.get(place), "guardrails")
        if counted or logs == "on" or number:
            enforces = place[0] in enforced or bool(_number(own.get(place), "guardrailsConfig"))
            found.append(
                SurveyedPlace(
                    account=place[0],
                    region=place[1],
                    calls=counted,
                    logging=logs,
                    guarding=_guarding(number, own.get(place), enforces=enforces),
                    guardrails=number,
                )
            )
    return tuple(found)


def places_in_use(answers: Answers) -> tuple[tuple[str, str], ...]:
    """The accounts and Regions in which there are calls, or logging is set up."""
    called = {
        place
        for place, one in answers.at("cloudwatch", "GetMetricData").items()
        if one.status == "answered" and any(each["Values"] for each in one.answer["MetricDataResults"])
    }
    logged = {
        place
        for place, one in answers.at("bedrock", "GetModelInvocationLoggingConfiguration").items()
        if _logging(one) == "on"
    }
    return tuple(sorted(called | logged))


def _is_answered(one: Observation | None) -> bool:
    return one is not None and one.status == "answered"


def _logging(one: Observation | None) -> Logging:
    if one is None or one.status != "answered":
        return "unknown"
    told = one.answer.get("loggingConfig") or {}
    return "on" if told.get("s3Config") or told.get("cloudWatchConfig") else "off"


def _number(one: Observation | None, field: str) -> int | None:
    return len(one.answer[field]) if one is not None and one.status == "answered" else None


def _guarding(guardrails: int | None, own: Observation | None, *, enforces: bool) -> Guarding:
    if enforces:
        return "enforced"
    if guardrails:
        return "available"
    return "none" if guardrails == 0 and _is_answered(own) else "unknown"


def _by_model(one: Observation) -> dict[str, Counts]:
    """What metrics count, by the model's id."""
    found: dict[str, Counts] = {}
    for told in one.answer["MetricDataResults"]:
        days = found.setdefault(told["Label"], {}).setdefault(told["Id"], {})
        for time, value in zip(told["Timestamps"], told["Values"], strict=True):
            day = dt.date.fromisoformat(time[:10])
            days[day] = days.get(day, 0.0) + value
    return found


def _use(  # noqa: PLR0917 - what a row is made of
    account: str, region: str, model_id: str, counts: Counts, model: ModelReference, day: dt.date
) -> ModelUse:
    lifecycle = model_lifecycles().get(model.base or "")
    state: ModelState = (
        "unknown" if model.base is None else lifecycle.state_on(day) if lifecycle else "active"
    )
    cost, price = _cost(counts, model, region)
    return ModelUse(
        account=account,
        region=region,
        model_id=model_id,
        model=model.base,
        calls=_total(counts, "invocations") or 0,
        input_tokens=_total(counts, "input_tokens"),
        output_tokens=_total(counts, "output_tokens"),
        cost=cost,
        price=price,
        state=state,
        end_of_life=lifecycle.end_of_life if lifecycle else None,
        is_legacy=bool(_total(counts, "legacy")),
    )


def _total(counts: Counts, name: str) -> int | None:
    days = counts.get(name)
    return round(sum(days.values())) if days else None


def _cost(counts: Counts, model: ModelReference, region: str) -> tuple[Decimal | None, Any]:
    """What the calls cost by list prices, and how sure that is; no cost where a day of them has none."""
    if not counts.get("input_tokens") and not counts.get("output_tokens"):
        return None, "unknown"
    total, least_sure = Decimal(0), 0
    for day, calls in sorted(counts.get("invocations", {}).items()):
        found = _cost_of_day(counts, model, region, day, calls)
        if found.cost is None:
            return None, "unpriced"
        total += found.cost
        least_sure = max(least_sure, PRICE_STATUSES.index(found.status))
    return total, PRICE_STATUSES[least_sure]


def _cost_of_day(counts: Counts, model: ModelReference, region: str, day: dt.date, calls: float) -> Estimate:
    """The cost of one day's calls, all in the band of prices that their average is in."""

    def told(name: str) -> int | None:
        value = counts.get(name, {}).get(day)
        return None if value is None else round(value)

    usage = Usage(
        input_tokens=told("input_tokens") or 0,
        output_tokens=told("output_tokens") or 0,
        cache_read_input_tokens=told("cache_read"),
        cache_creation_input_tokens=told("cache_write"),
    )
    priced = model.kind in LIST_PRICED
    rates = price_table().rates(model.base, model.geo_scope, region, None, day) if priced else None
    if rates is not None:
        sent = (told("input_tokens") or 0) + (told("cache_read") or 0) + (told("cache_write") or 0)
        rates = msgspec.structs.replace(rates, bands=(rates.band(round(sent / max(calls, 1))),))
    return estimate(rates, usage)


def _profiles(answers: Answers) -> Iterator[tuple[str, ModelReference]]:
    """What each application inference profile stands for, by its id."""
    for one in answers.answered("bedrock", "ListInferenceProfiles"):
        for told in one.answer["inferenceProfileSummaries"]:
            behind = [parse(str(each["modelArn"])) for each in told["models"]]
            regions = {str(each["modelArn"]).split(":")[3] for each in told["models"]}
            # A global profile may also route to the model anywhere, whose ARN then names no Region.
            scope: GeoScope = (
                "global" if "" in regions else "in_region" if regions == {one.read.region} else "geo"
            )
            if behind and behind[0].base:
                yield (
                    str(told["inferenceProfileId"]),
                    ModelReference(
                        kind="application_inference_profile",
                        base=behind[0].base,
                        geo_scope=scope,
                        profile_id=str(told["inferenceProfileArn"]),
                    ),
                )
