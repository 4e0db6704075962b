"""Accounts of staff for operators: a link that is used once, by whoever it is for, to set an account up (ADR 0037)."""

import asyncio
import json
from functools import partial
from typing import Any, Final

import typer
from flows.rules.accounts import LINK_LIFE
from handlers import accounts
from handlers.accounts import CannotOffer
from storage.uow import UnitOfWork

from bot.app import App
from bot.operating import asking
from bot.settings import Settings, SettingsError
from bot.terminal import errors_in_words, say_json

COMMAND: Final = "staff-account"


async def serve(app: App, asked: str) -> str:
    """Answer a request that came over the control socket."""
    told = json.loads(asked)
    token = await app.run(partial(_offer, told=told, app=app))
    app.delivery.look_again()
    until = app.clock.now() + LINK_LIFE
    made = {"who": told["who"], "link": f"{app.settings.server.address}/account/{token}"}
    return json.dumps({**made, "until": until.isoformat(timespec="minutes")})


def _offer(uow: UnitOfWork, told: dict[str, Any], app: App) -> str:
    person = uow.people.by_handle(told["who"])
    if person is None:
        raise SettingsError(f"there is nobody with the handle {told['who']!r}")
    try:
        return accounts.offer(uow, person, told["user_name"], app.clock.now(), again=told["reset"])
    except CannotOffer as problem:
        raise SettingsError(str(problem)) from None


def show_link(settings: Settings, handle: str, user_name: str, *, reset: bool, as_json: bool) -> None:
    """Make a link and print it: the only time that it can be read."""
    asked = json.dumps({"who": handle, "user_name": user_name, "reset": reset})
    with errors_in_words():
        made: dict[str, str] = json.loads(asyncio.run(asking.ask(settings, COMMAND, asked, serve)))
    if as_json:
        say_json(made)
        return
    typer.echo(f"link for {made['who']}, to be opened by nobody else: {made['link']}")
    typer.echo(f"works once, until {made['until']} (UTC); there the password and the second factor are chosen")
