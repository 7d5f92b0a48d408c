"""Recorded calls as a relation: what they have in common, what each record tells of condition keys, how many.

Calls that differ in nothing that matters are one row, with their number and one event as an example.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from craton.registry.replay_context import RECORDED, replay_context
from craton.replay.courts import reached_by_rcps
from craton.replay.legs import Shape
from craton.replay.operations import operation_of
from craton.replay.predicates import quoted
from craton.replay.request import matching_any_resource
from craton.replay.thresholds import quantised

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from craton.lake.session import Session
    from craton.registry.replay_context import KeySource
    from craton.replay.organization import StatementBook

CALLS: Final = "replay_call"
SHAPE: Final = (
    "event_source",
    "event_name",
    "account",
    "owner",
    "region",
    "model",
    "inference_region",
    "bearer",
    "caller",
    "arns",
    "parameters",
)
_REFUSED: Final = (
    "AccessDenied",
    "AccessDeniedException",
    "UnauthorizedOperation",
    "Client.UnauthorizedOperation",
)
"""Source: docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html, and recorded events."""

_SESSION: Final = "CASE WHEN e.principal_type = 'AWSService' THEN e.source_ip ELSE e.principal_arn END"
_WHO: Final = (
    "coalesce(CASE WHEN e.principal_type = 'AssumedRole' THEN e.session_issuer END, "
    "e.principal_arn, e.source_ip)"
)
"""Of a session, the ARN of its role: sessions have names without end, and policies seldom ask for them."""

_OWNER: Final = "nullif(regexp_extract(who, '^arn:[^:]*:(iam|sts)::([^:]*):', 2), '')"
_CALLER: Final = (
    "CASE WHEN who LIKE 'arn:%:iam::%:role/aws-service-role/%' THEN 'linked' "
    "WHEN who LIKE 'arn:%:iam::%' OR who LIKE 'arn:%:sts::%' THEN 'identity' "
    "WHEN is_typed THEN 'outside' END"
)
_IS_CALL: Final = "(e.event_type IS NULL OR e.event_type = 'AwsApiCall')"


class Window(Struct, frozen=True):
    """From when on events are replayed, in naive UTC; or one event alone."""

    since: dt.datetime | None = None
    event_id: str | None = None

    @property
    def where(self) -> str:
        """The condition on events, over the alias `e`."""
        if self.event_id is not None:
            return f"e.event_id = {quoted(self.event_id)}"
        if self.since is None:
            return "true"
        return f"e.day >= DATE '{self.since:%Y-%m-%d}' AND e.event_time >= TIMESTAMP '{self.since}'"


class Named(Struct, frozen=True):
    """The events of one name in a window."""

    event_source: str
    event_name: str
    events: int


def names(session: Session, window: Window) -> tuple[Named, ...]:
    """Which operations were called in the window."""
    found = session.query(
        f"SELECT e.event_source, e.event_name, count(*) FROM api_event e WHERE {window.where} AND {_IS_CALL} "
        "GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return tuple(Named(*row) for row in found.rows)


def no_calls(session: Session, window: Window) -> int:
    """How many events of the window are no calls of an API, such as events that services report."""
    return int(
        session.query(f"SELECT count(*) FROM api_event e WHERE {window.where} AND NOT {_IS_CALL}").rows[0][0]
    )


class CallRelation:
    """Makes the relation of calls, for the statements of a book and the condition keys that they ask for.

    Where not `grouped`, each event is a row of its own, with its values as they are.
    """

    def __init__(self, book: StatementBook, keys: tuple[str, ...], *, grouped: bool = True) -> None:
        self._book = book
        self._keys = keys
        self._grouped = grouped
        self._sources = [replay_context().of(key) for key in keys]
        self.recorded = tuple(
            place for place, one in enumerate(self._sources) if one is not None and one.origin in RECORDED
        )

    def make(self, session: Session, window: Window, called: Iterable[Named], *, by_session: bool) -> None:
        """Afterwards the session has the relation. `by_session`: the ARN of each session matters."""
        columns = {**self._shape(called), **_TOLD, **self._values()}
        if by_session:
            columns["session"] = _SESSION
        listed = ", ".join(f"{sql} AS {name}" for name, sql in columns.items())
        counted = "count(*) AS calls, min(e.event_id) AS example"
        if not self._grouped:
            counted = "CAST(1 AS BIGINT) AS calls, e.event_id AS example"
        groups = ", ".join(str(place + 1) for place in range(len(columns))) if self._grouped else ""
        session.query(
            f"CREATE OR REPLACE TABLE {CALLS} AS SELECT row_number() OVER () AS g, *, {_OWNER} AS owner, "
            f"{_CALLER} AS caller, coalesce({'session' if by_session else 'who'}, '*') AS principal FROM ("
            f"SELECT {listed}, {counted} FROM api_event e {self._join()} "
            f"WHERE {window.where} AND {_IS_CALL}{f' GROUP BY {groups}' if groups else ''})"
        )

    def _shape(self, called: Iterable[Named]) -> dict[str, str]:
        naming = [one for one in called if self._resource_matters(one)]
        asks, no_text = _is_one_of(naming), "CAST(NULL AS VARCHAR)"
        return {
            "event_source": "e.event_source",
            "event_name": "e.event_name",
            "account": "e.account_id",
            "region": "e.region",
            "model": "e.model_id",
            "inference_region": "e.inference_region",
            "bearer": "coalesce(e.bearer_token, false)",
            "arns": f"CASE WHEN {asks} THEN array_to_string(e.resources, chr(10)) END" if naming else no_text,
            "parameters": f"CASE WHEN {asks} THEN e.request_parameters END" if naming else no_text,
        }

    def _resource_matters(self, named: Named) -> bool:
        """Whether the resource must be looked for: calls of models name theirs, others may not need it."""
        operation = operation_of(named.event_source, named.event_name)
        if operation.action is None or operation.surface is not None:
            return False
        return resource_matters(self._book, self._keys, operation.action.name)

    def _values(self) -> dict[str, str]:
        """The SQL of the recorded keys' values and of whether they are there, by column."""
        found: dict[str, str] = {}
        for place in self.recorded:
            source = self._sources[place]
            if source is None or source.value is None:
                continue
            value = source.value
            if self._grouped:
                value = quantised(self._book, self._keys[place], value)
            there = _there(source, value)
            found[f"v{place}"] = f"CASE WHEN {there} THEN {value} END"
            found[f"h{place}"] = there
        return found

    def _join(self) -> str:
        if not any(one is not None and one.origin == "invocation" for one in self._sources):
            return ""
        return (
            "LEFT JOIN invocation i ON i.account_id = e.account_id AND i.region = e.region "
            "AND i.request_id = e.request_id"
        )


