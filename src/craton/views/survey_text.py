"""A survey as people read it in a terminal: what needs a look first, then what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from craton.core.quoting import listed, printable, ticked
from craton.views.survey_words import (
    account_name,
    broken_texts,
    calls_text,
    cost_text,
    disabled_text,
    end_text,
    expiry_text,
    headline,
    reach_text,
    unread_text,
    use_cells,
)
from craton.views.text_table import text_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.survey import Survey

_MOST_POLICY_FINDINGS: Final = 20


def survey_lines(survey: Survey) -> Iterator[str]:
    """Everything that was found; what there is none of is said in one line."""
    yield from (printable(line) for line in _lines(survey))
    yield from _places(survey)
    yield from _models(survey)


def _lines(survey: Survey) -> Iterator[str]:
    yield headline(survey)
    yield cost_text(survey)
    if survey.disabled:
        yield disabled_text(survey)
    yield from _section("could not be read", [unread_text(survey, one) for one in survey.unread])
    skipped = [f"{account_name(survey, one.id)}: {one.skipped}" for one in survey.accounts if one.skipped]
    yield from _section("not asked, for they are suspended or closed", skipped)
    yield from _section(
        "calls that nothing logs",
        [
            f"{account_name(survey, one.account)} {one.region}: {calls_text(one.calls)}"
            for one in survey.unlogged
        ],
    )
    yield from _section(
        "calls without any guardrail",
        [
            f"{account_name(survey, one.account)} {one.region}: {calls_text(one.calls)}"
            for one in survey.unguarded
        ],
    )
    yield from _section(
        "retired models in use",
        [
            f"{one.model_id} in {account_name(survey, one.account)} {one.region}: "
            f"{calls_text(one.calls)}, {end_text(one)}"
            for one in survey.retired
        ],
    )
    yield from _section(
        "long-term keys",
        [
            f"{one.user} of {account_name(survey, one.account)}: {one.status.lower()}, made on "
            f"{one.created:%Y-%m-%d}, {expiry_text(one)}"
            for one in survey.keys
        ],
    )
    yield from _section("inference profiles that policies break", list(broken_texts(survey)))
    yield from _policies(survey)
    yield from _section("what may be called", list(reach_text(survey)))


def _section(title: str, lines: list[str]) -> Iterator[str]:
    yield ""
    if not lines:
        yield f"{title}: none"
        return
    yield f"{title} ({len(lines):,})"
    yield from (f"  {line}" for line in lines)


def _policies(survey: Survey) -> Iterator[str]:
    found = [
        f"{ticked(policy.name)} at {listed(policy.targets) or 'nothing'}, line {one.place.line}: "
        f"{one.severity}: {one.message} ({one.rule})"
        for policy in survey.faulty_policies
        for one in policy.findings
    ]
    yield from _section("what is wrong in policies", found[:_MOST_POLICY_FINDINGS])
    if len(found) > _MOST_POLICY_FINDINGS:
        yield f"  and {len(found) - _MOST_POLICY_FINDINGS:,} more"


def _places(survey: Survey) -> Iterator[str]:
    yield ""
    rows = [
        [
            account_name(survey, one.account),
            one.region,
            "unknown" if one.calls is None else f"{one.calls:,}",
            one.logging,
            one.guarding,
        ]
        for one in survey.places
    ]
    yield _table(["account", "Region", "calls", "logging", "guardrails"], rows)


def _models(survey: Survey) -> Iterator[str]:
    yield ""
    rows = [list(use_cells(survey, one)) for one in survey.uses]
    yield _table(["account", "Region", "model", "calls", "input", "output", "USD"], rows)


def _table(names: list[str], rows: list[list[str]]) -> str:
    return text_table(names, [[printable(cell) for cell in row] for row in rows])
