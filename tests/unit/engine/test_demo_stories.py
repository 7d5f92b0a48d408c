from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from tests.unit.engine import demo_records as demo

from craton.core.attribution import Attribution
from craton.core.errors import UserError
from craton.core.principal import Principal
from craton.engine.demo import stories
from craton.engine.demo.cast import Cast
from craton.engine.demo.deliveries import DAMAGES, DELIVERIES
from craton.engine.demo.dice import Dice, Weighted
from craton.engine.demo.generation import example_manifest
from craton.engine.demo.habits import HABITS
from craton.engine.demo.rhythm import DAYS, Day
from craton.engine.demo.stories import (
    GUARDRAIL_BURST,
    LOGGING_OFF,
    NEVER_LOGGED,
    STOLEN_KEY,
    TRIPLED_TEAM,
    Span,
)
from craton.engine.manifests import load

MANIFEST = load(example_manifest())
CAST = Cast(MANIFEST)


def moment(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text.replace(" ", "T")[:19]).replace(tzinfo=dt.UTC)


def within(span: Span, text: str) -> bool:
    return span.begin(demo.AS_OF) <= moment(text) < span.end(demo.AS_OF)


def calls_of(workload: str, days_left: int) -> int:
    made = demo.demonstration().calls(Dice("a test", workload), Day(demo.AS_OF, days_left))
    callers = {one.arn for one in demo.demonstration().habits[workload].callers}
    return sum(call.caller.arn in callers for call in made)


def test_the_team_calls_three_times_as_often_as_before() -> None:
    before = TRIPLED_TEAM.factor_on(TRIPLED_TEAM.span.starts)
    after = TRIPLED_TEAM.factor_on(TRIPLED_TEAM.span.starts - TRIPLED_TEAM.ramp_days)
    assert (before, after, TRIPLED_TEAM.factor_on(1)) == (1.0, 3.0, 3.0)
    usual, tripled = calls_of("case summaries", 41), calls_of("case summaries", 6)
    assert 2.3 < tripled / usual < 3.9


@pytest.mark.slow
def test_while_logging_is_off_the_trail_alone_tells_of_calls() -> None:
    account = CAST.account_id(LOGGING_OFF.account)
    here = {"accountId": account, "region": LOGGING_OFF.region}
    logged = [
        record
        for record in demo.invocations()
        if here.items() <= record.items() and within(LOGGING_OFF.span, record["timestamp"])
    ]
    seen = [
        event
        for event in demo.events()
        if (event["recipientAccountId"], event["awsRegion"]) == (account, LOGGING_OFF.region)
        and event["eventName"] in ("Converse", "InvokeModel")
        and within(LOGGING_OFF.span, event["eventTime"])
    ]
    assert logged == []
    assert len(seen) > 100


def test_a_person_switches_logging_off_and_the_deployer_switches_it_on_again() -> None:
    account = CAST.account_id(LOGGING_OFF.account)
    switched = [
        (event["eventName"], moment(event["eventTime"]), event["userIdentity"]["arn"].rpartition("/")[2])
        for event in sorted(demo.events(), key=lambda event: str(event["eventTime"]))
        if event["recipientAccountId"] == account
        and event["eventName"].endswith("ModelInvocationLoggingConfiguration")
        if not event["readOnly"] and event["eventTime"] > "2026-09"
    ]
    off, on = switched
    assert off == (
        "DeleteModelInvocationLoggingConfiguration",
        LOGGING_OFF.span.begin(demo.AS_OF),
        LOGGING_OFF.person,
    )
    assert on == (
        "PutModelInvocationLoggingConfiguration",
        LOGGING_OFF.span.end(demo.AS_OF),
        "CratonDeployer",
    )


def test_one_person_is_blocked_over_and_over() -> None:
    blocked = [
        record
        for record in demo.invocations()
        if record["identity"]["arn"].endswith(GUARDRAIL_BURST.person)
        and record["output"]["outputBodyJson"]["stopReason"] == "guardrail_intervened"
    ]
    assert GUARDRAIL_BURST.blocks <= len(blocked) <= GUARDRAIL_BURST.blocks + 1
    assert all(within(GUARDRAIL_BURST.span, record["timestamp"]) for record in blocked)
    assert {record["accountId"] for record in blocked} == {CAST.account_id(GUARDRAIL_BURST.account)}


def test_a_retired_model_answers_until_its_end_and_fails_from_then_on() -> None:
    asked = [record for record in demo.s3_records() if "claude-3-haiku" in record["modelId"]]
    answered = {record["timestamp"][:10] for record in asked if "errorCode" not in record}
    refused = {r["timestamp"][:10] for r in asked if r.get("errorCode") == "ResourceNotFoundException"}
    assert max(answered) < "2026-09-10" <= min(refused)
    assert max(refused) > "2026-11-15"


def test_the_stolen_key_calls_from_strange_addresses_in_many_regions_within_hours() -> None:
    stolen = [
        event
        for event in demo.events()
        if event["sourceIPAddress"] in STOLEN_KEY.addresses and event["eventName"] == "Converse"
    ]
    done = [event for event in stolen if "errorCode" not in event]
    assert len(done) > STOLEN_KEY.calls * 0.85
    assert {event["awsRegion"] for event in done} == set(STOLEN_KEY.regions)
    assert all(event["additionalEventData"]["callWithBearerToken"] for event in stolen)
    begin, end = STOLEN_KEY.span.begin(demo.AS_OF), STOLEN_KEY.span.end(demo.AS_OF)
    assert all(begin <= moment(event["eventTime"]) < end + dt.timedelta(minutes=5) for event in done)
    tried = [event for event in stolen if moment(event["eventTime"]) > end + dt.timedelta(minutes=5)]
    assert tried == []


