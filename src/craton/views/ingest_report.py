"""What an ingest came to, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.plural import plural

if TYPE_CHECKING:
    from craton.lake.ingestion import IngestReport

CHANGED: Final = (
    "earlier rows rest on a manifest that says otherwise of accounts, environments, owners, profiles, prices "
    "or privacy"
)
_NAMES = {
    "invocation": "invocations",
    "api_event": "API events",
    "metric": "metrics",
    "other": "other documents",
}


def as_text(report: IngestReport) -> str:
    """A few lines: files, documents by kind, and what deserves a look."""
    lines = [
        (
            f"{plural(report.files_read, 'file')} read, {report.files_skipped:,} known already, "
            f"{report.files_failed:,} failed"
        ),
        (
            f"{plural(report.documents_read, 'document')} = {plural(report.rows, 'row')}"
            f" + {plural(report.duplicates, 'duplicate')} + {report.quarantined:,} quarantined"
            f" + {report.ignored:,} ignored"
        ),
    ]
    for kind, counts in report.by_kind.items():
        lines.append(
            f"  {_NAMES[kind]:<16} {_column(counts['rows'], 'row', 12)}  "
            f"{_column(counts['duplicates'], 'duplicate', 10)}  "
            f"{counts['quarantined']:>8,} quarantined  {counts['ignored']:>10,} ignored"
        )
    if report.ignored_reasons:
        lines.append("ignored: " + _listed(report.ignored_reasons))
    if report.unknown_fields:
        lines.append("fields that Craton does not know: " + _listed(report.unknown_fields))
    if report.quarantined:
        lines.append("look at what is quarantined: craton sql 'SELECT * FROM quarantine' --lake DIR")
    return "\n".join(lines)


def _column(count: int, noun: str, width: int) -> str:
    """The count with its noun, as wide as any other."""
    number, word = plural(count, noun).split(" ")
    return f"{number:>{width}} {word:<{len(noun) + 1}}"


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} ({times:,})" for name, times in counts.items())
