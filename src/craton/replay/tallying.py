"""Answers, counted: how many calls come out otherwise, whose they are, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from craton.registry.replay_context import replay_context
from craton.replay.answers import ALLOWED, ANSWERS, DENIED, OPEN, RULINGS
from craton.replay.calls import CALLS, no_calls
from craton.replay.operations import operation_of
from craton.replay.request import RESOURCE
from craton.replay.summary import (
    OUTCOMES,
    DecidingStatement,
    Reason,
    Recorded,
    ReplaySummary,
    Share,
    Tally,
    UnknownKey,
    UnknownOperation,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from craton.replay.answers import Answered, Answers
    from craton.replay.calls import Named, Window
    from craton.replay.organization import PolicyLevel, Replayed, Side
    from craton.replay.summary import Outcome
    from craton.simulator.decision import Deciding

OUTCOME: Final = "replay_outcome"
EXAMPLES: Final = 3
MOST_PRINCIPALS: Final = 1_000
"""How many principals a summary names, those first whose calls come out otherwise."""

_DOUBTS: Final = {
    "action": ("the action", "it cannot be told which action authorises the operation"),
    "account": ("the account", "the principal's account is not in the manifest"),
    "caller": ("the caller", "the event does not say who called"),
    "undocumented": ("the action", "AWS does not say which action authorises the operation"),
}
ROUTE: Final = "the route"
PROFILE: Final = "bedrock:InferenceProfileArn"
_OF_RESOURCE: Final = "neither the event's resources nor its parameters tell what the call was about"
_OF_PROFILE: Final = "AWS does not say whether it holds an application profile or what that was copied from"
_NO_ROW: Final = "no record tells it"


def summary(
    answers: Answers,
    replayed: Replayed,
    window: Window,
    called: Iterable[Named],
    *,
    attached: tuple[str, ...],
    removed: tuple[str, ...],
    statements: int,
) -> ReplaySummary:
    """What the answers come to. `attached` and `removed` say what differs from today."""
    session = answers.session
    _make_outcomes(answers)
    counting = _Counting(answers)
    first, last = session.query(
        f"SELECT min(e.event_time), max(e.event_time) FROM api_event e WHERE {window.where}"
    ).rows[0]
    management = [one.account for one in replayed.accounts.values() if one.is_management]
    principals = counting.shares("who", with_account=True)
    return ReplaySummary(
        since=window.since,
        first=first,
        last=last,
        attached=attached,
        removed=removed,
        statements=statements,
        tally=counting.tally(),
        denied_today=counting.calls(f"today = {DENIED}"),
        denied_by_candidate=counting.calls(f"candidate = {DENIED}"),
        exempt=counting.calls(
            f"caller = 'linked' OR (caller = 'identity' AND owner IN ({_listed(management)}))"
        ),
        no_calls=no_calls(session, window),
        recorded=Recorded(
            made_but_denied=counting.calls(f"today = {DENIED} AND NOT refused"),
            refused_but_allowed=counting.calls(f"today = {ALLOWED} AND refused"),
        ),
        accounts=counting.shares("account"),
        principals=principals[:MOST_PRINCIPALS],
        principals_left_out=max(0, len(principals) - MOST_PRINCIPALS),
        models=counting.shares("behind"),
        days=counting.shares("day"),
        reasons=tuple(_reasons(answers, replayed)),
        unknown_keys=tuple(_unknown_keys(answers)),
        unknown_operations=tuple(
            UnknownOperation(event_source=one.event_source, event_name=one.event_name, calls=one.events)
            for one in called
            if not operation_of(one.event_source, one.event_name).is_known
        ),
        simulated=answers.simulated,
    )


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(f"'{text}'" for text in texts) or "NULL"


def _make_outcomes(answers: Answers) -> None:
    """A call is denied where one of its legs is, else open where one is.

    It is newly denied where one of its legs is, whatever is not known of the others, unless today denies one.
    Of two forms of one leg, both must come out alike for it to be known.
    """
    session = answers.session
    keys = session.query(f"SELECT * FROM {RULINGS} LIMIT 0").names
    on = " AND ".join(
        f"r.{name} = a.{name}" for name in keys if name not in ("ruling", "today", "candidate", "same")
    )
    legs = (
        f"SELECT a.g, a.leg, r.ruling, r.today, r.candidate, r.same FROM {ANSWERS} a JOIN {RULINGS} r ON {on}"
    )
    if answers.has_forms:
        legs = (
            "SELECT g, leg, min(ruling) AS ruling, bool_and(same) AS same, "
            f"CASE WHEN min(today) = max(today) THEN min(today) ELSE {OPEN} END AS today, "
            f"CASE WHEN min(candidate) = max(candidate) THEN min(candidate) ELSE {OPEN} END AS candidate "
            f"FROM ({legs}) GROUP BY g, leg"
        )
    session.query(
        f"CREATE OR REPLACE TABLE {OUTCOME} AS SELECT g, today, candidate, CASE "
        f"WHEN today = {DENIED} AND candidate = {ALLOWED} THEN 'newly_allowed' "
        f"WHEN today <> {DENIED} AND breaks THEN 'newly_denied' "
        f"WHEN today = candidate AND today <> {OPEN} THEN 'unchanged' "
        "WHEN same THEN 'unchanged' ELSE 'unknown' END AS outcome, "
        "coalesce(broken_by, denied_by) AS denied_by, was_denied_by, "
        "coalesce(differs_by, open_by) AS open_by "
        "FROM (SELECT r.g, max(r.today) AS today, max(r.candidate) AS candidate, bool_and(r.same) AS same, "
        f"bool_or(r.today = {ALLOWED} AND r.candidate = {DENIED}) AS breaks, "
        f"arg_min(r.ruling, r.leg) FILTER (WHERE r.today = {ALLOWED} AND r.candidate = {DENIED}) "
        "AS broken_by, "
        f"arg_min(r.ruling, r.leg) FILTER (WHERE r.candidate = {DENIED}) AS denied_by, "
        f"arg_min(r.ruling, r.leg) FILTER (WHERE r.today = {DENIED}) AS was_denied_by, "
        f"arg_min(r.ruling, r.leg) FILTER (WHERE {OPEN} IN (r.today, r.candidate) AND NOT r.same) "
        "AS differs_by, "
        f"arg_min(r.ruling, r.leg) FILTER (WHERE {OPEN} IN (r.today, r.candidate)) AS open_by "
        f"FROM ({legs}) r GROUP BY r.g)"
    )


class _Counting:
    """Counts calls by what they came out as."""

    def __init__(self, answers: Answers) -> None:
        self._session = answers.session

    def calls(self, condition: str) -> int:
        """How many calls fulfil a condition over calls and outcomes."""
        found = self._session.query(
            f"SELECT coalesce(sum(c.calls), 0) FROM {CALLS} c JOIN {OUTCOME} o ON o.g = c.g WHERE {condition}"
        )
        return int(found.rows[0][0])

    def tally(self) -> Tally:
        """All of them."""
        rows = self._session.query(f"{_SUMS} FROM {CALLS} c JOIN {OUTCOME} o ON o.g = c.g").rows
        return _tally(rows[0])

    def shares(self, column: str, *, with_account: bool = False) -> tuple[Share, ...]:
        """By the values of a column, those first of which most come out otherwise; days in their order."""
        account = "c.account" if with_account else "CAST(NULL AS VARCHAR)"
        order = (
            "name" if column == "day" else "newly_denied + newly_allowed DESC, unknown DESC, calls DESC, name"
        )
        rows = self._session.query(
            f"{_SUMS}, sum(c.calls) AS calls, CAST(c.{column} AS VARCHAR) AS name, {account} AS of "
            f"FROM {CALLS} c JOIN {OUTCOME} o ON o.g = c.g "
            f"GROUP BY c.{column}{', c.account' if with_account else ''} ORDER BY {order}, of"
        ).rows
        return tuple(Share(name=row[-2], account=row[-1], tally=_tally(row)) for row in rows)


_SUMS: Final = "SELECT " + ", ".join(
    f"coalesce(sum(c.calls) FILTER (WHERE o.outcome = '{one}'), 0) AS {one}" for one in OUTCOMES
)


def _tally(row: tuple[Any, ...]) -> Tally:
    return Tally(**{one: int(value) for one, value in zip(OUTCOMES, row, strict=False)})


def _reasons(answers: Answers, replayed: Replayed) -> Iterator[Reason]:
    """For each set of statements that decide, the calls that it changes, the most of them first."""
    sides: tuple[tuple[Outcome, str, Side], ...] = (
        ("newly_denied", "denied_by", "candidate"),
        ("newly_allowed", "was_denied_by", "today"),
    )
    for outcome, column, side in sides:
        found: dict[object, Reason] = {}
        for number, calls, refused, examples in _by_ruling(answers, outcome, column):
            statements, levels = _why(answers.answered[number], replayed, side)
            before = found.get((statements, levels))
            found[statements, levels] = Reason(
                outcome=outcome,
                statements=statements,
                levels=levels,
                calls=calls + (before.calls if before else 0),
                refused=refused + (before.refused if before else 0),
                examples=(*(before.examples if before else ()), *examples)[:EXAMPLES],
            )
        yield from sorted(found.values(), key=lambda one: (-one.calls, one.examples))


def _by_ruling(
    answers: Answers, outcome: Outcome, column: str
) -> Iterator[tuple[int, int, int, tuple[str, ...]]]:
    rows = answers.session.query(
        f"SELECT o.{column}, sum(c.calls), coalesce(sum(c.calls) FILTER (WHERE c.refused), 0), "
        f"list(c.example ORDER BY c.refused, c.example)[1:{EXAMPLES}] "
        f"FROM {CALLS} c JOIN {OUTCOME} o ON o.g = c.g "
        f"WHERE o.outcome = '{outcome}' AND o.{column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1"
    ).rows
    for number, calls, refused, examples in rows:
        yield int(number), int(calls), int(refused), tuple(one for one in examples if one is not None)


def _why(
    answered: Answered, replayed: Replayed, side: Side
) -> tuple[tuple[DecidingStatement, ...], tuple[str, ...]]:
    """The statements that deny on a side, or the levels at which nothing allows."""
    ruling, court = answered.ruling, answered.leg.court
    if ruling is None or court is None:
        return (), ()
    decision = ruling.of(side)
    places = {
        kind: _places(replayed, account, side) for kind, account in (("scp", court.scps), ("rcp", court.rcps))
    }
    told = tuple(_told(one, places[one.kind]) for one in decision.statements if one.kind in places)
    if decision.outcome == "explicit_deny":
        return told, ()
    return (), tuple(
        f"{one.kind} at {places[one.kind][one.number - 1].at}"
        for one in ruling.lacking(side)
        if one.number is not None
    )


def _places(replayed: Replayed, account: str | None, side: Side) -> tuple[PolicyLevel, ...]:
    return replayed.accounts[account].of(side) if account is not None else ()


def _told(one: Deciding, levels: tuple[PolicyLevel, ...]) -> DecidingStatement:
    statement = one.statement
    return DecidingStatement(
        kind=one.kind,
        at=levels[one.level - 1].at if one.level is not None else None,
        policy=one.policy,
        sid=statement.sid.text if statement.sid else None,
        number=statement.number,
        effect=statement.effect,
        file=statement.place.file,
        line=statement.place.line,
    )


def _unknown_keys(answers: Answers) -> Iterator[UnknownKey]:
    """For each key that leaves calls open, how many; a call may lack several, and counts for each."""
    calls: dict[str, int] = {}
    examples: dict[str, tuple[str, ...]] = {}
    reasons: dict[str, str] = {}
    for number, count, _, some in _by_ruling(answers, "unknown", "open_by"):
        for key, reason in _lacking(answers.answered[number]):
            calls[key] = calls.get(key, 0) + count
            examples[key] = (*examples.get(key, ()), *some)[:EXAMPLES]
            reasons[key] = reason
    for key in sorted(calls, key=lambda one: (-calls[one], one)):
        yield UnknownKey(key=key, calls=calls[key], reason=reasons[key], examples=examples[key])


def _lacking(answered: Answered) -> Iterator[tuple[str, str]]:
    if answered.leg.doubt is not None:
        yield _DOUBTS[answered.leg.doubt]
        return
    if answered.leg.missing is not None:
        yield ROUTE, answered.leg.missing
        return
    ruling = answered.ruling
    keys = {*ruling.today.unknown_keys, *ruling.candidate.unknown_keys} if ruling else set()
    if answered.leg.form:
        keys.add(PROFILE)
    for key in sorted(keys):
        source = replay_context().of(key)
        if key == RESOURCE:
            yield key, _OF_RESOURCE
        elif key == PROFILE and answered.leg.form:
            yield key, _OF_PROFILE
        else:
            yield key, source.reason if source else _NO_ROW
