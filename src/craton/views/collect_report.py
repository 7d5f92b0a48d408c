"""What a collection came to, as text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.collect_report import STATUSES
from craton.core.plural import plural
from craton.views.text_table import text_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.collect_report import CollectReport


def as_text(report: CollectReport) -> str:
    """A row for each account and Region, then what was skipped, and a sum."""
    rows = [
        [one.account, one.region, f"{one.reads:,}", *(f"{one.by_status[name]:,}" for name in STATUSES)]
        for one in report.places
    ]
    table = text_table(["account", "region", "reads", *STATUSES], rows)
    return "\n".join([table, *_skipped(report), _sum(report)])


def problem_lines(report: CollectReport) -> Iterator[str]:
    """A line for each operation that was denied or failed in an account."""
    for one in report.problems:
        often = f" ({one.times:,} times)" if one.times > 1 else ""
        yield f"{one.status}: `{one.service}:{one.operation}` in {one.account}: {one.error}{often}"


def _skipped(report: CollectReport) -> Iterator[str]:
    for account, state in report.skipped.items():
        yield f"skipped {account}: the account is {state.lower().replace('_', ' ')}"


def _sum(report: CollectReport) -> str:
    before = report.reads - report.asked
    known = f", of which {before:,} {'was' if before == 1 else 'were'} answered before" if before else ""
    return f"collection {report.collection}: {plural(report.reads, 'read')}{known}"
