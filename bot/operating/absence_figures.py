"""Rates of absence for the lead, as a table, as spreadsheets and as charts: days of everybody together (F38)."""

import asyncio
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from flows.rules.absence_figures import Absent, Line, Share
from flows.rules.access import Operation
from flows.rules.figures import SMALLEST
from handlers import absence_figures as counted

from bot import absence_lines
from bot.app import App
from bot.clock import SystemClock
from bot.operating import asking
from bot.operating.seats import only
from bot.settings import SettingsError, installed
from bot.terminal import errors_in_words, print_table, say_json
from bot.web.words import DEFAULT, stranger

COMMAND: Final = "absences"
COLUMNS: Final = ("share", "span", "by", "days", "planned", "rate", "95 % interval")


async def serve(app: App, _: str) -> str:
    """Answer a request that came over the control socket."""
    return await asyncio.to_thread(_read, app)


def _read(app: App) -> str:
    with app.store.read() as uow:
        found = counted.read(uow, app.clock.now())
        return json.dumps({"programme": uow.profile.name, "cells": [_packed(line) for line in found]})


def _packed(line: Line) -> list[Any]:
    count = None if line.count is None else [line.count.days, line.count.there, line.count.planned]
    return [line.share.value, line.first.isoformat(), line.months, line.by, line.value, count]


def _unpacked(cell: Sequence[Any]) -> Line:
    share, first, months, by, value, count = cell
    shown = None if count is None else Absent(*count)
    return Line(share=Share(share), first=date.fromisoformat(first), months=months, by=by, value=value, count=shown)


def register(cli: typer.Typer) -> None:
    """Add the command to the command line."""
    cli.command(COMMAND)(show)


@only(Operation.PRINT_FIGURES)
def show(
    csv: Annotated[Path | None, typer.Option(help="a new file of comma-separated text")] = None,
    xlsx: Annotated[Path | None, typer.Option(help="a new file for a spreadsheet")] = None,
    charts: Annotated[Path | None, typer.Option(help="a folder for a new SVG file of each share")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="for another program to read")] = False,
) -> None:
    """Show which share of the planned days people were absent: nobody is named, small cells are hidden.

    Examples: python -m bot absences · python -m bot absences --xlsx absences.xlsx --charts .
    """
    with errors_in_words():
        answer = json.loads(asyncio.run(asking.ask(installed(), COMMAND, "", serve)))
        programme, found = str(answer["programme"]), [_unpacked(cell) for cell in answer["cells"]]
        if csv is not None:
            _write(csv, absence_lines.as_csv(found, programme).encode("utf-8"))
        if xlsx is not None:
            _write(xlsx, absence_lines.as_xlsx(found, programme))
        if charts is not None:
            _draw(charts, found)
    if as_json:
        say_json([_packed(line) for line in found])
    elif not found:
        typer.echo("no month can be shown yet")
    else:
        print_table(COLUMNS, [_row(line) for line in found], programme)


def _draw(folder: Path, found: Sequence[Line]) -> None:
    reader = stranger(DEFAULT, SystemClock().now())
    drawn = {share: absence_lines.chart(found, share, reader, alone=True) for share in Share}
    if not any(drawn.values()):
        raise SettingsError("--charts: no month can be shown yet, so there is nothing to draw; leave --charts out")
    for share, chart in drawn.items():
        if chart:
            _write(folder / f"absences-{share.value}.svg", chart.encode("utf-8"))


def _write(path: Path, content: bytes) -> None:
    try:
        with path.open("xb") as file:
            file.write(content)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}; name a new file in a folder that exists") from None


def _row(line: Line) -> tuple[str, ...]:
    head = (line.share.value, absence_lines.span_of(line), line.value or line.by)
    if line.count is None:
        return (*head, f"under {SMALLEST}", "", "", "")
    low, high = line.count.interval
    return (*head, str(line.count.days), str(line.count.planned), f"{line.count.rate:.1%}", f"{low:.1%} to {high:.1%}")
