"""What a survey makes of answers that an emulated organization does not give, or not easily."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from craton.core.cloud_call import Observation, Read
from craton.engine.survey.answers import Answers
from craton.engine.survey.findings import survey_of
from craton.engine.survey.organization import FoundAccount, FoundOrganization, FoundPolicy
from craton.engine.survey.policies import reaches
from craton.engine.survey.usage import model_uses, places, places_in_use

if TYPE_CHECKING:
    from craton.core.cloud_call import Status

NOW = dt.datetime(2026, 11, 27, 12)  # noqa: DTZ001 - times are naive UTC everywhere
ONE, OTHER, THIRD = "333333333333", "444444444444", "555555555555"
MODEL = "amazon.nova-lite-v1:0"
NO_OHIO = {
    "Sid": "NoOhio",
    "Effect": "Deny",
    "Action": "bedrock:*",
    "Resource": "*",
    "Condition": {"StringEquals": {"aws:RequestedRegion": "us-east-2"}},
}


def observed(
    service: str,
    operation: str,
    answer: Any = None,
    *,
    account: str = ONE,
    region: str = "us-east-1",
    status: Status = "answered",
    error: str | None = None,
) -> Observation:
    read = Read(account=account, region=region, service=service, operation=operation)
    return Observation(read=read, at=NOW, status=status, answer=answer, error=error)


def series(name: str, model: str, *values: float) -> dict[str, Any]:
    days = [f"2026-11-{27 - number:02}T00:00:00Z" for number in range(len(values))]
    return {"Id": name, "Label": model, "Timestamps": days, "Values": list(values), "StatusCode": "Complete"}


def metrics(*told: dict[str, Any], account: str = ONE, **more: Any) -> Observation:
    return observed("cloudwatch", "GetMetricData", {"MetricDataResults": list(told), **more}, account=account)


def account(number: str, ou: str = "workloads", state: str = "ACTIVE") -> FoundAccount:
    return FoundAccount(id=number, name=f"a{number[0]}", email="a@example.com", ou=ou, state=state, tags={})


def policy(name: str, *statements: dict[str, Any], targets: tuple[str, ...]) -> FoundPolicy:
    content = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    return FoundPolicy(
        id=f"p-{name}",
        name=name,
        type="SERVICE_CONTROL_POLICY",
        content=content,
        targets=targets,
        is_aws=name == "FullAWSAccess",
        is_own=False,
    )


ALLOWING = policy(
    "FullAWSAccess",
    {"Effect": "Allow", "Action": "*", "Resource": "*"},
    targets=("root", "workloads", ONE, OTHER),
)


def organization(*policies: FoundPolicy, **more: Any) -> FoundOrganization:
    told: dict[str, Any] = {
        "id": "o-exampleorgid",
        "management_account": "111111111111",
        "root": "r-1",
        "units": {"workloads": "ou-1"},
        "accounts": (account(ONE), account(OTHER)),
        "policy_types": ("SERVICE_CONTROL_POLICY",),
        "policies": (ALLOWING, *policies),
        "administrators": {},
        "stack_sets": (),
        "unread_types": (),
    }
    return FoundOrganization(**{**told, **more})


def test_calls_without_token_metrics_are_unknown_and_without_a_price_unpriced_and_neither_is_zero() -> None:
    answers = Answers(
        [
            metrics(
                series("invocations", "amazon.nova-canvas-v1:0", 4.0),
                series("invocations", "custom-model-abc", 3.0),
                series("input_tokens", "custom-model-abc", 30.0),
                series("output_tokens", "custom-model-abc", 30.0),
                series("invocations", MODEL, 2.0, 1.0),
                series("input_tokens", MODEL, 1_000_000.0, 1_000_000.0),
                series("output_tokens", MODEL, 0.0, 0.0),
            )
        ]
    )
    found = survey_of(organization(), answers, [ONE], ("us-east-1",), NOW)
    used = {one.model_id: one for one in found.uses}
    assert (used["amazon.nova-canvas-v1:0"].price, used["amazon.nova-canvas-v1:0"].cost) == ("unknown", None)
    assert (used["custom-model-abc"].price, used["custom-model-abc"].cost) == ("unpriced", None)
    assert (found.unknown_calls, found.unpriced_calls, found.calls) == (4, 3, 10)
    cost = used[MODEL].cost
    assert cost is not None
    assert found.cost == cost > 0


def test_a_model_that_was_called_before_its_end_is_retired() -> None:
    answers = Answers([metrics(series("invocations", "amazon.nova-canvas-v1:0", 4.0))])
    (used,) = model_uses(answers, NOW.date())
    assert (used.state, used.is_retired) == ("end_of_life", True)


def test_what_could_not_be_read_is_neither_logged_nor_unlogged() -> None:
    answers = Answers(
        [
            metrics(series("invocations", MODEL, 2.0)),
            observed(
                "bedrock", "GetModelInvocationLoggingConfiguration", status="denied", error="AccessDenied"
            ),
            metrics(account=OTHER),
            observed("bedrock", "GetModelInvocationLoggingConfiguration", {}, account=OTHER),
        ]
    )
    found = survey_of(organization(), answers, [ONE, OTHER], ("us-east-1",), NOW)
    (place,) = found.places
    assert (place.account, place.logging, place.is_unlogged) == (ONE, "unknown", False)
    assert (place.guarding, place.is_unguarded) == ("unknown", False)
    assert [(one.account, one.whole) for one in found.unread] == [(ONE, False)]
    assert places_in_use(answers) == ((ONE, "us-east-1"),)


def test_a_region_that_is_not_enabled_is_counted_and_nothing_is_claimed_of_it() -> None:
    answers = Answers(
        [
            observed(
                "cloudwatch", "GetMetricData", status="unsupported", error="UnrecognizedClientException"
            ),
            observed("bedrock", "GetModelInvocationLoggingConfiguration", status="unsupported", error="x"),
        ]
    )
    found = survey_of(organization(), answers, [ONE], ("me-south-1",), NOW)
    assert (found.disabled, found.places, found.unread) == (1, (), ())


def test_metrics_that_cloudwatch_does_not_tell_in_full_are_said_to_be_so() -> None:
    said = {"Code": "MaxMetricsExceeded", "Value": "Maximum number of allowed metrics exceeded"}
    answers = Answers([metrics(series("invocations", MODEL, 2.0), Messages=[said])])
    found = survey_of(organization(), answers, [ONE], ("us-east-1",), NOW)
    assert [one.reason for one in found.unread] == [
        "MaxMetricsExceeded: Maximum number of allowed metrics exceeded"
    ]


def test_a_bedrock_policy_above_an_account_guards_its_calls() -> None:
    answers = Answers(
        [
            metrics(series("invocations", MODEL, 2.0)),
            observed("bedrock", "ListGuardrails", {"guardrails": []}),
            observed("bedrock", "ListEnforcedGuardrailsConfiguration", {"guardrailsConfig": []}),
        ]
    )
    uses = model_uses(answers, NOW.date())
    assert [one.guarding for one in places(answers, uses, frozenset())] == ["none"]
    assert [one.guarding for one in places(answers, uses, frozenset({ONE}))] == ["enforced"]


def test_accounts_under_the_same_policies_are_told_together_and_others_are_not() -> None:
    found, broken = reaches(organization(), [ONE, OTHER], ["us-east-1"], NOW)
    assert [one.accounts for one in found] == [(ONE, OTHER)]
    assert found[0].partly == found[0].refused == ()
    assert broken == ()
    apart = organization(policy("ohio", NO_OHIO, targets=(OTHER,)))
    found, broken = reaches(apart, [ONE, OTHER], ["us-east-1"], NOW)
    assert [one.accounts for one in found] == [(ONE,), (OTHER,)]
    assert {one.accounts for one in broken} == {(OTHER,)}
    assert {one.denied_in for one in broken} == {("us-east-2",)}


@pytest.mark.slow
def test_a_policy_that_tells_accounts_apart_keeps_them_apart() -> None:
    for_one = {
        "Sid": "NoModels",
        "Effect": "Deny",
        "Action": "bedrock:*",
        "Resource": "*",
        "Condition": {"ArnLike": {"aws:PrincipalArn": f"arn:aws:iam::{ONE}:role/*"}},
    }
    told = organization(policy("one", for_one, targets=("workloads",)))
    found, _ = reaches(told, [ONE, OTHER], ["us-east-1"], NOW)
    by_account = {account: one for one in found for account in one.accounts}
    assert by_account[ONE].allowed == ()
    assert by_account[OTHER].refused == ()
    begins = {**for_one, "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::3333*:role/*"}}}
    found, _ = reaches(organization(policy("b", begins, targets=("root",))), [ONE, OTHER], ["us-east-1"], NOW)
    assert [bool(one.allowed) for one in found] == [False, True]


def test_policies_of_a_type_that_is_switched_off_stop_nothing() -> None:
    off = organization(policy("ohio", NO_OHIO, targets=("root",)), policy_types=())
    found, broken = reaches(off, [ONE], ["us-east-1"], NOW)
    assert found[0].refused == found[0].partly == ()
    assert broken == ()


def test_what_may_be_called_is_unknown_where_policies_could_not_be_read() -> None:
    told = organization(unread_types=("SERVICE_CONTROL_POLICY",))
    found = survey_of(told, Answers([]), [ONE], ("us-east-1",), NOW)
    assert found.reach == ()
    assert found.reach_unknown == "policies of the type SERVICE_CONTROL_POLICY could not be read"
    assert found.has_findings


def test_a_suspended_account_is_named_and_not_asked() -> None:
    told = organization(accounts=(account(ONE), account(THIRD, state="SUSPENDED")))
    found = survey_of(told, Answers([]), [ONE, THIRD], ("us-east-1",), NOW)
    assert [(one.id, one.skipped) for one in found.accounts] == [(ONE, None), (THIRD, "SUSPENDED")]
    assert [one.accounts for one in found.reach] == [(ONE,)]