def test_the_thief_looks_around_first_and_somebody_stops_the_key() -> None:
    looked = [
        event
        for event in demo.events()
        if event["eventName"] == "GetFoundationModelAvailability"
        and event["sourceIPAddress"] in STOLEN_KEY.addresses
    ]
    stopped = [event for event in demo.events() if event["eventName"] == "UpdateServiceSpecificCredential"]
    assert {event["awsRegion"] for event in looked} == set(STOLEN_KEY.regions)
    assert all(moment(event["eventTime"]) < STOLEN_KEY.span.begin(demo.AS_OF) for event in looked)
    (event,) = stopped
    assert event["requestParameters"]["status"] == "Inactive"
    assert event["userIdentity"]["arn"].endswith(STOLEN_KEY.contained_by)
    made = [one for one in demo.events() if one["eventName"] == "CreateServiceSpecificCredential"]
    secret = made[0]["responseElements"]["serviceSpecificCredential"]
    assert secret["serviceSpecificCredentialId"] == event["requestParameters"]["serviceSpecificCredentialId"]


def test_where_nobody_switched_logging_on_nothing_is_logged() -> None:
    account = CAST.account_id(NEVER_LOGGED.account)
    logged = Counter(r["region"] for r in demo.invocations() if r["accountId"] == account)
    seen = Counter(
        event["awsRegion"]
        for event in demo.events()
        if event["recipientAccountId"] == account and event["eventName"] == "ConverseStream"
    )
    assert logged[NEVER_LOGGED.region] == 0
    assert seen[NEVER_LOGGED.region] > 20
    assert all(logged[region] == 0 for region in STOLEN_KEY.unlogged)


@pytest.mark.parametrize("story", ["LOGGING_OFF", "GUARDRAIL_BURST", "STOLEN_KEY", "TRIPLED_TEAM"])
def test_every_story_lies_within_the_ninety_days(story: str) -> None:
    span = getattr(stories, story).span
    assert 0 <= span.ends < span.starts < DAYS


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.kind)
@pytest.mark.parametrize("offset", range(7))
def test_every_damage_happens_once_whatever_the_day_and_never_on_a_weekend(
    damage: object, offset: int
) -> None:
    as_of = demo.AS_OF + dt.timedelta(days=offset)
    days = [Day(as_of, days_left).date for days_left in range(DAYS, 0, -1)]
    struck = [day for day in days if damage.is_on(day, as_of)]  # type: ignore[attr-defined]
    assert len(struck) == 1
    assert struck[0].weekday() < 5


@pytest.mark.parametrize("workload", HABITS, ids=lambda workload: workload.name)
def test_calls_show_their_owner_by_the_sign_that_the_habit_names(workload: object) -> None:
    done = demo.demonstration().habits[workload.name]  # type: ignore[attr-defined]
    made = demo.demonstration().calls(Dice("owners"), Day(demo.AS_OF, 4))
    arns = {caller.arn for caller in done.callers}
    calls = [
        call
        for call in made
        if call.caller.arn in arns and call.caller.source_ip == done.callers[0].source_ip
    ]
    attribution = Attribution(MANIFEST)
    owners = {
        (owner.team, owner.project, owner.attributed_by)
        for call in calls
        for owner in [
            attribution.of(
                call.caller.account_id,
                Principal.parse(call.caller.arn),
                call.model_id if "application-inference-profile" in call.model_id else None,
                call.metadata,
                demo.AS_OF,
            )
        ]
    }
    team, project, sign = workload.team, workload.project, workload.sign  # type: ignore[attr-defined]
    assert (team, project, sign) in owners


def test_a_name_that_the_manifest_does_not_know_is_told() -> None:
    with pytest.raises(UserError, match="`nowhere`"):
        CAST.account_id("nowhere")
    with pytest.raises(UserError, match="`nobody`"):
        CAST.signs("nobody", None)


def test_every_account_that_calls_models_has_a_way_for_its_log() -> None:
    assert {workload.account for workload in HABITS} <= set(DELIVERIES)


def test_dice_fall_the_same_way_for_the_same_seed() -> None:
    throws = [
        (dice.below(10**6), dice.uuid(), dice.near(500), dice.letters(6))
        for dice in (Dice(1, "a"), Dice(1, "a"))
    ]
    assert throws[0] == throws[1]
    assert Dice(1, "a").uuid() != Dice(1, "b").uuid()


def test_dice_near_a_median_have_it_in_their_middle() -> None:
    dice = Dice("median")
    throws = sorted(dice.near(1000) for _ in range(4001))
    assert 900 < throws[2000] < 1100
    assert throws[-1] > 3000


def test_weights_decide_how_often_a_choice_is_taken() -> None:
    dice, weighted = Dice("weights"), Weighted({"often": 9, "seldom": 1})
    taken = Counter(dice.of(weighted) for _ in range(10_000))
    assert 8800 < taken["often"] < 9200
