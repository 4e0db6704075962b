"""Leave of staff for operators: somebody is ill and cannot write it, or the carrier keeps a list of its own."""

import asyncio
import json
from datetime import date
from functools import partial
from typing import Final

import typer
from flows.people import Person
from handlers import staff_leave
from storage.uow import UnitOfWork

from bot.app import App
from bot.operating import asking
from bot.settings import Settings, SettingsError
from bot.terminal import errors_in_words

COMMAND: Final = "staff-away"


async def serve(app: App, told: str) -> str:
    """Answer a request that came over the control socket."""
    answer = await app.run(partial(_keep, told=json.loads(told), app=app))
    app.delivery.look_again()
    return json.dumps(answer)


def _keep(uow: UnitOfWork, told: dict[str, str | None], app: App) -> bool:
    person = _of_staff(uow, str(told["who"]))
    occasion = staff_leave.occasion_of(uow, app.clock.now())
    if told["stand_in"] is not None:
        staff_leave.name_stand_in(occasion, person, _of_staff(uow, told["stand_in"]))
    if told["first"] is None:
        return staff_leave.end(occasion, person)
    last = date.max if told["last"] is None else date.fromisoformat(told["last"])
    staff_leave.enter(occasion, person, date.fromisoformat(told["first"]), last)
    return True


def _of_staff(uow: UnitOfWork, handle: str) -> Person:
    person = uow.people.by_handle(handle)
    if person is None or not person.role.is_staff:
        raise SettingsError(f"there is nobody of the staff with the handle {handle!r}")
    return person


def show_away(settings: Settings, handle: str, days: tuple[date, date | None], stand_in: str | None) -> None:
    """Enter a leave; the last day None: until `staff back`. Says what is to be done next."""
    first, last = days
    with errors_in_words():
        if last is not None and last < first:
            raise SettingsError("the last day lies before the first: write the first day first")
    until = None if last is None else last.isoformat()
    _ask(settings, {"who": handle, "first": first.isoformat(), "last": until, "stand_in": stand_in})
    typer.echo(f"{handle} is away from {first} " + (f"to {last}" if last else f"on; it ends with: staff back {handle}"))


def show_back(settings: Settings, handle: str) -> None:
    """End a leave today."""
    ended = _ask(settings, {"who": handle, "first": None, "last": None, "stand_in": None})
    typer.echo(f"{handle} is here again" if ended else f"{handle} was not away")


def _ask(settings: Settings, told: dict[str, str | None]) -> bool:
    with errors_in_words():
        done: bool = json.loads(asyncio.run(asking.ask(settings, COMMAND, json.dumps(told), serve)))
    return done
