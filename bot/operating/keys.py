"""Keys for operators: which versions there are, and replacing them while everything goes on (ADR 0019)."""

import asyncio
import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import structlog
import typer
from flows.people import PersonId
from rich.console import Console
from rich.table import Table
from storage import rotation
from storage.errors import StorageError
from storage.instants import from_micros
from storage.master_key import begin_next, put_in_place
from storage.settings import database_file, is_server

from bot import control
from bot.app import App, build
from bot.settings import Settings, SettingsError
from bot.terminal import errors_in_words, progress, say_json

COMMAND: Final = "keys"
MASTER: Final = "--master"
ALL: Final = "--all"
PATIENCE: Final = 0.2
"""Seconds between two looks at how far a running assistant has come."""

log = structlog.get_logger()
Tell = Callable[[str, int, int], None]


class Rotating:
    """Replaces keys for a running assistant, one wish at a time, and says how far it is."""

    def __init__(self, app: App) -> None:
        """Nothing is under way."""
        self._app = app
        self._task: asyncio.Task[str] | None = None
        self._steps: dict[str, tuple[int, int]] = {}

    async def serve(self, text: str) -> str:
        """Answer what came over the control socket; JSON in, JSON out."""
        asked = json.loads(text)
        match asked["do"]:
            case "list":
                return json.dumps(await asyncio.to_thread(_counts, self._app))
            case "rotate":
                self._begin(asked["scope"])
                return json.dumps(None)
            case _:
                return json.dumps(self._progress())

    def _begin(self, scope: str) -> None:
        if self._task is not None and not self._task.done():
            raise SettingsError("keys are being replaced already: wait until that is done")
        _checked(self._app, scope)
        self._steps = {}
        self._task = asyncio.create_task(asyncio.to_thread(replace_keys, self._app, scope, self._tell))

    def _tell(self, what: str, done: int, whole: int) -> None:
        self._steps[what] = (done, whole)

    def _progress(self) -> dict[str, Any]:
        task = self._task
        if task is None:
            raise SettingsError("no keys are being replaced")
        steps = {what: list(step) for what, step in self._steps.copy().items()}
        if not task.done():
            return {"steps": steps, "said": None}
        error = task.exception()
        if error is None:
            return {"steps": steps, "said": task.result()}
        if isinstance(error, StorageError | SettingsError):
            raise error
        log.error("rotation_failed", error=type(error).__name__)
        raise SettingsError("the keys could not be replaced; begin again: what was done stays done")


def _checked(app: App, scope: str) -> PersonId | None:
    """Whom a scope names; None for everybody, and for the master key. Raises `SettingsError`."""
    if scope in {ALL, MASTER}:
        return None
    with app.store.read() as uow:
        person = uow.people.by_handle(scope)
    if person is None:
        raise SettingsError(f"--person: there is nobody with the handle {scope!r}")
    return person.id


def replace_keys(app: App, scope: str, tell: Tell) -> str:
    """Replace what the scope names: a handle, `--all` or `--master`; what was done, in words. Waits for the writer."""
    if scope == MASTER:
        return f"the master key is new; the one before is {_replace_master(app, tell)}: old backups open with it"
    rotated = rotation.rotate(app.store, _checked(app, scope), app.clock.now, tell)
    said = f"keys are new; {rotated.resealed} rows were sealed again"
    return said if not rotated.unreadable else f"{said}; {rotated.unreadable} rows open with no key that there is"


def _replace_master(app: App, tell: Tell) -> Path:
    place = app.settings.database
    database = None if is_server(place.url) else database_file(place.url)
    rotation.rewrap(app.store, begin_next(place.key_file, database=database), tell)
    return put_in_place(place.key_file)


def _counts(app: App) -> list[dict[str, Any]]:
    with app.store.read() as uow:
        return [dataclasses.asdict(one) for one in uow.keys.counts()]


async def _ask(settings: Settings, asked: dict[str, Any], tell: Tell) -> Any:
    """What a running assistant answers, or this process itself."""
    answer = await control.ask(settings, COMMAND, json.dumps(asked))
    if answer is None:
        app = build(settings, channels=[])
        try:
            if asked["do"] == "list":
                return _counts(app)
            return await asyncio.to_thread(replace_keys, app, asked["scope"], tell)
        finally:
            await app.stop()
    if asked["do"] == "list":
        return json.loads(answer)
    while True:
        text = await control.ask(settings, COMMAND, json.dumps({"do": "progress"}))
        if text is None:
            raise SettingsError("the running assistant has ended; begin again: what was done stays done")
        state = json.loads(text)
        for what, (done, whole) in state["steps"].items():
            tell(what, done, whole)
        if state["said"] is not None:
            return state["said"]
        await asyncio.sleep(PATIENCE)


def rotate_keys(settings: Settings, scope: str) -> None:
    """Replace keys with a bar on a terminal, and say what was done."""
    with errors_in_words(), progress() as tell:
        said = asyncio.run(_ask(settings, {"do": "rotate", "scope": scope}, tell))
    typer.echo(said)


def show_keys(settings: Settings, *, as_json: bool) -> None:
    """Print how many keys of which kind and version there are; never a key."""
    with errors_in_words():
        found = asyncio.run(_ask(settings, {"do": "list"}, lambda *_: None))
    if as_json:
        say_json(found)
        return
    table = Table(box=None, title_justify="left")
    for column in ("kind", "version", "keys", "seals", "oldest from"):
        table.add_column(column, no_wrap=True)
    for one in found:
        made = f"{from_micros(one['made']):%Y-%m-%d}" if one["made"] else "unknown"
        seals = "yes" if one["newest"] else "opens only"
        table.add_row(one["kind"], str(one["version"]), str(one["keys"]), seals, made if one["newest"] else "")
    Console().print(table)
