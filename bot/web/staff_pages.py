"""Figures behind a staff session, for whoever answers for the programme: a page and a file."""

from typing import Final

import anyio.to_thread
from flows.rules.figures import Comparison, Figures, compare
from handlers import figures
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import figure_lines
from bot.figure_lines import BY_KIND, Line
from bot.web.leading import as_file, find
from bot.web.sessions import Kind

_HOME: Final = f"{Kind.STAFF.path}/{{slot}}"
_FROM: Final = "from"


def routes() -> list[Route]:
    """The page, and the figures as a file."""
    return [
        Route(f"{_HOME}/figures", show_figures, methods=["GET"]),
        Route(f"{_HOME}/figures.csv", give_figures, methods=["GET"]),
    ]


async def show_figures(request: Request) -> Response:
    """Chart and tables; with a month in `from`, the months before it beside those from it on."""
    desk, visit, found, programme = await find(request, figures.read_for)
    reader = desk.reader(visit)
    lines = list(figure_lines.lines(found, reader))
    chart = await anyio.to_thread.run_sync(figure_lines.chart, lines, reader)
    return desk.page(
        "figures.html", reader, visit=visit, chart=chart, programme=programme,
        tables=_tables(lines), months=[one.first for one in found.months], compared=_compared(request, found),
        percent=figure_lines.percent, span_of=figure_lines.span_of, month_label=figure_lines.month_label,
    )  # fmt: skip


def _tables(lines: list[Line]) -> dict[str, list[Line]]:
    months = [line for line in lines if line.months == 1]
    return {
        "months": [line for line in months if line.by != BY_KIND],
        "kinds": [line for line in months if line.by == BY_KIND],
        "halves": [line for line in lines if line.months != 1],
    }


def _compared(request: Request, found: Figures) -> Comparison | None:
    """The comparison that was asked for; what is no month of the table compares nothing."""
    wanted = request.query_params.get(_FROM, "")
    start = next((one.first for one in found.months if one.first.isoformat() == wanted), None)
    return None if start is None else compare(found, start)


async def give_figures(request: Request) -> Response:
    """The same as a file for a spreadsheet."""
    desk, visit, found, programme = await find(request, figures.read_for)
    lines = list(figure_lines.lines(found, desk.reader(visit)))
    named = as_file(desk.reader(visit), "figures", "csv")
    written = figure_lines.as_csv(lines, programme)
    return Response(written, media_type="text/csv; charset=utf-8", headers=named)
