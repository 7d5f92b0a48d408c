"""From recorded calls to answers: which statements speak of each leg, and what both sides make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from msgspec import Struct

from craton.registry.iam import iam_reference
from craton.replay.by_predicates import PredicateEvaluator, names_somebody
from craton.replay.calls import CALLS, SHAPE, CallRelation, names, resource_matters, shapes
from craton.replay.courts import Courts, Ruling
from craton.replay.legs import LegBook, RecordedLeg
from craton.replay.request import RESOURCE, MaskEvaluator, RecordedRequest, held
from craton.replay.rows import table_of
from craton.replay.words import count_of, joined, split, word_sql
from craton.simulator.call_context import asked_keys
from craton.simulator.masks import Matching
from craton.simulator.wildcard import Unknown

if TYPE_CHECKING:
    from craton.lake.session import Rows, Session
    from craton.replay.calls import Named, Window
    from craton.replay.legs import Shape
    from craton.replay.organization import Replayed, StatementBook
    from craton.simulator.decision import Decision

Evaluator = Literal["sql", "masks"]

LEGS, REQUESTS, ANSWERS, RULINGS = "replay_leg", "replay_request", "replay_answer", "replay_ruling"
ALLOWED, OPEN, DENIED = 0, 1, 2
SECOND_FORM: Final = 2
_CODES: Final = {"allowed": ALLOWED, "unknown": OPEN, "explicit_deny": DENIED, "implicit_deny": DENIED}


class Answered(Struct, frozen=True):
    """One way in which legs come out: a doubt, no permission needed, or what both sides decide."""

    leg: RecordedLeg
    ruling: Ruling | None = None


class Answers:
    """Decides the calls of a window, in tables of a session of its own.

    Afterwards `replay_call` holds the calls, `replay_answer` their legs with the statements that speak of
    each, and `replay_ruling` what comes of these, by numbers whose details are in `answered`. Where there are
    legs that have two forms (`has_forms`), both have one number.
    """

    def __init__(
        self, session: Session, replayed: Replayed, book: StatementBook, *, evaluator: Evaluator
    ) -> None:
        self.session = session
        self.answered: list[Answered] = []
        self.has_forms = False
        self._kinds: list[RecordedLeg] = []
        self._replayed = replayed
        self._book = book
        self._by = evaluator
        self.keys = keys_of(book)
        self.spelled = spelled(book, self.keys)
        self.courts = Courts(book, dict(replayed.accounts))
        self._predicates = PredicateEvaluator(book, self.keys)
        self._words = count_of(len(book.statements))
        self._unknown_words = count_of(len(self.keys) + 1)

    @property
    def simulated(self) -> tuple[str, ...]:
        """The statements of which a part is no predicate."""
        return self._predicates.simulated if self._by == "sql" else ()

    def resource_matters(self, action: str) -> bool:
        """Whether some statement on an action speaks of some resources and not of others."""
        return resource_matters(self._book, self.keys, action)

    def find(self, window: Window) -> tuple[Named, ...]:
        """Afterwards the tables are there; which operations were called."""
        called = names(self.session, window)
        relation = CallRelation(self._book, self.keys, grouped=self._by == "sql")
        by_session = any(names_somebody(one) for one in self._book.statements)
        relation.make(self.session, window, called, by_session=by_session)
        self._kinds = self._make_legs(shapes(self.session))
        self._make_requests(relation)
        if self._by == "sql":
            kept = ("g", "leg", "court", *(f"u{word}" for word in range(self._unknown_words)))
            self._predicates.evaluate(self.session, REQUESTS, ANSWERS, kept=kept)
        else:
            self._evaluate_by_masks()
        self._make_rulings(self._kinds)
        return called

    def rule(self, replayed: Replayed) -> None:
        """Afterwards the rulings are those of other candidates, for the calls that were found.

        The accounts and their places must be the same, whatever is alike before must be alike now, and all
        statements must be in the book.
        """
        self._replayed = replayed
        self.courts = Courts(self._book, dict(replayed.accounts))
        self.answered = []
        self._make_rulings(self._kinds)

    def _make_legs(self, of: list[Shape]) -> list[RecordedLeg]:
        """The table of legs by shape; the legs that decide alike have one number as their court."""
        book = LegBook(self._replayed, self.spelled)
        courts: dict[object, int] = {}
        kinds: list[RecordedLeg] = []
        rows: list[tuple[object, ...]] = []
        for shape in of:
            values = [getattr(shape, name) for name in SHAPE]
            number = 0
            for leg in book.legs(shape):
                number += leg.form < SECOND_FORM
                self.has_forms = self.has_forms or leg.form > 0
                key = (leg.court, leg.doubt, leg.free, leg.missing, leg.form > 0)
                if key not in courts:
                    courts[key] = len(kinds)
                    kinds.append(leg)
                fixed: list[object] = []
                for place in range(len(self.keys)):
                    fixed += _fixed(leg.fixed.get(place, ...))
                rows.append((*values, number, courts[key], leg.action.lower(), leg.resource, *fixed))
        columns = [(name, "BOOLEAN" if name == "bearer" else "VARCHAR") for name in SHAPE]
        columns += [("leg", "INTEGER"), ("court", "INTEGER"), ("action", "VARCHAR"), ("resource", "VARCHAR")]
        for place in range(len(self.keys)):
            columns += [(f"f{place}", "BOOLEAN"), (f"v{place}", "VARCHAR"), (f"h{place}", "BOOLEAN")]
        table_of(self.session, LEGS, columns, rows)
        return kinds

    def _make_requests(self, relation: CallRelation) -> None:
        recorded = set(relation.recorded)
        values = []
        for place in range(len(self.keys)):
            for side in "vh":
                column = f"l.{side}{place}"
                if place in recorded:
                    column = f"CASE WHEN l.f{place} THEN {column} ELSE c.{side}{place} END"
                values.append(f"{column} AS {side}{place}")
        on = " AND ".join(f"l.{name} IS NOT DISTINCT FROM c.{name}" for name in SHAPE)
        listed = "".join(f", {one}" for one in values)
        unknown = [f"h{place} IS NULL" for place in range(len(self.keys))] + ["resource IS NULL"]
        words = ", ".join(f"{word_sql(unknown, word)} AS u{word}" for word in range(self._unknown_words))
        self.session.query(
            f"CREATE OR REPLACE TABLE {REQUESTS} AS SELECT *, {words} FROM ("
            f"SELECT c.g, l.leg, l.court, c.principal, l.action, l.resource{listed} "
            f"FROM {CALLS} c JOIN {LEGS} l ON {on})"
        )

    def _evaluate_by_masks(self) -> None:
        evaluator = MaskEvaluator(self._book.masks, self.keys)
        columns = [f"{side}{place}" for place in range(len(self.keys)) for side in "vh"]
        kept = ["g", "leg", "court", *(f"u{word}" for word in range(self._unknown_words))]
        listed = ", ".join([*kept, "principal", "action", "resource", *columns])
        rows = []
        for row in self.session.query(f"SELECT {listed} FROM {REQUESTS}").rows:
            principal, action, resource = row[len(kept) : len(kept) + 3]
            pairs = row[len(kept) + 3 :]
            values = tuple(held(*pair) for pair in zip(pairs[::2], pairs[1::2], strict=True))
            found = evaluator.matching(RecordedRequest(principal, action, resource, values))
            certain, possible = split(found.certain, self._words), split(found.possible, self._words)
            rows.append((*row[: len(kept)], *certain, *possible))
        words = [f"{side}{word}" for side in "cp" for word in range(self._words)]
        table_of(self.session, ANSWERS, [(name, "BIGINT") for name in (*kept, *words)], rows)

    def _make_rulings(self, kinds: list[RecordedLeg]) -> None:
        """What becomes of each combination of court, statements that speak, and keys that are unknown."""
        words = [f"{side}{word}" for side in "cp" for word in range(self._words)]
        columns = ["court", *words, *(f"u{word}" for word in range(self._unknown_words))]
        listed = ", ".join(columns)
        found: Rows = self.session.query(f"SELECT DISTINCT {listed} FROM {ANSWERS} ORDER BY {listed}")
        rows = []
        for row in found.rows:
            leg = kinds[row[0]]
            answered = self._answered(leg, row[1:])
            rows.append((*row, len(self.answered), *_codes(answered)))
            self.answered.append(answered)
        kinds_of = [(name, "BIGINT") for name in (*columns, "ruling", "today", "candidate")]
        table_of(self.session, RULINGS, [*kinds_of, ("same", "BOOLEAN")], rows)

    def _answered(self, leg: RecordedLeg, row: tuple[int, ...]) -> Answered:
        if leg.court is None:
            return Answered(leg)
        certain = joined(row[: self._words])
        possible = joined(row[self._words : 2 * self._words])
        unknown = joined(row[2 * self._words :])
        return Answered(
            leg,
            self.courts.ruling(
                leg.court, Matching(certain, possible), lambda bits: self._undecided(bits, unknown)
            ),
        )

    def _undecided(self, bits: int, unknown: int) -> tuple[str, ...]:
        """The unknown keys that statements ask for, and the resource where they name some."""
        found: set[str] = set()
        places = {key: place for place, key in enumerate(self.keys)}
        for group in self._book.masks.groups:
            if group.bits & bits:
                found.update(self.spelled[places[key]] for key in group.keys if unknown >> places[key] & 1)
        if unknown >> len(self.keys) & 1 and any(
            bits >> number & 1 and one.statement.resources is not None
            for number, one in enumerate(self._book.statements)
        ):
            found.add(RESOURCE)
        return tuple(sorted(found))


def keys_of(book: StatementBook) -> tuple[str, ...]:
    """The condition keys that the statements of a book look at, in lower case."""
    return tuple(sorted({key for group in book.masks.groups for key in group.keys}))


def spelled(book: StatementBook, keys: tuple[str, ...]) -> tuple[str, ...]:
    """The same as AWS spells them, or as the policies do where AWS has no such key."""
    written = {key.lower(): key for key in sorted(asked_keys(book.policies))}
    names = []
    for key in keys:
        known = iam_reference().condition_key(key)
        exact = known is not None and known.name.lower() == key
        names.append(known.name if known is not None and exact else written.get(key, key))
    return tuple(names)


def decision_code(decision: Decision) -> int:
    """A decision as the tables hold it."""
    return _CODES[decision.outcome]


def _codes(answered: Answered) -> tuple[int, int, bool]:
    if answered.leg.free:
        return ALLOWED, ALLOWED, True
    if answered.ruling is None:
        return OPEN, OPEN, False
    ruling = answered.ruling
    if answered.leg.doubt is not None:
        return OPEN, OPEN, ruling.same
    today, candidate = decision_code(ruling.today), decision_code(ruling.candidate)
    if answered.leg.missing is not None:
        return min(today, OPEN), min(candidate, OPEN), ruling.same
    return today, candidate, ruling.same


def _fixed(values: object) -> tuple[object, object, object]:
    """Whether a leg says what a key holds, and what it says: its value, and whether it is there."""
    if values is ...:
        return False, None, None
    if values is None:
        return True, None, False
    if values is Unknown.UNKNOWN:
        return True, None, None
    return True, values[0], True  # type: ignore[index]
