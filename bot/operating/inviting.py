"""Invitations for operators: a code for somebody known by their handle, to be handed over on paper (F2)."""

import asyncio
import json
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, Final

import typer
from flows.rules.invitations import LIFE, spelled
from handlers import invitations
from handlers.invitations import NotAssigned, NotInvited
from storage.uow import UnitOfWork

from bot.app import App
from bot.clock import SystemClock
from bot.control import OWNER_ONLY
from bot.operating import asking
from bot.profile import load_profile
from bot.settings import Settings, SettingsError
from bot.terminal import errors_in_words, say_json
from bot.web.letter import Letter, write_letter

COMMAND: Final = "invite"


async def invite(settings: Settings, handle: str) -> dict[str, Any]:
    """A new invitation, from the running assistant or in the database itself. Raises `SettingsError`."""
    answer = await asking.ask(settings, COMMAND, handle, serve)
    made: dict[str, Any] = json.loads(answer)
    return made


async def serve(app: App, handle: str) -> str:
    """Answer a request that came over the control socket."""
    code, language = await app.run(partial(_make, handle=handle, app=app))
    until = app.clock.now() + LIFE
    link = f"{app.settings.server.address}/i/{code}"
    made = {"who": handle, "code": spelled(code), "link": link, "until": until.date().isoformat()}
    return json.dumps({**made, "language": language})


def _make(uow: UnitOfWork, handle: str, app: App) -> tuple[str, str]:
    person = uow.people.by_handle(handle)
    if person is None:
        raise SettingsError(f"there is nobody with the handle {handle!r}")
    try:
        return invitations.invite(uow, person, None, app.clock.now()), person.language
    except NotAssigned:
        raise SettingsError(f"nobody looks after {handle} yet: assign a caseworker first (R39)") from None
    except NotInvited:
        raise SettingsError(f"{handle} is not invited: staff and outside contacts have a way of their own") from None


def _write(settings: Settings, made: dict[str, Any], file: Path) -> None:
    until = date.fromisoformat(made["until"])
    letter = Letter(code=made["code"], link=made["link"], until=until, language=made["language"])
    try:
        file.touch(mode=OWNER_ONLY, exist_ok=False)
        file.write_text(write_letter(letter, load_profile(settings.profile).carrier, SystemClock().now()), "utf-8")
    except OSError as error:
        raise SettingsError(f"--letter: {file} cannot be written ({error.strerror}); invite again") from None


def show_invitation(settings: Settings, handle: str, file: Path | None, *, as_json: bool) -> None:
    """Make one and print it, and write its letter into `file`: the only time that the code can be read."""
    with errors_in_words():
        if file is not None and file.exists():
            raise SettingsError(f"--letter: {file} exists already; name a new file")
        made = asyncio.run(invite(settings, handle))
        if file is not None:
            _write(settings, made, file)
    if as_json:
        say_json(made)
    else:
        typer.echo(f"code for {made['who']}: {made['code']}\nlink: {made['link']}\nworks once, until {made['until']}")
