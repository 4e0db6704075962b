"""Alerts nobody has seen, for operators: how long, how often passed on, and with whom; never about whom or what."""

import asyncio
import json
from datetime import timedelta
from typing import Any, Final

import typer
from flows.people import Person
from storage.uow import UnitOfWork

from bot.app import App
from bot.operating import asking
from bot.settings import Settings
from bot.terminal import errors_in_words, print_table, say_json

COMMAND: Final = "alerts"
COLUMNS: Final = ("waiting", "passed on", "with")
MOST: Final = 500
NOBODY: Final = "nobody: name somebody who may read it"


async def read_alerts(settings: Settings) -> list[dict[str, Any]]:
    """What is unseen, longest waiting first, from the running assistant or from the database itself."""
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
                "seconds": max(0, int((now - raised).total_seconds())),
                "passed_on": step,
                "with": [one.handle for one in _holders(uow, alert)],
            }
            for alert, raised, step in uow.alerts.unseen(MOST)
        ]
    return json.dumps(shown)


def _holders(uow: UnitOfWork, alert: int) -> list[Person]:
    """Who of the staff has it and works here; an alert there is nobody for waits in its subject's own name."""
    holders = (uow.people.get(one) for one in uow.alerts.holders(alert))
    return [one for one in holders if one.role.is_staff and not uow.people.has_left(one.id)]


def show_alerts(settings: Settings, *, as_json: bool) -> None:
    """Print it. The exit code says nothing: alerts may wait."""
    with errors_in_words():
        found = asyncio.run(read_alerts(settings))
    if as_json:
        say_json(found)
    elif not found:
        typer.echo("nothing unseen")
    else:
        print_table(COLUMNS, (_row(entry) for entry in found))


def _row(entry: dict[str, Any]) -> tuple[str, str, str]:
    holders = ", ".join(entry["with"]) or NOBODY
    return str(timedelta(seconds=entry["seconds"])), str(entry["passed_on"]), holders
