from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from tests.unit.replay.recorded_calls import (
    APP,
    DEV,
    MANAGEMENT,
    NOVA,
    PROFILE_ARN,
    SONNET,
    STRANGER,
    deny,
    event,
    invocation,
    lake_of,
    write_manifest,
    write_policy,
)

from craton.core.errors import UserError
from craton.engine.progress import Silent
from craton.engine.replaying import Removal, candidate, moment, replay
from craton.replay.summary import Tally

if TYPE_CHECKING:
    from pathlib import Path

    from craton.replay.summary import ReplaySummary

NOW = dt.datetime(2026, 11, 26)  # noqa: DTZ001 - naive UTC
INVOKE = ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]


def without_examples(found: ReplaySummary) -> ReplaySummary:
    return msgspec.structs.replace(
        found,
        simulated=(),
        reasons=tuple(msgspec.structs.replace(one, examples=()) for one in found.reasons),
        unknown_keys=tuple(msgspec.structs.replace(one, examples=()) for one in found.unknown_keys),
    )


def replayed(
    folder: Path,
    events: list[dict[str, Any]],
    *statements: dict[str, Any],
    at: str = "workloads",
    attached: tuple[tuple[str, str], ...] = (),
    remove: tuple[Removal, ...] = (),
    since: str | None = None,
) -> ReplaySummary:
    """What candidates come to, and afterwards it is known that event by event the same comes out."""
    manifest = write_manifest(folder, attached)
    lake = lake_of(folder, *events)
    candidates = (candidate(write_policy(folder / "new.json", *statements), at),) if statements else ()
    answers = [
        replay(
            lake,
            manifest,
            candidates=candidates,
            removals=remove,
            since=since,
            now=NOW,
            progress=Silent(),
            by_masks=by_masks,
        )
        for by_masks in (False, True)
    ]
    assert without_examples(answers[0]) == without_examples(answers[1])
    return answers[0]


def test_a_denied_model_is_told_with_its_statement_place_line_and_example(tmp_path: Path) -> None:
    calls = [event(), event(), event(model=NOVA)]
    found = replayed(
        tmp_path,
        calls,
        deny("s3:GetObject", sid="Other"),
        deny(INVOKE, f"arn:aws:bedrock:*::foundation-model/{SONNET}"),
    )
    assert found.tally == Tally(newly_denied=2, unchanged=1)
    (reason,) = found.reasons
    (statement,) = reason.statements
    assert (statement.sid, statement.at, statement.line, statement.kind) == ("Denied", "workloads", 3, "scp")
    assert statement.file == str(tmp_path / "new.json")
    assert (reason.calls, reason.examples) == (2, (calls[0]["eventID"],))
    assert [(one.name, one.tally.newly_denied) for one in found.accounts] == [(APP, 2)]
    assert found.principals[0].name == f"arn:aws:iam::{APP}:role/app"
    assert [(one.name, one.tally.newly_denied) for one in found.models] == [(SONNET, 2), (NOVA, 0)]
    assert [(one.name, one.tally.calls) for one in found.days] == [("2026-11-20", 3)]


def test_a_policy_beside_the_account_changes_nothing(tmp_path: Path) -> None:
    found = replayed(tmp_path, [event(account=DEV)], deny(INVOKE), at="workloads/prod")
    assert found.tally == Tally(unchanged=1)
    assert not found.would_change


def test_a_call_is_newly_denied_where_one_destination_of_its_profile_is(tmp_path: Path) -> None:
    calls = [event(model=f"us.{SONNET}"), event(), event(model=PROFILE_ARN)]
    found = replayed(tmp_path, calls, deny(INVOKE, "arn:aws:bedrock:us-west-2::foundation-model/*"))
    assert found.tally == Tally(newly_denied=2, unchanged=1)


def test_a_region_where_a_call_ran_counts_although_no_route_names_it(tmp_path: Path) -> None:
    ran = event(model=f"us.{SONNET}", additionalEventData={"inferenceRegion": "us-west-1"})
    elsewhere = event(model=f"us.{SONNET}")
    found = replayed(
        tmp_path, [ran, elsewhere], deny(INVOKE, "arn:aws:bedrock:us-west-1::foundation-model/*")
    )
    assert found.tally == Tally(newly_denied=1, unchanged=1)


