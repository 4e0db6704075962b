"""The month for the agency as a file, for operators: by the running assistant, or from the database itself (F36)."""

import asyncio
import json
from datetime import date
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from flows.rules.access import Operation
from flows.rules.month import Code, Hindrance, NoCode
from handlers import exports
from handlers.exports import CannotExport, Line, MonthFile
from handlers.occasion import Occasion
from storage.uow import UnitOfWork

from bot.app import App
from bot.month_file import TableFile
from bot.operating import asking
from bot.operating.seats import only
from bot.settings import Settings, SettingsError, installed
from bot.terminal import errors_in_words

COMMAND: Final = "attendance"
ENDINGS: Final = frozenset({".csv", ".xlsx"})
WHY: Final = {
    Hindrance.OPEN_DAYS: "days are open, staff decide about them",
    Hindrance.NOT_SHOWN: "the person has not seen it yet",
    Hindrance.SILENT: "shown, no answer yet; staff may talk about it and record that",
    Hindrance.OBJECTED: "the person says that something is wrong; staff talk about it",
}
attendance = typer.Typer(help="Attendance: the month for the agency.", no_args_is_help=True)


async def serve(app: App, asked: str) -> str:
    """Answer a request that came over the control socket."""
    month = date.fromisoformat(json.loads(asked))
    return json.dumps(_packed(await app.run(partial(_read, month=month, app=app))))


def _read(uow: UnitOfWork, month: date, app: App) -> MonthFile:
    now = app.clock.now()
    try:
        return exports.read(Occasion(uow=uow, now=now, cause="export"), month)
    except (CannotExport, NoCode) as refused:
        raise SettingsError(str(refused)) from None


def _packed(file: MonthFile) -> dict[str, Any]:
    lines = [
        [
            one.handle, one.name, one.first.isoformat(), one.last.isoformat(),
            {day.isoformat(): code for day, code in one.codes.items()}, one.thirtieths,
        ]
        for one in file.lines
    ]  # fmt: skip
    return {"month": file.month.isoformat(), "lines": lines, "left_out": [list(one) for one in file.left_out]}


def _unpacked(told: dict[str, Any]) -> MonthFile:
    lines = tuple(
        Line(
            handle=handle,
            name=name,
            first=date.fromisoformat(first),
            last=date.fromisoformat(last),
            codes={date.fromisoformat(day): Code(code) for day, code in codes.items()},
            thirtieths=thirtieths,
        )
        for handle, name, first, last, codes, thirtieths in told["lines"]
    )
    left_out = tuple((handle, Hindrance(why)) for handle, why in told["left_out"])
    return MonthFile(month=date.fromisoformat(told["month"]), lines=lines, left_out=left_out)


@attendance.command("export")
@only(Operation.PRINT_ATTENDANCE)
def export(
    month: Annotated[str, typer.Argument(help="the month, as in 2026-11")],
    out: Annotated[Path, typer.Argument(help="a new file, .csv or .xlsx")],
) -> None:
    """Write the month for the agency: K, E and UE by the profile's codes, no reasons. Who is not ready is named.

    Examples: python -m bot attendance export 2026-11 november.xlsx
    """
    with errors_in_words():
        file = _ask(installed(), _first_of(month), out)
        try:
            TableFile(out).take(file)
        except OSError as error:
            raise SettingsError(f"{out}: {error.strerror}; name a new file in a folder that exists") from None
    typer.echo(f"{out}: {len(file.lines)} people")
    for handle, why in file.left_out:
        typer.echo(f"left out: {handle} ({WHY[why]})")


def _first_of(month: str) -> date:
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise SettingsError(f"{month!r} is no month; write it as in 2026-11") from None


def _ask(settings: Settings, month: date, out: Path) -> MonthFile:
    if out.suffix not in ENDINGS:
        raise SettingsError(f"{out}: name a file that ends with .csv or .xlsx")
    answer = asyncio.run(asking.ask(settings, COMMAND, json.dumps(month.isoformat()), serve))
    return _unpacked(json.loads(answer))
