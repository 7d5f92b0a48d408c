"""What an ingest came to, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

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
            f"{_many(report.files_read, 'file')} read, {report.files_skipped:,} known already, "
            f"{report.files_failed:,} failed"
        ),
        (
            f"{report.documents_read:,} documents = {report.rows:,} rows + {report.duplicates:,} duplicates"
            f" + {report.quarantined:,} quarantined + {report.ignored:,} ignored"
        ),
    ]
    for kind, counts in report.by_kind.items():
        lines.append(
            f"  {_NAMES[kind]:<16} {counts['rows']:>12,} rows  {counts['duplicates']:>10,} duplicates  "
            f"{counts['quarantined']:>8,} quarantined  {counts['ignored']:>10,} ignored"
        )
    if report.ignored_reasons:
        lines.append("ignored: " + _listed(report.ignored_reasons))
    if report.unknown_fields:
        lines.append("fields that Craton does not know: " + _listed(report.unknown_fields))
    if report.quarantined:
        lines.append("look at what is quarantined: craton sql 'SELECT * FROM quarantine' --lake DIR")
    return "\n".join(lines)


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{name} ({times:,})" for name, times in counts.items())
