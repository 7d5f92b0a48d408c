"""Pages as documents: HTML from their templates, and the same as JSON."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import jinja2
import msgspec
from markupsafe import Markup
from msgspec import Struct, structs

from craton import __version__
from craton.core.filters import DIMENSIONS, Between, Filters, Last
from craton.core.plural import plural
from craton.engine.pages import Choice, Share, Standing, choices, standing
from craton.views.naming import pieces
from craton.views.quantity import Quantity, quantity
from craton.views.rows import json_rows, json_value
from craton.web import assets
from craton.web.cards import card
from craton.web.page import Visit, template_folders, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from craton.core.price import PriceStatus
    from craton.engine.panels import Figure
    from craton.web.page import Page

SOURCES: Final = {
    "invocation": "invocation logs",
    "api_event": "CloudTrail",
    "metric": "CloudWatch metrics",
}
_PRESETS: Final = (Last(7), Last(30), Last(90), Last(None))
_STALE: Final = dt.timedelta(days=1)
_ENOUGH_PERCENT: Final = 99.0
_UP_TO: Final = "/data-health#data_health-up_to"
_STATUS_WORDS: Final[Mapping[PriceStatus, str]] = {
    "priced": "priced",
    "overridden": "overridden",
    "assumed_date": "assumed date",
    "assumed_tier": "assumed tier",
    "assumed_ttl": "assumed TTL",
    "unpriced": "unpriced",
}
_UNPRICED: Final = "/data-health#data_health-unpriced_models"
_GAPS: Final = "/data-health#data_health-gaps"


class Preset(Struct, frozen=True):
    """A range of time to choose with one click."""

    text: str
    spoken: str
    href: str
    chosen: bool


class Picker(Struct, frozen=True):
    """The values of a dimension to choose among, those chosen that no row has included."""

    dimension: str
    title: str
    choices: tuple[Choice, ...]
    chosen: frozenset[str]


class Chip(Struct, frozen=True):
    """An active filter, and the address without it."""

    title: str
    value: str
    href: str


class Trust(Struct, frozen=True):
    """One word on how far figures can be trusted: `level` is good, poor or unknown.

    `path` leads to what there is to know about it; `parts` are what the whole of it falls into, by name.
    """

    title: str
    value: Quantity
    level: str
    explains: str
    path: str
    parts: tuple[tuple[str, Quantity], ...] = ()


class Documents:
    """Renders documents; templates are compiled once."""

    def __init__(self, pages: Sequence[Page], folder: Path) -> None:
        self._pages = pages
        self._templates = jinja2.Environment(
            loader=jinja2.FileSystemLoader([str(folder), *template_folders()]),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._templates.globals.update(asset=assets.address, version=__version__, raw_json=Markup)
        self._templates.filters.update(quantity=quantity, words=words_of, plural=plural, pieces=pieces)

    def page(
        self, visit: Visit, data: Mapping[str, Any], *, theme: str | None, deployments: str | None = None
    ) -> str:
        """The page's HTML, with the data that belongs to it.

        `deployments` is the state of the records of deployments, where the page tells of them.
        """
        found = standing(visit.present, visit.filters)
        return self._templates.get_template(visit.page.template).render(
            {
                "page": visit.page,
                "visit": visit,
                "theme": theme,
                "deployments": deployments,
                "navigation": [page for page in self._pages if page.order is not None],
                "cards": [card(visit, panel.id) for panel in visit.present.panels_of(visit.page.panels)],
                "standing": found,
                "range_text": range_text(found),
                "trusts": trusts(found, visit.now),
                "presets": presets(visit),
                "between": visit.filters.time if isinstance(visit.filters.time, Between) else None,
                "pickers": pickers(visit),
                "chips": chips(visit),
                "twin": visit.address(path=visit.page.twin.format(**visit.parts)),
                **data,
            }
        )

    def problem(self, status: int, message: str, hint: str | None, *, theme: str | None) -> str:
        """The HTML of an answer that is none."""
        return self._templates.get_template("problem.html").render(
            status=status, message=message, hint=hint, theme=theme
        )


def page_json(visit: Visit, data: Mapping[str, Any]) -> bytes:
    """The page's figures and data as JSON."""
    present = visit.present
    return encoded(
        {
            "page": visit.page.name,
            "title": data.get("title", visit.page.title),
            **asked_json(visit.filters, standing(present, visit.filters)),
            "panels": [
                figure_json(card(visit, panel.id).figure) for panel in present.panels_of(visit.page.panels)
            ],
            **{name: data[name] for name in (data if visit.page.told is None else visit.page.told)},
        }
    )


def asked_json(filters: Filters, found: Standing) -> dict[str, Any]:
    """What was asked for and how far the answer can be trusted."""
    return {
        "version": found.version,
        "filters": {dimension: list(values) for dimension, values in filters.chosen},
        "days": {"first": found.days.first, "last": found.days.last},
        "data_up_to": dict(found.data_up_to),
        "priced_percent": found.priced.percent,
        "price_status": dict(found.price_status),
        "coverage_percent": found.covered.percent,
        "coverage_not_filtered_by": list(found.covered.not_filtered_by),
    }


