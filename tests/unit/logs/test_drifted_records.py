"""Records that are otherwise than the types say, and what becomes of each."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.unit.logs.reads import Read
from tests.unit.logs.records import line, trail_event

from craton.logs.api_event import api_event_of
from craton.logs.metric import metric_of


@pytest.mark.parametrize(
    ("name", "changes", "wanted"),
    [
        ("counts as text", {"input": {"inputTokenCount": "7"}}, {"input_tokens": 7}),
        ("counts as floats", {"input": {"inputTokenCount": 7.0}}, {"input_tokens": 7}),
        ("a count that is none", {"input": {"inputTokenCount": {"a": 1}}}, {"input_tokens": None}),
        ("a negative count", {"input": {"inputTokenCount": -1}}, {"input_tokens": None}),
        ("a huge count", {"input": {"inputTokenCount": 10**30}}, {"input_tokens": None}),
        ("no counts", {"input": {}, "output": {}}, {"input_tokens": None, "output_tokens": None}),
        ("no input", {"input": None}, {"input_tokens": None, "output_tokens": 38}),
        ("input is a list", {"input": [1]}, {"input_tokens": None, "output_tokens": 38}),
        ("identity is a text", {"identity": "arn:x"}, {"principal_arn": "arn:x"}),
        ("no identity", {"identity": None}, {"principal_arn": None}),
        ("no region", {"region": None}, {"region": None}),
        ("an account that is a number", {"accountId": 44444444444}, {"account_id": "044444444444"}),
        ("a request id that is a number", {"requestId": 2, "accountId": 1}, {"request_id": "2"}),
        ("prose as a stop reason", {"output": {"outputBodyJson": {"stopReason": "Bob is ill"}}},
         {"stop_reason": "other"}),
        ("prose as a kind of content",
         {"input": {"inputBodyJson": {"messages": [{"content": [{"type": "that Bob is ill"}]}]}}},
         {"content_kinds": ("other",)}),
        ("prose as a field", {"that Bob is ill, and more": 1}, {"input_tokens": 4}),
        ("an error", {"errorCode": "Throttling", "output": None}, {"error_code": "Throttling"}),
        ("text body", {"output": {"outputBodyJson": "plain", "outputTokenCount": 3}}, {"output_tokens": 3}),
        ("body is a number", {"output": {"outputBodyJson": 5, "outputTokenCount": 3}}, {"output_tokens": 3}),
        ("body drifted", {"output": {"outputBodyJson": {"metrics": "n/a", "stopReason": "x"}}},
         {"latency_ms": None, "stop_reason": "x"}),
    ],
)  # fmt: skip
def test_a_record_that_drifts_stays_a_row(name: str, changes: dict[str, Any], wanted: dict[str, Any]) -> None:
    read = Read(line(1) + b"\n" + line(2, **changes) + b"\n" + line(3))

    assert read.numbers == [1, 2, 3], name
    assert {key: read.invocations[1][key] for key in wanted} == wanted
    assert read.quarantined == []


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-10-01T12:00:00Z", "2026-10-01T12:00:00"),
        ("2026-10-01t12:00:00z", "2026-10-01T12:00:00"),
        ("2026-10-01 12:00:00.000000000", "2026-10-01T12:00:00"),
        ("2026-10-01T12:00:00.1234561Z", "2026-10-01T12:00:00.123456"),
        ("2026-10-01T12:00:00.9999999Z", "2026-10-01T12:00:00.999999"),
        ("2026-10-01T14:00:00+02:00", "2026-10-01T12:00:00"),
        (1790856000, "2026-10-01T12:00:00"),
        (1790856000000, "2026-10-01T12:00:00"),
    ],
)
def test_times_are_read_in_every_form(text: object, moment: str) -> None:
    read = Read(line(1, timestamp=text))

    assert [row["event_time"].isoformat() for row in read.invocations] == [moment]


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "0001-01-01T00:00:00Z",
        "9999-12-31T00:00:00Z",
        "2026-10-01T12:00:00+02:00Z",
        True,
        [],
        1e300,
    ],
)
def test_a_time_that_is_none_is_a_reason_for_quarantine(text: object) -> None:
    read = Read(line(1) + b"\n" + line(2, timestamp=text) + b"\n")

    assert read.numbers == [1]
    assert [reason for reason, *_ in read.quarantined] == ["bad_time"]


def test_a_record_without_region_or_request_has_a_hash_that_tells_it_apart() -> None:
    same = line(1, requestId=None)

    read = Read(same + b"\n" + same + b"\n" + line(1, requestId=None, operation="InvokeModel"))

    hashes = [place[3] for place in read.places]
    assert hashes[0] == hashes[1]
    assert len({*hashes}) == 2
    assert None not in hashes


def test_events_that_share_a_number_as_their_id_have_hashes_that_tell_them_apart() -> None:
    events = [trail_event(1, eventID=5), trail_event(2, eventID=5), trail_event(2, eventID=5)]

    read = Read(b"\n".join(json.dumps(event).encode() for event in events))

    first, second, again = (place[3] for place in read.event_places)
    assert [event["event_id"] for event in read.events] == [None, None, None]
    assert None not in (first, second)
    assert (first != second, second == again) == (True, True)


def test_unknown_fields_are_counted_once_where_a_later_line_is_no_record() -> None:
    read = Read(b"\n".join([line(1, newField=1), line(2, newField=1), line(3, timestamp="yesterday")]))

    assert read.unknown == {"invocation": {"newField": 2}}


def test_unknown_fields_are_counted_and_change_nothing() -> None:
    with_news = {"input": {"inputTokenCount": 4, "newCount": 1}, "newField": {"a": [1]}}

    read = Read(b"\n".join([line(1), line(2, **with_news), line(3, **with_news), line(4)]))

    assert read.numbers == [1, 2, 3, 4]
    assert read.unknown == {"invocation": {"newField": 2, "input.newCount": 2}}


def test_values_that_cannot_be_read_are_counted() -> None:
    read = Read(line(1, input={"inputTokenCount": "many"}))

    assert read.unknown == {"invocation": {"input.inputTokenCount (not readable)": 1}}


def test_a_record_without_an_account_is_not_given_that_of_its_caller() -> None:
    read = Read(line(1) + b"\n" + line(2, accountId=None))

    assert read.numbers == [1]
    assert [told[0] for told in read.quarantined] == ["no_account"]


@pytest.mark.parametrize(
    ("account", "unreadable"), [(None, 0), ("", 0), ({"a": 1}, 1), ([1], 1), (-1, 1), (4e11, 1)]
)
def test_an_event_whose_account_cannot_be_read_is_not_given_that_of_its_caller(
    account: object, unreadable: int
) -> None:
    caller = {"type": "AWSAccount", "accountId": "444444444444"}
    events = [trail_event(1), trail_event(2, recipientAccountId=account, userIdentity=caller)]

    read = Read(b"\n".join(json.dumps(event).encode() for event in events))

    assert [event["account_id"] for event in read.events] == ["111111111111"]
    assert [told[0] for told in read.quarantined] == ["no_account"]
    counted = read.unknown.get("api_event", {})
    assert counted == ({"recipientAccountId (not readable)": 1} if unreadable else {})


def test_an_account_that_is_a_number_has_twelve_digits_in_every_kind_of_record() -> None:
    number = 12345678901
    caller = trail_event(2, userIdentity={"accountId": number})
    del caller["recipientAccountId"]
    events = [api_event_of(event) for event in (trail_event(1, recipientAccountId=number), caller)]
    point = {"namespace": "AWS/Bedrock", "metric_name": "Invocations", "value": {"sum": 1}}
    metric = metric_of(point | {"timestamp": 1_790_000_000_000, "account_id": number})
    (call,) = Read(line(1, accountId=number)).invocations

    told = {call["account_id"], *(getattr(one, "account_id", None) for one in (*events, metric))}
    assert told == {"012345678901"}


@pytest.mark.parametrize("news", [{}, {"newField": 1}])
def test_an_event_from_before_there_were_recipients_has_the_account_of_its_caller(
    news: dict[str, Any],
) -> None:
    event = trail_event(1, eventVersion="1.01", userIdentity={"accountId": "444444444444"}, **news)
    del event["recipientAccountId"]

    read = Read(json.dumps(event).encode())

    assert [event["account_id"] for event in read.events] == ["444444444444"]


def test_prose_is_no_name_of_a_field() -> None:
    told = Read(line(1, **{"tell Bob that he is ill": 1, "region2": 1})).unknown["invocation"]

    assert told == {"[masked]": 1, "region2": 1}


def test_ids_that_somebody_uses_as_keys_do_not_flood_the_unknown_fields() -> None:
    stored = b"\n".join(line(n, **{f"call-{n:05}": 1, "region2": "x"}) for n in range(500))
    point = {"namespace": "AWS/Bedrock", "metric_name": "Invocations", "account_id": "1", "value": {"sum": 1}}
    flood = json.dumps(
        point | {"timestamp": 1_790_000_000_000} | {f"{n}.{'k' * 99}.{'k' * 99}": 1 for n in range(900)}
    )

    told, metrics = Read(stored).unknown["invocation"], Read(flood.encode()).unknown["metric"]

    assert (told["region2"], sum(told.values()), len(told)) == (500, 1000, 201)
    assert (sum(metrics.values()), max(map(len, metrics))) == (900, 120)