@pytest.mark.slow
def test_global_routing_is_authorised_without_the_region_where_a_call_ran(tmp_path: Path) -> None:
    ran = event(model=f"global.{SONNET}", additionalEventData={"inferenceRegion": "eu-north-1"})
    elsewhere = deny(INVOKE, "arn:aws:bedrock:eu-north-1::foundation-model/*", sid="North")
    assert replayed(tmp_path, [ran], elsewhere).tally == Tally(unchanged=1)
    anywhere = deny(INVOKE, "*", StringEquals={"aws:RequestedRegion": "unspecified"})
    assert replayed(tmp_path, [ran], anywhere).tally == Tally(newly_denied=1)


@pytest.mark.slow
def test_a_profile_without_known_routes_is_unknown_only_where_some_region_is_denied(tmp_path: Path) -> None:
    unrouted = event(model="us.acme.model-v9:0")
    denied = deny(INVOKE, "arn:aws:bedrock:us-west-2::foundation-model/acme.*")
    found = replayed(tmp_path, [unrouted], denied)
    assert found.tally == Tally(unknown=1)
    assert [one.key for one in found.unknown_keys] == ["the route"]
    other = deny(INVOKE, "arn:aws:bedrock:us-west-2::foundation-model/other.*")
    assert replayed(tmp_path, [unrouted], other).tally == Tally(unchanged=1)


def test_removing_a_policy_newly_allows_what_it_denied(tmp_path: Path) -> None:
    write_policy(
        tmp_path / "models.json", deny(INVOKE, f"arn:aws:bedrock:*::foundation-model/{NOVA}", sid="No")
    )
    refused = event(model=NOVA, errorCode="AccessDenied")
    found = replayed(
        tmp_path,
        [refused, event()],
        attached=(("models.json", "workloads"),),
        remove=(Removal("models.json", "workloads"),),
    )
    assert found.tally == Tally(newly_allowed=1, unchanged=1)
    (reason,) = found.reasons
    assert (reason.outcome, reason.statements[0].sid, reason.refused) == ("newly_allowed", "No", 1)
    assert (found.denied_today, found.denied_by_candidate) == (1, 0)


def test_what_was_refused_and_no_policy_of_today_refuses_is_unchanged_and_counted(tmp_path: Path) -> None:
    found = replayed(tmp_path, [event(errorCode="AccessDeniedException")], deny("s3:*"))
    assert found.tally == Tally(unchanged=1)
    assert (found.recorded.refused_but_allowed, found.recorded.made_but_denied) == (1, 0)


def test_what_was_made_and_would_be_denied_today_is_counted(tmp_path: Path) -> None:
    write_policy(tmp_path / "late.json", deny(INVOKE))
    found = replayed(tmp_path, [event()], deny("s3:*"), attached=(("late.json", "root"),))
    assert found.tally == Tally(unchanged=1)
    assert found.recorded.made_but_denied == 1


def test_where_full_access_is_detached_nothing_allows_and_the_level_is_named(tmp_path: Path) -> None:
    found = replayed(tmp_path, [event()], remove=(Removal("FullAWSAccess", "workloads/prod"),))
    assert found.tally == Tally(newly_denied=1)
    (reason,) = found.reasons
    assert (reason.statements, reason.levels) == ((), ("scp at workloads/prod",))


@pytest.mark.slow
@pytest.mark.parametrize(
    "call",
    [
        event(account=MANAGEMENT),
        event(role="aws-service-role/bedrock.amazonaws.com/AWSServiceRoleForBedrock"),
    ],
)
def test_no_scp_meets_the_management_account_and_service_linked_roles(
    tmp_path: Path, call: dict[str, Any]
) -> None:
    found = replayed(tmp_path, [call], deny("*"), at="root")
    assert found.tally == Tally(unchanged=1)
    assert found.exempt == 1


def test_an_account_that_the_manifest_does_not_know_is_unknown(tmp_path: Path) -> None:
    found = replayed(tmp_path, [event(account=STRANGER)], deny(INVOKE))
    assert found.tally == Tally(unknown=1)
    assert [one.key for one in found.unknown_keys] == ["the account"]


def test_an_operation_that_no_action_is_known_for_is_counted_by_name(tmp_path: Path) -> None:
    found = replayed(tmp_path, [event("DoWhatNobodyKnows"), event("DoWhatNobodyKnows")], deny(INVOKE))
    assert found.tally == Tally(unknown=2)
    (operation,) = found.unknown_operations
    assert (operation.event_name, operation.calls) == ("DoWhatNobodyKnows", 2)


