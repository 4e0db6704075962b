"""The page of rates of absence for whoever answers for the programme, and the same as files (F38)."""

from typing import Final

import anyio.to_thread
from flows.rules.absence_figures import ALL, Line, Share
from handlers import absence_figures
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import absence_lines
from bot.figure_lines import percent
from bot.web.leading import as_file, find
from bot.web.sessions import Kind
from bot.web.words import Reader

_HOME: Final = f"{Kind.STAFF.path}/{{slot}}/absences"
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def routes() -> list[Route]:
    """The page and its two files."""
    return [
        Route(_HOME, show, methods=["GET"]),
        Route(f"{_HOME}.csv", give_csv, methods=["GET"]),
        Route(f"{_HOME}.xlsx", give_xlsx, methods=["GET"]),
    ]


async def show(request: Request) -> Response:
    """Each share with its chart and its tables."""
    desk, visit, found, programme = await find(request, absence_figures.read_for)
    reader = desk.reader(visit)
    charts = await anyio.to_thread.run_sync(_charts, found, reader)
    return desk.page(
        "absences.html",
        reader,
        visit=visit,
        programme=programme,
        sections=_sections(found, charts),
        called=lambda line: absence_lines.called(line, reader),
        percent=percent,
        span_of=absence_lines.span_of,
        titles=absence_lines.TITLES,
    )


def _charts(found: list[Line], reader: Reader) -> dict[Share, str]:
    return {share: absence_lines.chart(found, share, reader) for share in Share}


def _sections(found: list[Line], charts: dict[Share, str]) -> list[tuple[Share, str, list[Line], list[Line]]]:
    """Of each share: its chart, its months, its half-years; a share without any line is left out.

    Where a whole span is hidden, one line says so: its parts are hidden as well.
    """
    hidden = {(one.share, one.first, one.months) for one in found if one.by == ALL and one.count is None}
    told = [one for one in found if one.by == ALL or (one.share, one.first, one.months) not in hidden]
    sections = [
        (
            share,
            charts[share],
            [one for one in told if one.share is share and one.months == 1],
            [one for one in told if one.share is share and one.months != 1],
        )
        for share in Share
    ]
    return [one for one in sections if one[2]]


async def give_csv(request: Request) -> Response:
    """The same as comma-separated text."""
    desk, visit, found, programme = await find(request, absence_figures.read_for)
    named = as_file(desk.reader(visit), "absences", "csv")
    return Response(absence_lines.as_csv(found, programme), media_type="text/csv; charset=utf-8", headers=named)


async def give_xlsx(request: Request) -> Response:
    """The same as a book for a spreadsheet."""
    desk, visit, found, programme = await find(request, absence_figures.read_for)
    book = await anyio.to_thread.run_sync(absence_lines.as_xlsx, found, programme)
    return Response(book, media_type=XLSX, headers=as_file(desk.reader(visit), "absences", "xlsx"))
