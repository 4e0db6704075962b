"""Roles for operators: who watches over others is appointed at the server, by order of the carrier (ADR 0038)."""

import asyncio
import json
from functools import partial
from typing import Final

import typer
from flows.people import Role
from handlers import role_changes
from handlers.occasion import Occasion
from handlers.role_changes import StillNeeded
from storage.uow import UnitOfWork

from bot.app import App
from bot.operating import asking, leaving
from bot.settings import Settings, SettingsError
from bot.terminal import errors_in_words, say_error

COMMAND: Final = "staff-role"
ROLES: Final = tuple(role.value for role in Role if role.is_staff)


async def serve(app: App, told: str) -> str:
    """Answer a request that came over the control socket."""
    asked: dict[str, str] = json.loads(told)
    missing = await app.run(partial(_give, asked=asked, app=app))
    app.delivery.look_again()
    return missing


def _give(uow: UnitOfWork, asked: dict[str, str], app: App) -> str:
    """Give it; what nobody does any more because of that."""
    handle, wanted = asked["who"], asked["role"]
    if wanted not in ROLES:
        raise SettingsError(f"there is no role {wanted!r} for staff; there are: {', '.join(ROLES)}")
    person = uow.people.by_handle(handle)
    if person is None or not person.role.is_staff or uow.people.has_left(person.id):
        raise SettingsError(f"there is nobody of the staff with the handle {handle!r}")
    if person.role.value == wanted:
        raise SettingsError(f"{handle} has this role already")
    uow.people.lock(person.id)
    occasion = Occasion(uow=uow, now=app.clock.now(), cause=f"role:{person.id}:{uow.new_id()}")
    try:
        role_changes.give(occasion, person, Role(wanted), None)
    except StillNeeded:
        raise SettingsError(
            f"{handle} still looks after people: hand them over first, on the page Team or in the chat (hand over …)"
        ) from None
    return leaving.missing(uow, person.role)


def show_role(settings: Settings, handle: str, role: str) -> None:
    """Give it, and say so."""
    with errors_in_words():
        missing = asyncio.run(asking.ask(settings, COMMAND, json.dumps({"who": handle, "role": role}), serve))
    typer.echo(f"{handle}: {role} from now on; sessions have ended, they and the data-protection officer are told")
    if missing:
        say_error(f"{missing}: give somebody else the role")
