"""The access log for the data-protection officer: who has read whose data, by handle; the look itself is an entry."""

import asyncio
import json
from functools import partial
from typing import Any, Final

import typer
from flows.people import Person, Role
from flows.rules.access import Actor, Operation, Relation, is_allowed
from handlers import access
from handlers.occasion import Occasion
from storage.uow import UnitOfWork

from bot.app import App
from bot.operating import asking
from bot.settings import Settings, SettingsError
from bot.terminal import errors_in_words, print_table, say_json

COMMAND: Final = "access-log"
COLUMNS: Final = ("at", "who", "what", "refused")
MOST: Final = 10_000


async def read_access_log(settings: Settings, handle: str, by: str) -> list[dict[str, Any]]:
    """The entries about somebody, newest first, from the running assistant or from the database itself."""
    asked = json.dumps({"handle": handle, "by": by})
    answer = await asking.ask(settings, COMMAND, asked, serve)
    found: list[dict[str, Any]] = json.loads(answer)
    return found


async def serve(app: App, text: str) -> str:
    """Answer a request that came over the control socket."""
    asked = json.loads(text)
    return json.dumps(await app.run(partial(_read, handle=asked["handle"], by=asked["by"], app=app)))


def _read(uow: UnitOfWork, handle: str, by: str, app: App) -> list[dict[str, Any]]:
    person, officer = uow.people.by_handle(handle), _officer(uow, by)
    if person is None:
        raise SettingsError(f"there is nobody with the handle {handle!r}")
    found = [
        {
            "at": entry.at.isoformat(timespec="seconds"),
            "who": uow.people.get(entry.reader).handle,
            "what": entry.operation.value,
            "refused": entry.refused,
        }
        for entry in uow.access_log.of(person.id, MOST)
    ]
    occasion = Occasion(uow=uow, now=app.clock.now(), cause=f"access-log:{uow.new_id()}")
    access.note_outside_read(occasion, officer, Operation.READ_ACCESS_LOG, person)
    return found


def _officer(uow: UnitOfWork, by: str) -> Person:
    """For whom it is read: the one officer there is, or the one named. Raises `SettingsError`."""
    officers = [one for one in uow.people.all(Role.DPO) if by in {"", one.handle}]
    allowed = is_allowed(Actor.DPO, Operation.READ_ACCESS_LOG, Relation.NO_ONE)
    if len(officers) != 1 or not allowed:
        wrong = f"{by!r} is no data-protection officer here" if by else "there is not exactly one officer"
        raise SettingsError(f"--by: name the data-protection officer who wants to know, for example d1; {wrong}")
    return officers[0]


def show_access_log(settings: Settings, handle: str, by: str, *, as_json: bool) -> None:
    """Print it; times are UTC."""
    with errors_in_words():
        found = asyncio.run(read_access_log(settings, handle, by))
    if as_json:
        say_json(found)
    elif not found:
        typer.echo("nobody")
    else:
        rows = ((each["at"], each["who"], each["what"], "refused" if each["refused"] else "") for each in found)
        print_table(COLUMNS, rows)
