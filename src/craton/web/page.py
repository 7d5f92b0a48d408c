"""Pages: one module of `pages/` each, with its template beside it, found by looking."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Final, TypeAlias
from urllib.parse import quote, urlencode

from msgspec import Struct, field, structs

from craton.core.filters import Filters
from craton.engine.board import Present

FOLDER: Final = Path(__file__).parent / "pages"
"""Where pages and their templates stand."""


CsvRows: TypeAlias = tuple[Sequence[str], Sequence[Sequence[Any]]]
"""The names of columns, and rows of values."""


class Visit(Struct, frozen=True):
    """One request of a page: of which state of the lake, under which filters, with which parts of the path.

    `problems` tells what the URL asks for that cannot be meant; `query` is all that it asks for. `pinned` are
    dimensions that the page itself fixes, such as the account of an account's page: they are part of
    `filters` but not of the page's query. `sent` is what came in the body of a form, and in no address.
    """

    page: Page
    path: str
    parts: Mapping[str, str]
    filters: Filters
    pinned: tuple[str, ...]
    problems: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    present: Present
    now: datetime
    sent: tuple[tuple[str, str], ...] = ()

    def said(self) -> dict[str, str]:
        """What a form says, in the address or in its body: the last value of each field."""
        return {**dict(self.query), **dict(self.sent)}

    def address(self, filters: Filters | None = None, path: str | None = None) -> str:
        """The URL of this page, or of another path, under the filters, by default these."""
        asked = self.filters if filters is None else filters
        return with_query(
            path or self.path,
            [(name, value) for name, value in asked.pairs() if path or name not in self.pinned],
        )

    def narrowed(self, dimension: str, value: str) -> str:
        """The URL of this page with only this value of the dimension wanted."""
        return self.address(self.filters.with_values(dimension, [value]))

    def cleared(self) -> str:
        """The URL of this page over the same time, without any other filter."""
        return self.address(Filters(self.filters.time))

    def elsewhere(self, path: str) -> str:
        """The URL of another page under the same filters, without what this page pins."""
        filters = self.filters
        for dimension in self.pinned:
            filters = filters.with_values(dimension, ())
        return with_query(path, filters.pairs())


class Page(Struct, frozen=True, kw_only=True):
    """What a page's module says: its title and one sentence about it.

    `order` is its place in the navigation, where a page without one does not stand; `icon` is SVG path data
    in 16 by 16. `path` may have parts in braces; by default it is the module's name. `pins` names the
    dimensions that parts of the path fix. `panels` names the page of the panels that are laid out, by default
    the module's name. `data` gives the template what else it shows, of which the JSON twin carries what
    `told` names, by default all; where its `faults` name fields that cannot be meant, the status says so.
    `rows` gives of the same data the names and rows of a CSV twin, where there is one.
    `fields` are names that its query may have beside the filters; any other is told as a problem.
    `asks` for a page with a form, which may be sent in a body where what is pasted is long: what is read is
    kept nowhere. A page that `tells_of_deployments` is shown anew when there is a newer record of them.

    Raises: craton.core.errors.UserError from `data` where the path leads nowhere.
    """

    title: str
    about: str
    order: int | None = None
    icon: str = ""
    path: str = ""
    pins: Mapping[str, str] = field(default_factory=dict)
    panels: str = ""
    data: Callable[[Visit], Mapping[str, Any]] | None = None
    told: tuple[str, ...] | None = None
    rows: Callable[[Mapping[str, Any]], CsvRows] | None = None
    filtered: bool = True
    fields: tuple[str, ...] = ()
    asks: bool = False
    tells_of_deployments: bool = False
    name: str = ""

    @property
    def template(self) -> str:
        """The file of its template."""
        return f"{self.name}.html"

    @property
    def twin(self) -> str:
        """The path of its JSON twin."""
        return "/overview.json" if self.path == "/" else f"{self.path}.json"

    @property
    def csv_twin(self) -> str:
        """The path of its CSV twin."""
        return f"{self.path}.csv"


@functools.cache
def discovered() -> tuple[Page, ...]:
    """Every page, in the order of the navigation; pages without a place in it come last."""
    found = []
    for name in sorted(file.stem for file in FOLDER.glob("*.py") if file.stem != "__init__"):
        page: Page = importlib.import_module(f"craton.web.pages.{name}").page
        found.append(
            structs.replace(
                page,
                path=page.path or f"/{name.replace('_', '-')}",
                panels=page.panels or name,
                name=name,
            )
        )
    return tuple(sorted(found, key=lambda page: (page.order is None, page.order or 0, page.name)))


def template_folders() -> list[str]:
    """Where the pages' templates stand."""
    return [str(FOLDER)]


def with_query(path: str, pairs: list[tuple[str, str]]) -> str:
    """The path with the names and values as its query, which stands before a fragment."""
    if not pairs:
        return path
    place, sign, fragment = path.partition("#")
    return f"{place}?{urlencode(pairs, quote_via=quote)}{sign}{fragment}"


def data_of(visit: Visit) -> Mapping[str, Any]:
    """What the page shows beside its panels.

    Raises: craton.core.errors.UserError where the visit leads nowhere.
    """
    return visit.page.data(visit) if visit.page.data else {}


def pinned_filters(page: Page, filters: Filters, parts: Mapping[str, str]) -> Filters:
    """The filters with what the page's path fixes."""
    for dimension, part in page.pins.items():
        filters = filters.with_values(dimension, [parts[part]])
    return filters


def words_of(dimension: str) -> str:
    """The name of a dimension as people read it."""
    return {"ou": "OU", "time": "time"}.get(dimension, dimension.replace("_", " "))