_TOLD: Final = {
    "who": f"coalesce({_WHO}, '')",
    "is_typed": "e.principal_type IS NOT NULL",
    "behind": "coalesce(e.model_base, e.model_id, '')",
    "day": "CAST(e.event_time AS DATE)",
    "refused": f"coalesce(e.error_code IN ({', '.join(quoted(code) for code in _REFUSED)}), false)",
}
"""What rows are told by, beside their shape."""


def _there(source: KeySource, value: str) -> str:
    cases = [
        f"WHEN {source.absent_when} THEN false" if source.absent_when else "",
        f"WHEN {source.unknown_when} THEN CAST(NULL AS BOOLEAN)" if source.unknown_when else "",
        f"WHEN ({value}) IS NOT NULL THEN true",
    ]
    otherwise = "ELSE false" if source.null == "absent" else ""
    return f"CASE {' '.join(one for one in cases if one)} {otherwise} END"


def resource_matters(book: StatementBook, keys: tuple[str, ...], action: str) -> bool:
    """Whether some statement on an action speaks of some resources and not of others.

    Whose a resource is decides which RCPs meet it, and keys may ask for it.
    """
    if any(key.startswith("aws:resource") for key in keys):
        return True
    speaking = book.masks.actions[action]
    whole = matching_any_resource(book.masks)
    either = whole.possible & ~whole.certain
    rcps = sum(1 << number for number, one in enumerate(book.statements) if one.kind == "rcp")
    return bool(speaking & (either | (rcps if reached_by_rcps(action) else 0)))


def _is_one_of(called: list[Named]) -> str:
    pairs = [f"({quoted(one.event_source)}, {quoted(one.event_name)})" for one in called]
    return f"(e.event_source, e.event_name) IN ({', '.join(pairs)})" if pairs else "false"


def shapes(session: Session) -> list[Shape]:
    """The shapes of the relation's calls."""
    found = session.query(f"SELECT DISTINCT {', '.join(SHAPE)} FROM {CALLS}").rows
    return [Shape(**dict(zip(SHAPE, row, strict=True))) for row in found]


def shape_of(call: Mapping[str, Any]) -> Shape:
    """The shape of one call of the relation."""
    return Shape(**{name: call[name] for name in SHAPE})
