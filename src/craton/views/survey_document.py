"""A survey as a document: the numbers that matter, then everything that was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

from craton.core.quoting import listed, ticked
from craton.views.document import (
    Block,
    Column,
    Document,
    Figure,
    Figures,
    Listing,
    Paragraph,
    Section,
    Table,
)
from craton.views.survey_words import (
    account_name,
    accounts_text,
    broken_texts,
    calls_text,
    disabled_text,
    end_text,
    expiry_text,
    headline,
    reach_reasons,
    reach_sums,
    unread_text,
    usd_text,
    use_cells,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from craton.core.survey import Survey, SurveyedPlace

_ACCOUNT = Column("account", share=2)
_REGION = Column("Region", share=1.3)
_CALLS = Column("calls", align="right", share=0.8)


def survey_document(survey: Survey) -> Document:
    """The whole survey."""
    return Document(
        title=f"Amazon Bedrock in {survey.organization}",
        subtitle=headline(survey),
        at=survey.at,
        sections=tuple(_sections(survey)),
    )


def _sections(survey: Survey) -> Iterator[Section]:
    yield Section(title="At a glance", blocks=(_figures(survey),))
    yield _unread(survey)
    yield _listed(
        "Calls that nothing logs",
        "Models were called there, and no log of it is kept: what was asked cannot be told later.",
        _places(survey, survey.unlogged),
    )
    yield _listed(
        "Calls without any guardrail",
        "There is no guardrail that calls could name, and none that is enforced.",
        _places(survey, survey.unguarded),
    )
    yield _retired(survey)
    yield _keys(survey)
    yield _listed(
        "Inference profiles that policies break",
        "A call through a profile is authorised in every Region that it may be routed to. Where one of them"
        " is denied, calls fail although the Region that they name is allowed.",
        list(broken_texts(survey)),
    )
    yield _policies(survey)
    yield _reach(survey)
    yield _where(survey)
    yield _models(survey)
    yield _stack_sets(survey)


def _figures(survey: Survey) -> Figures:
    left = survey.unpriced_calls + survey.unknown_calls
    counts = (
        ("calls without logs", len(survey.unlogged), "accounts and Regions"),
        ("calls without guardrails", len(survey.unguarded), "accounts and Regions"),
        ("retired models in use", len({one.model_id for one in survey.retired}), "models"),
        ("long-term keys", len(survey.keys), "keys"),
        ("faulty policies", len(survey.faulty_policies), f"of {len(survey.policies):,}"),
        ("broken profiles", len({one.profile for one in survey.broken}), "inference profiles"),
        ("could not be read", len({one.account for one in survey.unread}), "accounts, in part or whole"),
    )
    return Figures(
        (
            Figure(name="calls", value=f"{survey.calls:,}", note=f"{survey.since} to {survey.until}"),
            Figure(
                name="estimated cost, USD",
                value=usd_text(survey.cost),
                note=f"without {calls_text(left)} of unknown price" if left else "by list prices",
            ),
            *(
                Figure(name=name, value=f"{number:,}", note=note, needs_a_look=number > 0)
                for name, number, note in counts
            ),
        )
    )


def _listed(title: str, about: str, items: list[str], *, is_finding: bool = True) -> Section:
    if not items:
        return Section(title=title, blocks=(Paragraph("None."),), count=0 if is_finding else None)
    return Section(
        title=title,
        blocks=(Paragraph(about), Listing(tuple(items))),
        count=len(items) if is_finding else None,
    )


def _unread(survey: Survey) -> Section:
    skipped = [
        f"{account_name(survey, one.id)}: not asked, for it is {one.skipped.lower().replace('_', ' ')}"
        for one in survey.accounts
        if one.skipped
    ]
    disabled = [disabled_text(survey)] if survey.disabled else []
    items = [*(unread_text(survey, one) for one in survey.unread), *skipped, *disabled]
    return _listed("What could not be read", "What follows does not tell of these.", items)


def _places(survey: Survey, places: Iterable[SurveyedPlace]) -> list[str]:
    return [f"{account_name(survey, one.account)} in {one.region}: {calls_text(one.calls)}" for one in places]


def _retired(survey: Survey) -> Section:
    rows = tuple(
        (one.model_id, account_name(survey, one.account), one.region, f"{one.calls:,}", end_text(one))
        for one in survey.retired
    )
    columns = (Column("model", share=2.4), _ACCOUNT, _REGION, _CALLS, Column("end", share=1.6))
    return _tabled("Retired models in use", columns, rows)


def _keys(survey: Survey) -> Section:
    rows = tuple(
        (one.user, account_name(survey, one.account), one.status, f"{one.created:%Y-%m-%d}", expiry_text(one))
        for one in survey.keys
    )
    columns = (Column("user", share=2), _ACCOUNT, Column("status"), Column("made"), Column("end", share=1.4))
    return _tabled("Long-term keys", columns, rows)


def _policies(survey: Survey) -> Section:
    found = tuple(
        (
            ticked(policy.name),
            listed(policy.targets) or "nothing",
            one.severity,
            f"{one.message} (`{one.rule}`)",
        )
        for policy in survey.faulty_policies
        for one in policy.findings
    )
    columns = (
        Column("policy", share=1.5),
        Column("attached at", share=1.2),
        Column("severity", share=0.8),
        Column("finding", share=4),
    )
    return _tabled("What is wrong in policies", columns, found)


def _reach(survey: Survey) -> Section:
    about = Paragraph(
        "What the policies of the organization let a role call whose own policies allow everything. Whether"
        " an account has access to a model is another matter."
    )
    if survey.reach_unknown is not None:
        return Section(
            title="What may be called", blocks=(about, Paragraph(f"Unknown: {survey.reach_unknown}."))
        )
    rows = tuple(
        (
            accounts_text(survey, one.accounts),
            reach_sums(one),
            "; ".join(reach_reasons(one)) or "nothing denies it",
        )
        for one in survey.reach
    )
    columns = (Column("accounts", share=2), Column("models", share=1.5), Column("why", share=3))
    return Section(title="What may be called", blocks=(about, Table(columns=columns, rows=rows)))


def _where(survey: Survey) -> Section:
    rows = tuple(
        (
            account_name(survey, one.account),
            one.region,
            "unknown" if one.calls is None else f"{one.calls:,}",
            one.logging,
            one.guarding,
        )
        for one in survey.places
    )
    columns = (_ACCOUNT, _REGION, _CALLS, Column("logging", share=0.8), Column("guardrails", share=0.9))
    return _tabled("Accounts and Regions in use", columns, rows, is_finding=False)


def _models(survey: Survey) -> Section:
    rows = tuple(use_cells(survey, one) for one in survey.uses)
    columns = (
        _ACCOUNT,
        _REGION,
        Column("model", share=2.4),
        _CALLS,
        Column("input tokens", align="right"),
        Column("output tokens", align="right"),
        Column("USD", align="right"),
    )
    return _tabled("Models in use, with their estimated cost", columns, rows, is_finding=False)


def _stack_sets(survey: Survey) -> Section:
    return _listed(
        "Stack sets of the organization",
        "They stand beside what Craton makes.",
        list(survey.stack_sets),
        is_finding=False,
    )


def _tabled(
    title: str, columns: tuple[Column, ...], rows: tuple[tuple[str, ...], ...], *, is_finding: bool = True
) -> Section:
    blocks: tuple[Block, ...] = (Table(columns=columns, rows=rows),) if rows else (Paragraph("None."),)
    return Section(title=title, blocks=blocks, count=len(rows) if is_finding else None)
