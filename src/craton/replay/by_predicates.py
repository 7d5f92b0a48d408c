"""Which statements speak of each recorded request, asked of the engine of the lake in SQL.

A statement's answer is the AND of its parts, three-valued: NULL is unknown. Each part that several statements
share is asked once. The answers of all statements are words of bits: the statements that speak for certain,
and those that possibly do. Parts that are no predicate are decided by the simulator, once for each
combination of values that there is, and joined.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from craton.core.quoting import ticked
from craton.replay.predicates import TRUE, actions_sql, condition_sql, resources_sql
from craton.replay.request import held, matching_any_resource
from craton.replay.rows import table_of
from craton.replay.words import count_of, split, word_sql
from craton.simulator.condition import criterion
from craton.simulator.masks import Matching, resource_template

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from craton.lake.session import Session
    from craton.replay.organization import StatementBook
    from craton.simulator.masks import KeyGroup
    from craton.simulator.policy_set import Attached


class Simulated(NamedTuple):
    """A part of statements that the simulator decides: over which columns, for which statements, and how."""

    columns: tuple[str, ...]
    bits: int
    found: Callable[[Sequence[object]], Matching]


class PredicateEvaluator:
    """The statements of a book as SQL over a relation of requests.

    `keys` are the condition keys of the relation's columns, in lower case.
    """

    def __init__(self, book: StatementBook, keys: tuple[str, ...]) -> None:
        self._book = book
        self._numbers = {key: number for number, key in enumerate(keys)}
        self._keys = keys
        self._atoms: dict[str, str] = {}
        self._parts: list[list[str]] = [self._elements(one) for one in book.statements]
        self._simulated = tuple(self._of_conditions())
        self.words = count_of(len(book.statements))

    @property
    def simulated(self) -> tuple[str, ...]:
        """The statements of which a part is no predicate."""
        bits = 0
        for one in self._simulated:
            bits |= one.bits
        return tuple(
            f"{ticked(one.statement.label)} of {ticked(one.policy.name)}"
            for number, one in enumerate(self._book.statements)
            if bits >> number & 1
        )

    def evaluate(self, session: Session, relation: str, into: str, *, kept: Sequence[str]) -> None:
        """Afterwards the table `into` holds the `kept` columns of the relation with the answers of each row.

        These are `c0`, `c1`… for the statements that speak for certain, `p0`, `p1`… for those that may.
        """
        joins = [
            self._joined(session, relation, f"{into}_{place}", one)
            for place, one in enumerate(self._simulated)
        ]
        atoms = ", ".join(f"{test} AS {name}" for test, name in self._atoms.items())
        names = [f"{into}_{place}" for place in range(len(joins))]
        found = ", ".join(
            f"{self._word(word, certain=certain)}{''.join(f' & {name}.{side}{word}' for name in names)}"
            f" AS {side}{word}"
            for side, certain in (("c", True), ("p", False))
            for word in range(self.words)
        )
        columns = ", ".join(f"a.{one}" for one in kept)
        session.query(
            f"CREATE TABLE {into} AS WITH a AS (SELECT *{f', {atoms}' if atoms else ''} FROM {relation}) "
            f"SELECT {columns}, {found} FROM a {' '.join(joins)}"
        )

    def _word(self, word: int, *, certain: bool) -> str:
        wholes = [" AND ".join(parts) or TRUE for parts in self._parts]
        return word_sql(wholes if certain else [f"({one}) IS DISTINCT FROM false" for one in wholes], word)

    def _elements(self, one: Attached) -> list[str]:
        """The actions and, where they hold no variables, the resources of a statement."""
        tests = [actions_sql(one.statement.actions)]
        if not _has_variables(one):
            tests.append(resources_sql(one.statement.resources))
        return [self._atom(test) for test in tests if test != TRUE]

    def _atom(self, test: str) -> str:
        return self._atoms.setdefault(test, f"t{len(self._atoms)}")

    def _of_conditions(self) -> Iterator[Simulated]:
        """The conditions as predicates, group by group; a group of which one is none is simulated whole."""
        for group in self._book.masks.groups:
            tests = None if group.of_resource else self._tests(group)
            if tests is None:
                yield self._by_group(group)
                continue
            for number, test in tests:
                self._parts[number].append(self._atom(test))
        named = _naming(self._book.statements)
        if named:
            principals = self._book.masks.principals
            yield Simulated(("principal",), named, lambda row: _certain(principals[str(row[0])].named))

    def _tests(self, group: KeyGroup) -> list[tuple[int, str]] | None:
        found: list[tuple[int, str]] = []
        for number, one in enumerate(self._book.statements):
            for condition in one.statement.conditions:
                if criterion(condition, one.policy.version).keys != group.keys:
                    continue
                test = condition_sql(condition, one.policy.version, self._numbers)
                if test is None:
                    return None
                found.append((number, test))
        return found

    def _by_group(self, group: KeyGroup) -> Simulated:
        numbers = [self._numbers[key] for key in group.keys]
        columns = [f"{side}{number}" for number in numbers for side in "vh"]
        first = 1 if group.of_resource else 0
        whole = matching_any_resource(self._book.masks)

        def found(row: Sequence[object]) -> Matching:
            pairs = zip(row[first::2], row[first + 1 :: 2], strict=True)
            values = tuple(held(value, there) for value, there in pairs)  # type: ignore[arg-type]
            if not group.of_resource:
                return group.masks[values]
            if row[0] is not None:
                return group.masks[str(row[0]), *values]
            return Matching(~group.bits | whole.certain, ~group.bits | whole.possible)

        return Simulated((*(("resource",) if first else ()), *columns), group.bits, found)

    def _joined(self, session: Session, relation: str, name: str, part: Simulated) -> str:
        """Makes the table of a part's answers; returns how it is joined to the requests."""
        columns = ", ".join(part.columns)
        asked = session.query(f"SELECT DISTINCT {columns} FROM {relation}").rows
        types = ["BOOLEAN" if one.startswith("h") else "VARCHAR" for one in part.columns]
        rows = []
        for row in asked:
            certain, possible = part.found(row)
            rows.append((*row, *split(certain, self.words), *split(possible, self.words)))
        words = [f"{side}{word}" for side in "cp" for word in range(self.words)]
        table_of(
            session, name, [*zip(part.columns, types, strict=True), *((one, "BIGINT") for one in words)], rows
        )
        on = " AND ".join(f"{name}.{one} IS NOT DISTINCT FROM a.{one}" for one in part.columns)
        return f"JOIN {name} ON {on}"


def _certain(bits: int) -> Matching:
    return Matching(bits, bits)


def _has_variables(one: Attached) -> bool:
    patterns = one.statement.resources.patterns if one.statement.resources else ()
    return any(resource_template(text.text, one.policy.version).keys for text in patterns)


def _naming(statements: Sequence[Attached]) -> int:
    """The statements that speak of some principals and not of others."""
    return sum(1 << number for number, one in enumerate(statements) if names_somebody(one))


def names_somebody(one: Attached) -> bool:
    """Whether a statement speaks of some principals and not of others."""
    principals = one.statement.principals
    if principals is None:
        return False
    somebody = [
        entry
        for entry in principals.principals
        if entry.kind != "*" and not (entry.kind == "AWS" and entry.pattern.text == "*")
    ]
    return principals.negated or bool(somebody) or not principals.principals
