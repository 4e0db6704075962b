"""The phone list for operators: whose call is open, by the handle staff know them by, and why nothing reached them."""

import asyncio
import json
from datetime import timedelta
from typing import Any, Final

import typer
from handlers import phone_list

from bot.app import App
from bot.operating import asking
from bot.settings import Settings
from bot.terminal import errors_in_words, print_table, say_json

COMMAND: Final = "phone-list"
COLUMNS: Final = ("who", "waiting", "why")


async def read_phone_list(settings: Settings) -> list[dict[str, Any]]:
    """Who is to be called, longest waiting first, from the running assistant or from the database itself."""
    answer = await asking.ask(settings, COMMAND, "", serve)
    found: list[dict[str, Any]] = json.loads(answer)
    return found


async def serve(app: App, _: str) -> str:
    """Answer a request that came over the control socket."""
    return await asyncio.to_thread(_read, app)


def _read(app: App) -> str:
    now = app.clock.now()
    with app.store.read() as uow:
        shown = [
            {
                "who": uow.people.get(entry.person).handle,
                "seconds": max(0, int((now - entry.since).total_seconds())),
                "why": entry.why,
            }
            for entry in phone_list.waiting(uow)
        ]
    return json.dumps(shown)


def show_phone_list(settings: Settings, *, as_json: bool) -> None:
    """Print it. The exit code says nothing: an empty list is as good as a full one."""
    with errors_in_words():
        found = asyncio.run(read_phone_list(settings))
    if as_json:
        say_json(found)
    elif not found:
        typer.echo("nobody")
    else:
        rows = ((entry["who"], str(timedelta(seconds=entry["seconds"])), entry["why"]) for entry in found)
        print_table(COLUMNS, rows)
