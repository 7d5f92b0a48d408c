"""The application: pages, their twins, the routes for programs, and what stands before them all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from fastapi import FastAPI
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response

from craton import __version__
from craton.core.errors import CratonError, UserError
from craton.core.filters import parse_filters
from craton.engine.deployment_log import DeploymentLog
from craton.views.csv_text import csv_text
from craton.web import assets, twins
from craton.web.access import Access, Guard
from craton.web.documents import Documents, page_json
from craton.web.form import Answer, Pairs, reading
from craton.web.page import CsvRows, Page, Visit, data_of, discovered, pinned_filters
from craton.web.refusal import Refused, refusal, theme_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from starlette.requests import Request
    from starlette.types import ASGIApp

    from craton.engine.board import Board

_TEMPLATES = Path(__file__).parent / "templates"
_PACKED_FROM_BYTES = 2000
T = TypeVar("T")
_SAID = {404: "there is no such page", 405: "nothing can be changed here"}


def application(board: Board, access: Access) -> ASGIApp:
    """The dashboard over a board."""
    pages = discovered()
    documents = Documents(pages, _TEMPLATES)
    app = FastAPI(
        title="Craton", version=__version__, docs_url=None, redoc_url=None, openapi_url="/api/openapi.json"
    )
    app.include_router(twins.Twins(board).routes())
    app.add_route("/assets/{name}", assets.asset, include_in_schema=False)
    app.add_route("/favicon.ico", assets.icon, include_in_schema=False)
    for page in pages:
        _add(app, page.twin, page, _json_of(page, board))
        if page.rows is not None:
            _add(app, page.csv_twin, page, _csv_of(page, page.rows, board))
    for page in pages:
        _add(app, page.path, page, _html_of(page, board, documents))
    _answer_problems(app, documents)
    packed = GZipMiddleware(app, minimum_size=_PACKED_FROM_BYTES, compresslevel=4)
    forms = frozenset(path for page in pages if page.asks for path in (page.path, page.twin, page.csv_twin))
    return Guard(packed, access=access, refusal=lambda *told: refusal(documents, *told), forms=forms)


def _add(app: FastAPI, path: str, page: Page, answer: Answer) -> None:
    if page.asks:
        app.add_route(path, reading(answer), methods=["GET", "POST"], include_in_schema=False)
    else:
        app.add_route(path, lambda request: answer(request, ()), include_in_schema=False)


def _html_of(page: Page, board: Board, documents: Documents) -> Answer:
    def answer(request: Request, sent: Pairs) -> Response:
        visit = _visit(page, board, request, sent)
        theme = theme_of(request.headers.get("cookie", ""))
        # Asked before the data, so that what is written meanwhile counts as newer.
        state = DeploymentLog(visit.present.root).state() if page.tells_of_deployments else None
        data = _found(lambda: data_of(visit))
        # What cannot be meant is told on the page, which shows all else that was asked for.
        status = 400 if visit.problems or data.get("faults") else 200
        text = _found(lambda: documents.page(visit, data, theme=theme, deployments=state))
        return Response(text, status, media_type="text/html")

    return answer


def _json_of(page: Page, board: Board) -> Answer:
    def answer(request: Request, sent: Pairs) -> Response:
        visit = _visit(page, board, request, sent)
        if visit.problems:
            raise Refused(400, "; ".join(visit.problems), None)
        data = _found(lambda: data_of(visit))
        status = 400 if data.get("faults") else 200
        return Response(_found(lambda: page_json(visit, data)), status, media_type="application/json")

    return answer


def _csv_of(page: Page, rows: Callable[[Mapping[str, Any]], CsvRows], board: Board) -> Answer:
    def answer(request: Request, sent: Pairs) -> Response:
        visit = _visit(page, board, request, sent)
        data = _found(lambda: data_of(visit))
        told = [*visit.problems, *(said[0] for said in data.get("faults", {}).values())]
        if told:
            raise Refused(400, "; ".join(told), None)
        names, values = rows(data)
        headers = {"content-disposition": f'attachment; filename="{page.name}.csv"'}
        return Response(csv_text(names, values), media_type="text/csv; charset=utf-8", headers=headers)

    return answer


def _visit(page: Page, board: Board, request: Request, sent: Pairs) -> Visit:
    asked = request.query_params.multi_items()
    filters, problems = parse_filters(asked, page.fields)
    parts = {name: str(value) for name, value in request.path_params.items()}
    return Visit(
        page=page,
        path=request.url.path,
        parts=parts,
        filters=pinned_filters(page, filters, parts),
        pinned=tuple(page.pins),
        problems=problems,
        query=tuple(asked),
        present=board.present(),
        now=board.now(),
        sent=sent,
    )


def _found(make: Callable[[], T]) -> T:
    try:
        return make()
    except UserError as error:
        raise Refused(404, error.message, error.hint) from error


def _answer_problems(app: FastAPI, documents: Documents) -> None:
    def of_http(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return refusal(documents, request.scope, status, _SAID.get(status, "this cannot be answered"), None)

    def refused(request: Request, error: Exception) -> Response:
        if not isinstance(error, Refused):
            raise error
        return refusal(documents, request.scope, error.status, error.message, error.hint)

    def of_craton(request: Request, error: Exception) -> Response:
        if not isinstance(error, CratonError):
            raise error
        return refusal(documents, request.scope, 503, error.message, error.hint)

    def of_bugs(request: Request, _: Exception) -> Response:
        # The traceback goes to the server's log, which is for who runs it.
        return refusal(
            documents, request.scope, 500, "something went wrong here", "the server's log tells what"
        )

    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(Refused, refused)
    app.add_exception_handler(CratonError, of_craton)
    app.add_exception_handler(Exception, of_bugs)
