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
)

from craton.lake.session import Session
from craton.lake.snapshot import Snapshot
from craton.replay.answers import keys_of
from craton.replay.by_predicates import PredicateEvaluator
from craton.replay.organization import AccountLevels, PolicyLevel, StatementBook
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


@settings(max_examples=250, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
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
