"""Runs the assistant behind its web pages until it is told to stop."""

import asyncio
import dataclasses
import gc
import json
import signal
import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import uvicorn
from flows.people import Role
from handlers import secrecy
from handlers.accounts import may_come_by_link
from handlers.understanding import warm_up
from locales.catalog import own_name
from rich.console import Console
from rich.table import Table
from starlette.applications import Starlette
from storage.errors import StoreBusy
from storage.uow import UnitOfWork

from bot import control, demo_accounts
from bot.app import App, build
from bot.calendars import importing
from bot.calendars.subscribing import Subscriptions
from bot.channels.web import WebChannel
from bot.clock import SystemClock
from bot.demo import load_world
from bot.health import Watch
from bot.lines import Line
from bot.operating import (
    absence_figures,
    access_reading,
    accounts,
    adding,
    asking,
    attendance,
    calls,
    dating,
    figures,
    giving_roles,
    inviting,
    keys,
    leaving,
    messages,
    protecting,
    staff_away,
    unseen,
)
from bot.operating.auditing import Auditor
from bot.profile import refuse_to_serve
from bot.settings import Settings, SettingsError
from bot.web import hashing, health, login
from bot.web.desk import Desk
from bot.web.neighbours import ringing
from bot.web.site import assemble
from bot.wiring import Wiring, connected, listening, wire

GRACE_SECONDS = 5
"""For requests that are under way, while what is being sent is finished: the whole stop takes less than ten."""
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
    refuse_to_serve(settings.profile, SystemClock().now().date())
    channel, wiring = WebChannel(), wire(settings)
    async with connected(wiring.channels):
        app = build(settings, channels=[channel, *wiring.channels])
        try:
            with _doors(settings) as doors:
                await _serve(app, _Ways(channel, wiring, wiring.lines(app)), doors, demo=demo)
        finally:
            await app.stop()


@dataclass(frozen=True, slots=True)
class _Ways:
    """How people are reached, and reach us: the pages, the channels that others run, the bots that listen."""

    pages: WebChannel
    wiring: Wiring
    lines: Sequence[Line]


@dataclass(frozen=True, slots=True)
class _Doors:
    """Where this process is reached: at its pages, and by whoever watches over it."""

    pages: socket.socket | None
    health: socket.socket | None


@contextmanager
def _doors(settings: Settings) -> Iterator[_Doors]:
    """Both are taken before anything begins: what cannot be reached is not started."""
    with ExitStack() as stack:
        pages = health = None
        if settings.role.serves:
            server = settings.server
            pages = stack.enter_context(_bound("server", server.host, server.port))
        if settings.health_port is not None:
            health = stack.enter_context(_bound("health", settings.health.host, settings.health_port))
        yield _Doors(pages, health)


@asynccontextmanager
async def _watched(app: App, listening: socket.socket | None) -> AsyncIterator[None]:
    """Answer whoever watches over this process, at a port of its own."""
    if listening is None:
        yield
        return
    server = _Server(_config(health.assemble(Watch(app))))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield
    finally:
        server.should_exit = True
        await serving


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
        app.ticker.every(Subscriptions(app).look, app.settings.calendars.poll_minutes * 60)
    await app.start()
    async with control.listen(app.settings, _commands(app, auditor)):
        yield
    if app.settings.role.ticks:
        await auditor.sign()


async def _serve(app: App, ways: _Ways, doors: _Doors, *, demo: bool) -> None:
    """Do this process's part of the work until told to stop."""
    told = asyncio.Event()

    def stop() -> None:
        told.set()
        for line in ways.lines:
            line.end()
        app.stop_sending()

    _on_signals(stop)
    if demo:
        await app.run(partial(_load_once, now=app.clock.now()))
        await app.run(partial(demo_accounts.load, hash_of=hashing.hash_now))
    async with _operated(app), _watched(app, doors.health):
        threading.Thread(target=_get_ready, name="words", daemon=True).start()
        if doors.pages is None:
            await told.wait()
            return
        async with ringing(app, ways.pages), listening(ways.lines):
            if demo:
                await _print_links(app)
            await _serve_pages(app, ways, doors.pages, told)


def _get_ready() -> None:
    """Load what is needed often, and have the garbage collector pass it over: a full look would hold up everybody."""
    warm_up()
    gc.collect()
    gc.freeze()


