"""The composition root: plain constructor calls, and the life of the program."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import TypeVar

import structlog
from flows.rules.profile import Profile
from handlers import catching_up, inbound, timers
from storage import schema
from storage.errors import StoreClosed, WrongKey, is_passing
from storage.master_key import create_master_key, read_master_key, read_others
from storage.settings import StoreSettings, database_file, is_server
from storage.store import Store
from storage.timers import Timer
from storage.uow import UnitOfWork
from storage.vault import Vault

from bot.channels import Channel, Inbound
from bot.channels.web import WebChannel
from bot.clock import Clock, SystemClock
from bot.delivery import Delivery
from bot.landing import Landing
from bot.profile import load_profile
from bot.settings import Duty, Settings, SettingsError
from bot.ticker import Ticker

T = TypeVar("T")
TURN_SECONDS = 0.0005
"""How long a thread may keep the interpreter: the writer asks for it back after each statement, 5 ms would be long."""

BATCH = 100
SECONDS_TO_FINISH = 8.5
"""For what is being sent; with the rest of the stop it stays below ten."""
SECONDS_TO_STOP = 1
log = structlog.get_logger()


class App:
    """The running assistant: takes in what people say, fires what is due, delivers what is committed."""

    def __init__(
        self, settings: Settings, *, store: Store, profile: Profile, clock: Clock, channels: Iterable[Channel]
    ) -> None:
        """Wired, not started."""
        self.settings = settings
        self.store = store
        self.profile = profile
        self.clock = clock
        self.channels = {channel.name: channel for channel in channels}
        self._wake = asyncio.Event()
        self.delivery = Delivery(
            run=self.run, clock=clock, channels=self.channels, settings=settings.delivery, wake=self._wake.set
        )
        self.ticker = Ticker(self._tick, settings.delivery.tick_seconds)
        sys.setswitchinterval(TURN_SECONDS)
        self._landing = Landing()
        self._settling = asyncio.Lock()
        self._sender: asyncio.Task[None] | None = None
        self._finishing: asyncio.Task[None] | None = None
        self._stopping = False

    async def run(self, work: Callable[[UnitOfWork], T]) -> T:
        """Do a unit of work on the writer's thread; returns after the commit."""
        return await self._landing.one(self.store.submit(work))

    async def receive(self, update: Inbound) -> str | None:
        """Handle one update; returns after the commit. A text is the static answer to a stranger, for now and here."""
        now = self.clock.now()
        try:
            return await self._landing.one(hand_in(self.store, update, now))
        except Exception as error:
            if _is_ours(error):
                raise
            log.error("update_failed", channel=update.channel, kind=update.kind.value, error=type(error).__name__)
            await self.run(partial(inbound.rescue, inbound=update, now=now))
            return None
        finally:
            self.delivery.look_again()
            self._wake.set()

    async def start(self, *, ticking: bool = True) -> None:
        """Look after what a crash cut off, then begin to tick and to send."""
        if self.settings.role.sends:
            await self._catch_up()
            await self.delivery.recover(alone=not self.store.shared)
        self._listen()
        if ticking:
            self._sender = asyncio.create_task(self._send_when_woken())
            self.ticker.start()
            self._wake.set()

    async def _catch_up(self) -> None:
        with self.store.read() as uow:
            is_due = catching_up.is_due(uow)
        if is_due:
            await self.run(partial(catching_up.catch_up, now=self.clock.now()))

    def stop_sending(self) -> None:
        """Take up nothing more, and finish what is being sent while other things end; `stop` waits for it."""
        if self._finishing is None:
            self._finishing = asyncio.create_task(self.delivery.finish(SECONDS_TO_FINISH))

    async def stop(self) -> None:
        """Finish what is being sent, within ten seconds of `stop_sending`, then let the database go."""
        self._stopping = True
        self.ticker.stop()
        self.stop_sending()
        if self._finishing is not None:
            await self._finishing
        if self._sender is not None:
            self._wake.set()
            _, late = await asyncio.wait({self._sender}, timeout=SECONDS_TO_STOP)
            for task in late:
                task.cancel()
        await asyncio.to_thread(self.store.close)

    async def settle(self) -> None:
        """Fire and deliver, whichever is this process's duty, until nothing is due at this instant."""
        async with self._settling:
            due = not self._stopping and (await self._fire_due() or await self._deliver_due())
            while due and not self._stopping:
                due = any(await _together(self._fire_due(), self._deliver_due()))

    def next_due(self) -> datetime | None:
        """When the next timer fires or the next message may go out."""
        with self.store.read() as uow:
            dues = (uow.timers.next_due(), uow.outbox.next_due())
        return min((due for due in dues if due is not None), default=None)

    def _listen(self) -> None:
        """Look for work as soon as another process has left some."""
        loop = asyncio.get_running_loop()

        def wake() -> None:
            with suppress(RuntimeError):  # the loop may have ended while the store still listens
                loop.call_soon_threadsafe(self._wake.set)

        self.store.on_notice(wake)

    async def _deliver_due(self) -> int:
        return await self.delivery.deliver_due() if self.settings.role.sends else 0

    async def _fire_due(self) -> int:
        if not self.settings.role.ticks:
            return 0
        now = self.clock.now()
        due = await asyncio.to_thread(self._due, now)
        if not due:
            return 0
        try:
            return await self.run(partial(timers.fire_all, due=due, now=now))
        except Exception as error:
            if _is_ours(error):
                raise
        return await self._fire_each(due, now)

    async def _fire_each(self, due: list[Timer], now: datetime) -> int:
        """One of them cannot fire and keeps the others from it: each by itself."""
        fired = [self.store.submit(partial(timers.fire, timer=timer, now=now)) for timer in due]
        await self._landing.all(fired)
        failed = [(timer, error) for timer, future in zip(due, fired, strict=True) if (error := future.exception())]
        for timer, error in sorted(failed, key=lambda each: _is_ours(each[1])):
            await self._put_aside(timer, error)
        return len(failed) + sum(future.result() for future in fired if not future.exception())

    async def _put_aside(self, timer: Timer, error: BaseException) -> None:
        """A timer that cannot fire is kept as failed, so that it holds up nobody; raises what is not its own fault."""
        if _is_ours(error):
            raise error
        log.error("timer_failed", timer=timer.id, kind=timer.kind, error=type(error).__name__)
        await self.run(partial(_keep_failed, timer_id=timer.id, why=type(error).__name__))

    def _due(self, now: datetime) -> list[Timer]:
        with self.store.read() as uow:
            return uow.timers.due(now, BATCH)

    async def _tick(self) -> None:
        self._wake.set()

    async def _send_when_woken(self) -> None:
        while not self._stopping:
            await self._wake.wait()
            self._wake.clear()
            try:
                await self.settle()
            except Exception as error:  # noqa: BLE001 - the next tick tries again: sending never ends by itself
                log.error("sending_failed", error=type(error).__name__)


