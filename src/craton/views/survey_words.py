"""The words in which a survey is told, on screen and on paper alike."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

from craton.core.plural import plural
from craton.core.quoting import ticked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from craton.core.survey import BrokenProfile, LongTermKey, ModelUse, Reach, Survey, Unread

_MOST_NAMED: Final = 4
_CENT: Final = Decimal("0.01")


def account_name(survey: Survey, account: str) -> str:
    """The account's id and name."""
    found = next((one for one in survey.accounts if one.id == account), None)
    return f"{account} {found.name}" if found else account


def accounts_text(survey: Survey, accounts: tuple[str, ...]) -> str:
    """The accounts by name; of many, the first ones and how many more."""
    named = [account_name(survey, one) for one in accounts[:_MOST_NAMED]]
    more = len(accounts) - len(named)
    return ", ".join(named) + (f" and {more:,} more" if more else "")


def calls_text(calls: int | None) -> str:
    """So many calls."""
    if calls is None:
        return "unknown calls"
    return plural(calls, "call")


def headline(survey: Survey) -> str:
    """What was read, and when."""
    asked = sum(one.skipped is None for one in survey.accounts)
    return (
        f"organization {survey.organization}: {asked:,} of {plural(len(survey.accounts), 'account')} in "
        f"{plural(len(survey.regions), 'Region')}, "
        f"{survey.since} to {survey.until}: {calls_text(survey.calls)}"
    )


def cost_text(survey: Survey) -> str:
    """The estimated cost, and what is not in it."""
    left = [
        f"{calls_text(number)} {why}"
        for number, why in (
            (survey.unpriced_calls, "unpriced"),
            (survey.unknown_calls, "with unknown tokens"),
        )
        if number
    ]
    without = f", without {' and '.join(left)}" if left else ""
    return f"estimated cost by list prices: USD {usd_text(survey.cost)}{without}"


def disabled_text(survey: Survey) -> str:
    """How often a Region is not enabled in an account, in which case nothing can be called there."""
    return f"Regions that an account has not enabled: {survey.disabled:,}"


def unread_text(survey: Survey, one: Unread) -> str:
    """What could not be read, where and why."""
    what = "nothing could be read" if one.whole else f"`{one.operation}` in {_regions(one.regions)}"
    return f"{account_name(survey, one.account)}: {what}: {one.status}: {one.reason}"


def end_text(one: ModelUse) -> str:
    """What is known of a model's end."""
    if one.state == "end_of_life":
        return f"ended on {one.end_of_life}"
    if one.end_of_life is not None:
        return f"legacy, ends on {one.end_of_life}"
    return "legacy by AWS's own metric, its end is not known here"


def expiry_text(one: LongTermKey) -> str:
    """When a key ends."""
    return "never expires" if one.expires is None else f"expires on {one.expires:%Y-%m-%d}"


def broken_texts(survey: Survey) -> Iterator[str]:
    """Which profiles fail where, and what denies them: those that calls name by name, others counted."""
    alike: dict[tuple[bool, str, str, str, str, tuple[str, ...]], list[BrokenProfile]] = {}
    for one in survey.broken:
        geography = one.profile.partition(".")[0]
        key = (not one.in_use, geography, one.region, one.policy, one.statement, one.accounts)
        alike.setdefault(key, []).append(one)
    for (is_unused, geography, *_), together in sorted(alike.items()):
        one = together[0]
        profiles = ", ".join(each.profile for each in together)
        if is_unused and len(together) > 1:
            profiles = f"{len(together):,} `{geography}.` profiles"
        denied = tuple(sorted({region for each in together for region in each.denied_in}))
        who = (
            f"{ticked(one.statement)} of {ticked(one.policy)} at {ticked(one.at)} denies them"
            if one.policy
            else "nothing allows them"
        )
        used = "no calls name them" if is_unused else "calls name them"
        yield (
            f"{profiles} from {one.region}: calls may run in {_regions(denied)}, where {who}"
            f" ({accounts_text(survey, one.accounts)}; {used})"
        )


def usd_text(cost: Decimal) -> str:
    """An amount in USD; less than a cent is no zero."""
    return "< 0.01" if 0 < cost < _CENT else f"{cost:,.2f}"


def reach_text(survey: Survey) -> Iterator[str]:
    """What accounts may call, and why not more; alike accounts together."""
    if survey.reach_unknown is not None:
        yield f"unknown: {survey.reach_unknown}"
    for one in survey.reach:
        yield f"{accounts_text(survey, one.accounts)}: {reach_sums(one)}"
        yield from (f"  {reason}" for reason in reach_reasons(one))


def reach_reasons(one: Reach) -> Iterator[str]:
    """Why models cannot be called, the reasons of most models first."""
    models: dict[str, set[str]] = {}
    for refused in (*one.refused, *one.partly, *one.unknown):
        for reason in refused.reasons:
            models.setdefault(reason, set()).add(refused.model)
    ordered = sorted(models.items(), key=lambda found: (-len(found[1]), found[0]))
    for reason, found in ordered[:_MOST_NAMED]:
        yield f"{plural(len(found), 'model')}: {reason}"
    more = len(ordered) - _MOST_NAMED
    if more > 0:
        yield plural(more, "further reason")


def reach_sums(one: Reach) -> str:
    """How many models can be called, and how many cannot."""
    told = (
        (len(one.allowed), "can be called"),
        (len(one.partly), "in some ways only"),
        (len(one.refused), "cannot"),
        (len(one.unknown), "unknown"),
    )
    return ", ".join(f"{number:,} {words}" for number, words in told if number) or "no model is known"


def _regions(regions: tuple[str, ...]) -> str:
    told = ["any Region" if one == "unspecified" else one for one in regions]
    if len(regions) <= _MOST_NAMED:
        return ", ".join(told)
    return f"{', '.join(regions[:_MOST_NAMED])} and {plural(len(regions) - _MOST_NAMED, 'more Region')}"


def use_cells(survey: Survey, use: ModelUse) -> tuple[str, ...]:
    """What a table of models tells of one: account, Region, model, calls, tokens in and out, cost."""
    return (
        account_name(survey, use.account),
        use.region,
        use.model_id,
        f"{use.calls:,}",
        "unknown" if use.input_tokens is None else f"{use.input_tokens:,}",
        "unknown" if use.output_tokens is None else f"{use.output_tokens:,}",
        use.price if use.cost is None else usd_text(use.cost),
    )
