"""Recorded requests decided by masks and by SQL, and calls counted both ways, are decided alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.property.policies_and_requests import (
    ACTIONS,
    KEYS,
    PRINCIPALS,
    RESOURCES,
    policies,
    policy_of,
)

from craton.codec.full_access import allowing_all
from craton.lake.session import Session
from craton.lake.snapshot import Snapshot
from craton.replay.answers import keys_of
from craton.replay.by_predicates import PredicateEvaluator
from craton.replay.legs import LegBook, Shape
from craton.replay.organization import AccountLevels, PolicyLevel, Replayed, StatementBook
from craton.replay.request import MaskEvaluator, RecordedRequest
from craton.replay.rows import table_of
from craton.replay.words import joined
from craton.simulator.wildcard import Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.policy import Policy
    from craton.simulator.wildcard import Values

ODD = ["", "x%y", "a_b", "back\\slash", "Ärger", "\U0001f642", "us-east-1\n", "it's", "arn:aws:iam::*:role/x"]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    made = Session(tmp_path_factory.mktemp("lake"), Snapshot(version=0, schema_version=0, files={}))
    yield made
    made.close()


def book_of(scps: list[Policy], rcps: list[Policy]) -> StatementBook:
    level = PolicyLevel("root", tuple(scps), tuple(rcps))
    account = AccountLevels(account="1", is_management=False, today=(level,), candidate=(level,))
    return StatementBook([account])


@st.composite
def recorded(draw: st.DrawFn, keys: tuple[str, ...]) -> list[RecordedRequest]:
    words = {key.lower(): values for key, values in KEYS.items()}

    def value(key: str) -> st.SearchStrategy[Values]:
        held = st.sampled_from([*words.get(key, []), *ODD]).map(lambda one: (one,))
        return st.one_of(st.none(), st.just(Unknown.UNKNOWN), held, held)

    one = st.builds(
        RecordedRequest,
        principal=st.sampled_from(PRINCIPALS),
        action=st.sampled_from(ACTIONS),
        resource=st.one_of(st.none(), st.sampled_from([*RESOURCES, *ODD])),
        values=st.tuples(*(value(key) for key in keys)),
    )
    return draw(st.lists(one, min_size=1, max_size=8))


def columns_of(keys: tuple[str, ...]) -> list[tuple[str, str]]:
    names = [("g", "BIGINT"), ("principal", "VARCHAR"), ("action", "VARCHAR"), ("resource", "VARCHAR")]
    for place in range(len(keys)):
        names += [(f"v{place}", "VARCHAR"), (f"h{place}", "BOOLEAN")]
    return names


def row_of(number: int, one: RecordedRequest) -> tuple[Any, ...]:
    values: list[Any] = []
    for held in one.values:
        if isinstance(held, tuple):
            values += [held[0], True]
        else:
            values += [None, None if held is Unknown.UNKNOWN else False]
    return (number, one.principal, one.action.lower(), one.resource, *values)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(policies(), min_size=1, max_size=4),
    st.lists(policies(principal=True), max_size=2),
    st.data(),
)
def test_sql_and_masks_find_the_same_statements_of_every_request(
    session: Session, scps: list[Policy], rcps: list[Policy], data: st.DataObject
) -> None:
    book = book_of(scps, rcps)
    keys = keys_of(book)
    asked = data.draw(recorded(keys))
    table_of(session, "asked", columns_of(keys), [row_of(n, one) for n, one in enumerate(asked)])
    by_sql, by_masks = PredicateEvaluator(book, keys), MaskEvaluator(book.masks, keys)

    session.query("DROP TABLE IF EXISTS answered")
    by_sql.evaluate(session, "asked", "answered", kept=("g",))

    rows = session.query("SELECT * FROM answered ORDER BY g").rows
    assert len(rows) == len(asked)
    everything = (1 << len(book.statements)) - 1
    for (_, *words), one in zip(rows, asked, strict=True):
        found = by_masks.matching(one)
        assert joined(words[: by_sql.words]) == found.certain & everything, one
        assert joined(words[by_sql.words :]) == found.possible & everything, one


def test_more_statements_than_one_number_has_bits_are_told_apart(session: Session) -> None:
    held = [
        {"Effect": "Deny", "Action": "*", "Resource": f"arn:aws:s3:::bucket/{number}{'*' * (number % 2)}"}
        for number in range(150)
    ]
    book = book_of([policy_of(*held)], [])
    asked = [
        RecordedRequest(PRINCIPALS[0], "s3:GetObject", f"arn:aws:s3:::bucket/{n}", ()) for n in (7, 61, 149)
    ]
    table_of(session, "many", columns_of(()), [row_of(n, one) for n, one in enumerate(asked)])
    by_sql, by_masks = PredicateEvaluator(book, ()), MaskEvaluator(book.masks, ())
    by_sql.evaluate(session, "many", "many_answered", kept=("g",))
    rows = session.query("SELECT * FROM many_answered ORDER BY g").rows
    found = [joined(row[1 : 1 + by_sql.words]) for row in rows]
    assert found == [by_masks.matching(one).certain for one in asked]
    assert all(found)
    assert found[2].bit_length() == 150


TEXTS = st.one_of(
    st.text(max_size=12), st.sampled_from(["arn:aws:bedrock:::", "*", "us-east-1", "{}", '{"a":1}'])
)
SHAPES = st.builds(
    Shape,
    event_source=st.one_of(
        st.sampled_from(["bedrock", "bedrock-mantle", "sts", "iam", "s3", "bedrock-agent-runtime"]).map(
            lambda name: f"{name}.amazonaws.com"
        ),
        TEXTS,
    ),
    event_name=st.one_of(
        st.sampled_from(
            [
                *("Converse", "InvokeModel", "CreateModelInvocationJob", "CreateInference", "ApplyGuardrail"),
                *("InvokeAgent", "Responses", "InvokeModelWithBidirectionalStream", "AssumeRole"),
                *("PutRolePolicy", "GetObject", "UpdateGuardrail", "GetCallerIdentity"),
            ]
        ),
        TEXTS,
    ),
    account=st.one_of(st.sampled_from(["111111111111", "222222222222", "XXXXXXXXXXXX"]), TEXTS),
    owner=st.one_of(st.none(), st.sampled_from(["111111111111", "222222222222"]), TEXTS),
    caller=st.sampled_from(["identity", "linked", "outside", None]),
    region=st.one_of(st.none(), st.sampled_from(["us-east-1", "eu-west-1", "us-gov-west-1"]), TEXTS),
    model=st.one_of(
        st.none(),
        st.sampled_from(
            [
                *("anthropic.claude-sonnet-4-6", "us.anthropic.claude-sonnet-4-6", "us.acme.model-v9:0"),
                *("global.anthropic.claude-sonnet-4-6", "eu.amazon.nova-lite-v1:0"),
                "arn:aws:bedrock:us-east-1:111111111111:application-inference-profile/abc",
                "arn:aws:bedrock:us-east-1:111111111111:application-inference-profile/not-known",
                "arn:aws:bedrock:us-east-1:111111111111:prompt-router/abc",
                "arn:aws:bedrock:us-east-1:111111111111:provisioned-model/abc",
            ]
        ),
        TEXTS,
    ),
    inference_region=st.one_of(st.none(), st.sampled_from(["us-west-1", "nowhere"])),
    bearer=st.booleans(),
    arns=st.one_of(st.none(), TEXTS),
    parameters=st.one_of(st.none(), TEXTS),
)


@settings(max_examples=80, deadline=None)
@given(SHAPES)
def test_every_call_has_legs_however_odd_its_record_is(shape: Shape) -> None:
    level = PolicyLevel("root", (allowing_all("FullAWSAccess"),), ())
    levels = (level,)
    accounts = {
        account: AccountLevels(account=account, is_management=False, today=levels, candidate=levels)
        for account in ("111111111111", "222222222222")
    }
    profile = "arn:aws:bedrock:us-east-1:111111111111:application-inference-profile/abc"
    models = {profile: "us.anthropic.claude-sonnet-4-6"}
    replayed = Replayed(organization="o-exampleorgid", accounts=accounts, models=models)
    keys = ("aws:RequestedRegion", "bedrock:InferenceProfileArn", "aws:ResourceAccount", "bedrock:ModelId")
    legs = LegBook(replayed, keys).legs(shape)
    assert legs
    for leg in legs:
        assert leg.free or leg.court is not None or leg.doubt is not None
