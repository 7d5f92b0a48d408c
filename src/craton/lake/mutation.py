"""Mutants of a query: small wrong versions of it, which its cases must tell from the right one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import sqlglot
from msgspec import Struct

from craton.core.errors import DataError
from craton.core.proof import MutationReport, Proven, problems, result
from craton.lake.mutation_operators import OPERATORS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlglot import exp

    from craton.codec.content_file import Case, ContentFile, Header
    from craton.lake.content_runner import ContentRunner


class Mutant(Struct, frozen=True):
    """One wrong version of a query. `text` names it: operator, what stood there, what stands there now."""

    text: str
    sql: str


def mutants(sql: str) -> tuple[Mutant, ...]:
    """All mutants of a query, each once, in the order of the query.

    Two mutants with the same text are told apart by ` #2`, ` #3`… behind it.
    """
    tree = sqlglot.parse_one(sql, read="duckdb")
    original = _render(tree)
    found: list[Mutant] = []
    queries: set[str] = {original}
    texts: dict[str, int] = {}
    for index, node in enumerate(tree.walk()):
        for operator, edits in OPERATORS.items():
            for choice, _ in enumerate(edits(node)):
                mutant = tree.copy()
                before, after = list(edits(_nth(mutant, index)))[choice]()
                query = _render(mutant)
                if query in queries:
                    continue
                queries.add(query)
                text = f"{operator}: {before} -> {after}"
                texts[text] = texts.get(text, 0) + 1
                if texts[text] > 1:
                    text = f"{text} #{texts[text]}"
                found.append(Mutant(text=text, sql=query))
    return tuple(found)


def mutate(runner: ContentRunner, file: ContentFile[Header]) -> MutationReport:
    """What the cases of a file make of its mutants.

    Raises: DataError where the file's own cases fail, for then no mutant can be judged.
    """
    cases, _, _ = file.cases()
    all_mutants = mutants(file.sql)
    runnable = [mutant for mutant in all_mutants if _runs(runner, mutant.sql)]
    killers = _killers(runner, file, cases, runnable)
    reasons = {survivor.mutant: survivor.reason for survivor in file.header.survivors}
    ids = {mutant.text for mutant in runnable}
    results = tuple(
        result(mutant.text, runs=mutant.text in ids, killer=killers.get(mutant.text), reasons=reasons)
        for mutant in all_mutants
    )
    return MutationReport(
        file=file.file, id=file.id, mutants=results, problems=tuple(problems(results, _proven(file)))
    )


def _killers(
    runner: ContentRunner, file: ContentFile[Header], cases: Sequence[Case], runnable: Sequence[Mutant]
) -> dict[str, str]:
    """By the text of a killed mutant, the first case that told it apart."""
    killers: dict[str, str] = {}
    original = _render(sqlglot.parse_one(file.sql, read="duckdb"))
    for case in cases:
        with runner.given(file, case):
            failure = runner.judge(file, case, original)
            if failure is not None:
                raise DataError(f"{case.place}: the case `{case.name}` fails: {failure}")
            for mutant in runnable:
                if mutant.text not in killers and _is_told_apart(runner, file, case, mutant):
                    killers[mutant.text] = case.name
    return killers


def _is_told_apart(runner: ContentRunner, file: ContentFile[Header], case: Case, mutant: Mutant) -> bool:
    try:
        return runner.judge(file, case, mutant.sql) is not None
    except duckdb.Error:
        return True


def _runs(runner: ContentRunner, sql: str) -> bool:
    try:
        runner.bind(sql)
    except duckdb.Error:
        return False
    return True


def _proven(file: ContentFile[Header]) -> Proven:
    return Proven(
        place=file.place(0),
        what="the query",
        header="--- ",
        survivors={
            survivor.mutant: file.header_place("survivors", index)
            for index, survivor in enumerate(file.header.survivors)
        },
        says_why_few=file.header.few_mutants is not None,
    )


def _nth(tree: exp.Expr, index: int) -> exp.Expr:
    for number, node in enumerate(tree.walk()):
        if number == index:
            return node
    raise IndexError(index)


def _render(tree: exp.Expr) -> str:
    return tree.sql("duckdb", comments=False)
