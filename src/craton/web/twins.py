"""The routes for programs: every panel as CSV, JSON and SVG, and what there is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter
from starlette.requests import Request  # noqa: TC002 - FastAPI reads the annotations
from starlette.responses import Response

from craton.core.filters import DIMENSIONS, Filters, parse_filters
from craton.engine.catalog import catalog
from craton.engine.deployment_log import DeploymentLog
from craton.engine.pages import account_names, accounts, choices, standing
from craton.engine.panels import drawn_figure, figure
from craton.views.chart import chart, specification
from craton.views.csv_text import csv_text
from craton.views.palette import palette_of
from craton.views.picture import svg
from craton.web.cards import links
from craton.web.documents import asked_json, encoded, figure_json
from craton.web.page import words_of
from craton.web.refusal import Refused

if TYPE_CHECKING:
    from craton.engine.board import Board, Present
    from craton.engine.panels import Figure

_PICTURE_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
_EMPTY: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="48"><text x="0" y="28" fill="{colour}" '
    'font-family="Arial, Helvetica, sans-serif" font-size="13">no data</text></svg>'
)
_DRAWN_BY: Final = ("theme", "legend", "columns")
"""What the address of a picture says beside filters."""
_WIDTHS: Final = frozenset(str(columns) for columns in range(1, 13))
_QUERY: Final[list[dict[str, Any]]] = [
    {
        "name": "last",
        "in": "query",
        "description": "the days up to the end of the data: `7d`, `30d`, `90d`… or `all`; `30d` by default",
        "schema": {"type": "string"},
    },
    *(
        {
            "name": name,
            "in": "query",
            "description": f"the {which} day, included; wins over `last`",
            "schema": {"type": "string", "format": "date"},
        }
        for name, which in (("from", "first"), ("to", "last"))
    ),
    *(
        {
            "name": dimension,
            "in": "query",
            "description": f"only this {words_of(dimension)}, or any of several; `(none)` where not known",
            "schema": {"type": "array", "items": {"type": "string"}},
            "explode": True,
        }
        for dimension in DIMENSIONS
    ),
]


class Twins:
    """Answers programs from a board."""

    def __init__(self, board: Board) -> None:
        self._board = board

    def routes(self) -> APIRouter:
        """The routes, those that take filters with their parameters described."""
        router = APIRouter()
        for path, answer, summary, parameters in (
            ("/panels/{panel_id}.csv", self.panel_csv, "a panel's rows as CSV", _QUERY),
            (
                "/panels/{panel_id}.json",
                self.panel_json,
                "a panel's rows as JSON",
                _QUERY,
            ),
            ("/panels/{panel_id}.svg", self.panel_svg, "a panel's chart as a picture", _QUERY),
            ("/api/panels", self.panels, "all panels, with the addresses of their twins", []),
            ("/api/tables", self.tables, "all tables and marts with their columns", []),
            ("/api/accounts", self.accounts, "all accounts that are known", []),
            ("/api/filters", self.filters, "the values that can be filtered by", []),
            (
                "/api/version",
                self.version,
                "the state of the lake, and of its records of deployments",
                [],
            ),
        ):
            described = {"parameters": parameters}
            router.add_api_route(path, answer, methods=["GET"], summary=summary, openapi_extra=described)
            router.add_api_route(path, answer, methods=["HEAD"], include_in_schema=False)
        return router

    def panel_csv(self, panel_id: str, request: Request) -> Response:
        """The panel's rows as CSV."""
        found = _figure(self._board.present(), panel_id, asked_filters(request))
        return Response(
            csv_text(found.rows.names, found.rows.rows),
            media_type="text/csv; charset=utf-8",
            headers={
                "content-disposition": f'attachment; filename="{panel_id}.csv"',
                **({"craton-cut-at": str(found.cut)} if found.cut else {}),
            },
        )

    def panel_json(self, panel_id: str, request: Request) -> Response:
        """The panel's rows as JSON."""
        present, filters = self._board.present(), asked_filters(request)
        found = _figure(present, panel_id, filters)
        if found.panel.header.compare:
            found = drawn_figure(present, found.panel, filters)
        return _json({**asked_json(filters, standing(present, filters)), **figure_json(found)})

    def panel_svg(self, panel_id: str, request: Request) -> Response:
        """The panel's chart as a picture.

        `theme=dark` is for dark grounds, `legend=0` leaves the legend out, and `columns` from 1 to 12 sets
        the width, by default the panel's.
        """
        present, filters = self._board.present(), asked_filters(request, _DRAWN_BY)
        found = _figure(present, panel_id, filters)
        header = found.panel.header
        if header.chart in ("stat", "table"):
            raise Refused(404, f"`{panel_id}` is no chart", "ask for its `.csv` or `.json`")
        palette = palette_of("dark" if request.query_params.get("theme") == "dark" else "light")
        legend = request.query_params.get("legend") != "0"
        columns = _columns(request, header.width)
        drawn = chart(header, found.rows, found.days, account_names(present), columns=columns)
        return Response(
            svg(specification(drawn, palette, legend=legend))
            if drawn
            else _EMPTY.format(colour=palette.muted),
            media_type="image/svg+xml; charset=utf-8",
            headers={"content-security-policy": _PICTURE_POLICY},
        )

    def panels(self) -> Response:
        """All panels."""
        return _json([_described(panel) for panel in self._board.present().content.panels.values()])

    def tables(self) -> Response:
        """All tables and marts."""
        return _json(catalog(self._board.present()))

    def accounts(self) -> Response:
        """All accounts."""
        return _json(accounts(self._board.present()))

    def filters(self) -> Response:
        """The values of each dimension."""
        found = choices(self._board.present())
        return _json({dimension: [one.value for one in values] for dimension, values in found.items()})

    def version(self) -> Response:
        """The version of the lake, and the state of what is known of deployments."""
        present = self._board.present()
        return _json({"version": present.version, "deployments": DeploymentLog(present.root).state()})


def asked_filters(request: Request, others: tuple[str, ...] = ()) -> Filters:
    """The filters of a request by a program, which wants to be told what cannot be meant.

    `others` are names that its query may have beside them.

    Raises: Refused where something cannot.
    """
    filters, problems = parse_filters(request.query_params.multi_items(), others)
    if problems:
        raise Refused(400, "; ".join(problems), None)
    return filters


def _figure(present: Present, panel_id: str, filters: Filters) -> Figure:
    if panel_id not in present.content.panels:
        raise Refused(404, "there is no such panel", "`/api/panels` lists them")
    found = figure(present, present.panel(panel_id), filters)
    if found.problem:
        raise Refused(500, f"this panel cannot be drawn: {found.problem}", None)
    return found


def _columns(request: Request, usual: int) -> int:
    asked = request.query_params.get("columns", "")
    return int(asked) if asked in _WIDTHS else usual


def _described(panel: Any) -> dict[str, Any]:
    header, twins = panel.header, links(panel.id, [])
    charted = header.chart not in ("stat", "table")
    return {
        "id": panel.id,
        "title": header.title,
        "page": header.page,
        "chart": header.chart,
        "unit": header.unit,
        "reads": list(panel.reads),
        "explains": header.explains.strip(),
        "csv": twins["csv"],
        "json": twins["json"],
        "svg": twins["svg"] if charted else None,
    }


def _json(value: Any) -> Response:
    return Response(encoded(value), media_type="application/json")
