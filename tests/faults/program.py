"""The real program in a child process: its own composition, store, handlers, delivery and ticker.

Only the clock, the channel to `screens` and the tripwire are the test's. The parent tells it what to do through a pipe.
"""

import asyncio
import json
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from bot.app import App, build, prepare
from bot.channels import Capabilities, Inbound, Level, Outgoing, Rejected, TryLater, Unreachable
from bot.clock import SetClock
from bot.demo import load_world
from bot.settings import DatabaseSettings, Settings
from flows.engine.events import Said
from flows.engine.messages import InboundKind, MessageClass, Text
from handlers import certificates
from handlers.occasion import Occasion, Sending
from storage.uow import UnitOfWork
from tests.faults.tripwire import Place, Tripwire

CHANNEL = "faulty"
UNASKED = Said(Text("Thank you, your sick note has arrived."))
"""What scheduled messages say."""
PAGES = (b"\xff\xd8\xff" + bytes(200_000), b"\xff\xd8\xff" + bytes(100))
"""What came of the pictures somebody has sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """How a program starts. `end_at`: the place where it is killed, if it is.

    `waits_for_server`: the seconds it tries to reach a server that has gone away.
    """

    url: str
    key_file: Path
    screens: Path
    keyed: bool
    now: datetime
    end_at: Place | None = None
    waits_for_server: float = 10.0


@dataclass(frozen=True, slots=True)
class Told:
    """What the program tells: what happened, and with what."""

    what: str
    value: Any = None


class FaultyChannel:
    """Sends to the screens in the other process, as a platform's client would: no key, or the message's id as key."""

    name = CHANNEL

    def __init__(self, address: Path, *, keyed: bool, passing: Callable[[str], None]) -> None:
        """Not connected: each message has its own connection."""
        self.capabilities = Capabilities(level=Level.L4, max_text=4000, idempotent=keyed)
        self._address = address
        self._passing = passing

    async def send(self, message: Outgoing, external: str) -> str:
        """Send one message and read the answer."""
        self._passing("before send")
        try:
            reader, writer = await asyncio.open_unix_connection(self._address)
        except OSError:
            raise TryLater from None
        try:
            buttons = [(button.handle, button.action) for button in message.buttons]
            asked = {"id": message.id, "to": external, "text": message.text, "buttons": buttons}
            writer.write(json.dumps(asked).encode() + b"\n")
            await writer.drain()
            self._passing("in mid-send")
            answer = (await reader.readline()).decode().split()
        finally:
            writer.close()
        self._passing("after send")
        return _outcome(answer, message)


def _outcome(answer: list[str], message: Outgoing) -> str:
    match answer:
        case ["ok"]:
            return f"faulty-{message.id}"
        case ["later"]:
            raise TryLater
        case ["later", seconds]:
            raise TryLater(timedelta(seconds=int(seconds)))
        case ["gone"]:
            raise Unreachable
        case ["refused"]:
            raise Rejected
        case _:
            raise ValueError("the platform's answer cannot be read")


def schedule(who: str, count: int, uow: UnitOfWork, *, now: datetime) -> None:
    """Put so many messages that nobody asked for into the outbox, half of them reminders; they need C1."""
    person = uow.people.by_handle(who)
    assert person is not None
    for number in range(count):
        occasion = Occasion(uow=uow, now=now, cause=f"scheduled:{number}")
        unasked = MessageClass.REMINDER if number % 2 else MessageClass.BROADCAST
        occasion.say(person, UNASKED, Sending(message_class=unasked, purpose="C1"))


def settings_of(start: Start) -> Settings:
    """The program's settings; it is less patient with a busy database than the tests are."""
    database = DatabaseSettings(
        url=start.url, key_file=start.key_file, lock_timeout=1, reconnect_timeout=start.waits_for_server
    )
    return Settings(database=database)


class Program:
    """Does what the parent asks for until it is told to stop."""

    def __init__(self, start: Start, pipe: Connection) -> None:
        """Build it: from here on it can be killed."""
        self._pipe = pipe
        self._clock = SetClock(start.now)
        self._wire = Tripwire(start.end_at, lambda place: pipe.send(Told("killed", place)))
        self._wire.stretch()
        channel = FaultyChannel(start.screens, keyed=start.keyed, passing=self._wire.passing)
        settings = settings_of(start)
        prepare(settings)
        self._app: App = build(settings, clock=self._clock, channels=[channel])
        self._terminated = asyncio.Event()

    async def live(self) -> None:
        """Start, obey, stop."""
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._terminated.set)
        await self._app.start()
        await self._app.settle()
        self._tell("ready")
        while (command := await asyncio.to_thread(self._listen)) is not None:
            await self._obey(*command)
        await self._app.stop()
        self._tell("stopped", self._wire.passed)

    def _listen(self) -> Any:
        while not self._pipe.poll(0.02):
            if self._terminated.is_set():
                return None
        return self._pipe.recv()

    async def _obey(self, what: str, value: Any) -> None:
        match what:
            case "clock":
                self._clock.set(value)
                await self._app.settle()
                self._tell("set", value)
            case "receive":
                await asyncio.gather(*(self._receive(update) for update in value))
                await self._app.settle()
                self._tell("settled")
            case "send":
                await asyncio.gather(*(self._receive(update) for update in value))
            case "tick":
                self._clock.set(value)
            case "fill":
                self._set(f"max_page_count={value or 1}")
            case "write-protect":
                self._set(f"query_only={int(value)}")
            case "due":
                self._tell("due", self._app.next_due())
            case "load":
                now = self._clock.now()
                load = partial(load_world, channels=(CHANNEL,)) if value is None else partial(schedule, *value)
                await self._app.run(partial(load, now=now))
                self._tell("loaded")
            case "stop":
                self._terminated.set()
            case _:
                raise ValueError(what)

    def _set(self, pragma: str) -> None:
        """Set the writer's connection: SQLite answers as it does with a full or a write-protected disk."""
        driver: Any = self._app.store._driver
        driver._connection.execute(f"PRAGMA {pragma}").fetchall()

    async def _receive(self, update: Inbound) -> None:
        """An update is acknowledged to the platform after its commit, never before."""
        try:
            if update.kind is InboundKind.FILE:
                now = self._clock.now()
                await self._app.run(partial(certificates.receive, upload=update, pages=PAGES, now=now))
            else:
                await self._app.receive(update)
        except Exception as error:  # noqa: BLE001 - the platform hears of whatever went wrong
            self._tell("refused", (update.external_id, type(error).__name__))
            return
        self._wire.passing("before acknowledgement")
        self._tell("acknowledged", update.external_id)

    def _tell(self, what: str, value: Any = None) -> None:
        self._pipe.send(Told(what, value))


def run(start: Start, pipe: Connection) -> None:
    """The child's life; its status is 0 when it was stopped."""
    asyncio.run(_live(start, pipe))


async def _live(start: Start, pipe: Connection) -> None:
    await Program(start, pipe).live()