def test_what_needs_no_permission_is_never_denied(tmp_path: Path) -> None:
    call = event("GetCallerIdentity", eventSource="sts.amazonaws.com", model=None)
    assert replayed(tmp_path, [call], deny("*")).tally == Tally(unchanged=1)


def test_events_that_are_no_calls_are_left_out_and_counted(tmp_path: Path) -> None:
    found = replayed(tmp_path, [event(), event(eventType="AwsServiceEvent")], deny(INVOKE))
    assert (found.tally.calls, found.no_calls) == (1, 1)


@pytest.mark.slow
def test_a_guardrail_is_known_where_the_invocation_tells_it_and_unknown_otherwise(tmp_path: Path) -> None:
    guarded, traceless, unlogged, other = event(), event(), event(), event()
    records = [
        guarded,
        traceless,
        unlogged,
        other,
        invocation(guarded, "good"),
        invocation(traceless),
        invocation(other, "bad"),
    ]
    needed = f"arn:aws:bedrock:us-east-1:{APP}:guardrail/good*"
    found = replayed(
        tmp_path,
        records,
        deny(
            INVOKE,
            "arn:aws:bedrock:*::foundation-model/*",
            ArnNotLike={"bedrock:GuardrailIdentifier": needed},
        ),
    )
    assert found.tally == Tally(newly_denied=1, unchanged=1, unknown=2)
    (key,) = found.unknown_keys
    assert (key.key, key.calls) == ("bedrock:GuardrailIdentifier", 2)
    assert key.examples == (traceless["eventID"],)


def test_what_is_unknown_on_both_sides_alike_is_unchanged(tmp_path: Path) -> None:
    write_policy(
        tmp_path / "tags.json", deny(INVOKE, StringNotEquals={"aws:PrincipalTag/team": "search"}, sid="Tags")
    )
    found = replayed(tmp_path, [event()], deny("s3:*"), attached=(("tags.json", "root"),))
    assert found.tally == Tally(unchanged=1)
    assert found.unknown_keys == ()


@pytest.mark.slow
def test_an_unknown_tag_leaves_a_call_open_and_a_denied_leg_decides_it(tmp_path: Path) -> None:
    tagged = deny(INVOKE, StringNotEquals={"aws:PrincipalTag/team": "search"})
    assert replayed(tmp_path, [event()], tagged).tally == Tally(unknown=1)
    west = deny(INVOKE, "arn:aws:bedrock:us-west-2::foundation-model/*", sid="West")
    (tmp_path / "other").mkdir()
    found = replayed(tmp_path / "other", [event(model=f"us.{SONNET}")], tagged, west)
    assert found.tally == Tally(newly_denied=1)


@pytest.mark.slow
def test_a_long_term_key_has_no_mfa_and_a_session_tells_it(tmp_path: Path) -> None:
    user = {"type": "IAMUser", "arn": f"arn:aws:iam::{APP}:user/ann", "accessKeyId": "AKIAEXAMPLE000000001"}
    calls = [event(), event(userIdentity=user)]
    plain = replayed(tmp_path, calls, deny(INVOKE, Bool={"aws:MultiFactorAuthPresent": "false"}))
    assert plain.tally == Tally(newly_denied=1, unchanged=1)
    lenient = replayed(tmp_path, calls, deny(INVOKE, BoolIfExists={"aws:MultiFactorAuthPresent": "false"}))
    assert lenient.tally == Tally(newly_denied=2)


def test_times_of_calls_are_held_to_dates_to_the_second(tmp_path: Path) -> None:
    calls = [event(eventTime=f"2026-11-20T12:00:0{second}Z") for second in range(5)]
    found = replayed(
        tmp_path,
        calls,
        deny(INVOKE, DateGreaterThan={"aws:CurrentTime": "2026-11-20T12:00:02Z"}, sid="After"),
        deny(INVOKE, DateEquals={"aws:CurrentTime": "2026-11-20T12:00:00.5Z"}, sid="Never"),
    )
    assert found.tally == Tally(newly_denied=2, unchanged=3)


def test_addresses_are_simulated_and_say_so(tmp_path: Path) -> None:
    calls = [event(), event(sourceIPAddress="203.0.113.9"), event(sourceIPAddress="bedrock.amazonaws.com")]
    found = replayed(tmp_path, calls, deny(INVOKE, NotIpAddress={"aws:SourceIp": "192.0.2.0/24"}))
    assert found.tally == Tally(newly_denied=1, unchanged=1, unknown=1)
    assert found.simulated == ("`Denied` of `new`",)


