"""The answer to a replay as a person reads it, and as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.plural import plural
from craton.core.quoting import ticked
from craton.simulator.change import KIND_WORDS
from craton.views.text_table import text_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.replay.summary import DecidingStatement, Reason, ReplaySummary, Share, Tally

CSV_NAMES: Final = ("by", "name", "account", "newly_denied", "newly_allowed", "unchanged", "unknown")
_SHOWN: Final = 12
_NAMES: Final = ("newly denied", "newly allowed", "unchanged", "unknown")


def replay_text(found: ReplaySummary) -> str:
    """What would change for whom and why, and what is not known."""
    return "\n".join(_lines(found))


def csv_rows(found: ReplaySummary) -> list[tuple[str, str, str, int, int, int, int]]:
    """A row for each account, principal, model and day."""
    groups = {
        "account": found.accounts,
        "principal": found.principals,
        "model": found.models,
        "day": found.days,
    }
    return [
        (by, one.name, one.account or "", *_counts(one.tally))
        for by, shares in groups.items()
        for one in shares
    ]


def _lines(found: ReplaySummary) -> Iterator[str]:
    for verb, policies in (("attached", found.attached), ("removed", found.removed)):
        yield from (f"{verb}: {one}" for one in policies)
    if found.first is None or found.last is None:
        yield "no recorded call in that time"
        return
    first, last = (f"{at:%Y-%m-%d %H:%M}" for at in (found.first, found.last))
    yield f"{plural(found.tally.calls, 'recorded call')}, {first} to {last} UTC"
    yield ""
    for name, count in zip(_NAMES, _counts(found.tally), strict=True):
        yield f"{count:>12,}  {name:<13}  {_percent(count, found.tally.calls)}"
    yield ""
    for reason in found.reasons:
        yield from _reason(reason)
    if found.reasons:
        yield ""
        for title, shares in (("account", found.accounts), ("principal", found.principals)):
            yield from _table(title, shares)
        yield from _table("model", found.models)
        yield from _table("day", found.days)
        if found.principals_left_out:
            left_out = found.principals_left_out
            yield f"{plural(left_out, 'more principal')} {'is' if left_out == 1 else 'are'} not listed"
            yield ""
    yield from _unknown(found)
    yield from _notes(found)


def _counts(tally: Tally) -> tuple[int, int, int, int]:
    return tally.newly_denied, tally.newly_allowed, tally.unchanged, tally.unknown


def _percent(part: int, whole: int) -> str:
    if not whole:
        return ""
    share = 100 * part / whole
    return "<0.1 %" if 0 < share < 0.05 else f"{share:.1f} %"  # noqa: PLR2004 - what rounds to nothing


def _reason(reason: Reason) -> Iterator[str]:
    verb = "newly denied" if reason.outcome == "newly_denied" else "newly allowed, denied so far"
    yield f"{reason.calls:,} {verb}"
    for one in reason.statements:
        yield f"  by {_statement(one)}"
    for level in reason.levels:
        kind, _, at = level.partition(" at ")
        yield f"  because no {kind.upper()} at {at} allows it"
    if reason.refused:
        yield f"  {reason.refused:,} of them were refused when they were made"
    if reason.examples:
        yield f"  such as {', '.join(reason.examples)}"


def _statement(one: DecidingStatement) -> str:
    name = ticked(one.sid) if one.sid else f"statement {one.number}"
    at = f" at {one.at}" if one.at else ""
    return f"{name} of {KIND_WORDS[one.kind]} {ticked(one.policy)}{at}, {one.file}:{one.line}"


def _table(title: str, shares: tuple[Share, ...]) -> Iterator[str]:
    """Those of whom something comes out otherwise."""
    changed = [one for one in shares if one.tally.newly_denied or one.tally.newly_allowed]
    if not changed:
        return
    rows = [(one.name or "none", *(f"{count:,}" for count in _counts(one.tally))) for one in changed[:_SHOWN]]
    yield text_table((title, *_NAMES), rows)
    if len(changed) > _SHOWN:
        yield f"{len(changed) - _SHOWN:,} more come out otherwise: `--format csv` lists them"
    yield ""


def _unknown(found: ReplaySummary) -> Iterator[str]:
    if found.unknown_keys:
        yield "unknown for want of"
        for one in found.unknown_keys:
            yield f"  {_percent(one.calls, found.tally.calls):>7}  {ticked(one.key)}: {one.reason}"
    for operation in found.unknown_operations[:_SHOWN]:
        yield f"  {plural(operation.calls, 'call')} of {operation.event_source} {operation.event_name}"
    if len(found.unknown_operations) > _SHOWN:
        yield f"  and of {plural(len(found.unknown_operations) - _SHOWN, 'operation')} more"


def _notes(found: ReplaySummary) -> Iterator[str]:
    if found.denied_today:
        yield f"{found.denied_today:,} are denied by the organization policies of today"
    if found.recorded.made_but_denied:
        yield f"{found.recorded.made_but_denied:,} were made, and would be denied today"
    if found.recorded.refused_but_allowed:
        yield (
            f"{found.recorded.refused_but_allowed:,} were refused, and no organization policy of today does: "
            "other policies do, or those of then did"
        )
    if found.exempt:
        yield f"{found.exempt:,} are of the management account or service-linked roles, which no SCP meets"
    if found.no_calls:
        are = "is no call and was" if found.no_calls == 1 else "are no calls and were"
        yield f"{plural(found.no_calls, 'event')} {are} left out"
    for one in found.simulated:
        yield f"{one} is simulated where SQL cannot say it"
