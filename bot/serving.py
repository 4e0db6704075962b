"""Runs the assistant behind its web pages until it is told to stop."""

import asyncio
import dataclasses
import json
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from functools import partial

import uvicorn
from flows.people import Role
from handlers.understanding import warm_up
from locales.catalog import own_name
from rich.console import Console
from rich.table import Table
from storage.errors import StoreBusy
from storage.uow import UnitOfWork

from bot import control
from bot.app import App, build
from bot.channels.web import WebChannel
from bot.demo import load_world
from bot.health import Watch
from bot.operating import messages
from bot.operating.auditing import Auditor
from bot.settings import Settings, SettingsError
from bot.web import login
from bot.web.neighbours import ringing
from bot.web.site import assemble

GRACE_SECONDS = 10
LINKED = (Role.PARTICIPANT, Role.CASEWORKER, Role.COORDINATOR, Role.PROTECTION, Role.GUARDIAN)


class PortTaken(Exception):
    """The port is in use; the message names the setting."""


class _Server(uvicorn.Server):
    """Leaves signals to us: uvicorn would raise them again afterwards, and the process would not end with 0."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Nothing is captured here."""
        yield


async def serve(settings: Settings, *, demo: bool = False) -> None:
    """Serve until SIGTERM or SIGINT. Raises `PortTaken`, `SettingsError` or `StorageError` when it cannot begin."""
    channel = WebChannel()
    app = build(settings, channels=[channel])
    try:
        if settings.role.serves:
            with _bound(settings) as listening:
                await _serve(app, channel, listening, demo=demo)
        else:
            await _work(app)
    finally:
        await app.stop()


async def _work(app: App) -> None:
    """Do this process's part of the work behind the scenes until told to stop."""
    stopped = asyncio.Event()
    _on_signals(stopped.set)
    async with _operated(app):
        await stopped.wait()


def _on_signals(stop: Callable[[], None]) -> None:
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop)


@asynccontextmanager
async def _operated(app: App) -> AsyncIterator[None]:
    """The assistant at work, with its nightly duties, and with its ear open for operators."""
    auditor = Auditor(app.settings, app.store, app.clock)
    if app.settings.role.ticks:
        await auditor.start()
        app.ticker.nightly(auditor.verify_and_sign)
    await app.start()
    async with control.listen(app.settings, _commands(app, auditor)):
        yield
    if app.settings.role.ticks:
        await auditor.sign()


async def _serve(app: App, channel: WebChannel, listening: socket.socket, *, demo: bool) -> None:
    settings = app.settings
    if demo:
        await app.run(partial(_load_once, now=app.clock.now()))
    site = assemble(app, channel, settings.web, app.profile.carrier)
    site.state.watch = Watch(app)
    config = uvicorn.Config(
        site,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        lifespan="off",
        server_header=False,
        proxy_headers=False,
        ws="none",
    )
    server = _Server(config)

    def stop() -> None:
        channel.close()
        server.should_exit = True

    _on_signals(stop)
    threading.Thread(target=warm_up, name="words", daemon=True).start()
    async with _operated(app), ringing(app, channel):
        if demo:
            await _print_links(app)
        await server.serve(sockets=[listening])


def _commands(app: App, auditor: Auditor) -> dict[str, control.Command]:
    """What operators may ask a running assistant."""

    async def verify(_: str) -> str:
        return json.dumps(dataclasses.asdict(await auditor.verify()))

    return {"login-link": partial(_link, app), "audit-verify": verify, messages.COMMAND: partial(messages.serve, app)}


def _bound(settings: Settings) -> socket.socket:
    listening = socket.socket(socket.AF_INET6 if ":" in settings.server.host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.server.host, settings.server.port))
    except socket.gaierror:
        listening.close()
        raise SettingsError(f"server.host: there is no address {settings.server.host!r}; 127.0.0.1 always is") from None
    except OSError as error:
        listening.close()
        raise PortTaken(
            f"server.port: {settings.server.host}:{settings.server.port} cannot be used ({error.strerror}); "
            "choose another with LOTSE_SERVER__PORT=8090 or in lotse.toml"
        ) from None
    return listening


def _load_once(uow: UnitOfWork, now: datetime) -> None:
    if uow.people.by_handle("c1") is None:
        load_world(uow, now, channels=("web",))


async def _link(app: App, handle: str) -> str:
    if app.profile.name != "demo":
        raise SettingsError("profile: login links from the command line exist in the demo profile only")
    return await app.run(partial(_new_link, handle=handle, app=app))


def _new_link(uow: UnitOfWork, handle: str, app: App) -> str:
    person = uow.people.by_handle(handle)
    if person is None:
        raise SettingsError(f"there is nobody with the handle {handle!r}")
    token = login.make_link(
        uow, person.id, now=app.clock.now(), lifetime=timedelta(hours=app.settings.web.login_link_hours)
    )
    return f"{app.settings.server.address}/l/{token}"


async def _print_links(app: App) -> None:
    with app.store.read() as uow:
        people = [person for role in LINKED for person in uow.people.all(role) if uow.people.addresses(person.id)]
    table = Table(title="Lotse is running. Open a link; each works once.", title_justify="left", box=None)
    for column in ("who", "name", "language", "link"):
        table.add_column(column, no_wrap=True)
    for person in people:
        table.add_row(person.handle, person.name, own_name(person.language), await _link(app, person.handle))
    console = Console(width=160)
    console.print(table)
    console.print(
        f"New links: .venv/bin/python -m bot login-link p3   Stop: Ctrl-C   Pages: {app.settings.server.address}"
    )


async def make_link(settings: Settings, handle: str) -> str:
    """A login link for the person, from the running server or, when none runs, from the database itself."""
    answer = await control.ask(settings, "login-link", handle)
    if answer is not None:
        return answer
    app = build(settings, channels=[])
    try:
        return await _link(app, handle)
    finally:
        await app.stop()


def refuse_if_running(settings: Settings) -> None:
    """Raise `StoreBusy` while a server uses this database."""
    if control.is_listening(settings):
        raise StoreBusy("the assistant is running with this database; stop it first (Ctrl-C)")