def hand_in(store: Store, update: Inbound, now: datetime) -> "Future[str | None]":
    """Have an update handled; what the future gives, see `inbound.receive`."""
    return store.submit(
        partial(_receive, update=update, now=now),
        order=f"{update.channel}|{update.sender}",
        ahead=partial(inbound.look_ahead, inbound=update, now=now),
    )


def _receive(uow: UnitOfWork, update: Inbound, now: datetime) -> str | None:
    return inbound.receive(uow, update, now)


async def _together(*works: Awaitable[int]) -> list[int]:
    """What each gives, when all have ended; raises the first error then, so that nothing is left half-way."""
    ended = await asyncio.gather(*works, return_exceptions=True)
    for error in ended:
        if isinstance(error, BaseException):
            raise error
    return [each for each in ended if not isinstance(each, BaseException)]


def _is_ours(error: BaseException) -> bool:
    """Whether the database or the end of the program is at fault, and not what was to be done."""
    return is_passing(error) or isinstance(error, StoreClosed) or not isinstance(error, Exception)


def _keep_failed(uow: UnitOfWork, timer_id: int, why: str) -> None:
    uow.timers.done(timer_id, why)


def prepare(settings: Settings) -> None:
    """Create the master key of a new database, and bring the database to this program's revision.

    A key that is missing beside an old database is not replaced: a new one would open nothing in it. Raises
    `SettingsError` or `StorageError`.
    """
    url, key_file = settings.database.url, settings.database.key_file
    try:
        if not key_file.exists() and schema.revision_of(url) is None:
            create_master_key(key_file)
        _find_key(settings)
        schema.migrate(url)
    except OSError as error:
        raise SettingsError(
            f"database.url, database.key_file: {error.filename} cannot be made ({error.strerror}); "
            "name places that this program may write to"
        ) from None


def _find_key(settings: Settings) -> None:
    """Raise `WrongKey` if the master key is missing: what was sealed under it opens with no other."""
    key_file = settings.database.key_file
    if key_file.exists():
        return
    if schema.revision_of(settings.database.url) is None:
        raise WrongKey(f"database.key_file: there is no master key at {key_file} yet: run `python -m bot migrate`")
    raise WrongKey(
        f"database.key_file: {key_file} is missing, and the database opens with no other: put it back or name its place"
    )


def read_key(settings: Settings) -> bytes:
    """The master key. Raises `WrongKey` if it is missing, `VaultError` if it cannot be used where it is."""
    _find_key(settings)
    url = settings.database.url
    return read_master_key(settings.database.key_file, database=None if is_server(url) else database_file(url))


def build(settings: Settings, *, clock: Clock | None = None, channels: Iterable[Channel] | None = None) -> App:
    """The program for these settings, on a prepared database. Raises `SettingsError` or `StorageError`."""
    if settings.role is not Duty.ALL and not is_server(settings.database.url):
        raise SettingsError(
            f"role: one process does everything on a database file; for {settings.role.value} beside others name a "
            "server, database.url = postgresql://…"
        )
    programme = load_profile(settings.profile)
    profile = replace(
        programme,
        page=settings.server.address,
        outside_reads=settings.access.outside_reads or programme.outside_reads,
        hours=settings.calendars.hours,
        mails=settings.email.enabled,
    )
    master = read_key(settings)
    url = settings.database.url
    store = Store.open(
        StoreSettings(url=url, queue_size=settings.database.queue_size, time_outs=settings.database.time_outs),
        vault=Vault(master, carrier=profile.carrier["name"], others=partial(read_others, settings.database.key_file)),
        profile=profile,
    )
    wired = [WebChannel()] if channels is None else channels
    return App(settings, store=store, profile=profile, clock=clock or SystemClock(), channels=wired)
