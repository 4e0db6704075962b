"""Somebody new among the staff, for operators: who they are and their direct line; the way in comes afterwards."""

import asyncio
import json
from functools import partial
from typing import Final

import typer
from flows.people import Role
from handlers import newcomers, secrecy
from handlers.newcomers import CannotAdd, Newcomer
from handlers.occasion import Occasion
from storage.uow import UnitOfWork

from bot.app import App
from bot.operating import asking
from bot.operating.giving_roles import ROLES
from bot.settings import Settings, SettingsError
from bot.terminal import errors_in_words

COMMAND: Final = "staff-add"


async def serve(app: App, told: str) -> str:
    """Answer a request that came over the control socket."""
    answer = await app.run(partial(_add, asked=json.loads(told), app=app))
    app.delivery.look_again()
    return json.dumps(answer)


def _add(uow: UnitOfWork, asked: dict[str, str], app: App) -> dict[str, str | bool]:
    if asked["role"] not in ROLES:
        raise SettingsError(f"--role: there is no role {asked['role']!r} for staff; there are: {', '.join(ROLES)}")
    newcomer = Newcomer(
        handle=asked["handle"],
        name=asked["name"],
        phone=asked["phone"],
        role=Role(asked["role"]),
        group=asked["group"],
    )
    occasion = Occasion(uow=uow, now=app.clock.now(), cause=f"added:{uow.new_id()}")
    try:
        person = newcomers.add(occasion, newcomer, None)
    except CannotAdd as problem:
        raise SettingsError(str(problem)) from None
    return {"who": person.handle, "phone": person.phone, "secrecy": secrecy.is_missing(uow, person)}


def show_added(settings: Settings, asked: dict[str, str]) -> None:
    """Add them, and say what comes next."""
    with errors_in_words():
        made = json.loads(asyncio.run(asking.ask(settings, COMMAND, json.dumps(asked), serve)))
    who = made["who"]
    typer.echo(f"{who}: {asked['role']} from now on, direct line {made['phone']}; nothing opens anything yet")
    if made["secrecy"]:
        typer.echo(f"once the declaration is signed: python -m bot staff secrecy {who} --date YYYY-MM-DD")
    typer.echo(f"then the link for the account: python -m bot staff account {who} --user-name NAME")