@pytest.mark.slow
def test_a_resource_control_policy_meets_its_services_and_no_bedrock(tmp_path: Path) -> None:
    role = f"arn:aws:iam::{DEV}:role/target"
    assumed = event(
        "AssumeRole",
        eventSource="sts.amazonaws.com",
        requestParameters={"roleArn": role, "roleSessionName": "x"},
        resources=[{"ARN": role, "type": "AWS::IAM::Role"}],
    )
    statement = {**deny(["sts:AssumeRole", "bedrock:*"], sid="Perimeter"), "Principal": "*"}
    found = replayed(tmp_path, [assumed, event()], statement, at="workloads/dev")
    assert found.tally == Tally(newly_denied=1, unchanged=1)
    assert found.reasons[0].statements[0].kind == "rcp"


def test_the_resource_of_other_calls_is_taken_from_their_parameters_or_unknown(tmp_path: Path) -> None:
    told = event("UpdateGuardrail", requestParameters={"guardrailIdentifier": "abc"})
    untold = event("UpdateGuardrail", requestParameters=None)
    other = event("UpdateGuardrail", requestParameters={"guardrailIdentifier": "xyz"})
    found = replayed(
        tmp_path, [told, untold, other], deny("bedrock:Update*", f"arn:aws:bedrock:*:{APP}:guardrail/abc")
    )
    assert found.tally == Tally(newly_denied=1, unchanged=1, unknown=1)
    assert [one.key for one in found.unknown_keys] == ["the resource"]


def test_a_bearer_key_is_an_authorisation_of_its_own(tmp_path: Path) -> None:
    signed = event(additionalEventData={"callWithBearerToken": True})
    found = replayed(tmp_path, [signed, event()], deny("bedrock:CallWithBearerToken"))
    assert found.tally == Tally(newly_denied=1, unchanged=1)


@pytest.mark.slow
def test_only_events_since_a_moment_count(tmp_path: Path) -> None:
    calls = [event(eventTime="2026-11-01T00:00:00Z"), event()]
    assert replayed(tmp_path, calls, deny(INVOKE), since="3d").tally.calls == 1
    assert replayed(tmp_path, calls, deny(INVOKE), since="2026-11-01").tally.calls == 2


def test_a_moment_is_a_span_a_day_or_an_error() -> None:
    assert moment("30d", NOW) == NOW - dt.timedelta(days=30)
    assert moment("2026-11-01T02:00:00+02:00", NOW) == dt.datetime(2026, 11, 1)  # noqa: DTZ001 - naive UTC
    with pytest.raises(UserError, match="`soon` is no time"):
        moment("soon", NOW)


def test_a_place_or_policy_that_is_not_there_is_an_error_with_a_hint(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="there is no `workload/prod`") as wrong:
        replayed(tmp_path, [event()], deny(INVOKE), at="workload/prod")
    assert wrong.value.hint == "did you mean `workloads/prod`?"
    with pytest.raises(UserError, match="no policy `x` is attached to `root`") as unattached:
        replayed(tmp_path, [event()], remove=(Removal("x", "root"),))
    assert unattached.value.hint == "attached there: FullAWSAccess, RCPFullAWSAccess"


@pytest.mark.slow
def test_of_an_application_profile_both_arns_that_its_key_may_hold_are_tried(tmp_path: Path) -> None:
    own, source = PROFILE_ARN, f"arn:aws:bedrock:us-east-1:{APP}:inference-profile/us.{SONNET}"
    models = "arn:aws:bedrock:*::foundation-model/*"
    both = deny(INVOKE, models, ArnNotLike={"bedrock:InferenceProfileArn": [own, source]})
    assert replayed(tmp_path, [event(model=own)], both).tally == Tally(unchanged=1)
    neither = deny(INVOKE, models, ArnNotLike={"bedrock:InferenceProfileArn": "arn:aws:bedrock:*:*:x/*"})
    assert replayed(tmp_path, [event(model=own)], neither).tally.newly_denied == 2
    one = deny(INVOKE, models, ArnNotLike={"bedrock:InferenceProfileArn": source})
    found = replayed(tmp_path, [event(model=own)], one)
    assert found.tally.unknown == 3
    assert [key.key for key in found.unknown_keys] == ["bedrock:InferenceProfileArn"]