async def _serve_pages(app: App, ways: _Ways, door: socket.socket, told: asyncio.Event) -> None:
    reaching = ways.wiring.reaching(ways.lines)
    site = assemble(app, ways.pages, app.settings.web, app.profile.carrier, reaching)
    site.state.auditor = Auditor(app.settings, app.store, app.clock)
    desk: Desk = site.state.desk
    site.state.watch = Watch(app, ways.lines, lambda: {kind.value: n for kind, n in desk.refusals.counts.items()})
    server = _Server(_config(site))

    async def stop() -> None:
        await told.wait()
        ways.pages.close()
        server.should_exit = True

    stopping = asyncio.create_task(stop())
    await server.serve(sockets=[door])
    stopping.cancel()


def _config(site: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        site,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        lifespan="off",
        server_header=False,
        proxy_headers=False,
        ws="none",
    )


def _commands(app: App, auditor: Auditor) -> dict[str, control.Command]:
    """What operators may ask a running assistant."""

    async def verify(_: str) -> str:
        return json.dumps(dataclasses.asdict(await auditor.verify()))

    return {
        "login-link": partial(_link, app),
        "audit-verify": verify,
        messages.COMMAND: partial(messages.serve, app),
        attendance.COMMAND: partial(attendance.serve, app),
        calls.COMMAND: partial(calls.serve, app),
        figures.COMMAND: partial(figures.serve, app),
        absence_figures.COMMAND: partial(absence_figures.serve, app),
        unseen.COMMAND: partial(unseen.serve, app),
        dating.COMMAND: partial(dating.serve, app),
        inviting.COMMAND: partial(inviting.serve, app),
        keys.COMMAND: keys.Rotating(app).serve,
        protecting.COMMAND: partial(protecting.serve, app),
        adding.COMMAND: partial(adding.serve, app),
        accounts.COMMAND: partial(accounts.serve, app),
        leaving.COMMAND: partial(leaving.serve, app),
        giving_roles.COMMAND: partial(giving_roles.serve, app),
        staff_away.COMMAND: partial(staff_away.serve, app),
        access_reading.COMMAND: partial(access_reading.serve, app),
        importing.COMMAND: partial(importing.serve, app),
    }


def _bound(section: str, host: str, port: int) -> socket.socket:
    """A socket at the address that the two settings of this section name."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except socket.gaierror:
        listening.close()
        raise SettingsError(f"{section}.host: there is no address {host!r}; 127.0.0.1 always is") from None
    except (OSError, OverflowError) as error:
        listening.close()
        reason = getattr(error, "strerror", None) or "there is no such port"
        raise PortTaken(
            f"{section}.port: {host}:{port} cannot be used ({reason}); "
            f"choose another with LOTSE_{section.upper()}__PORT=8090 or in lotse.toml"
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
    if not may_come_by_link(uow, person):
        raise SettingsError(
            f"{handle} is of the staff: they log in at {app.settings.server.address}/login with password and second "
            f"factor; a link to set that up: python -m bot staff account {handle}"
        )
    if secrecy.is_missing(uow, person):
        raise SettingsError(
            f"{handle} has no declaration of secrecy yet (§ 203 StGB): have it signed, then "
            f"python -m bot staff secrecy {handle} --date 2026-11-20"
        )
    if uow.people.has_left(person.id):
        raise SettingsError(f"{handle} works here no more: there is no login for them")
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
    _print_accounts(console, app)
    console.print(
        f"New links: .venv/bin/python -m bot login-link p3   Stop: Ctrl-C   Pages: {app.settings.server.address}"
    )


def _print_accounts(console: Console, app: App) -> None:
    """What opens the accounts of the demo's staff: everybody here is invented."""
    address = app.settings.server.address
    table = Table(title=f"Or log in at {address}/login as staff.", title_justify="left", box=None)
    for column in ("who", "user name", "password", "second factor"):
        table.add_column(column, no_wrap=True)
    for one in demo_accounts.ACCOUNTS:
        table.add_row(one.handle, one.user_name, demo_accounts.PASSWORD, f"python -m bot staff code {one.handle}")
    console.print(table)


async def make_link(settings: Settings, handle: str) -> str:
    """A login link for the person, from the running server or, when none runs, from the database itself."""
    return await asking.ask(settings, "login-link", handle, _link)


def refuse_if_running(settings: Settings) -> None:
    """Raise `StoreBusy` while a server uses this database."""
    if control.is_listening(settings):
        raise StoreBusy("the assistant is running with this database; stop it first (Ctrl-C)")
