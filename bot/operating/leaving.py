"""Somebody of the staff leaves: one command, and nothing of theirs opens anything any more."""

import asyncio
import json
from functools import partial
from typing import Any, Final

import typer
from flows.people import Role
from handlers.leaving import LeftBefore, NotStaff, leave
from storage.uow import UnitOfWork

from bot.app import App
from bot.operating import asking
from bot.settings import Settings, SettingsError
from bot.terminal import errors_in_words, say_error, say_json

COMMAND: Final = "staff-leave"
UNDONE: Final = {
    Role.PROTECTION: "nobody is told about violence any more",
    Role.DPO: "nobody hears of access alarms any more",
    Role.COORDINATOR: "nobody gets what nobody else has looked at",
}


async def end_staff(settings: Settings, handle: str) -> dict[str, Any]:
    """Have them leave, through the running assistant or in the database itself. Raises `SettingsError`."""
    answer = await asking.ask(settings, COMMAND, handle, serve)
    done: dict[str, Any] = json.loads(answer)
    return done


async def serve(app: App, handle: str) -> str:
    """Answer a request that came over the control socket; open pages of theirs end within a look, five seconds."""
    return json.dumps(await app.run(partial(_leave, handle=handle, app=app)))


def _leave(uow: UnitOfWork, handle: str, app: App) -> dict[str, Any]:
    person = uow.people.by_handle(handle)
    if person is None:
        raise SettingsError(f"there is nobody with the handle {handle!r}")
    try:
        sessions = leave(uow, person, app.clock.now())
    except NotStaff:
        raise SettingsError(
            f"{handle} is not of the staff: a lost phone is cut off by whoever looks after them"
        ) from None
    except LeftBefore:
        raise SettingsError(f"{handle} has left before: nothing of theirs opens anything") from None
    participants = [one.handle for one in uow.people.participants_of(person.id)]
    return {"who": handle, "sessions": sessions, "participants": participants, "missing": missing(uow, person.role)}


def missing(uow: UnitOfWork, role: Role) -> str:
    """What nobody in this role does any more; empty where somebody else does."""
    alone = {
        Role.PROTECTION: "nobody is told about violence any more",
        Role.DPO: "nobody hears of access alarms any more",
    }
    return alone.get(role, "") if not uow.people.all(role) else ""


def show_leaving(settings: Settings, handle: str, *, as_json: bool) -> None:
    """Do it and say what is to be done next."""
    with errors_in_words():
        done = asyncio.run(end_staff(settings, handle))
    if as_json:
        say_json(done)
    else:
        typer.echo(f"{handle} has left: sessions ended: {done['sessions']}, links, codes and addresses work no more")
        if done["participants"]:
            typer.echo(f"to be assigned anew; until then the stand-in has them: {', '.join(done['participants'])}")
    if done["missing"]:
        say_error(f"{done['missing']}: name somebody else")
