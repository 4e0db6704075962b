"""No-show figures for the lead, as a table, a spreadsheet and a chart: numbers of everybody together (F28)."""

import asyncio
import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from flows.rules.access import Operation
from flows.rules.figures import SMALLEST, Count
from handlers import figures as counted

from bot import figure_lines
from bot.app import App
from bot.clock import SystemClock
from bot.figure_lines import Line
from bot.operating import asking
from bot.operating.seats import only
from bot.settings import Settings, SettingsError, installed
from bot.terminal import errors_in_words, print_table, say_json
from bot.web.words import DEFAULT, Reader, stranger

COMMAND: Final = "figures"
COLUMNS: Final = ("span", "by", "missed", "marked", "share", "95 % interval")


async def serve(app: App, _: str) -> str:
    """Answer a request that came over the control socket."""
    return await asyncio.to_thread(_read, app)


def _read(app: App) -> str:
    now = app.clock.now()
    with app.store.read() as uow:
        lines = figure_lines.lines(counted.read(uow, now), stranger(DEFAULT, now))
        return json.dumps({"programme": uow.profile.name, "cells": [_packed(line) for line in lines]})


def _packed(line: Line) -> list[Any]:
    count = None if line.count is None else [line.count.missed, line.count.attended]
    return [line.first.isoformat(), line.months, line.by, line.value, count]


def _unpacked(cell: Sequence[Any]) -> Line:
    first, months, by, value, count = cell
    shown = None if count is None else Count(*count)
    return Line(first=date.fromisoformat(first), months=months, by=by, value=value, count=shown)


def register(cli: typer.Typer) -> None:
    """Add the command to the command line."""
    cli.command(COMMAND)(show)


@only(Operation.PRINT_FIGURES)
def show(
    csv: Annotated[Path | None, typer.Option(help="a new file for a spreadsheet")] = None,
    chart: Annotated[Path | None, typer.Option(help="a new SVG file with the months as a chart")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="for another program to read")] = False,
) -> None:
    """Show how often appointments were missed, by month, kind and place: nobody is named, small cells are hidden.

    Examples: python -m bot figures · python -m bot figures --csv figures.csv --chart figures.svg
    """
    with errors_in_words():
        settings = installed()
        programme, lines = _ask(settings)
        reader = stranger(DEFAULT, SystemClock().now())
        if csv is not None:
            _write(csv, figure_lines.as_csv(lines, programme))
        if chart is not None:
            _write(chart, _chart(lines, reader))
    if as_json:
        say_json([_packed(line) for line in lines])
    elif not lines:
        typer.echo("no month can be shown yet")
    else:
        _print(lines, programme)


def _ask(settings: Settings) -> tuple[str, list[Line]]:
    answer = json.loads(asyncio.run(asking.ask(settings, COMMAND, "", serve)))
    return answer["programme"], [_unpacked(cell) for cell in answer["cells"]]


def _chart(lines: Sequence[Line], reader: Reader) -> str:
    drawn = figure_lines.chart(lines, reader, alone=True)
    if not drawn:
        raise SettingsError("--chart: no month can be shown yet, so there is nothing to draw; leave --chart out")
    return drawn


def _write(path: Path, words: str) -> None:
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(words)
    except OSError as error:
        raise SettingsError(f"{path}: {error.strerror}; name a new file in a folder that exists") from None


def _print(lines: Sequence[Line], programme: str) -> None:
    rows = ((figure_lines.span_of(line), line.value or line.by, *_cells(line)) for line in lines)
    print_table(COLUMNS, rows, programme)


def _cells(line: Line) -> tuple[str, ...]:
    if line.count is None:
        return (f"under {SMALLEST}", "", "", "")
    low, high = line.count.interval
    share = f"{line.count.rate:.1%}"
    return (str(line.count.missed), str(line.count.marked), share, f"{low:.1%} to {high:.1%}")
