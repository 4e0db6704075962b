"""The program in this process, with a clock and channels that belong to the test."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.app import App, build, prepare
from bot.channels import Capabilities, Level, Outgoing
from bot.clock import SetClock
from bot.demo import load_world
from bot.settings import DatabaseSettings, DeliverySettings, Settings
from flows.engine.messages import OutboxStatus
from flows.people import Person
from flows.rules.grounds import Ground
from handlers.occasion import REPLY, Occasion, Sending
from storage.uow import UnitOfWork

MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)
PATIENCE = 30
"""Seconds until what does not come is missed: long enough for a busy machine."""
Behaviour = Callable[[Outgoing], Exception | float | None]
ONCE_IS_ENOUGH = Capabilities(level=Level.L4, max_text=4000)
TWICE_IS_FINE = Capabilities(level=Level.L4, max_text=4000, idempotent=True)


class Scripted:
    """A channel that does to each address what a test says: raise, be slow for so many seconds, or take it."""

    name = "memory"

    def __init__(self, capabilities: Capabilities = ONCE_IS_ENOUGH) -> None:
        self.capabilities = capabilities
        self.behaves: dict[str, Behaviour] = {}
        self.tried: list[tuple[str, str]] = []
        self.took: list[tuple[str, str]] = []
        self.under_way = 0

    async def send(self, message: Outgoing, external: str) -> str:
        """Do as told, then take the message."""
        self.tried.append((external, message.text))
        behave = self.behaves.get(external)
        told = behave(message) if behave else None
        if isinstance(told, Exception):
            raise told
        if told is not None:
            self.under_way += 1
            try:
                await asyncio.sleep(told)
            finally:
                self.under_way -= 1
        self.took.append((external, message.text))
        return f"taken-{message.id}"

    def texts(self, who: str) -> list[str]:
        """What somebody got."""
        return [text for external, text in self.took if external == who]


async def until(true: Callable[[], bool]) -> None:
    """Wait until it is true; let the loop run meanwhile."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0.01)


class Program:
    """The program at work."""

    def __init__(self, app: App, clock: SetClock, channel: Scripted) -> None:
        self.app = app
        self.clock = clock
        self.channel = channel
        self._said = 0

    async def write(self, who: str, *texts: str, sending: Sending = REPLY) -> None:
        """Put messages to somebody into the outbox, as answers."""

        def work(uow: UnitOfWork) -> None:
            person = uow.people.by_handle(who)
            assert person is not None
            uow.guard.names(person.id, Ground.ANSWER)
            for text in texts:
                self._said += 1
                occasion = Occasion(uow=uow, now=self.clock.now(), cause=f"test:{self._said}")
                occasion.say_words(person, text, sending)

        await self.app.run(work)

    async def after(self, span: timedelta = timedelta(0)) -> None:
        """Time passes; then everything that is due is done."""
        self.clock.set(self.clock.now() + span)
        await self.app.settle()

    def person(self, handle: str) -> Person:
        """Somebody."""
        with self.app.store.read() as uow:
            found = uow.people.by_handle(handle)
        assert found is not None
        return found

    def alerts(self) -> list[str]:
        """The kinds of alerts raised so far."""
        with self.app.store.read() as uow:
            return [event.fields["kind"] for event in uow.events.after(0) if event.name == "AlertRaised"]

    async def cut_off(self) -> None:
        """Take up everything that is due as a sender that dies before it can say what came of it."""
        now = self.clock.now()
        await self.app.run(lambda uow: uow.outbox.claim(now, timedelta(minutes=1), 100))

    async def status(self, message_text: str) -> OutboxStatus:
        """Where the message with these words is."""

        def look(uow: UnitOfWork) -> OutboxStatus:
            found = (uow.outbox.get(id_) for id_ in range_of_ids(self.app))
            return next(message.status for message in found if message_text in message.text)

        return await self.app.run(look)


def range_of_ids(app: App) -> list[int]:
    """The ids of all messages, read from the file as an operator would."""
    path = app.settings.database.url.removeprefix("sqlite:///")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        return [row[0] for row in connection.execute("SELECT id FROM outbox ORDER BY id")]


def settings_in(folder: Path, **more: Any) -> Settings:
    """Settings for a database in this folder; a send may take two and a half seconds."""
    place = DatabaseSettings(url=f"sqlite:///{folder}/db/lotse.db", key_file=folder / "keys" / "master.key")
    return Settings(database=place, delivery=DeliverySettings(lease_seconds=5, **more))


@asynccontextmanager
async def program(
    folder: Path, channel: Scripted | None = None, *, at: datetime = MORNING, **more: Any
) -> AsyncIterator[Program]:
    """The program on the demo world in this folder, which is loaded the first time."""
    settings, clock, used = settings_in(folder, **more), SetClock(at), channel or Scripted()
    prepare(settings)
    app = build(settings, clock=clock, channels=[used])
    await app.run(lambda uow: None if uow.people.by_handle("c1") else load_world(uow, at, channels=["memory"]))
    await app.start(ticking=False)
    try:
        yield Program(app, clock, used)
    finally:
        await app.stop()