def figure_json(figure: Figure) -> dict[str, Any]:
    """A panel's rows, with what they are."""
    header = figure.panel.header
    return {
        "id": figure.panel.id,
        "title": header.title,
        "not_filtered_by": list(figure.not_filtered_by),
        "has_data": figure.has_data,
        "problem": figure.problem,
        "cut_at": figure.cut,
        "columns": [
            {"name": name, "type": kind, "unit": header.unit_of(name)}
            for name, kind in zip(figure.rows.names, figure.rows.types, strict=True)
        ],
        "rows": json_rows(figure.rows.names, figure.rows.rows),
        **({"previous": figure.previous} if header.compare else {}),
    }


def encoded(value: Any) -> bytes:
    """The value as JSON: DECIMAL as text, times in ISO 8601 with Z."""
    plain = msgspec.to_builtins(value, builtin_types=(dt.datetime, dt.date, Decimal), str_keys=True)
    return msgspec.json.encode(json_value(plain))


def range_text(found: Standing) -> str:
    """The days that are shown, in words."""
    first, last = found.days.first, found.days.last
    if first and last:
        return _day(first) if first == last else f"{_day(first, to=last)} – {_day(last)}"  # noqa: RUF001
    if first:
        return f"since {_day(first)}"
    return f"up to {_day(last)}" if last else "all days"


def _day(day: dt.date, to: dt.date | None = None) -> str:
    return f"{day.day} {day:%b}" if to and to.year == day.year else f"{day.day} {day:%b %Y}"


def trusts(found: Standing, now: dt.datetime) -> tuple[Trust, ...]:
    """How far the figures can be trusted, for every page's head."""
    return (
        _freshness(found, now),
        _priced(found),
        _share("Coverage", found.covered, "calls that CloudTrail saw are in the invocation logs", _GAPS),
    )


def _freshness(found: Standing, now: dt.datetime) -> Trust:
    told = "; ".join(
        f"{SOURCES.get(source, source)} {quantity(moment, None).text}"
        for source, moment in sorted(found.data_up_to.items())
    )
    newest = found.data_up_to.get("invocation") or max(found.data_up_to.values(), default=None)
    if newest is None:
        return Trust("Data up to", Quantity("no data", ""), "unknown", "no record has been ingested", _UP_TO)
    return Trust(
        "Data up to",
        Quantity(f"{quantity(newest, None).text} UTC", told),
        "poor" if now - newest > _STALE else "good",
        f"{told} (UTC)",
        _UP_TO,
    )


def _priced(found: Standing) -> Trust:
    share = _share(
        "Priced", found.priced, "successful calls have a price; the others are not in any cost", _UNPRICED
    )
    parts = (
        (_STATUS_WORDS[status], quantity(calls, "calls")) for status, calls in found.price_status.items()
    )
    return structs.replace(share, parts=tuple(parts))


def _share(title: str, share: Share, sentence: str, path: str) -> Trust:
    left_out = (
        f"; not filtered by {', '.join(words_of(one) for one in share.not_filtered_by)}"
        if share.not_filtered_by
        else ""
    )
    if share.percent is None:
        return Trust(title, Quantity("unknown", "no data"), "unknown", f"nothing to count{left_out}", path)
    explains = f"{share.part:,} of {share.whole:,} {sentence}{left_out}"
    level = "good" if share.percent >= _ENOUGH_PERCENT else "poor"
    return Trust(title, quantity(share.percent, "percent"), level, explains, path)


def presets(visit: Visit) -> tuple[Preset, ...]:
    """The ranges of time to choose with one click."""
    return tuple(
        Preset(
            text="All" if preset.days is None else f"{preset.days}d",
            spoken="all days" if preset.days is None else f"last {preset.days} days",
            href=visit.address(visit.filters.over(preset)),
            chosen=visit.filters.time == preset,
        )
        for preset in _PRESETS
    )


def pickers(visit: Visit) -> tuple[Picker, ...]:
    """What can be filtered by on this page."""
    if not visit.page.filtered:
        return ()
    known = choices(visit.present)
    found = []
    for dimension in DIMENSIONS:
        if dimension in visit.pinned:
            continue
        chosen = frozenset(visit.filters.values(dimension))
        unknown = chosen - {choice.value for choice in known[dimension]}
        extra = tuple(Choice(value) for value in sorted(unknown))
        found.append(Picker(dimension, words_of(dimension), (*known[dimension], *extra), chosen))
    return tuple(found)


def chips(visit: Visit) -> tuple[Chip, ...]:
    """The active filters, each with the way out of it."""
    names = {
        (dimension, choice.value): choice.name
        for dimension, found in choices(visit.present).items()
        for choice in found
    }
    return tuple(
        Chip(
            title=words_of(dimension),
            value=names.get((dimension, value)) or value,
            href=visit.address(visit.filters.without(dimension, value)),
        )
        for dimension, values in visit.filters.chosen
        if dimension not in visit.pinned
        for value in values
    )
