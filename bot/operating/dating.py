"""Dates of a participation for operators: set by handle, from a list of the carrier; none can be read here (F66)."""

import asyncio
import json
from datetime import date
from functools import partial
from typing import Final

import typer
from flows.rules.participations import OutOfOrder, names
from handlers import dates
from handlers.dates import UnknownDate
from storage.uow import UnitOfWork

from bot.app import App
from bot.operating import asking
from bot.settings import Settings, SettingsError
from bot.terminal import errors_in_words

COMMAND: Final = "dates"


async def set_date(settings: Settings, handle: str, what: str, day: date | None) -> bool:
    """Set or take away a date, through the running assistant or in the database itself; False: it was so already.

    Raises `SettingsError`.
    """
    told = {"who": handle, "what": what, "day": None if day is None else day.isoformat()}
    changed: bool = json.loads(await asking.ask(settings, COMMAND, json.dumps(told), serve))
    return changed


async def serve(app: App, told: str) -> str:
    """Answer a request that came over the control socket."""
    return json.dumps(await app.run(partial(_keep, told=json.loads(told), app=app)))


def _keep(uow: UnitOfWork, told: dict[str, str | None], app: App) -> bool:
    handle, what = str(told["who"]), str(told["what"])
    person = uow.people.by_handle(handle)
    if person is None:
        raise SettingsError(f"there is nobody with the handle {handle!r}")
    day = None if told["day"] is None else date.fromisoformat(told["day"])
    try:
        return dates.keep(uow, person, (what, day), None, app.clock.now())
    except UnknownDate:
        known = ", ".join(names(uow.profile.deadlines.phases))
        raise SettingsError(f"{handle} has no date {what!r}; participants have: {known}") from None
    except OutOfOrder as wrong:
        raise SettingsError(f"{wrong}: check both dates, then set the one that is wrong") from None


def show_setting(settings: Settings, handle: str, what: str, day: date | None) -> None:
    """Do it and say that it is done, without any date."""
    with errors_in_words():
        changed = asyncio.run(set_date(settings, handle, what, day))
    typer.echo(f"{handle}: {what} is kept" if changed else f"{handle}: {what} was so already")
