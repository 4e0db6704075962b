"""`python -m bot import`: a table or a calendar file, looked at first, then taken as a whole or not at all (F21)."""

import asyncio
import dataclasses
import json
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import typer
from flows.rules.appointments import Kind
from flows.rules.imports import Remark, Report, Row
from handlers import imports

from bot.app import App
from bot.calendars.entries import UnreadableFile
from bot.calendars.reading import horizon, read_calendar
from bot.calendars.rows import to_rows
from bot.calendars.table import Defaults, decode, read_table
from bot.clock import SystemClock
from bot.operating import asking
from bot.profile import load_profile
from bot.settings import Settings, SettingsError
from bot.terminal import DIFFERS, errors_in_words, progress, say_error, say_json

COMMAND: Final = "import"
MOST_BYTES: Final = 10 * 2**20
MOST_SHOWN: Final = 50
ENDINGS: Final = (".csv", ".ics")
Tell = Callable[[str, int, int], None]


def read_rows(settings: Settings, file: Path, defaults: Defaults, tell: Tell) -> tuple[list[Row], str]:
    """The dates in the file, and how its text was written. Raises `SettingsError` or `UnreadableFile`."""
    if file.suffix.lower() not in ENDINGS:
        raise SettingsError(f"{file}: neither a table (.csv) nor a calendar file (.ics)")
    try:
        if file.stat().st_size > MOST_BYTES:
            raise SettingsError(f"{file}: more than {MOST_BYTES // 2**20} MB; split the file")
        data = file.read_bytes()
    except OSError as error:
        raise SettingsError(f"{file} cannot be read ({error.strerror})") from None
    if file.suffix.lower() == ".csv":
        text, written = decode(data)
        return read_table(text, defaults), written
    profile = load_profile(settings.profile)
    entries = read_calendar(data, defaults.zone, horizon(SystemClock().now()), tell)
    return to_rows(entries, defaults, (profile.office_opens, profile.office_closes)), "UTF-8"


async def ask(settings: Settings, rows: list[Row], *, only_check: bool) -> Report:
    """Have the rows looked at or imported, by the running assistant or in the database. Raises `SettingsError`."""
    asked = {"only_check": only_check, "rows": [_spelled(row) for row in rows]}
    answer = json.loads(await asking.ask(settings, COMMAND, json.dumps(asked), serve))
    faults, notes = ([Remark(*one) for one in answer.pop(name)] for name in ("faults", "notes"))
    return Report(**answer, faults=faults, notes=notes)


async def serve(app: App, text: str) -> str:
    """Answer a request that came over the control socket."""
    asked = json.loads(text)
    rows = [_row(one) for one in asked["rows"]]
    now = app.clock.now()
    if asked["only_check"]:
        report = await asyncio.to_thread(_look, app, rows, now)
    else:
        report = await app.run(partial(imports.carry_out, rows=rows, now=now))
        app.delivery.look_again()
    told = dataclasses.asdict(report)
    for name in ("faults", "notes"):
        told[name] = [[one.line, one.where, one.what] for one in getattr(report, name)]
    return json.dumps(told)


def _look(app: App, rows: list[Row], now: datetime) -> Report:
    with app.store.read() as uow:
        return imports.look(uow, rows, now)


def _spelled(row: Row) -> dict[str, Any]:
    return {**dataclasses.asdict(row), "starts": row.starts.isoformat()}


def _row(told: dict[str, Any]) -> Row:
    moment = datetime.fromisoformat(told["starts"])
    return Row(**{**told, "starts": moment, "kind": Kind(told["kind"]), "people": tuple(told["people"])})


def import_file(settings: Settings, file: Path, defaults: Defaults, *, only_check: bool, as_json: bool) -> None:
    """Read, check, import, and say what came of it. Exit 1 if something is wrong with the file: nothing was taken."""
    with errors_in_words(), progress() as tell:
        try:
            rows, written = read_rows(settings, file, defaults, tell)
        except UnreadableFile as problem:
            report = Report(faults=[Remark(one.line, one.where, one.what) for one in problem.faults])
            written = ""
        else:
            tell("dates", 0, len(rows))
            report = asyncio.run(ask(settings, rows, only_check=only_check))
            tell("dates", len(rows), len(rows))
    if as_json:
        say_json(dataclasses.asdict(report))
    else:
        _show(report, written, only_check=only_check)
    if report.faults:
        raise typer.Exit(DIFFERS)


def _show(report: Report, written: str, *, only_check: bool) -> None:
    for note in report.notes[:MOST_SHOWN]:
        typer.echo(f"note: {note}")
    if len(report.notes) > MOST_SHOWN:
        typer.echo(f"note: and {len(report.notes) - MOST_SHOWN} more")
    for fault in report.faults[:MOST_SHOWN]:
        say_error(str(fault))
    if report.faults:
        more = len(report.faults) - MOST_SHOWN
        say_error((f"and {more} more; " if more > 0 else "") + "nothing was imported")
        return
    if written not in {"", "UTF-8"}:
        typer.echo(f"read as {written}: look whether letters such as ä are right, or save the file as UTF-8")
    what = "would be" if only_check else "were"
    typer.echo(
        f"{report.new} {what} new, {report.changed} changed, {report.cancelled} called off; "
        f"{report.unchanged} are as they were"
        + (f"; {report.older} are older than what is known" if report.older else "")
    )
